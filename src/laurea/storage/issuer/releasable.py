"""The members of a batch that are released: nothing but what a release needs of each, as plain values."""

from collections.abc import Iterator
from typing import NamedTuple

from sqlalchemy import select
from sqlmodel import Session, col
from sqlmodel import select as select_rows

from laurea.core.form import form_of
from laurea.storage.issuer.tables import CredentialRow, FormRow, MemberRow, stored

PAGE = 500  # rows that are read at once


class Releasable(NamedTuple):
    """A credential that is handed out: its id, its achievement, its JCS text without `proof`, the index that is its place and its seed."""

    id: str
    achievement: str
    document: bytes
    place: int
    seed: bytes


def releasable(session: Session, batch: int) -> Iterator[Releasable]:
    """Give the members of a batch that are neither withdrawn nor erased, in the order of their indices, a few at a time."""
    index, form = col(MemberRow.index), col(CredentialRow.form)
    columns = (col(CredentialRow.id), col(CredentialRow.achievement), col(CredentialRow.kept), form, index, col(CredentialRow.seed))
    stands = (col(CredentialRow.withdrawn_at).is_(None), col(CredentialRow.erased_at).is_(None))
    query = select(*columns).join(MemberRow, col(MemberRow.credential) == col(CredentialRow.id))
    query = query.where(col(MemberRow.batch) == batch, *stands).order_by(index).limit(PAGE)
    texts = {row.id: row.text for row in session.exec(select_rows(FormRow))}
    last = -1
    while page := session.connection().execute(query.where(index > last)).all():
        for key, kind, kept, number, at, seed in page:
            document = kept if number is None else form_of(texts[number]).fill(kept)
            yield Releasable(key, kind, document, at, stored(seed))
            last = at
