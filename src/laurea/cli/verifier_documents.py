"""The documents in many files: of JSON itself, of pictures and PDFs what they carry."""

from types import TracebackType
from typing import Self

from laurea.artefacts.looking import Looking
from laurea.cli.carrying import JSON
from laurea.core import jose, qr_text
from laurea.core.assertion import limit_of
from laurea.errors import InputError

# What has to be decoded or parsed to know what it carries; all else is taken for the document itself.
CARRIERS = (b"%PDF-", b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"RIFF", b"<", qr_text.PREFIX.encode())
BLANKS = b"\xef\xbb\xbf \t\r\n"


class Documents:
    """Tells the document in each of many files. To be used as a context."""

    def __init__(self) -> None:
        """Look at nothing yet."""
        self._looking = Looking()

    def __enter__(self) -> Self:
        """Return it."""
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        """End what looks into files."""
        self._looking.__exit__(kind, error, trace)

    def of(self, raw: bytes | InputError) -> bytes | InputError:
        """Return the document of a file as it was read; or why there is none that could be judged, which says nothing for or against it."""
        if isinstance(raw, InputError):
            return raw
        try:
            data = self._carried(raw)
            jose.refuse_compact(data)
        except InputError as error:
            return error
        limit = limit_of(data)
        return data if len(data) <= limit else InputError(f"the document is larger than {limit:,} bytes")

    def _carried(self, raw: bytes) -> bytes:
        begin = raw[:64].lstrip(BLANKS)
        if begin.startswith(JSON) or not begin.startswith(CARRIERS):
            return raw
        carried = self._looking.look(raw)
        if carried.link:
            raise InputError("the QR code holds a link, which is followed only when it is checked alone, with --follow")
        return carried.data
