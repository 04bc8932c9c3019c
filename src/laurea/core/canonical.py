"""The one way a document becomes bytes: strict I-JSON in (RFC 7493), RFC 8785 (JCS) out."""

import json
import re
from collections.abc import Sequence
from typing import Never

import rfc8785

from laurea.errors import FormatError

Json = dict[str, "Json"] | list["Json"] | str | int | float | bool | None
JsonObject = dict[str, Json]

MAX_BYTES = 1 << 20  # any JSON but a credential: room for a credential, its proofs and a wrapper
MAX_DEPTH = 64  # the credential's own limit of 32, and what may be wrapped around it
MAX_INTEGER = (1 << 53) - 1  # beyond it a double no longer tells neighbours apart (RFC 7493, 2.2)
MAX_GROWTH = 4  # times that the JCS form may be as long as the text it was parsed from: 1e15 has sixteen digits, and nothing grows more
FIRST_EXPONENT = 1e21  # from here on JCS writes an exponent, as ECMAScript does

# Python's own encoder, several times faster than rfc8785: the same text where `_is_plain` says so. It escapes just what JCS does.
_write = json.JSONEncoder(ensure_ascii=False, check_circular=False, allow_nan=False, sort_keys=True, separators=(",", ":")).encode

# Surrogates and noncharacters may not be in any string (RFC 7493, 2.1).
_FORBIDDEN = re.compile(
    "[\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff" + "".join(chr(plane << 16 | low) for plane in range(1, 17) for low in (0xFFFE, 0xFFFF)) + "]"
)

_BETWEEN = "laurea-between"  # stands between values that are written together
_PARTING = f',"{_BETWEEN}",'.encode()

# The first bytes of every character from U+F000 on in UTF-8, which all that is forbidden is: UTF-8 has no surrogates.
_LEADS = tuple(bytes([byte]) for byte in range(0xEF, 0xF5))

# Strings, so that brackets in them do not count, and brackets.
_NESTING = re.compile(r'"[^"\\]*+(?:\\.[^"\\]*+)*+"?|[\[\]{}]', re.DOTALL)
STACK_DEPTH = 500  # a parser may recurse so deep, in any thread of any system


def parse(data: bytes, *, max_bytes: int = MAX_BYTES, max_depth: int = MAX_DEPTH) -> Json:
    """Return the value that I-JSON text stands for; the outermost object has depth 1.

    Raises FormatError with the reason for anything else: another encoding, a byte order mark, duplicate names, NaN, numbers that
    I-JSON cannot carry, lone surrogates, noncharacters, text over `max_bytes`, nesting over `max_depth`.
    """
    if len(data) > max_bytes:
        raise FormatError(f"the document is larger than {max_bytes:,} bytes")
    try:
        text = data.decode("utf-8")
        check_nesting(text, max_depth=max_depth)
        value: Json = json.loads(text, object_pairs_hook=_object, parse_int=_integer, parse_float=_number, parse_constant=_constant)
    except UnicodeDecodeError as error:
        raise FormatError(f"the document is not UTF-8 (byte {error.start})") from error
    except json.JSONDecodeError as error:
        raise FormatError(f"the document is not JSON: {error.msg} in line {error.lineno}, column {error.colno}") from error
    except RecursionError as error:
        raise FormatError(f"the document is nested deeper than {max_depth}") from error
    check_parsed(value, data, max_depth=max_depth)
    return value


def check_parsed(value: Json, data: bytes, *, max_depth: int) -> None:
    """Do what `check` does for a value that came from `parse`, or for a part of one; `data` is the text that it came from.

    Numbers were seen there; strings need not be looked at when the text shows that none can hold what is forbidden.
    """
    if b"\\u" in data or any(lead in data for lead in _LEADS):
        check(value, max_depth=max_depth)
    elif data.count(b"[") + data.count(b"{") > max_depth:  # else it cannot be deeper
        _check_depth(value, max_depth)


def _check_depth(value: Json, max_depth: int) -> None:
    level = [value] if isinstance(value, dict | list) else []
    for _ in range(max_depth):
        level = [
            item for outer in level for item in (outer.values() if isinstance(outer, dict) else outer) if isinstance(item, dict | list)
        ]
        if not level:
            return
    raise FormatError(f"the document is nested deeper than {max_depth}")


def check_nesting(text: str, *, max_depth: int) -> None:
    """Refuse JSON text that is nested so deep that parsing it is a danger; raises FormatError.

    Python's own limit does not do: libraries raise it (py_ecc, below eth-account, to 100,000), and the parser overflows the stack.
    """
    if text.count("[") + text.count("{") <= STACK_DEPTH:  # so most text need not be looked at: `check` is exact
        return
    depth = 0
    for match in _NESTING.finditer(text):
        if match[0] in "[{":
            depth += 1
            if depth > max_depth:
                raise FormatError(f"the document is nested deeper than {max_depth}")
        elif match[0] in "]}":
            depth -= 1


def encode(value: Json) -> bytes:
    """Return the RFC 8785 form of a value; raises FormatError when it is not I-JSON."""
    check(value, max_depth=MAX_DEPTH)
    return dump(value)


def dump(value: Json) -> bytes:
    """Return the RFC 8785 form of a value that is known to be I-JSON: it came from `parse` or passed `check`."""
    if isinstance(value, str) or _is_plain(value):
        try:
            return _write(value).encode()
        except UnicodeEncodeError:
            pass  # a lone surrogate, which rfc8785 refuses
    return rfc8785.dumps(value)


def dump_each(values: Sequence[Json]) -> list[bytes]:
    """Return the RFC 8785 form of each of one or more values that are known to be I-JSON: as `dump` does for each, in less time."""
    parted: list[Json] = [values[0]]
    for value in values[1:]:
        parted += (_BETWEEN, value)
    pieces = dump(parted)[1:-1].split(_PARTING)
    # A text in quotes between commas is the whole of an item: one of ours, or of an array within a value, and then there are more pieces.
    return pieces if len(pieces) == len(values) else list(map(dump, values))


def _is_plain(value: Json) -> bool:
    """Tell whether Python writes a value as RFC 8785 does: it has no floats, and all names are ASCII, which sorts alike in UTF-16."""
    items = [value]
    for item in items:  # which grows meanwhile
        if isinstance(item, str):
            continue
        if isinstance(item, dict):
            if not "".join(item).isascii():
                return False
            items.extend(item.values())
        elif isinstance(item, list):
            items.extend(item)
        elif item is not None and not (isinstance(item, int) and abs(item) <= MAX_INTEGER):
            return False
    return True


def check(value: Json, *, max_depth: int) -> None:
    """Refuse what I-JSON cannot carry; raises FormatError."""
    level = [value]
    depth = 0
    while level:
        below: list[Json] = []
        nested = False
        for item in level:
            if isinstance(item, str):
                _check_text(item)
            elif isinstance(item, dict):
                nested = True
                _check_names(item)
                below.extend(item.values())
            elif isinstance(item, list):
                nested = True
                below.extend(item)
            else:
                _check_scalar(item)
        depth += nested
        if depth > max_depth:
            raise FormatError(f"the document is nested deeper than {max_depth}")
        level = below


def _check_names(value: JsonObject) -> None:
    for name in value:
        if not isinstance(name, str):
            raise FormatError("a member name is not a string")
        _check_text(name)


def _check_scalar(value: Json) -> None:
    if isinstance(value, bool) or value is None:
        return
    if isinstance(value, int):
        if abs(value) > MAX_INTEGER:
            raise FormatError("an integer is beyond 2^53-1, which JSON readers do not agree on")
    elif isinstance(value, float):
        _check_double(value)
    else:
        raise FormatError(f"a {type(value).__name__} is not a JSON value")


def _check_text(text: str) -> None:
    if not text.isascii() and _FORBIDDEN.search(text):  # ASCII holds none, and the search is slow on long text
        raise FormatError("a string holds a lone surrogate or a noncharacter")


def _check_double(value: float) -> None:
    if not abs(value) < float("inf"):
        raise FormatError("a number is not finite")
    # JCS writes these as integers, so the limit of integers applies: a reader cannot tell 1e17 from 100000000000000000.
    if MAX_INTEGER < abs(value) < FIRST_EXPONENT:
        raise FormatError("an integer is beyond 2^53-1, which JSON readers do not agree on")


def _object(pairs: list[tuple[str, Json]]) -> JsonObject:
    found = dict(pairs)
    if len(found) != len(pairs):
        seen: set[str] = set()
        twice = next(name for name, _ in pairs if name in seen or seen.add(name))  # type: ignore[func-returns-value]
        raise FormatError(f"the name {twice[:40]!r} stands twice in one object")
    return found


def _integer(text: str) -> int:
    if len(text) > len(str(-MAX_INTEGER)) or abs(int(text)) > MAX_INTEGER:
        raise FormatError("an integer is beyond 2^53-1, which JSON readers do not agree on")
    return int(text)


def _number(text: str) -> float:
    value = float(text)
    _check_double(value)
    return value


def _constant(name: str) -> Never:
    raise FormatError(f"{name} is not a JSON number")
