"""What was sent, before anything looks into it: bounded while it is read, and the document that a file or a text carries."""

import asyncio

from fastapi import Request

from laurea.artefacts.baked import Carried
from laurea.artefacts.carrier import MAX_FILE, carried, in_text
from laurea.core import jose
from laurea.core.canonical import MAX_BYTES
from laurea.errors import InputError
from laurea.web.problems import HttpProblem
from laurea.web.strict import read_body
from laurea.web.wallet.language import N_

BODY_SECONDS = 30.0  # that a sender has for the whole of it
JSON = (b"{", b"[")
MAX_DOCUMENT = MAX_BYTES

__all__ = ["MAX_DOCUMENT", "MAX_FILE", "in_file", "in_words", "received"]


async def received(request: Request, limit: int) -> bytes:
    """Return the body of a request; raises HttpProblem 413 when it is larger, 408 when it does not come."""
    try:
        async with asyncio.timeout(BODY_SECONDS):
            return await read_body(request, limit)
    except TimeoutError as error:
        raise HttpProblem(408, f"the body did not come within {BODY_SECONDS:g} s") from error


def in_file(data: bytes) -> bytes:
    """Return the document that a file carries, as `laurea verify` takes it; raises InputError."""
    is_json = data.lstrip().startswith(JSON)
    return _document(Carried(data) if is_json else carried(data))


def in_words(text: str) -> bytes:
    """Return the document that a text carries: itself, or what the text of a QR code holds; raises InputError, for a link, too."""
    return _document(in_text(text.strip()))


def _document(found: Carried) -> bytes:
    if found.link:
        # Whoever asks must not choose what this machine fetches.
        raise InputError(N_("this is a link, and this service fetches none"), hint=N_("open it, download the file, and check that"))
    if len(found.data) > MAX_DOCUMENT:
        raise HttpProblem(413, f"a document may have {MAX_DOCUMENT:,} bytes")
    jose.refuse_compact(found.data)
    return found.data
