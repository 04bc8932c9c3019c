"""What was sent, before anything looks into it: bounded while it is read, and the document that a file or a text carries."""

import asyncio
import math
import threading

from fastapi import Request

from laurea.artefacts.baked import Carried
from laurea.artefacts.carrier import in_text
from laurea.artefacts.looking import Looking
from laurea.core import jose
from laurea.core.canonical import MAX_BYTES
from laurea.errors import InputError
from laurea.web.problems import HttpProblem
from laurea.web.strict import read_body
from laurea.web.wallet.language import N_

BODY_SECONDS = 30.0  # that a sender has for the whole of it
JSON = (b"{", b"[")


async def received(request: Request, limit: int) -> bytes:
    """Return the body of a request; raises HttpProblem 413 when it is larger, 408 when it does not come."""
    try:
        async with asyncio.timeout(BODY_SECONDS):
            return await read_body(request, limit)
    except TimeoutError as error:
        raise HttpProblem(408, f"the body did not come within {BODY_SECONDS:g} s") from error


class Lookers:
    """Processes that look into pictures and PDFs, one at each at a time, kept for the next: none of them can stop the service, or take its memory."""

    def __init__(self) -> None:
        """Start none yet."""
        self._idle: list[Looking] = []
        self._lock = threading.Lock()

    def look(self, data: bytes) -> Carried:
        """Return what a file carries; raises InputError, also for one that takes too long."""
        with self._lock:
            looking = self._idle.pop() if self._idle else Looking(patience=math.inf)
        try:
            return looking.look(data)
        finally:
            with self._lock:
                self._idle.append(looking)

    def close(self) -> None:
        """End those that rest."""
        with self._lock:
            while self._idle:
                self._idle.pop().__exit__(None, None, None)


def in_file(data: bytes, lookers: Lookers) -> bytes:
    """Return the document that a file carries, as `laurea verify` takes it; raises InputError."""
    return _document(Carried(data) if data.lstrip().startswith(JSON) else lookers.look(data))


def in_words(text: str) -> bytes:
    """Return the document that a text carries: itself, or what the text of a QR code holds; raises InputError, for a link, too."""
    return _document(in_text(text.strip()))


def _document(found: Carried) -> bytes:
    if found.link:
        # Whoever asks must not choose what this machine fetches.
        raise InputError(N_("this is a link, and this service fetches none"), hint=N_("open it, download the file, and check that"))
    if len(found.data) > MAX_BYTES:
        raise HttpProblem(413, f"a document may have {MAX_BYTES:,} bytes")
    jose.refuse_compact(found.data)
    return found.data
