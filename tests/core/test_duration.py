"""Durations are shown to people as they say them, not as programs write them."""

import pytest

from laurea.core.duration import in_words
from laurea.core.summary import Summary


@pytest.mark.parametrize(
    ("text", "english", "spanish"),
    [
        ("PT75H", "75 hours", "75 horas"),
        ("PT1H", "1 hour", "1 hora"),
        ("PT0H", "0 hours", "0 horas"),
        ("PT1.5H", "1.5 hours", "1,5 horas"),
        ("PT1,5H", "1.5 hours", "1,5 horas"),
        ("PT01H30M", "1 hour 30 minutes", "1 hora 30 minutos"),
        ("P2W", "2 weeks", "2 semanas"),
        ("P1Y6M1DT1S", "1 year 6 months 1 day 1 second", "1 año 6 meses 1 día 1 segundo"),
    ],
)
def test_a_duration_is_said_in_words(text: str, english: str, spanish: str) -> None:
    assert (in_words(text), in_words(text, "fr"), in_words(text, "es-MX")) == (english, english, spanish)


@pytest.mark.parametrize("text", ["", "P", "PT", "P1H", "PT-5H", "-PT5H", "75 hours", "about PT75H", "PT75H a week", "P١D", "PT99999999H"])
def test_what_is_no_duration_stays_as_it_is(text: str) -> None:
    assert in_words(text, "es") == text


@pytest.mark.parametrize(("language", "words"), [("", "125 hours"), ("en", "125 hours"), ("es", "125 horas")])
def test_the_workload_of_a_credential_is_read_by_people(language: str, words: str) -> None:
    assert Summary.of({"credentialSubject": {"achievement": {"volumeOfLearning": "PT125H"}}}, language).workload == words
