"""Award capstones: whoever has what a stack asks for gets one, once; a part that is taken back before it was handed out withdraws it.

The learners are found by the database. Of those, some at a time, the documents are read, since only they tell what has expired, and in the same
transaction the capstones are enrolled and written down as awarded: a kill repeats nothing and loses nothing.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from functools import cached_property

from sqlmodel import Session

from laurea.core.achievement import Achievement
from laurea.core.badge import name_of
from laurea.core.credential import Credential
from laurea.core.lenient import text
from laurea.core.part import Part
from laurea.core.roster import Row
from laurea.core.stack import Stack
from laurea.errors import FormatError
from laurea.services.issuing import achievements
from laurea.services.issuing.drafting import Drafting
from laurea.services.issuing.duplicates import Sorted
from laurea.services.issuing.issuer import Issuer
from laurea.services.issuing.keeping import Keeping
from laurea.services.issuing.revocation import Reason, lapse
from laurea.services.issuing.sealing import parsed
from laurea.services.issuing.stacks import of_row
from laurea.services.issuing.status_places import require_places
from laurea.storage.issuer.stacks import Candidate, Stacks

PART = 1000  # learners whose documents are held
MAX_NAME = 200  # characters of the name of a part
EXPIRES = b'"validUntil":'


class Awarding:
    """Awards the capstones of one issuer, at one moment."""

    def __init__(self, issuer: Issuer, *, checkpoint: Callable[[str], None]) -> None:
        """Award nothing yet; the caller holds the issuer's lock "run"."""
        self._issuer = issuer
        self._checkpoint = checkpoint
        self.refused = 0  # learners whose capstone would be wrong

    @cached_property
    def _known(self) -> Mapping[str, Achievement]:
        return achievements.known(self._issuer)

    def withdraw(self) -> int:
        """Withdraw the capstones that nobody was handed yet and of which a part does not count any more; return how many."""
        with self._issuer.database.write() as session:
            return len(lapse(session, self._issuer, Stacks(session).unreleased_with(), Reason.WITHDRAWN))

    def award(self, capstone: str) -> int:
        """Enrol the capstones that are due by a rule, and return how many; nothing when the rule is gone."""
        count, after = 0, ""
        while True:
            with self._issuer.database.write() as session:
                row = Stacks(session).get(capstone)
                if row is None:
                    return count
                stack = of_row(row)
                learners = Stacks(session).eligible(capstone, stack.needs, stack.minimum, after, PART)
                if not learners:
                    return count
                count += self._enrol(session, stack, learners)
                self._checkpoint("awarding-before-commit")
            after = learners[-1]

    def _enrol(self, session: Session, stack: Stack, learners: Sequence[str]) -> int:
        held, expired = self._held(session, stack, learners)
        Stacks(session).note_expired(expired)
        worth = stack.worth(self._known) if stack.credits is not None else {}
        found = {learner: parts for learner, parts in held.items() if _satisfies(stack, parts, worth)}
        drafting = Drafting(self._issuer)
        rows, awarded = [], []
        for parts in found.values():
            row = self._row(stack, parts)
            if drafting.problems(row):
                self.refused += 1
                continue
            rows.append(row)
            awarded.append([each.id for each in parts])
        if not rows:
            return 0
        require_places(self._issuer)
        keeping = Keeping(self._issuer, session, drafting)
        keeping.keep(Sorted(new=rows))
        made = keeping.finish().new
        Stacks(session).award(stack.capstone, dict(zip(made, awarded, strict=True)), drafting.now)
        self._issuer.record(session, "capstones.award", f"achievement:{stack.capstone}", {"count": len(made)})
        return len(made)

    def _held(self, session: Session, stack: Stack, learners: Sequence[str]) -> tuple[dict[str, list[Candidate]], list[str]]:
        """Return what counts of each learner, and the ids of what would and has expired."""
        held: dict[str, list[Candidate]] = {}
        expired = []
        now = self._issuer.now()
        for each in Stacks(session).candidates(stack.capstone, learners):
            if _has_expired(each, now):
                expired.append(each.id)
            else:
                held.setdefault(each.learner, []).append(each)
        return held, expired

    def _row(self, stack: Stack, parts: Sequence[Candidate]) -> Row:
        """Return the row of a capstone: of the person as the newest of its parts has them."""
        newest = parts[-1]
        holder = next((each.holder for each in reversed(parts) if each.holder), None)
        email = next((each.email for each in reversed(parts) if each.email), None)
        in_order = sorted(parts, key=lambda each: stack.of.index(each.achievement))
        named = tuple(_part(each, self._issuer.profile.did, self._known[each.achievement]) for each in in_order)
        return Row(newest.learner, name_of(parsed(newest.document)), stack.capstone, holder=holder, email=email, parts=named)


def _satisfies(stack: Stack, parts: Sequence[Candidate], worth: Mapping[str, float]) -> bool:
    credits_ = sum(worth.get(each.achievement, 0.0) for each in parts)
    return len(parts) >= stack.needs and credits_ >= stack.minimum


def _has_expired(each: Candidate, now: datetime) -> bool:
    if EXPIRES not in each.document:  # as in nearly all: to parse them takes a hundred times as long
        return False
    try:
        until = Credential(parsed(each.document), ()).valid_until
    except FormatError:  # which no verifier could read either
        return True
    return until is not None and until <= now


def _part(each: Candidate, issuer: str, achievement: Achievement) -> Part:
    document = achievement.document
    return Part(f"urn:uuid:{each.id}", issuer, str(document["id"]), text(document.get("name"))[:MAX_NAME])
