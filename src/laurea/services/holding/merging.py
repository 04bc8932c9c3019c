"""Two files of one wallet become one: nothing that either has is lost, and what was taken out stays out."""

from collections.abc import Callable, Hashable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import TypeVar

from laurea.errors import InputError
from laurea.services.holding.checking import settle
from laurea.services.holding.joining import is_there, joined, later, standing_of
from laurea.storage.wallet import Attempted, Checked, Held, Record, Removed, Waiting, Wallet

T = TypeVar("T")
NEVER = datetime.min.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Merged:
    """What a merge brought: how many credentials came and went, and whether anything else changed."""

    came: int
    went: int
    changed: bool

    @classmethod
    def between(cls, before: Wallet, after: Wallet) -> "Merged":
        """Return what is different in the wallet."""
        old, new = ({held.digest for held in kept.held} for kept in (before, after))
        return cls(len(new - old), len(old - new), before is not after)


def merge(kept: Wallet, other: Wallet) -> Wallet:
    """Return a wallet with what either has; `kept` itself when the other adds nothing. Raises InputError when they are not the same wallet."""
    if other.key.did != kept.key.did:
        raise InputError(
            f"the other file is another wallet: it is {other.key.did}, this one {kept.key.did}",
            hint="only copies of the same wallet are merged; receive its credentials one by one if they name this wallet",
        )
    removed = _union(kept.removed, other.removed, lambda each: each.digest, lambda one, two: max(one, two, key=lambda each: each.at))
    gone = {each.digest: each.at for each in removed}
    held = _union(kept.held, other.held, lambda each: each.digest, _newest)
    # Received again after it was taken out, it is meant to be there.
    standing = sorted((each for each in held if gone.get(each.digest, NEVER) < each.received), key=lambda each: each.received)
    used = {digest for each in standing for digest in each.evidence}
    made = replace(
        kept,
        created=min(kept.created, other.created),
        root=kept.root or other.root,
        held=tuple(standing),
        issuer_keys=_union(kept.issuer_keys, other.issuer_keys, lambda each: (each.key.did, each.origin)),
        attachments=tuple(each for each in _union(kept.attachments, other.attachments, lambda each: each.digest) if each.digest in used),
        shared=_union(kept.shared, other.shared, lambda each: each.url),
        removed=removed,
        # What was collected or given up in one copy is not waited for in another.
        waiting=tuple(each for each in _union(kept.waiting, other.waiting, lambda each: each.digest, _latest) if each.digest not in gone),
        history=_past(kept, other, gone),
        collections=standing_of(_union(kept.collections, other.collections, lambda each: each.id, joined), gone),
        catalogues=tuple(
            each for each in _union(kept.catalogues, other.catalogues, lambda each: each.digest, later) if is_there(each, gone)
        ),
    )
    return kept if same(made, kept) else made


def same(one: Wallet, two: Wallet) -> bool:
    """Tell whether two wallets keep the same, keys included."""
    return _comparable(one) == _comparable(two)


def without(kept: Wallet, held: Held, *, at: datetime) -> Wallet:
    """Return the wallet without a credential, and with the note that it was taken out."""
    rest = tuple(each for each in kept.held if each.digest != held.digest)
    used = {digest for each in rest for digest in each.evidence}
    return replace(
        kept,
        held=rest,
        attachments=tuple(each for each in kept.attachments if each.digest in used),
        # No earlier than it came, though the clock was put back since: other copies go by which was later.
        removed=(*(each for each in kept.removed if each.digest != held.digest), Removed(held.digest, max(at, held.received))),
    )


def _newest(one: Held, two: Held) -> Held:
    checked, since = _checks(one, two)
    attempted = max(since, one.attempted, two.attempted, key=lambda each: NEVER if each is None else each.at)
    return Held(
        one.document,
        max(one.received, two.received),
        checked,
        max(one.note, two.note, key=lambda each: NEVER if each is None else each.written),
        tuple(dict.fromkeys((*one.evidence, *two.evidence))),
        # Of no interest once a later check found out as much.
        attempted if attempted is not None and checked is not None and attempted.at > checked.at else None,
    )


def _past(kept: Wallet, other: Wallet, gone: Mapping[bytes, datetime]) -> tuple[Record, ...]:
    """Return the history of two copies; of a record that both have, as it was added last."""
    found = _union(kept.history, other.history, lambda each: each.digest, lambda one, two: max(one, two, key=lambda each: each.added))
    return tuple(each for each in found if gone.get(each.digest, NEVER) < each.added)


def _latest(one: Waiting, two: Waiting) -> Waiting:
    """Return what of two copies is asked for later, or not at all: an issuer said so to one of them."""
    return max(one, two, key=lambda each: (bool(each.refused), each.after))


def _checks(one: Held, two: Held) -> tuple[Checked | None, Attempted | None]:
    """Return the result that stays, as if both copies had been checked in one wallet, and the check that found out less."""
    older, newer = sorted((one, two), key=lambda each: NEVER if each.checked is None else each.checked.at)
    if newer.checked is None:
        return None, None
    settled = settle(replace(older, attempted=None), newer.checked.report, at=newer.checked.at)
    return settled.checked, settled.attempted


def _union(
    one: Iterable[T], two: Iterable[T], name: Callable[[T], Hashable], choose: Callable[[T, T], T] = lambda first, _: first
) -> tuple[T, ...]:
    found: dict[Hashable, T] = {}
    for each in (*one, *two):
        there = found.get(name(each))
        found[name(each)] = each if there is None else choose(there, each)
    return tuple(found.values())


def _comparable(kept: Wallet) -> tuple[object, ...]:
    keys = tuple((each.key.seed, each.origin, each.made, each.number) for each in kept.issuer_keys)
    return (
        kept.key.seed,
        kept.created,
        kept.held,
        kept.root,
        keys,
        kept.attachments,
        kept.shared,
        kept.removed,
        kept.waiting,
        kept.collections,
        kept.catalogues,
        kept.history,
    )
