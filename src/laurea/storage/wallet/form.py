"""How values stand in the content of a wallet file: times, bytes, and the names of members."""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from datetime import datetime
from typing import Annotated

from pydantic import BeforeValidator, ConfigDict, PlainSerializer
from pydantic.alias_generators import to_camel

from laurea.core.credential import format_time, parse_time
from laurea.errors import FormatError

_NAMES = {"key": "secretKeyMultibase", "held": "credentials"}
FORM = ConfigDict(
    alias_generator=lambda name: _NAMES.get(name) or to_camel(name), extra="forbid", strict=True, arbitrary_types_allowed=True
)


def text_of(raw: bytes) -> str:
    """Return bytes as base64url without padding."""
    return urlsafe_b64encode(raw).rstrip(b"=").decode()


def bytes_of(text: str, size: int | None = None) -> bytes:
    """Return the bytes of base64url without padding; raises FormatError when there are not `size`, ValueError when it is none."""
    raw = urlsafe_b64decode(text + "=" * (-len(text) % 4))
    if size is not None and len(raw) != size:
        raise FormatError(f"{size} bytes are expected, not {len(raw)}")
    return raw


Moment = Annotated[datetime, BeforeValidator(lambda text: parse_time(str(text))), PlainSerializer(format_time)]
Raw = Annotated[bytes, BeforeValidator(lambda text: bytes_of(str(text))), PlainSerializer(text_of)]
# A document is kept as the exact bytes that came: they are strict UTF-8, so text carries them unchanged.
Document = Annotated[bytes, BeforeValidator(lambda text: str(text).encode()), PlainSerializer(lambda data: data.decode())]
