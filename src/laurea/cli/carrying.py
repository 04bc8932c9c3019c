"""What a file carries. What reads pictures and PDFs is imported when there is one: most files are JSON."""

from dataclasses import dataclass, field
from importlib import import_module
from pathlib import Path

from laurea.cli import output
from laurea.errors import InputError

MAX_FILE = 16 << 20  # bytes: a photograph of a QR code
MAX_DOCUMENT = 1 << 20
JSON = (b"{", b"[")


@dataclass(frozen=True, slots=True)
class Carried:
    """A document, or the link that a QR code holds."""

    data: bytes = field(repr=False)
    link: str = field(default="", repr=False)


def read(path: Path) -> Carried:
    """Return what a file carries, "-" being stdin; raises InputError when it cannot be read, is too large, damaged, or carries nothing."""
    raw = output.read(path, limit=MAX_FILE)
    carried = Carried(raw)
    if not raw.lstrip().startswith(JSON):
        found = import_module("laurea.artefacts.carrier").carried(raw)
        carried = Carried(found.data, found.link)
    if len(carried.data) > MAX_DOCUMENT:
        raise InputError(f"{path} is larger than {MAX_DOCUMENT:,} bytes")
    return carried
