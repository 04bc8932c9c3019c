"""The registry's storage: where it keeps what, and how a slot is read (DESIGN.md section 3; IAnchorRegistry.sol says the order of the fields).

Slots are numbers below 2^256, as are the words in them. A word that no registry stores raises BadProof.
"""

from collections.abc import Sequence

from eth_hash.auto import keccak

from laurea.core.anchor import Anchor
from laurea.errors import BadProof

WORD_BYTES = 32
CREDENTIALS_A_WORD = 256
MAX_PROFILE_BYTES = 255  # a DID fits; anybody may store more for an issuer of their own, and none of it counts
ISSUERS, KEYS, RECORDS = 0, 1, 2  # the mappings, in the order of the contract
PROFILE = 2  # of the slots of an issuer: admin, proposed admin, profile


def batch_slot(issuer: bytes, root: bytes) -> int:
    """Return where the registry keeps the anchor of a root."""
    return _under(root, _under(issuer, RECORDS))


def revoked_slot(issuer: bytes, root: bytes, word: int) -> int:
    """Return where it keeps 256 revocation bits."""
    return _under(word.to_bytes(WORD_BYTES), batch_slot(issuer, root) + 1 & _MASK)


def key_slot(key: bytes) -> int:
    """Return where it keeps what a key may do, and since when it is compromised."""
    return _under(key, KEYS)


def profile_slot(issuer: bytes) -> int:
    """Return where it keeps the DID that an issuer states, or of a longer one how long that is."""
    return _under(issuer, ISSUERS) + PROFILE & _MASK


def text_slots(slot: int, head: int) -> tuple[int, ...]:
    """Return the slots of a text whose own slot holds `head`: none if it stands in there, or is longer than counts."""
    size = text_size(head)
    if not head & 1 or size > MAX_PROFILE_BYTES:
        return ()
    start = int.from_bytes(keccak(slot.to_bytes(WORD_BYTES)))
    return tuple(start + number & _MASK for number in range((size + WORD_BYTES - 1) // WORD_BYTES))


def text_size(head: int) -> int:
    """Return how many bytes a text has; raises BadProof when its slot holds what Solidity does not write."""
    size = head >> 1 if head & 1 else (head & 0xFF) >> 1
    if (size < WORD_BYTES) == bool(head & 1):
        raise BadProof("the slot of a text holds no text")
    return size


def read_text(head: int, words: Sequence[int]) -> str:
    """Return a text from its own slot and those of `text_slots`; "" for one that cannot be a DID."""
    size = text_size(head)
    if size > MAX_PROFILE_BYTES:
        return ""
    raw = b"".join(word.to_bytes(WORD_BYTES) for word in (words if head & 1 else [head]))
    try:
        return raw[:size].decode()
    except UnicodeDecodeError:
        return ""


def anchoring_key(batch: int) -> bytes | None:
    """Return the key that anchored, from the word of a batch; None when nothing is anchored."""
    return _field(batch, 0, 160).to_bytes(20) if _field(batch, 160, 200) else None


def read_anchor(batch: int, key: int) -> Anchor | None:
    """Return the anchor from the word of the batch and that of its key; None when nothing is anchored."""
    holder = anchoring_key(batch)
    if batch >> 248 or _field(batch, 232, 240) > 1 or (holder is None and batch):
        raise BadProof("the slot of a batch holds no batch")
    if holder is None:
        return None
    if key >> 248:
        raise BadProof("the slot of a key holds no key")
    return Anchor(
        key=holder,
        time=_field(batch, 160, 200),
        size=_field(batch, 200, 232),
        revoked=bool(_field(batch, 232, 240)),
        reason=_field(batch, 240, 248),
        compromised_from=_field(key, 208, 248),
    )


_MASK = (1 << 256) - 1


def _under(key: bytes, mapping: int) -> int:
    """Return the slot of a mapping's value; an address is padded as the contract does."""
    return int.from_bytes(keccak(key.rjust(WORD_BYTES, b"\0") + mapping.to_bytes(WORD_BYTES)))


def _field(word: int, low: int, high: int) -> int:
    return word >> low & (1 << high - low) - 1
