"""Documents that have marks in place of texts, and are filled with the texts of others: only what has marks in it is made anew."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import partial
from operator import itemgetter
from typing import TypeVar

from laurea.core.canonical import Json, JsonObject
from laurea.core.linked_data.template import MARKS

Texts = Mapping[int, str]
"""Texts by the numbers of the marks in their places."""
_Filler = Callable[[Texts], Json]

N = TypeVar("N", int, str)
C = TypeVar("C", JsonObject, list[Json])


def filler(marked: JsonObject) -> Callable[[Texts], JsonObject]:
    """Return what gives an object with texts in place of its marks; what has none is shared by all that it gives."""
    return partial(_filled, marked, _parts(marked.items()))


def number_of(value: Json) -> int | None:
    """Return the number of the mark that a value is; None when it is none."""
    match = MARKS.fullmatch(value.encode()) if isinstance(value, str) else None
    return None if match is None else int(match[1])


def _part(value: Json) -> _Filler | None:
    number = number_of(value)
    if number is not None:
        return itemgetter(number)
    if isinstance(value, dict):
        members = _parts(value.items())
        return partial(_filled, value, members) if members else None
    items = _parts(enumerate(value)) if isinstance(value, list) else []
    return partial(_filled, value, items) if isinstance(value, list) and items else None


def _parts(values: Iterable[tuple[N, Json]]) -> list[tuple[N, _Filler]]:
    """Return what fills those values that have marks in them, by their names or places."""
    return [(name, fill) for name, value in values if (fill := _part(value)) is not None]


def _filled(value: C, parts: Sequence[tuple[int | str, _Filler]], texts: Texts) -> C:
    filled = value.copy()
    for name, fill in parts:
        filled[name] = fill(texts)  # type: ignore[index]  # a name of an object, a place in a list
    return filled
