"""What a file carries. What reads pictures and PDFs is imported when there is one: most files are JSON."""

from importlib import import_module
from pathlib import Path

from laurea.artefacts.baked import Carried
from laurea.cli import output
from laurea.core.assertion import limit_of
from laurea.errors import InputError

MAX_FILE = 16 << 20  # bytes: a photograph of a QR code
MAX_DOCUMENT = 1 << 20
JSON = (b"{", b"[")


def read(path: Path) -> Carried:
    """Return what a file carries, "-" being stdin; raises InputError when it cannot be read, is too large, damaged, or carries nothing."""
    return of(output.read(path, limit=MAX_FILE), str(path))


def of(raw: bytes, name: str) -> Carried:
    """Return what the bytes of a file carry, as `read` does; `name` is what it is called."""
    is_json = raw.lstrip().startswith(JSON)
    carried: Carried = Carried(raw) if is_json else import_module("laurea.artefacts.carrier").carried(raw)
    limit = limit_of(carried.data)
    if len(carried.data) > limit:
        raise InputError(f"{name} is larger than {limit:,} bytes")
    return carried
