"""What a holder says themselves in a presentation: what it is for, notes and files. Nobody but they vouch for it.

The purpose is the presentation's `description`. Notes and digests of files are a credential without a proof, which the holder issues to themselves
and secures by signing the presentation around it (VC 2.0, "Presentations Including Holder Claims").
"""

from base64 import urlsafe_b64encode
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from laurea.core.canonical import Json, JsonObject
from laurea.core.digests import Digest, sri
from laurea.core.file_names import MAX_NAME, is_plain
from laurea.core.openbadge import CONTEXT
from laurea.errors import FormatError

TYPE = "VerifiableCredential"
MAX_FILES = 32  # in one statement
MAX_NOTES = 32
MAX_WORDS = 4000  # characters of a purpose or a note
RESOURCE = "relatedResource"


class Found(StrEnum):
    """How a file beside a presentation compares with what its holder signed."""

    MATCHES = "matches"
    DIFFERS = "differs"
    MISSING = "missing"


@dataclass(frozen=True, slots=True)
class FileNamed:
    """A file that goes with a presentation, by its name and digest."""

    name: str
    media_type: str
    sri: str

    @classmethod
    def of(cls, name: str, media_type: str, data: bytes) -> "FileNamed":
        """Name a file."""
        return cls(name, media_type, sri(data))

    def found(self, data: bytes | None) -> Found:
        """Compare with what is there under the name, None when nothing is."""
        digest = Digest.parse(self.sri)
        if data is None:
            return Found.MISSING
        return Found.MATCHES if digest is not None and digest.fits(data) else Found.DIFFERS

    def document(self) -> JsonObject:
        """Return it as a related resource of VC 2.0."""
        digest = Digest.parse(self.sri)
        value = urlsafe_b64encode(digest.value if digest else b"").rstrip(b"=").decode()
        return {"id": f"ni:///sha-256;{value}", "name": self.name, "mediaType": self.media_type, "digestSRI": self.sri}


@dataclass(frozen=True, slots=True)
class NoteOn:
    """The holder's words about a credential, which is known by its id, if it has one."""

    about: str
    text: str


@dataclass(frozen=True, slots=True)
class Statement:
    """What a holder says: the purpose, notes, files; "" and empty when they say nothing."""

    purpose: str = ""
    notes: tuple[NoteOn, ...] = ()
    files: tuple[FileNamed, ...] = ()

    def members(self) -> JsonObject:
        """Return what it adds to a presentation itself."""
        return {"description": self.purpose} if self.purpose else {}

    def credentials(self, holder: str) -> list[Json]:
        """Return what it adds to the credentials of a presentation by a holder."""
        if not self.notes and not self.files:
            return []
        about: list[Json] = [{**({"id": note.about} if note.about else {}), "description": note.text} for note in self.notes]
        resources: list[Json] = [file.document() for file in self.files]
        return [
            {
                "@context": [CONTEXT],
                "type": [TYPE],
                "issuer": holder,
                "credentialSubject": about or {"id": holder},
                **({RESOURCE: resources} if resources else {}),
            }
        ]

    @classmethod
    def of(cls, presentation: JsonObject, said: JsonObject | None) -> "Statement":
        """Read what the holder of a presentation says, `said` being their own credential; raises FormatError."""
        purpose = presentation.get("description", "")
        if not isinstance(purpose, str) or len(purpose) > MAX_WORDS:
            raise FormatError("the description of the presentation is no short text")
        if said is None:
            return cls(purpose)
        return cls(purpose, _notes(said), _files(said))


def is_statement(value: Json, holder: Json) -> bool:
    """Tell whether one of the credentials in a presentation is what its holder says themselves: it has no proof, and nobody else issued it."""
    return (
        isinstance(value, dict) and "proof" not in value and isinstance(holder, str) and value.get("issuer") == holder and _is_plain(value)
    )


def _is_plain(value: Mapping[str, Json]) -> bool:
    return value.get("type") == [TYPE] and set(value) <= {"@context", "type", "issuer", "credentialSubject", RESOURCE}


def _notes(said: JsonObject) -> tuple[NoteOn, ...]:
    subjects = said.get("credentialSubject")
    items = subjects if isinstance(subjects, list) else [subjects]
    if len(items) > MAX_NOTES:
        raise FormatError(f"the holder's statement has more than {MAX_NOTES} notes")
    return tuple(note for note in map(_note, items) if note is not None)


def _note(item: Json) -> NoteOn | None:
    if not isinstance(item, dict):
        raise FormatError("a note of the holder's statement is not an object")
    text, about = item.get("description"), item.get("id", "")
    if text is None:
        return None
    if not isinstance(text, str) or not isinstance(about, str) or len(text) > MAX_WORDS:
        raise FormatError("a note of the holder's statement is no short text")
    return NoteOn(about, text)


def _files(said: JsonObject) -> tuple[FileNamed, ...]:
    items = said.get(RESOURCE, [])
    if not isinstance(items, list) or len(items) > MAX_FILES:
        raise FormatError(f"the holder's statement names no list of at most {MAX_FILES} files")
    found = tuple(map(_file, items))
    if len({file.name for file in found}) != len(found):
        raise FormatError("the holder's statement names two files alike")
    return found


def _file(item: Json) -> FileNamed:
    match item:
        case {"name": str(name), "mediaType": str(media_type), "digestSRI": str(text)} if is_plain(name) and Digest.parse(text) is not None:
            return FileNamed(name, media_type[:MAX_NAME], text)
    raise FormatError("a file of the holder's statement has no plain name, no media type or no digest")
