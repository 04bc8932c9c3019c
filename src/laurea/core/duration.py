"""Durations of ISO 8601 in words: what a program reads as PT75H people read as 75 hours."""

import re

_AMOUNT = r"(?:(\d{1,7}(?:[.,]\d{1,3})?)"
_DURATION = re.compile(rf"P(?=.){_AMOUNT}Y)?{_AMOUNT}M)?{_AMOUNT}W)?{_AMOUNT}D)?(?:T(?=.){_AMOUNT}H)?{_AMOUNT}M)?{_AMOUNT}S)?)?", re.ASCII)
_ENGLISH = (
    ("year", "years"),
    ("month", "months"),
    ("week", "weeks"),
    ("day", "days"),
    ("hour", "hours"),
    ("minute", "minutes"),
    ("second", "seconds"),
)
_SPANISH = (
    ("año", "años"),
    ("mes", "meses"),
    ("semana", "semanas"),
    ("día", "días"),
    ("hora", "horas"),
    ("minuto", "minutos"),
    ("segundo", "segundos"),
)


def in_words(text: str, language: str = "") -> str:
    """Return a duration in Spanish where `language` (a tag) is Spanish, else in English; any other text as it is."""
    found = _DURATION.fullmatch(text.strip())
    if found is None:
        return text
    spanish = language.partition("-")[0].lower() == "es"
    said = []
    for amount, (one, several) in zip(found.groups(), _SPANISH if spanish else _ENGLISH, strict=True):
        if amount:
            number = amount.lstrip("0") or "0"
            said.append(f"{number.replace(*('.,' if spanish else ',.'))} {one if number == '1' else several}")
    return " ".join(said)
