"""What every request works with."""

from collections.abc import Callable
from dataclasses import dataclass

from laurea.config import Settings
from laurea.services.issuing.chain import Chain
from laurea.services.issuing.issuer import Issuer


def _nobody() -> None:
    """Wake nobody."""


@dataclass(frozen=True, slots=True)
class Service:
    """An issuer, open for as long as the service runs; `connect` finds the way to its chain, or raises ChainError."""

    issuer: Issuer
    settings: Settings
    connect: Callable[[], Chain]
    monotonic: Callable[[], float]  # seconds by a clock that is never set back
    wake: Callable[[], None] = _nobody  # whoever mails what is due, before their time
