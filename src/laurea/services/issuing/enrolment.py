"""Enrol: rosters that say who achieved what. All of a roster becomes credentials, or nothing of it.

A roster is read twice, a part at a time, so that it may be of any length: for what is wrong with it by itself, while nobody is kept waiting; then
it is judged by what was issued, and kept, in one transaction, in which nothing of that can change.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Executor
from contextlib import suppress
from dataclasses import dataclass, replace
from itertools import islice, takewhile
from typing import Protocol

from sqlalchemy.exc import IntegrityError

from laurea.core.problem import Problem, Problems, Sink
from laurea.core.roster import Roster, Row
from laurea.core.sheet import Source
from laurea.errors import FormatError, InputError, RosterError
from laurea.services.issuing import achievements
from laurea.services.issuing.blockcerts import acting_on
from laurea.services.issuing.crew import Helpers, gathered
from laurea.services.issuing.drafting import Drafting, with_parts
from laurea.services.issuing.duplicates import Duplicates, Sorted, sort
from laurea.services.issuing.issuer import Issuer
from laurea.services.issuing.keeping import Counts, Enrolled, Keeping
from laurea.services.issuing.lookup import require
from laurea.services.issuing.revocation import Reason, Request, pass_on, take_back
from laurea.services.issuing.status_places import require_places
from laurea.storage.issuer.credentials import Credentials
from laurea.storage.issuer.tables import ACCREDITATION, AT_ONCE, CredentialRow

PART = 2000  # rows that are looked at together


class Rows(Protocol):
    """A roster that can be read again."""

    def rows(self, problems: Sink, /) -> Iterator[Row]:
        """Give the rows that could be read, and add what is wrong with the others to the problems."""


@dataclass(frozen=True, slots=True)
class _Again:
    """A roster of what comes in the place of a credential."""

    roster: Rows
    issued: CredentialRow

    def rows(self, problems: Sink, /) -> Iterator[Row]:
        return (with_parts(row, self.issued) for row in self.roster.rows(problems))


def enrol(issuer: Issuer, roster: Source, *, duplicates: Duplicates = Duplicates.REFUSE, helpers: Helpers | None = None) -> Enrolled:
    """Make a credential of every row of a roster, due at the next run, and return what became of them.

    Raises RosterError with every problem: of the roster, of the credentials it would make, of what was issued before.
    """
    return enrol_rows(issuer, _read(issuer, roster), duplicates=duplicates, helpers=helpers)


def forecast(issuer: Issuer, roster: Source, *, duplicates: Duplicates = Duplicates.REFUSE) -> Counts:
    """Return what `enrol` would do; raises RosterError as that does."""
    return judge(issuer, _read(issuer, roster), duplicates=duplicates)


def enrol_records(issuer: Issuer, records: Sequence[Mapping[str, str]], *, duplicates: Duplicates = Duplicates.REFUSE) -> Enrolled:
    """Make a credential of every record, which has texts by the columns of a roster.

    Raises RosterError with every problem, each with the number of its record.
    """
    roster = Roster.of_records(records, achievements.known(issuer), now=issuer.now())
    return enrol_rows(issuer, roster, duplicates=duplicates, noun=roster.noun)


def correct(issuer: Issuer, credential: str, record: Mapping[str, str]) -> None:
    """Put a corrected record in the place of a credential that is in no batch yet; raises InputError when it is too late for that."""
    found = require(issuer, credential)
    _require_badge(found)
    if found.achievement == AT_ONCE:
        raise InputError(f"the credential {found.id} was handed out when it was issued: it can be corrected no more", hint="revoke it")
    uuid = found.id
    problems = Problems()
    rows = tuple(Roster.of_records([record], achievements.known(issuer), now=issuer.now()).rows(problems))
    acting = acting_on(issuer, require(issuer, credential))
    drafting = Drafting(acting)
    with issuer.database.write() as session:
        issued = Credentials(session).get(uuid)
        if issued is None or issued.batch is not None or issued.withdrawn_at is not None:
            hint = "take it back and issue a corrected one"
            raise InputError(f"the credential {uuid} can be corrected no more: it is sealed or withdrawn", hint=hint)
        others = {pair: row for pair, row in Credentials(session).standing(row.learner for row in rows).items() if row.id != uuid}
        problems.extend(sort(rows, others, {}, Duplicates.REFUSE, "record").problems)
        for row in rows:
            problems.extend(_wrong(drafting.problems(row, issued), row, "record"))
        if problems.count:
            raise problems.error()
        Keeping(acting, session, drafting).correct([(row, issued) for row in rows])


def reissue(issuer: Issuer, credential: str, record: Mapping[str, str]) -> tuple[str, Request]:
    """Take a credential back as superseded and make a corrected one; return the new UUID, and what becomes of the old one."""
    old = require(issuer, credential)
    _require_badge(old)
    uuid, acting = old.id, acting_on(issuer, old)
    with issuer.database.write() as session:
        taken = take_back(session, issuer, [uuid], Reason.SUPERSEDED)
        session.flush()
        heirs = pass_on(session, issuer, [uuid])
        roster = Roster.of_records([record], achievements.known(acting), now=acting.now())
        (made,) = enrol_rows(acting, _Again(roster, old), noun=roster.noun).new
        row = Credentials(session).get(made)
        if row is not None:
            row.replaces = heirs.get(uuid, uuid)
    return made, taken


def _require_badge(row: CredentialRow) -> None:
    if row.achievement == ACCREDITATION:
        hint = "put another in its place: laurea issuer accredit DID --replace"
        raise InputError(f"the credential {row.id} is an accreditation, of which no roster tells", hint=hint)


def judge(
    issuer: Issuer, roster: Rows, *, duplicates: Duplicates = Duplicates.REFUSE, noun: str = "row", problems: Problems | None = None
) -> Counts:
    """Return what would become of the rows of a roster; raises RosterError with every problem. `problems` takes each as it is met."""
    judging = _Judging(issuer, duplicates, noun, problems)
    require_places(issuer)
    counts = Counts()
    for part in _parts(roster.rows(judging.problems)):
        with issuer.database.read() as session:
            found = judging.sort(Credentials(session), part)
        counts.new += len(found.new)
        counts.corrected += len(found.corrected)
        counts.replaced += len(found.replaced)
        counts.skipped += found.skipped
        counts.waiting += sum(judging.drafting.waits(row) for row in found.made)
    judging.conclude()
    return counts


def enrol_rows(
    issuer: Issuer, roster: Rows, *, duplicates: Duplicates = Duplicates.REFUSE, noun: str = "row", helpers: Helpers | None = None
) -> Enrolled:
    """Make credentials of the rows of a roster, all or none; `helpers` share the work on many, whose ids are not returned.

    Raises RosterError with every problem.
    """
    with gathered(helpers, _size(issuer, roster, duplicates, noun)) as executor:
        if executor is not None and duplicates is Duplicates.REFUSE:
            with suppress(RosterError, FormatError, IntegrityError):
                return _take_new(issuer, roster, executor)
            judge(issuer, roster, duplicates=duplicates, noun=noun)  # which says of each row what is wrong
        try:
            return take(issuer, roster, duplicates=duplicates, noun=noun, executor=executor)
        except RosterError:
            judge(issuer, roster, duplicates=duplicates, noun=noun)  # which names all others, too, while nobody is kept waiting
            raise


def _size(issuer: Issuer, roster: Rows, duplicates: Duplicates, noun: str) -> int:
    """Return how many rows a roster has; raises RosterError, as `judge`, when it is wrong by itself."""
    problems = Problems(most=1)
    rows = roster.rows(problems)
    size = sum(1 for _ in takewhile(lambda _: not problems.count, rows))
    if problems.count:
        judge(issuer, roster, duplicates=duplicates, noun=noun)
    return size


def take(
    issuer: Issuer, roster: Rows, *, duplicates: Duplicates = Duplicates.REFUSE, noun: str = "row", executor: Executor | None = None
) -> Enrolled:
    """Do so with a roster that was read before; it is judged within the transaction. Raises RosterError with the first problems."""
    with issuer.database.write() as session:
        judging = _Judging(issuer, duplicates, noun)
        keeping = Keeping(issuer, session, judging.drafting, executor, with_ids=executor is None)
        for part in _parts(roster.rows(judging.problems)):
            found = judging.sort(Credentials(session), part)
            judging.conclude()
            keeping.keep(found)
        judging.conclude()
        return keeping.finish()


def _take_new(issuer: Issuer, roster: Rows, executor: Executor) -> Enrolled:
    """Do so with a large roster of which every row is to be new, as nearly all are: what is not is noticed as it is kept.

    Raises IntegrityError when a learner has the achievement already, RosterError or FormatError when a credential would be wrong; which ones, others find.
    """
    with issuer.database.write() as session:
        problems = Problems()
        keeping = Keeping(issuer, session, Drafting(issuer), executor, with_ids=False, judging=True)
        for part in _parts(roster.rows(problems)):
            if not problems.count:
                keeping.keep(Sorted(new=part))
        if problems.count:  # behind the last row, too
            raise problems.error()
        return keeping.finish()


class _Judging:
    """Judges the rows of a roster, a part at a time."""

    def __init__(self, issuer: Issuer, policy: Duplicates, noun: str, problems: Problems | None = None) -> None:
        self.drafting = Drafting(issuer)
        self.problems = Problems() if problems is None else problems
        self._policy = policy
        self._noun = noun

    def sort(self, credentials: Credentials, rows: Sequence[Row]) -> Sorted:
        """Return rows by what becomes of each, and keep in mind what is wrong with them."""
        standing = credentials.standing(row.learner for row in rows)
        same = {}
        if standing and self._policy is not Duplicates.REFUSE:
            pairs = ((row, standing.get((row.learner, row.achievement))) for row in rows)
            same = {(row.learner, row.achievement): self.drafting.says_the_same(row, issued) for row, issued in pairs if issued is not None}
        found = sort(rows, standing, same, self._policy, self._noun)
        found = replace(found, replaced=[(with_parts(row, issued), issued) for row, issued in found.replaced])
        for row in found.made:
            whys = self.drafting.problems(row)
            if whys:
                self.problems.extend(_wrong(whys, row, self._noun))
        for row, issued in found.corrected:
            self.problems.extend(_wrong(self.drafting.problems(row, issued), row, self._noun))
        self.problems.extend(found.problems)
        return found

    def conclude(self) -> None:
        """Raise RosterError when there was any problem."""
        if self.problems.count:
            raise self.problems.error()


def _wrong(whys: Iterable[str], row: Row, noun: str) -> list[Problem]:
    return [Problem(f"the credential would be wrong, {why}", row.number, noun=noun) for why in whys]


def _read(issuer: Issuer, roster: Source) -> Roster:
    return Roster.of(roster, achievements.known(issuer), now=issuer.now())


def _parts(rows: Iterator[Row]) -> Iterator[list[Row]]:
    while part := list(islice(rows, PART)):
        yield part
