"""What a program reads with a learner's consent: their credentials, as they were released, to the byte."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from laurea.services.issuing.issuer import Issuer
from laurea.storage.issuer.shelf import Owned, Shelf


@dataclass(frozen=True, slots=True)
class Part:
    """Some of a learner's credentials, and how many there are in all."""

    total: int
    credentials: Sequence[bytes]


def read(issuer: Issuer, owned: Owned, since: datetime | None, offset: int, limit: int) -> Part:
    """Return the credentials that were released after `since` and were not taken back, those released first first."""
    with issuer.database.read() as session:
        total = Shelf(session).count(owned, since)
        found = [row.id for row in Shelf(session).part(owned, since, offset, limit)]
    return Part(total, [issuer.directory.read_released(uuid) for uuid in found])
