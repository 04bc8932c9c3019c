"""Pictures by their kind: bake a credential into a PNG or an SVG, and take it out of these or of a PDF."""

from laurea.artefacts import pdf, png, svg
from laurea.artefacts.baked import Baked


def bake(picture: bytes, credential: bytes) -> bytes:
    """Return a PNG or SVG with a credential in it, to the byte, instead of any that it carried; raises FormatError."""
    return png.bake(picture, credential) if _is_png(picture) else svg.bake(picture, credential)


def extract(data: bytes) -> Baked:
    """Return the one credential that a PNG, an SVG or a PDF carries, to the byte; raises FormatError."""
    if data.startswith(pdf.MAGIC):
        return pdf.extract(data)
    return png.extract(data) if _is_png(data) else svg.extract(data)


def _is_png(data: bytes) -> bool:
    return data.startswith(png.SIGNATURE[:4])  # so that one which a transfer damaged is named for what it is
