"""What the page says, in the languages that it speaks: one JSON file each, with the same names."""

import json
from functools import cache
from importlib.resources import files

from laurea.errors import ConfigError

LANGUAGES = ("en", "es")


def language_of(accepted: str) -> str:
    """Return the first of our languages that a browser asks for (Accept-Language, RFC 9110), English when it asks for none of them."""
    wishes = [_wish(part) for part in accepted[:1000].split(",")]
    ranked = sorted((wish for wish in wishes if wish[1] > 0), key=lambda wish: -wish[1])
    return next((language for language, _ in ranked if language in LANGUAGES), LANGUAGES[0])


@cache
def words(language: str) -> dict[str, str]:
    """Return the words of a language by their names."""
    found = json.loads(files("laurea.web.share.words").joinpath(f"{language}.json").read_bytes())
    if not isinstance(found, dict):  # pragma: no cover - they are ours
        raise ConfigError(f"the words of {language} are not there: install laurea again")
    return found


def _wish(part: str) -> tuple[str, float]:
    name, _, weight = part.partition(";")
    try:
        return name.strip().lower().partition("-")[0], float(weight.strip().removeprefix("q=") or 1)
    except ValueError:
        return "", 0.0
