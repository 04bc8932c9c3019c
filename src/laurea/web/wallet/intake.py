"""What somebody drops into the wallet: a credential as it is, a picture or a page that carries one, or the picture of a QR code."""

from dataclasses import dataclass, field

from laurea.artefacts import baking, pdf, png, qr
from laurea.core import qr_text
from laurea.errors import FormatError
from laurea.services.exchange import is_link
from laurea.web.wallet.language import N_

MAX_FILE_BYTES = qr.MAX_PICTURE_BYTES  # the largest of what is read here
BYTE_ORDER_MARK = b"\xef\xbb\xbf"
PICTURES = (b"\xff\xd8\xff", b"RIFF", b"GIF8", png.SIGNATURE)


@dataclass(frozen=True, slots=True)
class Found:
    """A document, or else a link that leads to one."""

    data: bytes = field(default=b"", repr=False)
    link: str = field(default="", repr=False)


def of_file(data: bytes) -> Found:
    """Return what a file holds; raises FormatError that says why it holds nothing of ours."""
    if data.startswith(pdf.MAGIC) or _is_svg(data):
        return Found(baking.extract(data).data)
    if data.startswith(PICTURES):
        return _of_picture(data)
    return Found(data.strip())


def of_text(text: str) -> Found:
    """Return what was pasted, or stood in a QR code; raises FormatError."""
    if is_link(text):
        return Found(link=text)
    return Found(qr_text.from_text(text) if qr_text.is_text(text) else text.encode())


def _of_picture(data: bytes) -> Found:
    if data.startswith(png.SIGNATURE):
        try:
            return Found(baking.extract(data).data)
        except FormatError as error:
            texts = qr.read(data)
            if not texts:
                raise FormatError(str(error), hint=error.hint) from error
            return of_text(_one(texts))
    return of_text(_one(qr.read(data)))


def _one(texts: list[str]) -> str:
    if len(texts) != 1:
        raise FormatError(
            f"there are {len(texts)} QR codes in the picture" if texts else N_("there is no QR code in the picture, and no credential"),
            hint=N_("take a picture of one code, straight and near"),
        )
    return texts[0].strip()


def _is_svg(data: bytes) -> bool:
    start = data.removeprefix(BYTE_ORDER_MARK).lstrip()[:1]
    return start == b"<"
