"""What a holder adds to a credential: files as evidence, and a note. All of it is their own word, unless the credential names a file's digest."""

from dataclasses import dataclass, replace
from datetime import datetime

from laurea.core import digests, file_names
from laurea.core.digests import Likeness
from laurea.core.statement import MAX_WORDS
from laurea.errors import InputError, NotFound
from laurea.services.holding import entry
from laurea.services.holding.entry import Entry
from laurea.storage.wallet import Attachment, Held, Note, Wallet

MAX_FILE = 10 << 20  # bytes: a scan of many pages
MAX_ALL = 32 << 20  # bytes of all files: encoded twice they are 57 MiB of the 64 that a wallet may have

_TEXT = {
    "txt": "text/plain",
    "csv": "text/csv",
    "md": "text/markdown",
    "json": "application/json",
    "html": "text/html",
    "svg": "image/svg+xml",
}
_OFFICE = "application/vnd.openxmlformats-officedocument"
_ZIPPED = {
    "docx": f"{_OFFICE}.wordprocessingml.document",
    "xlsx": f"{_OFFICE}.spreadsheetml.sheet",
    "pptx": f"{_OFFICE}.presentationml.presentation",
    "odt": "application/vnd.oasis.opendocument.text",
    "epub": "application/epub+zip",
}
_BEGINNINGS = (
    (b"%PDF-", "application/pdf"),
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"GIF8", "image/gif"),
    (b"\x1a\x45\xdf\xa3", "video/webm"),
    (b"OggS", "audio/ogg"),
    (b"ID3", "audio/mpeg"),
)


@dataclass(frozen=True, slots=True)
class Filed:
    """A file that is attached to a credential, and how it compares with what the credential names."""

    file: Attachment
    likeness: Likeness


def media_type(name: str, data: bytes) -> str:
    """Return what a file is, by what it begins with, and by its ending where that leaves a choice."""
    ending = name.rpartition(".")[2].lower()
    if data.startswith(b"PK\x03\x04"):
        return _ZIPPED.get(ending, "application/zip")
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return "image/webp"
    if data[4:8] == b"ftyp":
        return "video/mp4"
    known = next((kind for begin, kind in _BEGINNINGS if data.startswith(begin)), None)
    return known or (_TEXT.get(ending, "text/plain") if _is_text(data) else "application/octet-stream")


def filed(opened: Wallet, name: str) -> tuple[Filed, ...]:
    """Return the files of the credential that a name stands for, in the order in which they came."""
    return _filed(opened, entry.find(entry.entries(opened), name))


def attached(kept: Wallet, name: str, file_name: str, data: bytes) -> Wallet:
    """Return the wallet with a file attached to a credential; raises InputError when it is too large, or another is called so."""
    found = entry.find(entry.entries(kept), name)
    given = file_names.plain(file_name)
    file = Attachment(given, media_type(given, data), data)
    there = next((each for each in kept.attachments if each.digest == file.digest), file)
    _refuse_file(kept, found, there, new=there is file)
    if there.digest in found.held.evidence:
        return kept
    changed = replace(found.held, evidence=(*found.held.evidence, there.digest))
    return _with(replace(kept, attachments=(*kept.attachments, file)) if there is file else kept, changed)


def detached(kept: Wallet, name: str, file_name: str) -> Wallet:
    """Return the wallet without a file of a credential; raises NotFound when it has none that is called so."""
    found = entry.find(entry.entries(kept), name)
    gone = [each.file.digest for each in _filed(kept, found) if each.file.name == file_name]
    if not gone:
        raise NotFound(f"number {found.number} has no file {file_name!r}", hint=f"laurea wallet files {found.number} lists them")
    changed = _with(kept, replace(found.held, evidence=tuple(each for each in found.held.evidence if each not in gone)))
    used = {digest for each in changed.held for digest in each.evidence}
    return replace(changed, attachments=tuple(each for each in changed.attachments if each.digest in used))


def noted(kept: Wallet, name: str, text: str, *, at: datetime) -> Wallet:
    """Return the wallet with the holder's note on a credential; "" takes it away, in other copies of the wallet, too, once they are merged."""
    if len(text) > MAX_WORDS:
        raise InputError(f"the note is longer than {MAX_WORDS:,} characters", hint="attach a file instead: laurea wallet attach")
    found = entry.find(entry.entries(kept), name)
    return _with(kept, replace(found.held, note=Note(text, at)))


def size(kept: Wallet) -> int:
    """Return how many bytes the files of a wallet have together: those that are evidence, and those of the history."""
    return sum(len(each.data) for each in kept.attachments) + sum(len(each.data) for each in kept.history)


def _filed(opened: Wallet, found: Entry) -> tuple[Filed, ...]:
    named = digests.named(found.credential.document)
    files = {file.digest: file for file in opened.attachments}
    return tuple(Filed(files[digest], digests.likeness(files[digest].data, named)) for digest in found.held.evidence if digest in files)


def _refuse_file(kept: Wallet, found: Entry, file: Attachment, *, new: bool) -> None:
    if len(file.data) > MAX_FILE:
        raise InputError(f"{file.name} is larger than {MAX_FILE:,} bytes", hint="attach a smaller one, as a scan of fewer pixels")
    total = size(kept) + (len(file.data) if new else 0)
    if total > MAX_ALL:
        raise InputError(
            f"the files of the wallet would be {total:,} bytes together, and {MAX_ALL:,} fit", hint="take another out: laurea wallet detach"
        )
    if any(each.file.name == file.name and each.file.digest != file.digest for each in _filed(kept, found)):
        raise InputError(
            f"another file of number {found.number} is called {file.name}", hint="give this one another name, or detach that one"
        )


def _with(kept: Wallet, changed: Held) -> Wallet:
    return replace(kept, held=tuple(changed if each.digest == changed.digest else each for each in kept.held))


def _is_text(data: bytes) -> bool:
    try:
        return b"\x00" not in data and data.decode() is not None
    except UnicodeDecodeError:
        return False
