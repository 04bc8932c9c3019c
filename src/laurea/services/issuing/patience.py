"""How work on the chain waits."""

from collections.abc import Callable
from dataclasses import dataclass

FIRST_PAUSE_SECONDS = 0.25
LONGEST_PAUSE_SECONDS = 12.0  # a block of Ethereum


@dataclass(frozen=True, slots=True)
class Patience:
    """For how long in all, by which clock, and how to sleep."""

    max_wait: float
    elapsed: Callable[[], float]  # seconds by a clock that is never set back
    sleep: Callable[[float], None]
