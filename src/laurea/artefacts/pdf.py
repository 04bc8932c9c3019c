"""Credentials out of PDF files of anybody's: exactly one, attached as PDF/A-3 has it, and everything bounded."""

import logging
from collections.abc import Iterator
from io import BytesIO
from itertools import islice

import pypdf
from pypdf.generic import ArrayObject, DictionaryObject, NameObject, PdfObject, StreamObject, TextStringObject

from laurea.artefacts.baked import MAX_TEXT, Baked, check_size, one
from laurea.errors import FormatError, LaureaError

MAGIC = b"%PDF-"
NAMES = ("credential.json", "credential.jwt")
TYPES = ("application/vc", "application/vc+json", "application/vc+ld+json", "application/ld+json", "application/vc+jwt")

MAX_INFLATED = (
    2 << 20
)  # bytes of any one stream: tables of a PDF of 10 MiB have some hundred KiB; some ways of packing take a second for this
MOST_READS = 1_000_000  # pypdf reads byte by byte where it parses: tables of 100,000 objects take as many reads
MAX_OBJECTS = 100_000  # in its table
MAX_ATTACHED = 100  # files, and nodes of the tree that names them

_FILE = "PDF"

logging.getLogger("pypdf").addHandler(logging.NullHandler())  # what it has to complain of, it raises


class Bounded(BytesIO):
    """A file that may be read so often and no more: the time that a parser takes goes with how often it reads."""

    _left = MOST_READS

    def read(self, size: int | None = -1, /) -> bytes:
        """Return the next bytes; raises FormatError beyond the bound."""
        if not self._left:
            raise FormatError("the PDF is too much work to read", hint="print it into a new PDF, and attach the credential again")
        self._left -= 1
        return super().read(size)


def extract(data: bytes) -> Baked:
    """Return the one credential that a PDF has attached, to the byte; raises FormatError for damage and for several, NotFound for none."""
    check_size(data, file=_FILE)
    if not data.startswith(MAGIC):
        raise FormatError("the file is no PDF")
    try:
        with pypdf.apply_configuration(zlib_maximum_output_length=MAX_INFLATED, maximum_declared_stream_length=len(data)):
            # Two are too many: what further ones are need not be found out.
            return one(list(islice(_attached(data), 2)), file=_FILE)
    except LaureaError:
        raise
    except Exception as error:  # pypdf answers damage with nearly any kind of exception
        raise FormatError(
            f"the PDF cannot be read: {type(error).__name__}", hint="it is damaged, or was changed since it was made"
        ) from error


def _attached(data: bytes) -> Iterator[Baked]:
    reader = pypdf.PdfReader(Bounded(data), strict=True, root_object_recovery_limit=0, xref_stream_maximum_entries=MAX_OBJECTS)
    if reader.is_encrypted:
        raise FormatError("the PDF is encrypted", hint="save a copy without a password")
    root = _object(reader.trailer.get("/Root"))
    seen: set[int] = set()
    for count, item in enumerate(_specifications(root)):
        if count == MAX_ATTACHED:
            raise FormatError(f"the PDF has more than {MAX_ATTACHED} files attached")
        stream = _object(_object(_object(item).get("/EF")).get("/F"))
        # The same file may be named twice, associated and attached; the reader keeps one object of it.
        if id(stream) not in seen and isinstance(stream, StreamObject) and _is_credential(_object(item), stream):
            seen.add(id(stream))
            yield _read(stream)


def _specifications(root: DictionaryObject) -> Iterator[PdfObject]:
    """Give what names the files: the associated ones of PDF/A-3 first, then the tree of all that are attached."""
    yield from _array(root.get("/AF"))
    nodes = [_object(_object(root.get("/Names")).get("/EmbeddedFiles"))]
    for count, node in enumerate(nodes):  # which grows meanwhile
        if count == MAX_ATTACHED:
            raise FormatError(f"the PDF names its attached files in more than {MAX_ATTACHED} places")
        nodes.extend(_object(kid) for kid in _array(node.get("/Kids"))[:MAX_ATTACHED])
        yield from _array(node.get("/Names"))[1::2]


def _is_credential(specification: DictionaryObject, stream: StreamObject) -> bool:
    names = [specification.get("/UF"), specification.get("/F")]
    kind = stream.get("/Subtype")
    named = any(isinstance(name, TextStringObject) and name in NAMES for name in names)
    return named or (isinstance(kind, NameObject) and kind.removeprefix("/") in TYPES)


def _read(stream: StreamObject) -> Baked:
    data = stream.get_data()
    if len(data) > MAX_TEXT:
        raise FormatError(f"the PDF carries a credential larger than {MAX_TEXT:,} bytes")
    return Baked.of(data)


def _object(value: PdfObject | None) -> DictionaryObject:
    found = value.get_object() if value is not None else None
    return found if isinstance(found, DictionaryObject) else DictionaryObject()


def _array(value: PdfObject | None) -> list[PdfObject]:
    found = value.get_object() if value is not None else None
    return list(found) if isinstance(found, ArrayObject) else []
