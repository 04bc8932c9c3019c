"""What one Data Integrity suite is: the one interface of all of them (Verifiable Credential Data Integrity 1.0, section 4)."""

from collections.abc import Callable
from dataclasses import dataclass
from hashlib import sha256

from laurea.core import canonical
from laurea.core.canonical import Json, JsonObject

Transform = Callable[[JsonObject], bytes]
"""Takes a document to the bytes that stand for it; raises FormatError for one that it cannot take."""


@dataclass(frozen=True, slots=True)
class Suite:
    """A suite: its name, the length of its public keys, how it makes bytes of a document, and whether its proofs carry the context."""

    name: str
    key_bytes: int
    transform: Transform
    carries_context: bool

    def options_of(self, document: JsonObject, options: JsonObject) -> JsonObject:
        """Return the options of a new proof over a document."""
        return {**options, "@context": document["@context"]} if self.carries_context and "@context" in document else options

    def hash_data(self, document: JsonObject, options: JsonObject) -> bytes:
        """Return what is signed: the hash of the options, then that of the document."""
        return self.options_hash(document, options) + sha256(self.transform(document)).digest()

    def options_hash(self, document: JsonObject, options: JsonObject) -> bytes:
        """Return the first half of what is signed, which is the same for all documents with one `@context`."""
        if not self.carries_context and "@context" in document:
            options = {**options, "@context": document["@context"]}
        return sha256(self.transform(options)).digest()

    def document_of(self, document: JsonObject, options: JsonObject) -> JsonObject | None:
        """Return the document as a proof with these options has signed it; None when it has signed another."""
        if not self.carries_context or "@context" not in options:
            return document
        if not _starts_with(document.get("@context"), options["@context"]):
            return None
        return {**document, "@context": options["@context"]}


def _starts_with(context: Json, signed: Json) -> bool:
    """Tell whether a document's @context begins with all that was signed, in the same order (EdDSA Cryptosuites 1.0, 3.3.2, step 4)."""
    have: list[Json] = context if isinstance(context, list) else [context]
    want: list[Json] = signed if isinstance(signed, list) else [signed]
    return canonical.dump(have[: len(want)]) == canonical.dump(want)
