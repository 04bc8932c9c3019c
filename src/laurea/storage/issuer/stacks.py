"""Queries about stacks: the rules, who satisfies one, and what was awarded."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import and_, case, delete, exists, func, insert, literal, or_, update
from sqlalchemy import select as select_columns
from sqlmodel import Session, col, select

from laurea.core.form import form_of
from laurea.storage.issuer.credentials import MAX_PARAMETERS, standing
from laurea.storage.issuer.tables import (
    AwardPartRow,
    AwardRow,
    BatchProfile,
    BatchRow,
    BatchState,
    CredentialRow,
    ExpiredPartRow,
    FormRow,
    MemberRow,
    StackPartRow,
    StackRow,
)

HANDED_OUT = (BatchState.FINAL.value, BatchState.RELEASED.value, BatchState.SUSPENDED.value)
ID = col(CredentialRow.id)
LEARNER = col(CredentialRow.learner)


class Candidate(NamedTuple):
    """A credential that may be a part: of whom, of what, as it was issued, and to where."""

    id: str
    learner: str
    achievement: str
    document: bytes
    holder: str | None
    email: str | None
    enrolled_at: datetime


class Stacks:
    """The rules, and the capstones that were awarded by them."""

    def __init__(self, session: Session) -> None:
        """Query in this session."""
        self._session = session

    def all(self) -> list[StackRow]:
        """Return all rules, in the order of their capstones."""
        return list(self._session.exec(select(StackRow).order_by(col(StackRow.capstone))))

    def get(self, capstone: str) -> StackRow | None:
        """Return the rule of a capstone."""
        return self._session.get(StackRow, capstone)

    def add(self, row: StackRow, worth: Mapping[str, float]) -> None:
        """Keep a rule, with what each of its achievements counts."""
        self._session.add(row)
        self._session.flush()
        self._session.add_all(StackPartRow(capstone=row.capstone, achievement=key, credits=points) for key, points in worth.items())
        self._session.flush()

    def remove(self, capstone: str) -> None:
        """Remove a rule; what was awarded by it stays."""
        for kind in (StackPartRow, StackRow):
            self._session.connection().execute(delete(kind).where(col(kind.capstone) == capstone))

    def eligible(self, capstone: str, needs: int, credits_: float, after: str, limit: int) -> list[str]:
        """Return learners behind `after`, in their order, who have enough of what counts and never had the capstone, but for one that lapsed.

        Of what counts, all that had not expired when it was looked at last: whether it has by now, its document says.
        """
        return list(self._session.exec(self._satisfied(capstone, needs, credits_).where(after < LEARNER).order_by(LEARNER).limit(limit)))

    def count_eligible(self, capstone: str, needs: int, credits_: float) -> int:
        """Return how many learners `eligible` has."""
        return self._session.exec(select(func.count()).select_from(self._satisfied(capstone, needs, credits_).subquery())).one()

    def count_awarded(self, capstone: str) -> int:
        """Return how many capstones were awarded by the rule and not taken back."""
        query = select(func.count()).select_from(AwardRow).join(CredentialRow, col(AwardRow.credential) == ID)
        return self._session.exec(query.where(AwardRow.capstone == capstone, *standing())).one()

    def candidates(self, capstone: str, learners: Sequence[str]) -> Iterator[Candidate]:
        """Give what counts of these learners, oldest first."""
        texts = {row.id: row.text for row in self._session.exec(select(FormRow))}
        columns = (ID, LEARNER, col(CredentialRow.achievement), col(CredentialRow.kept), col(CredentialRow.form))
        where = (col(CredentialRow.holder), col(CredentialRow.email), col(CredentialRow.enrolled_at))
        query = _counting(select_columns(*columns, *where), self._worth(capstone)).order_by(col(CredentialRow.enrolled_at), ID)
        for start in range(0, len(learners), MAX_PARAMETERS):
            for row in self._session.connection().execute(query.where(LEARNER.in_(learners[start : start + MAX_PARAMETERS]))):
                key, learner, kind, kept, number, *rest = row
                yield Candidate(key, learner, kind, kept if number is None else form_of(texts[number]).fill(kept), *rest)

    def note_expired(self, credentials: Sequence[str]) -> None:
        """Keep in mind that credentials have expired."""
        self._insert(ExpiredPartRow, [{"credential": each} for each in credentials])

    def award(self, capstone: str, awarded: Mapping[str, Sequence[str]], at: datetime) -> None:
        """Write down capstones that were enrolled, by their ids, with the ids of their parts."""
        self._session.flush()
        self._insert(AwardRow, [{"credential": each, "capstone": capstone, "awarded_at": at} for each in awarded])
        self._insert(AwardPartRow, [{"credential": each, "part": part} for each, parts in awarded.items() for part in parts])

    def parts(self, capstones: Sequence[str]) -> dict[str, list[str]]:
        """Return the ids of the parts of capstones, by theirs; none of what was not awarded by a rule."""
        found: dict[str, list[str]] = {}
        for start in range(0, len(capstones), MAX_PARAMETERS):
            some = capstones[start : start + MAX_PARAMETERS]
            query = select(AwardPartRow).where(col(AwardPartRow.credential).in_(some)).order_by(col(AwardPartRow.part))
            for row in self._session.exec(query):
                found.setdefault(row.credential, []).append(row.part)
        return found

    def unreleased_with(self, parts: Sequence[str] | None = None) -> list[str]:
        """Return the ids of capstones that nobody was handed yet and that have a part among some; without these, one that does not count any more."""
        if parts is None:
            part = CredentialRow.__table__.alias("part")  # type: ignore[attr-defined] # SQLModel makes it
            taken = [part.c[name].is_not(None) for name in (*TAKEN, "suspended_at")]
            query = _unreleased().join(part, part.c.id == col(AwardPartRow.part)).where(or_(*taken))
            return list(self._session.exec(query.distinct()))
        found: list[str] = []
        for start in range(0, len(parts), MAX_PARAMETERS):
            some = parts[start : start + MAX_PARAMETERS]
            found += self._session.exec(_unreleased().where(col(AwardPartRow.part).in_(some)).distinct())
        return list(dict.fromkeys(found))

    def lapse(self, capstones: Sequence[str], at: datetime) -> None:
        """Write down that capstones were withdrawn with a part of them: their learners may be awarded others."""
        for start in range(0, len(capstones), MAX_PARAMETERS):
            some = col(AwardRow.credential).in_(capstones[start : start + MAX_PARAMETERS])
            self._session.connection().execute(update(AwardRow).where(some).values(lapsed_at=at))

    def _satisfied(self, capstone: str, needs: int, credits_: float) -> Any:
        worth = self._worth(capstone)
        lapsed = exists().where(col(AwardRow.credential) == _had.c.id, col(AwardRow.lapsed_at).is_not(None))
        same = (_had.c.learner == LEARNER, _had.c.achievement == capstone)
        # Each by an index of its own, in the words of that: those that stand, and those that were taken back, which are few. A renewed
        # one need not be looked for: the one in its place stands, or was taken back.
        stands = (_had.c[name].is_(None) for name in (*TAKEN, "renewed_at"))
        has, had = exists().where(*same, *stands), exists().where(*same, _was_taken(_had.c), ~lapsed)
        points = case(worth, value=col(CredentialRow.achievement), else_=0.0) if worth else literal(0.0)
        enough = and_(func.count() >= needs, func.sum(points) >= credits_)
        return _counting(select(LEARNER), worth).where(~has, ~had).group_by(LEARNER).having(enough)

    def _worth(self, capstone: str) -> dict[str, float]:
        rows = self._session.exec(select(StackPartRow).where(StackPartRow.capstone == capstone))
        return {row.achievement: row.credits for row in rows}

    def _insert(self, kind: Any, rows: list[dict[str, Any]]) -> None:
        if rows:
            self._session.connection().execute(insert(kind), rows)


TAKEN = ("withdrawn_at", "revoked_at", "revocation", "erased_at")
_had = CredentialRow.__table__.alias("had")  # type: ignore[attr-defined] # SQLModel makes it


def _was_taken(columns: Any) -> Any:
    """Return that a credential was taken back, in the words of the index of those."""
    return or_(*(columns[name].is_not(None) for name in TAKEN))


def _counting(query: Any, worth: Mapping[str, float]) -> Any:
    """Return a query of the credentials that count for a capstone: released, neither taken back nor suspended, and not known to have expired."""
    # Nothing is joined: so they are read in the order of their learners, and a page of these ends early.
    released = exists().where(
        col(MemberRow.credential) == ID, col(BatchRow.id) == col(MemberRow.batch), col(BatchRow.state) == BatchState.RELEASED
    )
    return query.select_from(CredentialRow).where(
        *standing(),
        LEARNER > "",
        col(CredentialRow.achievement).in_([*worth]),
        CredentialRow.profile == BatchProfile.LAUREA,
        col(CredentialRow.suspended_at).is_(None),
        released,
        ~exists().where(col(ExpiredPartRow.credential) == ID),
    )


def _unreleased() -> Any:
    """Return the query of the ids of capstones that stand and that nobody was handed yet, once for each part."""
    # Of the awards alone: the credentials, which are many more, are looked up one by one.
    key = col(AwardRow.credential)
    handed = exists().where(col(MemberRow.credential) == key, col(BatchRow.id) == col(MemberRow.batch), col(BatchRow.state).in_(HANDED_OUT))
    return (
        select(key)
        .join(AwardPartRow, col(AwardPartRow.credential) == key)
        .where(exists().where(key == ID, *standing()), col(AwardRow.lapsed_at).is_(None), ~handed)
    )
