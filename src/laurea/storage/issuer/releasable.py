"""The members of a batch that are released: nothing but what a release needs of each, as plain values."""

from collections.abc import Iterator
from typing import NamedTuple

from sqlalchemy import select
from sqlmodel import Session, col

from laurea.storage.issuer.tables import CredentialRow
from laurea.storage.issuer.tables.kinds import stored

PAGE = 500  # rows that are read at once


class Releasable(NamedTuple):
    """A credential that is handed out: its id, its achievement, its JCS text without `proof`, the index that it is at and its seed."""

    id: str
    achievement: str
    document: bytes
    at: int
    seed: bytes


def releasable(session: Session, batch: int) -> Iterator[Releasable]:
    """Give the members of a batch that are neither withdrawn nor erased, in the order of their indices, a few at a time."""
    index = col(CredentialRow.index)
    columns = (col(CredentialRow.id), col(CredentialRow.achievement), col(CredentialRow.document), index, col(CredentialRow.seed))
    stands = (col(CredentialRow.withdrawn_at).is_(None), col(CredentialRow.erased_at).is_(None))
    query = select(*columns).where(col(CredentialRow.batch) == batch, *stands).order_by(index).limit(PAGE)
    last = -1
    while page := session.connection().execute(query.where(index > last)).all():
        found = [Releasable(key, kind, document, stored(at), stored(seed)) for key, kind, document, at, seed in page]
        yield from found
        last = found[-1].at
