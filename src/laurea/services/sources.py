"""What a verifier reads from the web: status lists and DID documents that credentials name, each once in a run, and not without end.

Whoever made the credentials chose what is asked for. A run therefore asks a number of times, for so many bytes and seconds, and after some
hosts were silent it asks only those that have answered: a folder of hostile files costs a minute, not a night.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlsplit

from laurea.core import canonical, did_web
from laurea.core.canonical import JsonObject
from laurea.core.did_document import DidDocument
from laurea.core.identity import ReadDocument
from laurea.core.status import ReadList
from laurea.errors import FormatError, Unreachable
from laurea.fetch.guard import MAX_BYTES, PUBLIC, FetchPolicy, NotAllowed, fetch
from laurea.storage.did_documents import DidDocuments
from laurea.wire import BadAnswer, BadStatus

MOST_FETCHES = 256  # in one run
MOST_SECONDS = 60.0  # of one run that are spent on them
MOST_READ = 64 << 20  # bytes of one run, which are kept while it lasts
MOST_FAILURES = 8  # hosts that were silent: from then on only those are asked that have answered
MAX_DID = 300  # characters


@dataclass(frozen=True, slots=True)
class Sources:
    """How the web is read: when that is, by a clock; under which policy; where DID documents are kept, if anywhere; and for how long in a run."""

    now: Callable[[], datetime]
    policy: FetchPolicy = PUBLIC
    kept: DidDocuments | None = None
    seconds: float = MOST_SECONDS


@dataclass(frozen=True, slots=True)
class Read:
    """What was read at a time: bytes, or the trouble why there are none; `gone` when nobody answered."""

    data: bytes
    at: datetime
    trouble: str = ""
    gone: bool = False


class Visits:
    """What one run reads."""

    def __init__(self, sources: Sources) -> None:
        """Ask nothing yet."""
        self._sources = sources
        self._read: dict[str, Read] = {}
        self._documents: dict[str, tuple[ReadDocument, JsonObject]] = {}
        self._answered: set[str] = set()
        self._silent: set[str] = set()
        self._seconds = 0.0
        self._bytes = 0

    def list(self, url: str) -> ReadList:
        """Return the status list at a URL, or why it could not be read; never raises."""
        read = self._at(url)
        return ReadList(read.data, read.at, read.trouble)

    def document(self, did: str) -> ReadDocument:
        """Return the document of a did:web, or why it could not be read; a copy that was kept when nobody answers. Never raises."""
        if did not in self._documents:
            self._documents[did] = self._document(did)
        return self._documents[did][0]

    def keep(self, did: str) -> None:
        """Keep the document of a did:web that has been of use, for when its host is gone."""
        read, value = self._documents[did]
        if self._sources.kept is not None and read.read_at is not None and not read.trouble:
            self._sources.kept.keep(did, value, at=read.read_at)

    def _document(self, did: str) -> tuple[ReadDocument, JsonObject]:
        try:
            read = self._at(document_url(did))
            if not read.trouble:
                document, value = parse_document(read.data)
                return ReadDocument(document, read.at), value
            kept = self._sources.kept.find(did) if read.gone and self._sources.kept is not None else None
            if kept is None:
                return ReadDocument(trouble=read.trouble), {}
            value, date = kept
            return ReadDocument(DidDocument.of(value), date, read.trouble), value
        except FormatError as error:
            return ReadDocument(trouble=str(error)), {}

    def _at(self, url: str) -> Read:
        if url not in self._read:
            self._read[url] = self._visit(url)
        return self._read[url]

    def _visit(self, url: str) -> Read:
        at, host = self._sources.now(), _host(url)
        problem = self._spent(host)
        if problem:
            return Read(b"", at, problem, gone=host in self._silent)
        began = time.monotonic()
        try:
            data = fetch(url, self._sources.policy)
        except Unreachable as error:
            return self._missed(host, at, error)
        finally:
            self._seconds += time.monotonic() - began
        self._answered.add(host)
        self._bytes += len(data)
        return Read(data, at)

    def _missed(self, host: str, at: datetime, error: Unreachable) -> Read:
        if isinstance(error, BadAnswer):
            self._answered.add(host)
            # A host that is unwell says nothing about what it has; one that has nothing has taken it away.
            return Read(b"", at, str(error), gone=isinstance(error, BadStatus) and error.status >= 500)
        if isinstance(error, NotAllowed):
            return Read(b"", at, str(error))
        self._silent.add(host)
        return Read(b"", at, str(error), gone=True)

    def _spent(self, host: str) -> str:
        """Return "" when a host may still be asked in this run, else why not."""
        if host in self._silent:
            return f"{host} was silent before"
        if len(self._silent) >= MOST_FAILURES and host not in self._answered:
            return f"{MOST_FAILURES} hosts were silent before, and no others are asked"
        if len(self._read) >= MOST_FETCHES or self._seconds >= self._sources.seconds or self._bytes + MAX_BYTES > MOST_READ:
            return "it is one of too many"
        return ""


def document_url(did: str) -> str:
    """Return where the document of a did:web is; raises FormatError for any other DID, or one that is too long to be read by anybody."""
    if len(did) > MAX_DID:
        raise FormatError(f"the DID has more than {MAX_DID} characters")
    host, path = did_web.location(did)
    return f"https://{host}{path}"


def parse_document(data: bytes) -> tuple[DidDocument, JsonObject]:
    """Return a DID document from JSON text, read and as it is; raises FormatError."""
    value = canonical.parse(data)
    document = DidDocument.of(value)
    return document, value if isinstance(value, dict) else {}


def _host(url: str) -> str:
    try:
        return urlsplit(url).netloc
    except ValueError:
        return ""  # what is no URL is not asked
