"""Collections: of all that a wallet holds, the credentials that count for one goal, with what their holder says of themselves."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from laurea.core.statement import MAX_WORDS
from laurea.errors import InputError, NotFound
from laurea.services.holding.entry import Entry
from laurea.storage.wallet import Chosen, Collection, Note, Removed, Wallet

MAX_COLLECTIONS = 100
MAX_NAME = 100  # characters
SECOND = timedelta(seconds=1)  # to which a wallet keeps times
MAX_POSTING = 64 << 10  # characters of a job description; a long one has ten thousand


@dataclass(frozen=True, slots=True)
class Goal:
    """What a collection is for: its name, the goal in the holder's words, and the text of what is asked for, each "" when not said."""

    name: str
    words: str = ""
    posting: str = ""

    def __post_init__(self) -> None:
        """Refuse what is no short name, and texts that are too long; raises InputError."""
        if not self.name.strip() or len(self.name) > MAX_NAME or not self.name.isprintable():
            raise InputError(f"a collection has a name of 1 to {MAX_NAME} characters on one line", hint="as: Junior analyst")
        if len(self.words) > MAX_WORDS or len(self.posting) > MAX_POSTING:
            raise InputError(f"the goal is longer than {MAX_WORDS:,} characters, or what it asks for longer than {MAX_POSTING:,}")


def find(kept: Wallet, name: str) -> Collection:
    """Return the collection of a number in the list, a name (case does not matter), or an id; raises NotFound or InputError."""
    wanted = name.strip().casefold()
    exact = [each for each in kept.collections if wanted in {each.name.casefold(), each.id}]
    by_number = [each for number, each in enumerate(kept.collections, start=1) if str(number) == wanted]
    found = exact or by_number
    if not found:
        raise NotFound(f"there is no collection {name!r} in the wallet", hint="laurea wallet collection list shows what there is")
    if len(found) > 1:  # two copies of the wallet each made one of that name
        raise InputError(f"{name!r} names {len(found)} collections", hint=f"name one by its id: {', '.join(each.id for each in found)}")
    return found[0]


def started(kept: Wallet, goal: Goal, *, id_: str, at: datetime) -> Wallet:
    """Return the wallet with a new, empty collection; raises InputError when one is called so, or there are too many."""
    if any(each.name.casefold() == goal.name.casefold() for each in kept.collections):
        raise InputError(f"a collection is called {goal.name!r} already", hint="give this one another name, or change that one")
    if len(kept.collections) >= MAX_COLLECTIONS:
        raise InputError(f"a wallet has at most {MAX_COLLECTIONS} collections", hint="remove one: laurea wallet collection remove")
    made = Collection(id_, goal.name, at, goal.words, goal.posting)
    return replace(kept, collections=(*kept.collections, made))


def meant(kept: Wallet, name: str, goal: Goal, *, at: datetime) -> Wallet:
    """Return the wallet with another name or goal for a collection; raises as `find` and `started` do."""
    there = find(kept, name)
    if any(each.id != there.id and each.name.casefold() == goal.name.casefold() for each in kept.collections):
        raise InputError(f"a collection is called {goal.name!r} already", hint="give this one another name")
    return _with(
        kept, name, lambda found: replace(found, name=goal.name, goal=goal.words, posting=goal.posting, written=_after(at, found.written))
    )


def put(kept: Wallet, name: str, entries: Sequence[Entry], *, at: datetime, out: bool = False) -> Wallet:
    """Return the wallet with credentials put into a collection, or taken `out` of it; the same wallet when they are so already."""
    there = find(kept, name).members
    new = [each.held.digest for each in entries if (each.held.digest in there) == out]
    if not new:
        return kept
    return _with(kept, name, lambda found: replace(found, chosen=_chosen(found, new, at, out=out)))


def narrated(kept: Wallet, name: str, text: str, *, at: datetime) -> Wallet:
    """Return the wallet with the holder's own narrative in a collection, "" for none any more; raises InputError when it is too long."""
    if len(text) > MAX_WORDS:
        raise InputError(f"what you say is longer than {MAX_WORDS:,} characters", hint="attach a file to a credential instead")

    def said(found: Collection) -> Collection:
        return replace(found, narrative=Note(text, _after(at, found.narrative.written if found.narrative else None)))

    return _with(kept, name, said)


def without(kept: Wallet, name: str, *, at: datetime) -> Wallet:
    """Return the wallet without a collection, which no other copy brings back unless it changed there since; the credentials stay."""
    gone = find(kept, name)
    rest = tuple(each for each in kept.collections if each.id != gone.id)
    removed = tuple(each for each in kept.removed if each.digest != gone.digest)
    return replace(kept, collections=rest, removed=(*removed, Removed(gone.digest, max(at, gone.changed))))


def members(found: Collection, entries: Sequence[Entry]) -> tuple[Entry, ...]:
    """Return the credentials of a collection that the wallet holds, in the order in which they were put in."""
    there = {each.held.digest: each for each in entries}
    return tuple(there[digest] for digest in found.members if digest in there)


def rest(found: Collection, entries: Sequence[Entry]) -> tuple[Entry, ...]:
    """Return the credentials of the wallet that do not belong to a collection."""
    inside = set(found.members)
    return tuple(each for each in entries if each.held.digest not in inside)


def _chosen(found: Collection, digests: Sequence[bytes], at: datetime, *, out: bool) -> tuple[Chosen, ...]:
    before = {each.digest: each.at for each in found.chosen}
    others = tuple(each for each in found.chosen if each.digest not in digests)
    return (*others, *(Chosen(digest, _after(at, before.get(digest)), out) for digest in digests))


def _after(at: datetime, earlier: datetime | None) -> datetime:
    # Later than what it replaces, though the clock was put back since, or both came within one second: other copies go by that.
    return at if earlier is None else max(at, earlier + SECOND)


def _with(kept: Wallet, name: str, change: Callable[[Collection], Collection]) -> Wallet:
    there = find(kept, name)
    return replace(kept, collections=tuple(change(each) if each.id == there.id else each for each in kept.collections))
