"""The words that people read: every language has all of them, with the same places to fill in."""

import re
from dataclasses import fields
from datetime import UTC, datetime

import pytest

from laurea.artefacts.words import ENGLISH, TABLE, Words, words_of

PLACES = re.compile(r"{\w+}")
SAME = {"language", "date", "months"}  # may be alike or have the places in another order


@pytest.mark.parametrize("words", TABLE.values(), ids=TABLE)
def test_a_language_has_all_words_with_their_places(words: Words) -> None:
    for field in fields(Words):
        ours, theirs = getattr(ENGLISH, field.name), getattr(words, field.name)
        assert theirs
        if field.name not in SAME:
            assert sorted(PLACES.findall(ours)) == sorted(PLACES.findall(theirs)), field.name
            assert words is ENGLISH or ours != theirs, field.name
    assert len(set(words.months)) == 12


def test_a_day_reads_as_people_write_it() -> None:
    moment = datetime(2026, 3, 1, 23, 30, tzinfo=UTC)

    assert (words_of("en").day(moment), words_of("es-MX").day(moment)) == ("1 March 2026", "1 de marzo de 2026")


def test_a_language_without_words_gets_english() -> None:
    assert words_of("tlh") is ENGLISH
    assert words_of("") is ENGLISH
