"""One is one: a number agrees with its noun."""

import pytest

from laurea.core.plural import counted


@pytest.mark.parametrize(
    ("number", "words"),
    [(0, "0 hours"), (1, "1 hour"), (1.0, "1 hour"), (1.5, "1.5 hours"), (75.0, "75 hours"), (1_000, "1,000 hours")],
)
def test_a_number_agrees_with_its_noun(number: float, words: str) -> None:
    assert counted(number, "hour") == words


def test_a_plural_of_its_own_is_taken() -> None:
    assert (counted(1, "person", "people"), counted(2, "person", "people")) == ("1 person", "2 people")
