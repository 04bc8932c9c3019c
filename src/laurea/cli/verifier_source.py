"""What is verified when it is one: a file, what a picture or a PDF carries, or what a link shares."""

from dataclasses import dataclass
from pathlib import Path

from laurea.artefacts.baked import is_link
from laurea.cli import carrying, output
from laurea.core import jose
from laurea.errors import InputError
from laurea.services.sharing import fetch, require_share_link

DOCUMENT = "credential.json"  # what is called so has no file of its own


@dataclass(frozen=True, slots=True)
class Opened:
    """A document, and the files that it was taken from with their names, the outermost first: the document itself is the last."""

    files: tuple[tuple[str, bytes], ...]

    @property
    def data(self) -> bytes:
        """The document."""
        return self.files[-1][1]


def opened(source: str, *, follow: bool) -> Opened:
    """Return the document that a path ("-" is stdin) or a share link leads to; raises InputError when there is none that can be checked.

    A link that stands in a picture is only followed with `follow`: whoever made the picture chose whom to ask.
    """
    found = Opened(((DOCUMENT, _fetched(source)),)) if is_link(source) else _of_file(source, follow=follow)
    jose.refuse_compact(found.data)
    return found


def _of_file(path: str, *, follow: bool) -> Opened:
    raw = output.read(Path(path), limit=carrying.MAX_FILE)
    carried = carrying.of(raw, path)
    name = DOCUMENT if path == "-" else Path(path).name
    if not carried.link:
        return Opened(((name, raw),) if carried.data == raw else ((name, raw), (DOCUMENT, carried.data)))
    if not follow:
        raise InputError("the QR code holds a link", hint="pass --follow to fetch what is shared there")
    return Opened(((name, raw), (DOCUMENT, _fetched(carried.link))))


def _fetched(link: str) -> bytes:
    require_share_link(link)
    data = fetch(link)
    if len(data) > carrying.MAX_DOCUMENT:
        raise InputError(f"what the link shares is larger than {carrying.MAX_DOCUMENT:,} bytes")
    return data
