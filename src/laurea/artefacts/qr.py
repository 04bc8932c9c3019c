"""QR codes: drawn as SVG or PNG, and read from pictures, also those that a phone took."""

import io
import warnings
from typing import Literal

import segno
import zxingcpp
from PIL import Image
from segno import DataOverflowError

from laurea.errors import FormatError, InputError

MAX_PICTURE_BYTES = 16 << 20  # a photograph of a phone has a third of it
MAX_PIXELS = 24_000_000  # decoded they take 4 bytes each; a PNG of a kilobyte can ask for gigabytes
FORMATS = ("PNG", "JPEG", "WEBP", "GIF")
PNG_SCALE = 6  # pixels a module: large enough for a phone that looks at a screen
SVG_SCALE = 4
CAPACITY = "4,296 of digits, capital letters and $%*+-./: and blanks, 2,953 bytes of anything else"

_TOO_MANY = f"the picture has more than {MAX_PIXELS:,} pixels"
_SMALLER = "scale it down, or cut out the code"


def draw(text: str, kind: Literal["svg", "png"]) -> bytes:
    """Return the QR code of a text as a picture; raises InputError when no code holds it.

    It is the smallest code that holds the text, with as much error correction as that has room for: level L at least, which
    mends 7 %. Larger modules help a camera more than more correction in smaller ones.
    """
    try:
        code = segno.make_qr(text, error="l", boost_error=True)
    except DataOverflowError as error:
        raise InputError(
            f"the text has {len(text):,} characters, too many for a QR code: it holds {CAPACITY}",
            hint="hide some of the claims, or draw a link to what is shared instead",
        ) from error
    data = io.BytesIO()
    code.save(data, kind=kind, scale=PNG_SCALE if kind == "png" else SVG_SCALE, light="#fff")
    return data.getvalue()


def read(picture: bytes) -> list[str]:
    """Return the texts of all QR codes in a picture (PNG, JPEG, WebP or GIF, of which the first frame counts).

    Raises FormatError for what is no such picture, InputError for one that is too large. No code is an empty list.
    """
    if len(picture) > MAX_PICTURE_BYTES:
        raise InputError(f"the picture is larger than {MAX_PICTURE_BYTES:,} bytes", hint=_SMALLER)
    return [code.text for code in zxingcpp.read_barcodes(_grey(picture), formats=zxingcpp.BarcodeFormats(zxingcpp.BarcodeFormat.QRCode))]


def _grey(picture: bytes) -> Image.Image:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # what it has to complain of that does no harm is nobody's concern
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            with Image.open(io.BytesIO(picture), formats=FORMATS) as opened:
                # The header says how many there will be: nothing has been decoded yet.
                if opened.width * opened.height > MAX_PIXELS:
                    raise InputError(_TOO_MANY, hint=_SMALLER)
                return _on_white(opened)
    except (Image.DecompressionBombWarning, Image.DecompressionBombError) as error:
        raise InputError(_TOO_MANY, hint=_SMALLER) from error
    except (OSError, SyntaxError, ValueError, EOFError) as error:  # Pillow's words for a damaged picture, by its decoders
        raise FormatError(f"the picture cannot be read: it is none of {', '.join(FORMATS)}, or damaged") from error


def _on_white(opened: Image.Image) -> Image.Image:
    if not opened.has_transparency_data:
        return opened.convert("L")
    coloured = opened.convert("RGBA")  # what is transparent would be black otherwise, and so are the modules
    return Image.alpha_composite(Image.new("RGBA", coloured.size, "white"), coloured).convert("L")
