"""What the harness has done and seen: counts for people, and what the workers noted."""

import threading
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path


@dataclass
class Ledger:
    """Counts, violations, and the transactions that the harness itself has sent with the issuer's key."""

    counts: Counter[str] = field(default_factory=Counter)
    foreign: set[str] = field(default_factory=set)
    violations: list[str] = field(default_factory=list)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def count(self, what: str) -> None:
        """Count one more."""
        with self.lock:
            self.counts[what] += 1

    def violate(self, what: str) -> None:
        """Note a violation, once."""
        with self.lock:
            if what not in self.violations:
                self.violations.append(what)


@dataclass(frozen=True)
class Notes:
    """The workers' notes, read from their file."""

    path: Path

    def lines(self) -> list[str]:
        """Return every line."""
        return self.path.read_text().splitlines() if self.path.exists() else []

    def hits(self) -> Counter[str]:
        """Return how often each failpoint was passed."""
        return self._counted("hit ")

    def kills(self) -> Counter[str]:
        """Return how often a worker has killed itself at each failpoint."""
        return self._counted("kill ")

    def _counted(self, prefix: str) -> Counter[str]:
        return Counter(line.removeprefix(prefix) for line in self.lines() if line.startswith(prefix))
