"""What of a credential leaves the wallet without a holder's signature: in a picture, a PDF, a QR code, or behind a link."""

import json
from dataclasses import dataclass

from laurea.artefacts.certificate import MAX_CODE
from laurea.core import qr_text
from laurea.core.canonical import JsonObject
from laurea.core.disclosure import derive
from laurea.core.proof import anchor_proof
from laurea.core.staple import without_staple
from laurea.errors import InputError
from laurea.services.holding.choice import Choice
from laurea.services.holding.entry import Entry

ALL = Choice()


@dataclass(frozen=True, slots=True)
class Portion:
    """Some of a credential's claims with their proof; or, when `complete`, the credential as it was received.

    A complete one carries the issuer's signatures, which verifiers other than ours need, and the seed, by which whoever has it can show all.
    """

    choice: Choice = ALL
    complete: bool = False

    def of(self, entry: Entry) -> bytes:
        """Return the text of the document; raises InputError for a choice that a complete one, or one that is not anchored, cannot have."""
        if self.complete:
            if self.choice != ALL:
                raise InputError("a complete credential hides nothing", hint="leave out --complete, or --show and --hide")
            return entry.held.document
        document = self._derived(entry)
        return json.dumps(document, ensure_ascii=False, indent=2).encode() + b"\n"

    def document(self, entry: Entry) -> JsonObject:
        """Return the document as JSON; raises as `of` does, and FormatError for a JWT, which is none."""
        return entry.credential.secured() if self.complete else self._derived(entry)

    def _derived(self, entry: Entry) -> JsonObject:
        if entry.jwt or anchor_proof(entry.credential) is None:
            raise InputError(
                "the credential is not anchored, so no part of it can be shown alone",
                hint="--complete hands it out whole, as it was received",
            )
        shown = self.choice.of(entry.credential)
        return derive(entry.credential, shown.__contains__).secured()


def code_text(entry: Entry, portion: Portion) -> str:
    """Return the credential as the text of a QR code, which has no room for a staple; raises as `Portion.document` and `qr_text.to_text`."""
    return qr_text.to_text(without_staple(portion.document(entry)))


def code_on_paper(entry: Entry, portion: Portion) -> str:
    """Return the credential as the text of a QR code, "" when it is too large to be read from paper."""
    try:
        text = code_text(entry, portion)
    except InputError:
        return ""
    return text if len(text) <= MAX_CODE else ""
