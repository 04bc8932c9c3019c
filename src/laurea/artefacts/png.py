"""Credentials in PNG pictures (Open Badges 3.0, 5.3.1): one iTXt chunk, not compressed. All other chunks stay as they are."""

import zlib
from collections.abc import Iterator
from dataclasses import dataclass

from laurea.artefacts.baked import MAX_TEXT, Baked, Kind, check_credential, check_size, one
from laurea.errors import FormatError

SIGNATURE = b"\x89PNG\r\n\x1a\n"
KEYWORD = b"openbadgecredential"
KEYWORD_2 = b"openbadges"  # of Open Badges 2.0

MAX_CHUNKS = 1 << 16  # a picture of 10 MiB in pieces of 8 KiB has some 1,300

_FILE = "PNG"
_TEXT = b"iTXt"
_FRAME = 12  # bytes of a chunk beside its data: length, type, checksum
_KEYWORDS = {KEYWORD: Kind.CREDENTIAL, KEYWORD_2: Kind.OPEN_BADGES_2}


@dataclass(frozen=True, slots=True)
class Chunk:
    """A chunk with its place in the file."""

    type: bytes
    data: bytes
    start: int
    end: int

    @property
    def keyword(self) -> bytes:
        """What an iTXt chunk is called, b"" for all others."""
        return self.data.partition(b"\x00")[0] if self.type == _TEXT else b""


def bake(picture: bytes, credential: bytes) -> bytes:
    """Return the picture with the credential in it, instead of any that it carried; raises FormatError."""
    check_credential(credential)
    chunks = check(picture)
    kept = [picture[chunk.start : chunk.end] for chunk in chunks if chunk.keyword != KEYWORD]
    # Before IEND, as other bakers have it; what stands behind that stays there.
    return b"".join([SIGNATURE, *kept[:-1], _chunk(KEYWORD + b"\x00\x00\x00\x00\x00" + credential), kept[-1], picture[chunks[-1].end :]])


def extract(picture: bytes) -> Baked:
    """Return the one credential that a picture carries; raises FormatError for a damaged picture and for several, NotFound for none."""
    found = [(chunk, _KEYWORDS[chunk.keyword]) for chunk in check(picture) if chunk.keyword in _KEYWORDS]
    return one([_read(chunk, kind) for chunk, kind in found], file=_FILE)


def check(picture: bytes) -> list[Chunk]:
    """Return the chunks of a whole PNG, every checksum of which is right; raises FormatError for anything else."""
    check_size(picture, file=_FILE)
    if not picture.startswith(SIGNATURE):
        raise FormatError("the picture is no PNG")
    chunks = list(_chunks(picture))
    if chunks[0].type != b"IHDR" or len(chunks[0].data) != 13:
        raise FormatError("the PNG does not begin with its header")
    return chunks


def _chunks(picture: bytes) -> Iterator[Chunk]:
    start = len(SIGNATURE)
    for _ in range(MAX_CHUNKS):
        length, kind = int.from_bytes(picture[start : start + 4], "big"), picture[start + 4 : start + 8]
        end = start + _FRAME + length
        if end > len(picture):
            raise FormatError("the PNG is cut off")
        if zlib.crc32(picture[start + 4 : end - 4]) != int.from_bytes(picture[end - 4 : end], "big"):
            raise FormatError(f"the PNG is damaged: the checksum of its chunk at byte {start} is wrong")
        yield Chunk(kind, picture[start + 8 : end - 4], start, end)
        if kind == b"IEND":
            return
        start = end
    raise FormatError(f"the PNG has more than {MAX_CHUNKS:,} chunks")


def _read(chunk: Chunk, kind: Kind) -> Baked:
    """Read an iTXt chunk: keyword, compression flag and method, language, translated keyword, text."""
    rest = chunk.data.partition(b"\x00")[2]
    if rest[:1] != b"\x00":
        raise FormatError("the PNG carries its credential compressed, which Open Badges does not allow")
    text = rest[2:].partition(b"\x00")[2].partition(b"\x00")[2]
    if kind is Kind.CREDENTIAL:
        return Baked.of(text)
    if len(text) > MAX_TEXT:
        raise FormatError(f"the PNG carries a badge larger than {MAX_TEXT:,} bytes")
    return Baked(text, kind)


def _chunk(data: bytes) -> bytes:
    body = _TEXT + data
    return len(data).to_bytes(4, "big") + body + zlib.crc32(body).to_bytes(4, "big")
