"""The plan: what a run would do now, what it would cost, and what would keep it from doing it. Writes nothing."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta

from laurea.chain.fees import WEI_IN_UNIT, SendPolicy, amount
from laurea.core.canonical import JsonObject
from laurea.core.credential import format_time
from laurea.errors import ChainError, InputError
from laurea.services.issuing.chain import Chain
from laurea.services.issuing.issuer import Issuer
from laurea.services.issuing.reconciling import find_lost
from laurea.services.issuing.revoking import NOT_DONE
from laurea.storage.issuer.batches import UNFINISHED, Batches
from laurea.storage.issuer.credentials import Credentials
from laurea.storage.issuer.due import count
from laurea.storage.issuer.keys import Keys
from laurea.storage.issuer.profile import Profiles
from laurea.storage.issuer.revocations import Revocations
from laurea.storage.issuer.tables import BatchProfile, BatchState, KeyRow, Role

ANCHOR_GAS = 60_000  # an anchor takes 50,000 on Ethereum, and a margin is offered
KEY_ENDS_SOON = timedelta(days=30)
NIGHTS_AHEAD = 7  # for so many anchors the key should have money


@dataclass(frozen=True, slots=True)
class Costs:
    """What the next anchor costs: gas, and wei for it now and at the cap; what the anchoring key has. In wei."""

    gas: int
    now: int
    most: int
    balance: int

    @property
    def nights(self) -> int:
        """How many anchors at today's price the balance pays for."""
        return self.balance // self.now if self.now else 0


@dataclass(frozen=True, slots=True)
class Plan:
    """What a run would do; `costs` is None when the nodes would not say, and `problems` has why."""

    due: int
    kinds: int  # of which those that are due are: a batch has credentials of one
    waiting: int  # credentials that wait for an answer to their invitation
    next_due: str | None
    batches: dict[str, list[int]]
    revocations: int
    currency: str
    costs: Costs | None = None
    problems: list[str] = field(default_factory=list)
    silent: ChainError | None = None  # why the nodes' part is missing

    @property
    def transactions(self) -> int:
        """How many anchors a run would send."""
        not_sent = (BatchState.SEALED, BatchState.NONCED, BatchState.SIGNED)
        return self.kinds + sum(len(self.batches.get(state, [])) for state in not_sent)

    def document(self) -> JsonObject:
        """Return it as JSON; amounts in wei, as text, because JSON's integers are too small."""
        costs = self.costs
        return {
            "problems": [*self.problems],
            "due": self.due,
            "waitingForAnswers": self.waiting,
            "nextDue": self.next_due,
            "batches": {state: [*numbers] for state, numbers in self.batches.items()},
            "revocations": self.revocations,
            "transactions": self.transactions,
            "currency": self.currency,
            "costs": None
            if costs is None
            else {"gas": costs.gas, "now": str(costs.now), "most": str(costs.most), "balance": str(costs.balance), "nights": costs.nights},
        }

    def lines(self) -> list[str]:
        """Return it for people, problems first."""
        found = [f"problem: {problem}" for problem in self.problems]
        found.append(
            f"{_count(self.due, 'credential')} due"
            + (f", {self.waiting} wait for an answer until {self.next_due} or later" if self.waiting else "")
        )
        found.extend(f"batch {', '.join(map(str, numbers))}: {state}" for state, numbers in self.batches.items())
        found.append(f"{_count(self.transactions, 'anchor')} to send, {_count(self.revocations, 'revocation')} to make")
        if self.costs is not None:
            costs = self.costs
            found.append(
                f"an anchor takes up to {costs.gas:,} gas: {short(costs.now)} {self.currency} now, {short(costs.most)} at the cap; "
                f"the key has {short(costs.balance)}, enough for {costs.nights:,}"
            )
        return found


def plan(issuer: Issuer, chain: Chain | ChainError, policy: SendPolicy, *, currency: str = "ETH", achievement: str | None = None) -> Plan:
    """Return what a run would do now; `chain` is the way to the nodes, or why there is none."""
    now = issuer.now()
    with issuer.database.read() as session:
        due, of_blockcerts = count(session, now, achievement), count(session, now, achievement, BatchProfile.BLOCKCERTS)
        waiting, first = Credentials(session).waiting(now)
        batches = {state.value: Batches(session).in_states([state]) for state in (*UNFINISHED, BatchState.FAILED, BatchState.SUSPENDED)}
        revocations = len(Revocations(session).in_states(NOT_DONE))
    problems = list(_problems(issuer, batches))
    costs, silent = None, None
    try:
        if isinstance(chain, ChainError):
            raise chain
        problems.extend(_lost(issuer, chain))
        costs = _costs(issuer, chain, policy)
        problems.extend(_money(costs, currency))
    except ChainError as error:
        silent = error
        problems.append(f"the nodes do not say: {error}")
    except InputError as error:  # no key may anchor
        problems.append(f"{error}: {error.hint}")
    return Plan(
        due=due,
        kinds=(due > of_blockcerts) + (of_blockcerts > 0),
        waiting=waiting,
        next_due=None if first is None else format_time(first),
        batches={state: numbers for state, numbers in batches.items() if numbers},
        revocations=revocations,
        currency=currency,
        costs=costs,
        problems=problems,
        silent=silent,
    )


def _problems(issuer: Issuer, batches: dict[str, list[int]]) -> Iterator[str]:
    with issuer.database.read() as session:
        row = Profiles(session).issuer()
        keys = Keys(session).acting(Role.ANCHOR)
    if row is None or row.registered_at is None:
        yield "the issuer is not registered: finish `laurea issuer init`"
    for state in (BatchState.FAILED, BatchState.SUSPENDED):
        for batch in batches[state]:
            yield f"batch {batch} is {state}: see `laurea issuer status`, then `laurea issuer retry {batch}`"
    yield from _ending(issuer, keys)


def _ending(issuer: Issuer, keys: list[KeyRow]) -> Iterator[str]:
    ends = [key.until for key in keys]
    last = max((end for end in ends if end is not None), default=None)
    if keys and None not in ends and last is not None and last - issuer.now() < KEY_ENDS_SOON:
        yield f"the last key that may anchor ends at {format_time(last)}: make another one with `laurea issuer key new`"


def _lost(issuer: Issuer, chain: Chain) -> Iterator[str]:
    for lost in find_lost(issuer, chain, keep=False):
        yield f"the registry has a batch that the database has not, root 0x{lost.root.hex()}: nothing is sealed before `laurea issuer reconcile`"


def _costs(issuer: Issuer, chain: Chain, policy: SendPolicy) -> Costs:
    key = issuer.acting_key(Role.ANCHOR)
    with issuer.database.read() as session:
        gas = Batches(session).last_gas() or ANCHOR_GAS
    gas = gas * (100 + policy.gas_margin_percent) // 100 if gas != ANCHOR_GAS else gas
    return Costs(gas, gas * chain.gas_price(), gas * policy.max_fee_per_gas, chain.balance_of(key.address))


def _money(costs: Costs, currency: str) -> Iterator[str]:
    if costs.balance < costs.now:
        yield f"the anchoring key has {short(costs.balance)} {currency}, and an anchor costs {short(costs.now)}: fund it"
    elif costs.nights < NIGHTS_AHEAD:
        yield f"the anchoring key has {short(costs.balance)} {currency}, enough for {costs.nights} more anchors: fund it"
    if costs.now > costs.most:
        yield f"gas costs more than the cap: an anchor {short(costs.now)} {currency}, the cap allows {short(costs.most)}"


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}{'' if number == 1 else 's'}"


def short(wei: int) -> str:
    """Return an amount to six decimals, or exactly if it is smaller than that."""
    return amount(wei) if wei < WEI_IN_UNIT // 10**6 else amount(wei // 10**12 * 10**12)
