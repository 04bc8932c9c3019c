"""The leaf of a document in a batch of Blockcerts: its hash alone. It is bound to no chain, issuer or index; who anchors the root is all that tells."""

from collections.abc import Sequence

from laurea.core import canonical
from laurea.core.blockcerts.normal import Normalizer
from laurea.core.leaf import COMMITMENT_BYTES, commitment
from laurea.core.tree import HASH_BYTES
from laurea.errors import FormatError


class Hashes:
    """Hashes the documents of a batch, which are of few shapes: each goes through JSON-LD once."""

    def __init__(self) -> None:
        """Know no shape yet."""
        self._normalizer = Normalizer(shapes=True)

    def of(self, text: bytes) -> bytes:
        """Return the leaf of a document, given in JCS without `proof`; raises FormatError, and Undecidable for what it might mean otherwise."""
        document = canonical.parse(text)
        if not isinstance(document, dict):
            raise FormatError("a document of Blockcerts is a JSON object")
        return self._normalizer.digest(document)

    def committed(self, text: bytes) -> bytes:
        """Return it as it is kept of a credential that is not sealed: as of one with no claims."""
        return commitment(0, self.of(text))


def commitments(texts: Sequence[bytes]) -> bytes:
    """Return what is kept of documents, concatenated in their order; in any process."""
    return b"".join(map(Hashes().committed, texts))


def are_right(texts: Sequence[bytes], found: bytes, at: int) -> bool:
    """Tell whether one of the hashes is what we find: so that another version of this, elsewhere, is noticed."""
    size = COMMITMENT_BYTES
    return len(found) == size * len(texts) and found[at * size : (at + 1) * size] == commitments(texts[at : at + 1])


def leaves_of(committed: bytes | bytearray, order: Sequence[int]) -> bytes:
    """Return the leaves of a batch, concatenated, from what is kept of its members and from which of them has each index."""
    size = COMMITMENT_BYTES
    return b"".join([committed[(place + 1) * size - HASH_BYTES : (place + 1) * size] for place in order])
