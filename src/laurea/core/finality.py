"""What was final once must be there for ever: the newest final block that was seen, and what is there now (RELIABILITY.md, fault 14)."""

from dataclasses import dataclass, replace

from laurea.core.account import chain_name
from laurea.core.anchor import Block

SHOWN = 4  # bytes of a hash that people are shown


@dataclass(frozen=True, slots=True)
class Remembered:
    """The newest block of a chain that was seen final, by number and 32-byte hash; `replaced_by` is what stood there later, b"" for nothing else."""

    number: int
    hash: bytes
    replaced_by: bytes = b""

    def after(self, finalized: Block, found: bytes) -> "Remembered":
        """Return what is remembered after the block `found` was seen at our number, and `finalized`, which is no older, as the newest final one."""
        if found != self.hash:
            return replace(self, replaced_by=found)
        return Remembered(finalized.number, finalized.hash)

    def problem(self, chain_id: int, finalized: Block) -> str:
        """Return "" when the newest final block of the nodes can follow what is remembered, else why their answers count for nothing."""
        if self.replaced_by:
            return (
                f"block {self.number} of {chain_name(chain_id)} was final when it was seen before ({_short(self.hash)}), and has been "
                f"replaced ({_short(self.replaced_by)}): which is right cannot be told, until you know and say so "
                f"(laurea chain forget {chain_name(chain_id)})"
            )
        if finalized.number < self.number:
            return (
                f"the nodes take block {finalized.number} of {chain_name(chain_id)} for the newest final one, but {self.number} was final "
                "before: they are late, or show an old head; ask again later, or other nodes, or forget what was seen before, if that was wrong "
                f"(laurea chain forget {chain_name(chain_id)})"
            )
        return ""


def _short(block_hash: bytes) -> str:
    return f"0x{block_hash[:SHOWN].hex()}…"
