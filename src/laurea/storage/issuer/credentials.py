"""Queries about credentials."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import delete, exists, false, func, update
from sqlalchemy import select as select_columns
from sqlalchemy.orm import contains_eager
from sqlmodel import Session, col, select

from laurea.storage.issuer import bulk
from laurea.storage.issuer.bulk import Columns, NewCredential
from laurea.storage.issuer.tables import (
    AwardPartRow,
    AwardRow,
    BatchProfile,
    BatchRow,
    BatchState,
    CredentialRow,
    ExpiredPartRow,
    ExpiryRow,
    FormRow,
    IssuanceRow,
    IssuerRow,
    LinkRow,
    MailRow,
    MemberRow,
    NoticeRow,
    stored,
)

PLACE: Any = CredentialRow.member
NAMING: tuple[Any, ...] = (
    LinkRow.credential,
    MailRow.credential,
    AwardRow.credential,
    AwardPartRow.credential,
    AwardPartRow.part,
    ExpiredPartRow.credential,
    NoticeRow.credential,
    ExpiryRow.credential,
)
OPEN = "open"
WITHDRAWN = "withdrawn"
REVOKED = "revoked"
ERASED = "erased"
MAX_PARAMETERS = 500  # of one query: every database takes so many
PAGE = 500  # rows that are read at once


class Credentials:
    """All credentials: open ones, and the members of batches."""

    def __init__(self, session: Session) -> None:
        """Query in this session."""
        self._session = session

    def add_all(self, credentials: Sequence[NewCredential]) -> None:
        """Keep new credentials; in bulk, since there may be thousands."""
        if credentials:
            self.add_columns(bulk.in_columns(credentials))

    def add_columns(self, credentials: Columns) -> None:
        """Keep new credentials that are given column by column, at least one."""
        self._session.flush()  # what they refer to, and what they come in the place of
        bulk.insert(self._session.connection(), credentials)
        self._note(min(credentials["enrolled_at"]))

    def _note(self, enrolled_at: datetime) -> None:
        """Keep in mind since when credentials are open, which may be earlier than of others before them: clocks are set back."""
        issuer = stored(self._session.get(IssuerRow, 1))
        if issuer.open_since is None or enrolled_at < issuer.open_since:
            issuer.open_since = enrolled_at
            self._session.add(issuer)

    def form(self, digest: bytes, text: bytes) -> int:
        """Return the id of a form, given by the SHA-256 of its text; it is kept if it was not yet."""
        row = self._session.exec(select(FormRow).where(FormRow.digest == digest)).first()
        if row is None:
            # A number of our own: a database that was restored into has no memory of those that came with the rows.
            number = self._session.exec(select(func.coalesce(func.max(FormRow.id), 0) + 1)).one()
            row = FormRow(id=number, digest=digest, text=text)
            self._session.add(row)
            self._session.flush()
        return stored(row.id)

    def get(self, credential: str) -> CredentialRow | None:
        """Return one credential."""
        return self._session.get(CredentialRow, credential)

    def some(self, credentials: Iterable[str]) -> Iterator[CredentialRow]:
        """Give the credentials with these ids, those that exist."""
        sought = list(credentials)
        for start in range(0, len(sought), MAX_PARAMETERS):
            query = select(CredentialRow).where(col(CredentialRow.id).in_(sought[start : start + MAX_PARAMETERS]))
            yield from self._session.exec(query)

    def in_order(self, credentials: Iterable[str]) -> Iterator[CredentialRow]:
        """Give the credentials with these ids, all of which exist, in the order of the ids."""
        sought = list(credentials)
        found = {row.id: row for row in self.some(sought)}
        return (found[uuid] for uuid in sought)

    def of_revocation(self, revocation: int) -> list[CredentialRow]:
        """Return the credentials that a revocation is about, in the order of their indices."""
        found = self._session.exec(select(CredentialRow).where(CredentialRow.revocation == revocation))
        return sorted(found, key=lambda row: row.place[0])

    def of_learner(self, learner: str) -> list[CredentialRow]:
        """Return a learner's credentials, oldest first."""
        query = select(CredentialRow).where(CredentialRow.learner == learner)
        return list(self._session.exec(query.order_by(col(CredentialRow.enrolled_at), col(CredentialRow.id))))

    def cut_ties(self, credentials: Sequence[str]) -> None:
        """Remove the links to credentials, the mails about them and what they were parts of, and let nothing else name them: no wallet, and no credential as replaced."""
        for start in range(0, len(credentials), MAX_PARAMETERS):
            some = credentials[start : start + MAX_PARAMETERS]
            for column in NAMING:
                self._session.connection().execute(delete(column.class_).where(column.in_(some)))
            for untie in (
                update(CredentialRow).where(col(CredentialRow.replaces).in_(some)).values(replaces=None),
                update(IssuanceRow).where(col(IssuanceRow.credential).in_(some)).values(credential=None),
            ):
                self._session.connection().execute(untie)

    def standing(self, learners: Iterable[str]) -> dict[tuple[str, str], CredentialRow]:
        """Return these learners' credentials that were not taken back, by learner and achievement."""
        self._session.flush()
        found = bulk.standing(self._session.connection(), set(learners))
        return {(row.learner, row.achievement): row for row in self.some(found)}

    def waiting(self, now: datetime) -> tuple[int, datetime | None]:
        """Return how many credentials wait for an answer to their invitation, and when the first of them is due without one."""
        waits = col(CredentialRow.waits_until)
        query = select(func.count(), func.min(waits)).where(*open_(self._session), waits > now)
        count, first = self._session.exec(query).one()
        return count, first

    def seal(self, batch: int, members: Iterable[tuple[int, str]]) -> None:
        """Make credentials members of a batch: (index, id) each."""
        bulk.place(self._session.connection(), batch, members)

    def give_seeds(self, seeds: Sequence[tuple[str, bytes]]) -> None:
        """Give credentials another seed than they have, if they have one: (id, seed) each."""
        bulk.give_seeds(self._session.connection(), seeds)

    def members(self, batch: int) -> Iterator[CredentialRow]:
        """Give the members of a batch in the order of their indices, a few at a time."""
        query = _members().where(MemberRow.batch == batch).order_by(col(MemberRow.index)).limit(PAGE)
        rows = self._session.exec(query).all()
        while rows:
            yield from rows
            # Page by page, and not by a cursor of the server, which whoever stops half-way would leave open.
            rows = self._session.exec(query.where(col(MemberRow.index) > rows[-1].place[0])).all()

    def listed_in(self, status_list: str) -> list[CredentialRow]:
        """Return the credentials that have an entry in a status list."""
        return list(self._session.exec(select(CredentialRow).where(CredentialRow.status_list == status_list)))

    def unrevoked_in(self, batch: int, word: int | None, size: int) -> list[CredentialRow]:
        """Return the members of a batch that are not known to be revoked, in a word of `size` places or (None) in all of it."""
        query = _members().where(MemberRow.batch == batch, col(CredentialRow.revoked_at).is_(None))
        if word is not None:
            index = col(MemberRow.index)
            query = query.where(index >= word * size, index < (word + 1) * size)
        return list(self._session.exec(query))

    def revoked_of(self, profile: BatchProfile) -> list[tuple[str, int | None]]:
        """Return the ids of the revoked credentials of a kind and why each was, by their ids."""
        query = select(CredentialRow.id, CredentialRow.reason).where(
            CredentialRow.profile == profile, col(CredentialRow.revoked_at).is_not(None)
        )
        return list(self._session.exec(query.order_by(col(CredentialRow.id))))

    def counts(self) -> Mapping[str, int]:
        """Return how many credentials are open, withdrawn, revoked, and in batches of each state."""
        query = (
            select_columns(
                col(CredentialRow.erased_at).is_not(None),
                col(CredentialRow.withdrawn_at).is_not(None),
                col(CredentialRow.revoked_at).is_not(None),
                col(BatchRow.state),
                func.count(),
            )
            .join(MemberRow, col(MemberRow.credential) == CredentialRow.id, isouter=True)
            .join(BatchRow, col(BatchRow.id) == MemberRow.batch, isouter=True)
            .group_by(
                col(CredentialRow.erased_at).is_not(None),
                col(CredentialRow.withdrawn_at).is_not(None),
                col(CredentialRow.revoked_at).is_not(None),
                col(BatchRow.state),
            )
        )
        counts: dict[str, int] = {}
        for erased, withdrawn, revoked, state, count in self._session.connection().execute(query):
            word = standing_word(erased=erased, withdrawn=withdrawn, revoked=revoked, batch=state)
            counts[word] = counts.get(word, 0) + count
        return counts


def _members() -> Any:
    """Return the query of the credentials that are members of batches, with their places."""
    return select(CredentialRow).join(MemberRow, col(MemberRow.credential) == CredentialRow.id).options(contains_eager(PLACE))


def open_(session: Session) -> tuple[Any, ...]:
    """Return what is so of a credential that is a member of no batch and was not taken back."""
    since = session.exec(select(IssuerRow.open_since)).first()
    # Without a bound, all that was ever sealed would be looked at for what was not.
    bound = false() if since is None else col(CredentialRow.enrolled_at) >= since
    return (bound, ~exists().where(col(MemberRow.credential) == CredentialRow.id), *standing())


def standing_word(*, erased: bool, withdrawn: bool, revoked: bool, batch: str | None) -> str:
    """Return where a credential stands in one word: erased, withdrawn, revoked, open, or the state of its batch."""
    if erased:
        return ERASED
    if withdrawn:
        return WITHDRAWN
    if revoked:
        return REVOKED
    return OPEN if batch is None else BatchState(batch).value


def standing() -> tuple[Any, ...]:
    """Return what is so of a credential that was not taken back, nor renewed by another."""
    gone = (
        CredentialRow.withdrawn_at,
        CredentialRow.revoked_at,
        CredentialRow.revocation,
        CredentialRow.erased_at,
        CredentialRow.renewed_at,
    )
    return tuple(col(column).is_(None) for column in gone)
