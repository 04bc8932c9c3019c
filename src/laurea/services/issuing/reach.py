"""Where learners reach an issuer."""

from dataclasses import dataclass
from datetime import timedelta


@dataclass(frozen=True, slots=True)
class Reach:
    """Where learners reach the service, and how long it waits for them.

    `invitation` is for how long a credential of no wallet waits for an answer to its invitation (None: it does not wait), `claim` for how
    long a claim link works, `writes` whether there is a mail server.
    """

    url: str
    invitation: timedelta | None
    claim: timedelta
    writes: bool
    reminders: tuple[int, ...] = ()
