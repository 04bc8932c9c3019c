"""Whatever a credential comes in: its text, a baked picture, a PDF, a QR code; told apart by the bytes, not by the name."""

from laurea.artefacts import pdf, png, qr, svg
from laurea.artefacts.baked import Baked, Carried, Kind, is_any_link
from laurea.core import qr_text
from laurea.core.credential_offer import SCHEME
from laurea.errors import FormatError, NotFound

MAX_FILE = qr.MAX_PICTURE_BYTES  # the largest of them are photographs

_PHOTOGRAPHS = (b"\xff\xd8\xff", b"GIF8", b"RIFF")  # JPEG, GIF, WebP
_BLANKS = b"\xef\xbb\xbf \t\r\n"


def carried(data: bytes) -> Carried:
    """Return what a file carries; raises FormatError for damage, for several at once, and for a picture or a PDF that carries nothing.

    What is none of these is taken for the document itself: its reader says what is wrong with it.
    """
    try:
        return _carried(data)
    except NotFound as error:
        raise FormatError(str(error), hint=error.hint) from error


def in_text(text: str) -> Carried:
    """Return what a text carries that was pasted or stood in a QR code: a document, the text of a code, or a link; raises FormatError."""
    if qr_text.is_text(text):
        return Carried(qr_text.from_text(text))
    return Carried(link=text) if is_any_link(text) else Carried(text.encode("utf-8", "surrogatepass"))


def _carried(data: bytes) -> Carried:
    text = data.lstrip(_BLANKS)
    if data.startswith(pdf.MAGIC):
        return _of_baked(pdf.extract(data))
    if data.startswith(png.SIGNATURE):
        return _in_picture(data)
    if data.startswith(_PHOTOGRAPHS):
        return _in_code(data)
    if text.startswith(b"<"):
        return _of_baked(svg.extract(data))
    if text.startswith((qr_text.PREFIX.encode(), SCHEME.encode())):
        return in_text(text.decode(errors="replace").strip())
    return Carried(data)


def _in_picture(data: bytes) -> Carried:
    try:
        return _of_baked(png.extract(data))
    except NotFound as nothing:
        try:
            return _in_code(data)
        except NotFound:
            raise nothing from None


def _in_code(data: bytes) -> Carried:
    texts = list(dict.fromkeys(qr.read(data)))
    if not texts:
        raise NotFound("the picture shows no QR code that can be read", hint="take it closer, straight and sharp")
    if len(texts) > 1:
        raise FormatError(f"the picture shows {len(texts)} QR codes, and nobody can tell which one counts", hint="cut out one of them")
    found = in_text(texts[0].strip())
    if found.link or qr_text.is_text(texts[0].strip()):
        return found
    raise FormatError("the QR code carries neither a credential nor a link")


def _of_baked(found: Baked) -> Carried:
    if found.kind is Kind.OPEN_BADGES_2:
        raise FormatError(
            "this is an Open Badges 2.0 badge: it has no proof of its own, so it is worth what its issuer's server says",
            hint="ask the issuer for the same badge as Open Badges 3.0, or keep it as history: laurea wallet history add",
        )
    return Carried(found.data)
