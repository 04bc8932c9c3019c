"""Keep what a roster says, within one transaction: new credentials, corrected ones, and new ones in the place of others."""

import secrets
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass, field
from hashlib import sha256

from sqlmodel import Session

from laurea.core.drafts import Drafts, drafts, is_right
from laurea.core.form import Form
from laurea.core.problem import Problem
from laurea.core.roster import Row
from laurea.errors import RosterError
from laurea.services.issuing.crew import Crew
from laurea.services.issuing.drafting import Drafting, held
from laurea.services.issuing.duplicates import Sorted
from laurea.services.issuing.invitations import invite
from laurea.services.issuing.issuer import Issuer
from laurea.services.issuing.revocation import Reason, pass_on, take_back
from laurea.services.issuing.status_places import Drawing, Place
from laurea.storage.issuer.bulk import COLUMNS, Columns, NewCredential
from laurea.storage.issuer.credentials import Credentials
from laurea.storage.issuer.tables import CredentialRow

Pair = tuple[Row, CredentialRow]


@dataclass(slots=True)
class Counts:
    """What becomes of the rows of a roster, in numbers; `waiting` are the new credentials whose learners are asked for their wallet first."""

    new: int = 0
    corrected: int = 0
    replaced: int = 0
    skipped: int = 0
    waiting: int = 0


@dataclass(slots=True)
class Enrolled:
    """What became of a roster: the UUIDs of new credentials, of corrected ones and of those in the place of others; and in numbers."""

    new: list[str] = field(default_factory=list)
    corrected: list[str] = field(default_factory=list)
    replaced: list[str] = field(default_factory=list)
    counts: Counts = field(default_factory=Counts)


@dataclass(frozen=True, slots=True)
class _Part:
    """Rows whose credentials are being made, their places in status lists, and the credentials that the last of them replace."""

    rows: Sequence[Row]
    places: Sequence[Place | None]
    replaced: Sequence[str]


class Keeping:
    """Keeps credentials in one transaction, a part of a roster at a time."""

    def __init__(
        self,
        issuer: Issuer,
        session: Session,
        drafting: Drafting,
        executor: Executor | None = None,
        *,
        with_ids: bool = True,
        judging: bool = False,
    ) -> None:
        """Keep in this session; the executor makes the documents, if there is one. Without ids, of millions, only their number is known.

        When `judging`, documents are judged as they come, the first of each form: of rows that nobody has judged.
        """
        self._issuer = issuer
        self._session = session
        self._drafting = drafting
        self._drawing = Drawing(session, issuer)
        self._crew = Crew(drafts, executor, is_right=lambda task, made: is_right(task, made, secrets.randbelow(len(task.rows[0]))))
        self._parts: deque[_Part] = deque()
        self._with_ids = with_ids
        self._judging = judging
        self._forms: dict[bytes, int] = {}
        self._enrolled = Enrolled()

    def keep(self, found: Sorted) -> None:
        """Keep a part of a roster."""
        self._enrolled.counts.skipped += found.skipped
        self._enrolled.counts.corrected += len(found.corrected)
        if self._with_ids:
            self._enrolled.corrected += [issued.id for _, issued in found.corrected]
        self.correct(found.corrected)
        replaced = [issued.id for _, issued in found.replaced]
        if replaced:
            take_back(self._session, self._issuer, replaced, Reason.SUPERSEDED)
            self._session.flush()  # before those in their place come, which they would stand in the way of
            heirs = pass_on(self._session, self._issuer, replaced)
            replaced = [heirs.get(uuid, uuid) for uuid in replaced]
        if not found.made:
            return
        part = _Part(found.made, self._drawing.draw(len(found.made)), replaced)
        self._parts.append(part)
        self._crew.hand_out(self._drafting.task(part.rows, part.places))
        self._take(self._crew.some())

    def correct(self, pairs: Sequence[Pair]) -> None:
        """Put corrected documents in the place of those of credentials that are not sealed."""
        moved = [issued for row, issued in pairs if row.email != issued.email]
        for row, issued in pairs:
            issued.write(self._drafting.corrected(row, issued))
            issued.holder = held(row, issued).holder
            issued.learner, issued.email, issued.achievement = row.learner, row.email, row.achievement
            if issued.holder is not None:
                issued.waits_until = None
            self._session.add(issued)
            self._issuer.record(self._session, "credential.correct", f"credential:{issued.id}")
        self._invite(moved)

    def finish(self) -> Enrolled:
        """Wait for what is being made, and return what became of the roster."""
        self._take(self._crew.rest())
        count = self._enrolled.counts.new + self._enrolled.counts.replaced
        if count:
            self._issuer.record(self._session, "credentials.enrol", f"credentials:{count}", {"count": count})
        return self._enrolled

    def _take(self, results: Iterator[Drafts]) -> None:
        for made in results:
            part = self._parts.popleft()
            replaced = [None] * (len(part.rows) - len(part.replaced)) + [*part.replaced]
            if self._judging:
                self._judge(made)
            forms = {text: self._form(text) for text in dict.fromkeys(made.forms)}
            credentials = self._drafting.new(part.rows, part.places, made, [forms[text] for text in made.forms], replaced)
            Credentials(self._session).add_columns(credentials)
            self._invite(map(NewCredential, *(credentials[name] for name in COLUMNS)))
            self._note(credentials, len(part.replaced))

    def _judge(self, made: Drafts) -> None:
        """Judge the first document of each form that was not met yet, and every one that has none; raises RosterError, which names no row."""
        for text in dict.fromkeys(made.forms).keys() - self._forms.keys():
            at = [number for number, form in enumerate(made.forms) if form == text]
            kept = [made.kept[number] for number in at] if text is None else [Form(text).fill(made.kept[at[0]])]
            problems = [problem for document in kept for problem in self._drafting.problems_of(document)]
            if problems:
                raise RosterError([Problem(f"a credential would be wrong, {problems[0]}")])

    def _note(self, credentials: Columns, replacing: int) -> None:
        ids, counts = credentials["id"], self._enrolled.counts
        new = len(ids) - replacing
        counts.new += new
        counts.replaced += replacing
        counts.waiting += sum(until is not None for until in credentials["waits_until"])
        if self._with_ids:
            self._enrolled.new += ids[:new]
            self._enrolled.replaced += ids[new:]

    def _invite(self, credentials: Iterable[NewCredential | CredentialRow]) -> None:
        if self._issuer.reach is not None and self._issuer.reach.writes:
            self._session.flush()
            invite(self._session, credentials, self._issuer.now())

    def _form(self, text: bytes | None) -> int | None:
        """Return the id of a form, which is kept if it was not yet; what such documents are was judged before."""
        if text is None:
            return None
        known = self._forms.get(text)
        if known is None:
            known = self._forms[text] = Credentials(self._session).form(sha256(text).digest(), text)
        return known
