"""The one way a document becomes bytes: strict I-JSON in (RFC 7493), RFC 8785 (JCS) out."""

import json
import re
from typing import Never

import rfc8785

from laurea.errors import FormatError

Json = dict[str, "Json"] | list["Json"] | str | int | float | bool | None
JsonObject = dict[str, Json]

MAX_BYTES = 1 << 20  # any JSON but a credential: room for a credential, its proofs and a wrapper
MAX_DEPTH = 64  # the credential's own limit of 32, and what may be wrapped around it
MAX_INTEGER = (1 << 53) - 1  # beyond it a double no longer tells neighbours apart (RFC 7493, 2.2)
FIRST_EXPONENT = 1e21  # from here on JCS writes an exponent, as ECMAScript does

# Surrogates and noncharacters may not be in any string (RFC 7493, 2.1).
_FORBIDDEN = re.compile(
    "[\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff" + "".join(chr(plane << 16 | low) for plane in range(1, 17) for low in (0xFFFE, 0xFFFF)) + "]"
)

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
    check(value, max_depth=max_depth)
    return value


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
    return rfc8785.dumps(value)


def check(value: Json, *, max_depth: int) -> None:
    """Refuse what I-JSON cannot carry; raises FormatError."""
    level: list[Json] = [value]
    depth = 0
    while level:
        below: list[Json] = []
        for item in level:
            if isinstance(item, dict):
                for name in item:
                    _check_text(name)
                below.extend(item.values())
            elif isinstance(item, list):
                below.extend(item)
            else:
                _check_scalar(item)
        depth += any(isinstance(item, dict | list) for item in level)
        if depth > max_depth:
            raise FormatError(f"the document is nested deeper than {max_depth}")
        level = below


def _check_scalar(value: Json) -> None:
    if isinstance(value, str):
        _check_text(value)
    elif isinstance(value, bool) or value is None:
        return
    elif isinstance(value, int):
        if abs(value) > MAX_INTEGER:
            raise FormatError("an integer is beyond 2^53-1, which JSON readers do not agree on")
    elif isinstance(value, float):
        _check_double(value)
    else:
        raise FormatError(f"a {type(value).__name__} is not a JSON value")


def _check_text(text: object) -> None:
    if not isinstance(text, str):
        raise FormatError("a member name is not a string")
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
