"""DID documents that were read from the web, kept with their dates: their hosts may be gone when they are needed again."""

from datetime import datetime
from hashlib import sha256
from pathlib import Path

from laurea.core import canonical
from laurea.core.canonical import JsonObject
from laurea.core.credential import format_time, parse_time
from laurea.errors import InputError
from laurea.storage import files

MAX_BYTES = 2 << 20  # of a file: a document and a little more


class DidDocuments:
    """A folder of them, readable by its owner only: it tells whose credentials were verified here."""

    def __init__(self, folder: Path) -> None:
        """Make nothing yet."""
        self._folder = folder

    def keep(self, did: str, document: JsonObject, *, at: datetime) -> None:
        """Keep the document of a DID as it was read at a time, in place of an earlier one; where that cannot be written, none is kept."""
        try:
            self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            files.replace(self._path(did), canonical.dump({"did": did, "date": format_time(at), "document": document}), lasting=False)
        except (OSError, InputError):
            pass  # of a disk that is full or read-only: what was found out just now is as true without a copy

    def find(self, did: str) -> tuple[JsonObject, datetime] | None:
        """Return the document of a DID and when it was read; None when none is kept, or the file was damaged."""
        try:
            match canonical.parse(files.read(self._path(did), limit=MAX_BYTES), max_bytes=MAX_BYTES):
                case {"did": str() as of, "date": str() as date, "document": dict() as document} if of == did:
                    return document, parse_time(date)
        except InputError:
            pass
        return None

    def _path(self, did: str) -> Path:
        return self._folder / f"{sha256(did.encode()).hexdigest()}.json"
