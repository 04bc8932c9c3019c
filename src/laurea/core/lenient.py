"""Reading a document of anybody's: what is missing, or of another type than expected, is simply not there, and nothing raises."""

import re
from collections.abc import Iterator
from datetime import datetime

from laurea.core.canonical import Json, JsonObject
from laurea.core.credential import parse_time
from laurea.errors import FormatError

MAX_NUMBER = 1e15  # up to here a number is written as people write it

_LINK = re.compile(r"https?://[^\s\x00-\x20\x7f<>\"{}|\\^`]+", re.IGNORECASE)
_PICTURE = re.compile(r"https://[^\s\x00-\x20\x7f<>\"{}|\\^`]+|data:image/(?:png|svg\+xml|jpeg|gif|webp)[;,][^\s\"<>]*", re.IGNORECASE)
_TAG = re.compile(r"[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8})*", re.ASCII)


def member(value: Json, *names: str) -> Json:
    """Return what stands at a path of names, None when there is nothing; of an array, its first object is followed."""
    for name in names:
        found = next(objects(value), None)
        value = None if found is None else found.get(name)
    return value


def several(value: Json) -> list[Json]:
    """Return the items of an array, or a lone value as the only one, or none."""
    if value is None:
        return []
    return value if isinstance(value, list) else [value]


def objects(value: Json) -> Iterator[JsonObject]:
    """Give the objects of an array, or the one that stands alone."""
    return (item for item in several(value) if isinstance(item, dict))


def text(value: Json, language: str = "") -> str:
    """Return what a value says to people, "" when nothing; among several languages the preferred one, or the nearest to it, or the first.

    Texts come as a string, as {"@value", "@language"} of VC 2.0, as {"en": …} of Open Badges, or as an array of the former.
    """
    said = [(tag, words) for tag, words in _said(value) if words]
    return min(said, key=lambda item: _distance(item[0], language))[1] if said else ""


def spoken(value: Json, language: str = "") -> str:
    """Return the language tag of what `text` says, "" when it has none."""
    said = [(tag, words) for tag, words in _said(value) if words]
    return tag_of(min(said, key=lambda item: _distance(item[0], language))[0]) if said else ""


def label(value: Json, language: str = "") -> str:
    """Return a text, or the name of an object that stands in its place."""
    names = [text(found.get(name), language) for found in objects(value) for name in ("name", "targetName", "title", "prefLabel")]
    return next(filter(None, names), "") or text(value, language)


def identifier(value: Json) -> str:
    """Return the URL of a thing that may be named by it alone, "" when it has none."""
    name = member(value, "id") if isinstance(value, dict | list) else value
    return name if isinstance(name, str) else ""


def link(value: Json) -> str:
    """Return a web address that can be followed, "" for all else: never a script."""
    url = identifier(value)
    return url if _LINK.fullmatch(url) else ""


def picture(value: Json) -> str:
    """Return the address of a picture, or its data as a URL, "" for all else."""
    url = identifier(value)
    return url if _PICTURE.fullmatch(url) else ""


def moment(value: Json) -> datetime | None:
    """Return a time with a time zone; None for all else."""
    try:
        return parse_time(value) if isinstance(value, str) else None
    except FormatError:
        return None


def tag_of(value: Json) -> str:
    """Return a language tag, "" for all else."""
    return value if isinstance(value, str) and _TAG.fullmatch(value) else ""


def _said(value: Json) -> Iterator[tuple[str, str]]:
    for item in several(value):
        if not isinstance(item, dict):
            yield "", _words(item)
        elif "@value" in item:
            yield tag_of(item.get("@language")), _words(item["@value"])
        elif all(map(_is_language, item)):  # else it is an object, whose `id` is no Indonesian
            yield from ((tag, _words(words)) for tag, words in item.items())


def _is_language(tag: str) -> bool:
    return bool(tag_of(tag)) and len(tag.split("-", maxsplit=1)[0]) in {2, 3}


def _words(value: Json) -> str:
    if isinstance(value, str):
        return value.strip()
    if isinstance(value, bool) or not isinstance(value, int | float):
        return ""
    return format(value, ".15g") if abs(value) < MAX_NUMBER else ""


def _distance(tag: str, language: str) -> int:
    ours, theirs = language.lower(), tag.lower()
    if not ours or theirs == ours:
        return 0
    if theirs and theirs.split("-", maxsplit=1)[0] == ours.split("-", maxsplit=1)[0]:
        return 1
    return 3 if theirs else 2
