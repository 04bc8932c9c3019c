"""The standing: what one program took for so many leaves or credentials."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from benchmarks.figures import shown

LEAVES = "leaves"
CREDENTIALS = "credentials"
PROOFS = "proofs"  # of Blockcerts, as text
CERTIFICATES = "certificates"  # documents of Blockcerts that are verified


@dataclass(frozen=True, slots=True)
class Standing:
    """What was done, by whom in which version, and its cost; without one it was not done, and `why` says why not."""

    what: str
    by: str
    version: str
    count: int
    cpu: float | None = None  # seconds of the act alone, without starting and reading
    wall: float | None = None
    peak_mib: float | None = None  # of the whole process
    runs: int = 0
    why: str = ""

    def __str__(self) -> str:
        done = f"{self.count:,} {self.what} by {self.by} {self.version}".rstrip()
        if self.cpu is None or self.wall is None or self.peak_mib is None:
            return f"{done}: {self.why}"
        return f"{done}: {shown(self.cpu)} s of CPU, {shown(self.wall)} s wall, {shown(self.peak_mib)} MiB"

    def document(self) -> dict[str, Any]:
        """Return what is stored of it."""
        return {name: float(f"{value:.6g}") if isinstance(value, float) else value for name, value in asdict(self).items()}

    @classmethod
    def of(cls, stored: Mapping[str, Any]) -> "Standing":
        """Return the standing that was stored."""
        return cls(**stored)
