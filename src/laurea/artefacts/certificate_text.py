"""The words and links of a PDF certificate of anybody's: its first pages, and everything bounded."""

from collections.abc import Iterator

import pypdf
from pypdf.generic import ArrayObject, DictionaryObject

from laurea.artefacts.baked import check_size
from laurea.artefacts.pdf import MAGIC, MAX_OBJECTS, Bounded
from laurea.errors import FormatError, LaureaError

MAX_PAGES = 3
MAX_CONTENT = 1 << 20  # bytes of one page's content: that of a certificate has some ten KiB
MAX_LINKS = 50
MAX_TEXT = 20_000  # characters


def text_of(data: bytes) -> str:
    """Return the words of a PDF's first pages, a link to a line after them; "" when it is a picture alone. Raises FormatError for damage."""
    check_size(data, file="PDF")
    if not data.startswith(MAGIC):
        raise FormatError("the file is no PDF")
    try:
        with pypdf.apply_configuration(zlib_maximum_output_length=MAX_CONTENT, maximum_declared_stream_length=len(data)):
            return "\n".join(_lines(data))[:MAX_TEXT]
    except LaureaError:
        raise
    except Exception as error:  # pypdf answers damage with nearly any kind of exception
        raise FormatError(f"the PDF cannot be read: {type(error).__name__}", hint="print it into a new PDF, or add its link") from error


def _lines(data: bytes) -> Iterator[str]:
    reader = pypdf.PdfReader(Bounded(data), strict=False, root_object_recovery_limit=0, xref_stream_maximum_entries=MAX_OBJECTS)
    if reader.is_encrypted and not reader.decrypt(""):  # most certificates are locked against changes alone
        raise FormatError("the PDF is encrypted", hint="save a copy without a password")
    for number in range(min(MAX_PAGES, len(reader.pages))):
        page = reader.pages[number]
        yield page.extract_text()
        yield from _links(page)


def _links(page: DictionaryObject) -> Iterator[str]:
    annotations = page.get("/Annots")
    found = annotations.get_object() if annotations is not None else None
    for each in (list(found) if isinstance(found, ArrayObject) else [])[:MAX_LINKS]:
        action = each.get_object()
        target = action.get("/A") if isinstance(action, DictionaryObject) else None
        where = target.get_object() if target is not None else None
        if isinstance(where, DictionaryObject) and isinstance(where.get("/URI"), str):
            yield str(where["/URI"])
