"""Where to look on the chain (AnchorRef), and what was there (Facts)."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum


@dataclass(frozen=True, slots=True)
class AnchorRef:
    """The place of an anchor: chain id, registry and issuer id (20 bytes each), batch root (32 bytes)."""

    chain_id: int
    registry: bytes
    issuer_id: bytes
    root: bytes


@dataclass(frozen=True, slots=True)
class Block:
    """A block: its number, its 32-byte hash and its time."""

    number: int
    hash: bytes
    time: datetime


@dataclass(frozen=True, slots=True)
class Anchor:
    """A batch as the registry holds it, and since when its key is compromised; times in seconds since 1970, 0 for never."""

    key: bytes
    time: int
    size: int
    revoked: bool
    reason: int
    compromised_from: int

    @property
    def good(self) -> bool:
        """Whether the anchor counts (DESIGN.md section 3): made, and not by a key compromised at that time."""
        return self.time != 0 and (self.compromised_from == 0 or self.compromised_from > self.time)


@dataclass(frozen=True, slots=True)
class View:
    """What the registry held at one block: the anchor, the credential's own revocation bit, the issuer's profile."""

    block: Block
    anchor: Anchor | None
    revoked: bool
    profile: str

    @property
    def revocations(self) -> tuple[bool, bool]:
        """Whether the credential's own bit is set, and whether its batch is revoked."""
        return self.revoked, self.anchor is not None and self.anchor.revoked


class By(StrEnum):
    """How facts were read: as nodes answer for the registry, proven against the headers of the blocks, or from the credential's staple.

    By a staple there is only what was at its block, in `finalized`; `trouble` says why nothing was read that is newer.
    """

    CALL = "call"
    PROOF = "proof"
    STAPLE = "staple"


@dataclass(frozen=True, slots=True)
class Facts:
    """What the chain said about one leaf, at one finalized and one latest block; `trouble` says why something is missing.

    `read_at` is when they were read, by the reader's clock: a node whose latest block is much older is stale. `memory` says why they
    contradict what was final before. `revoked_at` is when the leaf or its batch was revoked first, by final events; it is asked for where the
    judgement as of a past moment depends on it, and `history` says why it is not known then.
    `notes` are what else is to know of the reading, such as a node whose proof was bad.
    """

    ref: AnchorRef
    index: int
    finalized: View | None = None
    latest: View | None = None
    read_at: datetime | None = None
    trouble: str = ""
    sources: tuple[str, ...] = field(default=())
    memory: str = ""
    revoked_at: datetime | None = None
    history: str = ""
    by: By | None = None
    notes: tuple[str, ...] = field(default=())
