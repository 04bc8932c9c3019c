"""The text of a PDF that somebody else made, everything bounded: pages, bytes that streams grow to, characters, and how often it is read."""

import pypdf

from laurea.artefacts.pdf import MAX_INFLATED, MAX_OBJECTS, Bounded
from laurea.errors import FormatError, LaureaError

MAX_BYTES = 10 << 20
MAX_PAGES = 40
MAX_TEXT = 400_000  # characters


def pdf_text(data: bytes) -> str:
    """Return the text of the first pages of a PDF; raises FormatError for damage, for too much, and when there is no text in it."""
    if len(data) > MAX_BYTES:
        raise FormatError(f"the PDF is larger than {MAX_BYTES:,} bytes")
    try:
        with pypdf.apply_configuration(zlib_maximum_output_length=MAX_INFLATED, maximum_declared_stream_length=len(data)):
            text = _text(data)
    except LaureaError:
        raise
    except Exception as error:  # pypdf answers damage with nearly any kind of exception
        raise FormatError(f"the PDF cannot be read: {type(error).__name__}", hint="copy its text into a text file") from error
    if not text.strip():
        raise FormatError("the PDF has no text: it is a picture of a page", hint="copy its words into a text file")
    return text


def _text(data: bytes) -> str:
    reader = pypdf.PdfReader(Bounded(data), strict=True, root_object_recovery_limit=0, xref_stream_maximum_entries=MAX_OBJECTS)
    found: list[str] = []
    left = MAX_TEXT
    for page in reader.pages[:MAX_PAGES]:
        found.append(page.extract_text()[:left])
        left -= len(found[-1])
    return "\n".join(found)
