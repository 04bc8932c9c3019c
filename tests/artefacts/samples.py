"""What the tests of artefacts make things of: a credential of ours, small pictures, and damage done to them."""

import json
import zlib
from datetime import UTC, datetime
from typing import Any

from hypothesis import strategies as st

from laurea.core.summary import Summary
from tests.core.test_badge import ROW, badge_of

NOON = datetime(2026, 11, 26, 12, tzinfo=UTC)
DOCUMENT: dict[str, Any] = badge_of(ROW)
CREDENTIAL = json.dumps(DOCUMENT, ensure_ascii=False, indent=1).encode()
SUMMARY = Summary.of(DOCUMENT)
JWS = b"eyJhbGciOiJFZERTQSJ9.eyJ2YyI6e319.c2ln"
ODD = '{"a": "]]> <&> \u2028 é \U0001f393", \r\n "b": "x\\u0000", "c": []}\r'.encode()  # what carriers of text like to change


def chunk(kind: bytes, data: bytes) -> bytes:
    body = kind + data
    return len(data).to_bytes(4, "big") + body + zlib.crc32(body).to_bytes(4, "big")


HEADER = chunk(b"IHDR", bytes.fromhex("00000001000000010804000000"))
PIXEL = chunk(b"IDAT", zlib.compress(b"\x00\x00\x00"))
END = chunk(b"IEND", b"")
PNG = b"\x89PNG\r\n\x1a\n" + HEADER + PIXEL + END
SVG = (
    b'<?xml version="1.0" encoding="UTF-8"?>\n<!-- a > picture -->\n'
    b'<svg xmlns="http://www.w3.org/2000/svg" data-x="a>b"\n viewBox=\'0 0 1 1\' ><rect width="1" height="1"/></svg>\n'
)


@st.composite
def damaged(draw: st.DrawFn, whole: bytes) -> bytes:
    """Bytes with some changed, cut out, doubled or put in."""
    data = bytearray(whole)
    for _ in range(draw(st.integers(1, 4))):
        place = draw(st.integers(0, max(len(data) - 1, 0)))
        length = draw(st.integers(0, 40))
        match draw(st.integers(0, 3)):
            case 0:
                data[place : place + 1] = bytes([draw(st.integers(0, 255))])
            case 1:
                del data[place : place + length]
            case 2:
                data[place:place] = data[place : place + length]
            case _:
                data[place:place] = draw(st.binary(max_size=20))
    return bytes(data)
