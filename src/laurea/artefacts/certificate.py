"""The certificate: PDF/A-3 (level A, so tagged) and PDF/UA-1, a page to read with the credential attached to the byte."""

import json
from dataclasses import dataclass
from datetime import datetime
from importlib import resources

import typst

from laurea.artefacts.baked import check_credential
from laurea.artefacts.fonts import Fonts, cannot_draw
from laurea.artefacts.page import Page
from laurea.artefacts.words import words_of
from laurea.core.summary import Summary
from laurea.errors import FormatError, InputError

MAX_CODE = 1_200  # characters in a QR code of 3 cm: more are too fine for a camera

_SOURCE = (resources.files(__package__) / "certificate.typ").read_bytes()


@dataclass(frozen=True, slots=True)
class Checking:
    """How a reader of the page can check it: where, and what its QR code says; "" for neither."""

    verifier: str = ""
    code: str = ""

    def __post_init__(self) -> None:
        """Refuse a code that no camera reads."""
        if len(self.code) > MAX_CODE:
            raise InputError(
                f"the QR code would have {len(self.code):,} characters, more than the {MAX_CODE:,} that can be read from paper"
            )


def draw(credential: bytes, summary: Summary, *, language: str, at: datetime, checking: Checking, fonts: Fonts) -> bytes:
    """Return the certificate of a credential, labelled in a language; the same bytes for the same input and time.

    Raises FormatError for what is no credential, and for characters that no font has: a certificate leaves none out.
    """
    check_credential(credential)
    page = Page(summary, words_of(language), verifier=checking.verifier, code=checking.code)
    inputs = {"page": json.dumps(page.document(), ensure_ascii=False), "credential": credential.decode()}
    try:
        return fonts.draw(_SOURCE, inputs, at=at)
    except typst.TypstError as error:
        letters = fonts.missing(page.texts)
        if letters:
            raise cannot_draw(letters) from error
        raise FormatError(f"the certificate cannot be drawn: {error.message}") from error
