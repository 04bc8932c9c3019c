"""Enrol: rosters that say who achieved what. All of a roster becomes credentials, or nothing of it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlmodel import Session

from laurea.core.problem import Problem, Problems
from laurea.core.roster import Roster, Row
from laurea.core.sheet import Source
from laurea.errors import InputError, RosterError
from laurea.services.issuing import achievements
from laurea.services.issuing.drafting import Standing, draft_all, says_the_same
from laurea.services.issuing.duplicates import Duplicates, sort
from laurea.services.issuing.invitations import invite
from laurea.services.issuing.issuer import Issuer
from laurea.services.issuing.lookup import require
from laurea.services.issuing.revocation import Reason, Request, take_back
from laurea.services.issuing.status_places import are_free, keep_lists
from laurea.storage.issuer.bulk import NewCredential
from laurea.storage.issuer.credentials import Credentials
from laurea.storage.issuer.tables import CredentialRow


@dataclass(frozen=True, slots=True)
class Enrolled:
    """What became of a roster: the UUIDs of new credentials and of those in the place of others, counts of the rest."""

    new: list[str]
    corrected: list[str]
    replaced: list[str]
    skipped: int
    waiting: int = 0  # of the new ones, those whose learners are asked for their wallet first


def enrol(issuer: Issuer, roster: Source, *, duplicates: Duplicates = Duplicates.REFUSE, dry_run: bool = False) -> Enrolled:
    """Make a credential of every row of a roster, due at the next run, and return what became of them; with `dry_run` only try.

    Raises RosterError with every problem: of the roster, of the credentials it would make, of what was issued before.
    """
    problems = Problems()
    rows = tuple(Roster.of(roster, achievements.known(issuer), now=issuer.now()).rows(problems))
    return enrol_rows(issuer, rows, problems, duplicates=duplicates, dry_run=dry_run)


def enrol_records(issuer: Issuer, records: Sequence[Mapping[str, str]], *, duplicates: Duplicates = Duplicates.REFUSE) -> Enrolled:
    """Make a credential of every record, which has texts by the columns of a roster.

    Raises RosterError with every problem, each with the number of its record.
    """
    problems = Problems()
    rows = tuple(Roster.of_records(records, achievements.known(issuer), now=issuer.now()).rows(problems))
    return enrol_rows(issuer, rows, problems, duplicates=duplicates, noun="record")


def correct(issuer: Issuer, credential: str, record: Mapping[str, str]) -> None:
    """Put a corrected record in the place of a credential that is in no batch yet; raises InputError when it is too late for that."""
    uuid = require(issuer, credential).id
    problems: list[Problem] = []
    rows = tuple(Roster.of_records([record], achievements.known(issuer), now=issuer.now()).rows(problems))
    with issuer.database.write() as session:
        issued = Credentials(session).get(uuid)
        if issued is None or issued.batch is not None or issued.withdrawn_at is not None:
            hint = "take it back and issue a corrected one"
            raise InputError(f"the credential {uuid} can be corrected no more: it is sealed or withdrawn", hint=hint)
        others = {pair: row for pair, row in Credentials(session).standing(row.learner for row in rows).items() if row.id != uuid}
        problems += sort(rows, others, {}, Duplicates.REFUSE, "record").problems
        drafts = draft_all(issuer, [(row, issued) for row in rows], "record", problems)
        if problems:
            raise RosterError(problems)
        _correct(issuer, session, [(draft, issued) for draft in drafts])


def reissue(issuer: Issuer, credential: str, record: Mapping[str, str]) -> tuple[str, Request]:
    """Take a credential back as superseded and make a corrected one; return the new UUID, and what becomes of the old one."""
    uuid = require(issuer, credential).id
    with issuer.database.write() as session:
        taken = take_back(session, issuer, [uuid], Reason.SUPERSEDED)
        session.flush()
        (made,) = enrol_records(issuer, [record]).new
        row = Credentials(session).get(made)
        if row is not None:
            row.replaces = uuid
    return made, taken


def enrol_rows(
    issuer: Issuer,
    rows: Sequence[Row],
    problems: Problems,
    *,
    duplicates: Duplicates = Duplicates.REFUSE,
    noun: str = "row",
    dry_run: bool = False,
) -> Enrolled:
    """Make credentials of rows that were read with these problems, all or none; with `dry_run` only try. Raises RosterError."""
    while True:
        with issuer.database.read() as session:
            standing = Credentials(session).standing(row.learner for row in rows)
        # What takes long is done before the database is held: nobody else could write meanwhile.
        drafts = _drafts_of(issuer, rows, standing, duplicates, noun)
        problems.extend(drafts.problems)
        if problems.count:
            raise problems.error()
        if dry_run or _kept(issuer, rows, standing, drafts):
            return drafts.enrolled


@dataclass(frozen=True, slots=True)
class _Drafts:
    """Credentials that are not kept yet, and the pairs of learner and achievement whose credential each corrects or replaces."""

    new: list[NewCredential]
    corrected: list[NewCredential]
    replacing: list[NewCredential]
    skipped: int
    problems: list[Problem]

    @property
    def enrolled(self) -> Enrolled:
        waiting = sum(row.waits_until is not None for row in self.new + self.replacing)
        new, corrected, replaced = ([row.id for row in part] for part in (self.new, self.corrected, self.replacing))
        return Enrolled(new, corrected, replaced, self.skipped, waiting)


def _drafts_of(issuer: Issuer, rows: Sequence[Row], standing: Standing, duplicates: Duplicates, noun: str) -> _Drafts:
    same = says_the_same(issuer, rows, standing) if duplicates is not Duplicates.REFUSE else {}
    found = sort(rows, standing, same, duplicates, noun)
    problems: list[Problem] = []
    # Both at once, so that no two of them are drawn one place in a status list.
    made = draft_all(issuer, [(row, None) for row in [*found.new, *(row for row, _ in found.replaced)]], noun, problems)
    return _Drafts(
        new=made[: len(found.new)],
        corrected=draft_all(issuer, found.corrected, noun, problems),
        replacing=made[len(found.new) :],
        skipped=found.skipped,
        problems=problems + found.problems,
    )


def _kept(issuer: Issuer, rows: Sequence[Row], standing: Standing, drafts: _Drafts) -> bool:
    """Keep drafts, unless what they were made from has changed since."""
    with issuer.database.write() as session:
        now = Credentials(session).standing(row.learner for row in rows)
        if {pair: (row.id, row.batch, row.document) for pair, row in now.items()} != {
            pair: (row.id, row.batch, row.document) for pair, row in standing.items()
        }:
            return False
        if not are_free(session, drafts.new + drafts.replacing):
            return False
        keep_lists(session, issuer, drafts.new + drafts.replacing)
        _correct(issuer, session, [(draft, now[draft.learner, draft.achievement]) for draft in drafts.corrected])
        _replace(issuer, session, [(draft, now[draft.learner, draft.achievement]) for draft in drafts.replacing])
        _add(issuer, session, drafts.new + drafts.replacing)
    return True


def _add(issuer: Issuer, session: Session, drafts: Sequence[NewCredential]) -> None:
    Credentials(session).add_all(drafts)
    _invite(issuer, session, drafts)
    if drafts:
        issuer.record(session, "credentials.enrol", f"credentials:{len(drafts)}", {"count": len(drafts)})


def _correct(issuer: Issuer, session: Session, pairs: Sequence[tuple[NewCredential, CredentialRow]]) -> None:
    moved = [issued for draft, issued in pairs if draft.email != issued.email]
    for draft, issued in pairs:
        issued.learner, issued.email, issued.achievement = draft.learner, draft.email, draft.achievement
        issued.document, issued.holder = draft.document, draft.holder
        if issued.holder is not None:
            issued.waits_until = None
        session.add(issued)
        issuer.record(session, "credential.correct", f"credential:{issued.id}")
    _invite(issuer, session, moved)


def _invite(issuer: Issuer, session: Session, rows: Sequence[NewCredential | CredentialRow]) -> None:
    if issuer.reach is not None and issuer.reach.writes:
        session.flush()
        invite(session, rows, issuer.now())


def _replace(issuer: Issuer, session: Session, pairs: Sequence[tuple[NewCredential, CredentialRow]]) -> None:
    take_back(session, issuer, [issued.id for _, issued in pairs], Reason.SUPERSEDED)
    session.flush()  # before those in their place come, which they would stand in the way of
    for draft, issued in pairs:
        draft.replaces = issued.id
