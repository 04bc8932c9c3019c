"""What issuers promised to this wallet: kept until it comes, asked for once at a time and no sooner than they say, and taken off the list when it is here.

Whatever line this dies after: the wallet has what is waited for, or the credential, and no question is asked sooner than was said.
"""

from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from laurea.errors import LaureaError, NotFound
from laurea.fetch.guard import PUBLIC, FetchPolicy
from laurea.services.holding import entry, receiving
from laurea.services.holding.entry import Entry
from laurea.services.holding.holding import Holding
from laurea.services.offers import deferring
from laurea.services.offers.delivery import ACCEPTED, FAILED, Delivered, Difference
from laurea.services.offers.reach import host_of
from laurea.services.offers.refusals import ENDED, FINAL, Refusal
from laurea.storage.wallet import Removed, Waiting, Wallet

NAME_CHARACTERS = 16  # of the digest in hexadecimal
REASONS = 300  # characters of a reason that is kept
GONE = "this is not waited for any more"


class State(StrEnum):
    """How it stands with what is waited for."""

    DUE = "can be asked for"
    EARLY = "not to be asked for yet"
    EXPIRED = "the permission to fetch it has ended"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class Wait:
    """Something that is waited for, counted from 1."""

    number: int
    waiting: Waiting

    @property
    def name(self) -> str:
        """What it is called in URLs, which says nothing of it."""
        return self.waiting.digest.hex()[:NAME_CHARACTERS]

    @property
    def host(self) -> str:
        """The host of the issuer."""
        return host_of(self.waiting.issuer)

    def state(self, at: datetime) -> State:
        """Return how it stands with it at a time."""
        if self.waiting.refused:
            return State.REFUSED
        if _ended(self.waiting, at) and not self.waiting.refresh_token:
            return State.EXPIRED
        return State.EARLY if at < self.waiting.after else State.DUE


@dataclass(frozen=True, slots=True)
class Collected:
    """What a question brought: the credentials and whether each is new here, or else why there are none, and when it is asked next.

    `data` is what was delivered and could not be kept; no issuer hands it out again.
    """

    wait: Wait
    received: tuple[tuple[Entry, bool], ...] = ()
    differences: tuple[Difference, ...] = ()
    trouble: LaureaError | None = None
    data: bytes = b""


def waits(kept: Wallet) -> tuple[Wait, ...]:
    """Return what is waited for, in the order in which it was promised."""
    return tuple(Wait(number, each) for number, each in enumerate(kept.waiting, start=1))


def find(kept: Wallet, name: int | str) -> Wait:
    """Return what has a number, or a name; raises NotFound."""
    found = next((each for each in waits(kept) if name in (each.number, each.name)), None)
    if found is None:
        raise NotFound(GONE, hint="laurea wallet waiting shows what there is")
    return found


def keep(holding: Holding, made: Iterable[Waiting]) -> None:
    """Keep what was promised; what is there already stays as it is."""
    holding.change(lambda kept: _with(kept, tuple(made)))


def remove(holding: Holding, wait: Wait, *, at: datetime) -> None:
    """Wait for something no more; no other copy of the wallet brings it back."""
    holding.change(lambda kept: _without(kept, wait.waiting, at))


def collect(holding: Holding, wait: Wait, *, now: Callable[[], datetime], policy: FetchPolicy = PUBLIC) -> Collected:
    """Ask for something once, if it may be asked for now, and keep what comes; `now` is the clock, which is read before and after the question.

    What goes wrong is told and not raised, unless the wallet cannot be opened or written before anything came.
    """
    waiting = _begun(holding, wait, now())
    if waiting is None:
        return Collected(wait)
    try:
        waiting, answer = _asked(holding, waiting, now, policy)
    except LaureaError as error:
        if isinstance(error, Refusal) and error.code in FINAL:
            _replace(holding, replace(waiting, refused=str(error)[:REASONS]))
        return Collected(wait, trouble=error)
    if isinstance(answer, Delivered):
        return _kept(holding, wait, answer, now())
    _replace(holding, waiting.put_off(now(), answer.interval))
    return Collected(find(holding.opened(), wait.name))


def _begun(holding: Holding, wait: Wait, at: datetime) -> Waiting | None:
    """Put the next question off before this one is asked, and return what to ask with; None when it is not to be asked now.

    So of two who collect at once one asks, and whoever is killed while they ask has asked.
    """
    begun: list[Waiting] = []

    def mark(kept: Wallet) -> Wallet:
        begun.clear()
        found = find(kept, wait.name)
        if found.state(at) is not State.DUE:
            return kept
        begun.append(found.waiting)
        return _exchanged(kept, found.waiting.put_off(at))

    holding.change(mark)
    return begun[0] if begun else None


def _asked(
    holding: Holding, waiting: Waiting, now: Callable[[], datetime], policy: FetchPolicy
) -> tuple[Waiting, Delivered | deferring.Later]:
    """Ask once, with another token when the one that is there has ended, and return what it was asked with."""
    if _ended(waiting, now()):
        waiting = _renewed(holding, waiting, now(), policy)
    try:
        return waiting, deferring.ask(waiting, policy)
    except Refusal as error:
        if error.code != ENDED or not waiting.refresh_token:
            raise
    waiting = _renewed(holding, waiting, now(), policy)
    return waiting, deferring.ask(waiting, policy)


def _renewed(holding: Holding, waiting: Waiting, at: datetime, policy: FetchPolicy) -> Waiting:
    """Return it with other tokens, which are in the file before they are used: the issuer takes those before no more then."""
    fresh = deferring.renew(waiting, at=at, policy=policy)
    _replace(holding, fresh.put_off(at))
    return fresh


def _ended(waiting: Waiting, at: datetime) -> bool:
    return waiting.expires is not None and waiting.expires <= at


def _kept(holding: Holding, wait: Wait, brought: Delivered, at: datetime) -> Collected:
    """Keep what came and take it off the list, in one step; what cannot be kept stays on the list as refused, with the reason."""
    seen: list[receiving.Preview] = []

    def add(kept: Wallet) -> Wallet:
        seen[:] = [receiving.preview(kept, brought.data, at=at)]
        return _without(receiving.taken(kept, seen[0].offers, at=at), wait.waiting, at)

    try:
        differences = brought.differences()
        after = holding.change(add)
    except LaureaError as error:
        brought.receipt.tell(FAILED)
        with suppress(LaureaError):  # it may be the file that fails: what came is handed out all the same
            _replace(holding, replace(wait.waiting, refused=str(error)[:REASONS]))
        return Collected(wait, trouble=error, data=brought.data)
    brought.receipt.tell(ACCEPTED)
    entries = entry.entries(after)
    received = tuple(
        (next(each for each in entries if each.credential == offer.incoming.credential), offer.known is None) for offer in seen[0].offers
    )
    return Collected(wait, received, differences)


def _replace(holding: Holding, waiting: Waiting) -> None:
    holding.change(lambda kept: _exchanged(kept, waiting))


def _exchanged(kept: Wallet, waiting: Waiting) -> Wallet:
    return replace(kept, waiting=tuple(waiting if each.digest == waiting.digest else each for each in kept.waiting))


def _with(kept: Wallet, made: tuple[Waiting, ...]) -> Wallet:
    known = {each.digest for each in kept.waiting}
    fresh = tuple(each for each in made if each.digest not in known)
    return replace(kept, waiting=(*kept.waiting, *fresh)) if fresh else kept


def _without(kept: Wallet, waiting: Waiting, at: datetime) -> Wallet:
    rest = tuple(each for each in kept.waiting if each.digest != waiting.digest)
    return replace(
        kept, waiting=rest, removed=(*(each for each in kept.removed if each.digest != waiting.digest), Removed(waiting.digest, at))
    )
