"""Stacks: add, list and remove the rules by which capstones are awarded, and tell who has what of one (docs/stacks.md)."""

from dataclasses import dataclass

from laurea.core import canonical
from laurea.core.canonical import JsonObject
from laurea.core.stack import Stack, unrelated
from laurea.errors import FormatError, InputError, NotFound
from laurea.services.issuing import achievements
from laurea.services.issuing.issuer import Issuer
from laurea.services.issuing.showing import Shown, of_learner
from laurea.storage.issuer.credentials import ERASED, OPEN, REVOKED, WITHDRAWN
from laurea.storage.issuer.stacks import Stacks
from laurea.storage.issuer.tables import BatchState, StackRow

NOT_THERE = "not there"
GONE = frozenset({ERASED, REVOKED, WITHDRAWN})


@dataclass(frozen=True, slots=True)
class Standing:
    """How many capstones of a rule were awarded and not taken back, and how many learners satisfy it whom the next run looks at."""

    stack: Stack
    awarded: int
    eligible: int

    def document(self) -> JsonObject:
        """Return it as JSON."""
        return {**self.stack.document(), "awarded": self.awarded, "eligible": self.eligible}


@dataclass(frozen=True, slots=True)
class Progress:
    """What one learner has of a rule: where the credential of each achievement stands, NOT_THERE where there is none; and their capstone."""

    stack: Stack
    parts: dict[str, str]
    capstone: str

    @property
    def has(self) -> int:
        """How many of the achievements count for it now."""
        return sum(state == BatchState.RELEASED for state in self.parts.values())

    def document(self) -> JsonObject:
        """Return it as JSON."""
        return {**self.stack.document(), "has": self.has, "parts": {**self.parts}, "state": self.capstone}


def add(issuer: Issuer, data: bytes) -> tuple[Stack, list[str]]:
    """Keep a rule; return it and the keys of those of its achievements that the capstone does not name as `related`.

    The same rule again changes nothing. Raises FormatError when it is none or its credits cannot be added, InputError when the capstone has another.
    """
    stack = Stack.parse(data)
    known = achievements.known(issuer)
    worth = stack.worth(known)
    document = canonical.dump(stack.document())
    with issuer.database.write() as session:
        kept = Stacks(session).get(stack.capstone)
        if kept is None:
            _require_order(stack, [of_row(row) for row in Stacks(session).all()])
            Stacks(session).add(StackRow(capstone=stack.capstone, document=document, added_at=issuer.now()), worth)
            issuer.record(session, "stack.add", f"achievement:{stack.capstone}", {"needs": stack.needs, "of": len(stack.of)})
        elif kept.document != document:
            hint = f"laurea issuer stack remove {stack.capstone}"
            raise InputError(f"the achievement {stack.capstone} is awarded by another rule already", hint=hint)
    return stack, unrelated(known[stack.capstone], [known[key] for key in stack.of])


def remove(issuer: Issuer, capstone: str) -> None:
    """Remove a rule; what was awarded by it stays. Raises NotFound."""
    with issuer.database.write() as session:
        if Stacks(session).get(capstone) is None:
            raise NotFound(f"there is no stack that awards {capstone!r}", hint="`laurea issuer stack list` shows them")
        Stacks(session).remove(capstone)
        issuer.record(session, "stack.remove", f"achievement:{capstone}")


def listed(issuer: Issuer) -> list[Stack]:
    """Return all rules, in the order of their capstones."""
    with issuer.database.read() as session:
        return [of_row(row) for row in Stacks(session).all()]


def standings(issuer: Issuer) -> list[Standing]:
    """Return how far each rule has come; learners whose credentials have expired by now may be among the eligible until a run has seen it."""
    found = []
    with issuer.database.read() as session:
        for stack in (of_row(row) for row in Stacks(session).all()):
            awarded = Stacks(session).count_awarded(stack.capstone)
            found.append(Standing(stack, awarded, Stacks(session).count_eligible(stack.capstone, stack.needs, stack.minimum)))
    return found


def progress(issuer: Issuer, learner: str) -> list[Progress]:
    """Return what a learner has of each rule; raises NotFound for one who has no credential."""
    shown = of_learner(issuer, learner)
    if not learner or not shown:
        raise NotFound("no credential of this learner", hint="name the learner exactly as the roster did")
    states: dict[str, str] = {}
    for each in shown:  # oldest first: what was issued in the place of another counts
        before, state = states.get(each.achievement, NOT_THERE), _state(each)
        if state not in GONE or before in {NOT_THERE, *GONE}:  # else the older one stands again, since the newer was withdrawn
            states[each.achievement] = state
    return [
        Progress(stack, {key: states.get(key, NOT_THERE) for key in stack.of}, states.get(stack.capstone, NOT_THERE))
        for stack in listed(issuer)
    ]


def of_row(row: StackRow) -> Stack:
    """Return the rule that a row keeps."""
    return Stack.parse(row.document)


def _state(shown: Shown) -> str:
    """Return where a credential stands in one word: released only if it counts, as far as its dates do not say otherwise."""
    if shown.reason is not None and shown.state not in GONE:
        return REVOKED  # asked for, and to be on the chain soon
    return "suspended" if shown.suspended and shown.state not in {OPEN, WITHDRAWN} else shown.state


def _require_order(stack: Stack, others: list[Stack]) -> None:
    """Refuse capstones that are parts of each other: none of them could ever be earned, or each would be earned by the next."""
    below = {each.capstone: set(each.of) for each in others} | {stack.capstone: set(stack.of)}
    seen: set[str] = set()
    open_ = [*stack.of]
    while open_:
        key = open_.pop()
        if key == stack.capstone:
            raise FormatError(f"{stack.capstone} would be a part of itself, by way of the stacks of its parts")
        if key not in seen:
            seen.add(key)
            open_ += below.get(key, set())
