"""Two copies of a collection become one: of each part of it the latest word counts, and nothing that is new is lost."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import UTC, datetime

from laurea.storage.wallet import Chosen, Collection, Kept, Note

NEVER = datetime.min.replace(tzinfo=UTC)


def joined(one: Collection, two: Collection) -> Collection:
    """Return a collection with what either copy says; which one comes first does not matter."""
    said = max(one, two, key=lambda each: (each.written, each.name, each.goal, each.posting))
    chosen: dict[bytes, Chosen] = {}
    for each in (*one.chosen, *two.chosen):
        chosen[each.digest] = max(chosen.get(each.digest, each), each, key=lambda found: (found.at, found.out))
    ordered = tuple(sorted(chosen.values(), key=lambda each: (each.at, each.digest)))
    return replace(said, chosen=ordered, narrative=max(one.narrative, two.narrative, key=_written))


def standing_of(found: Iterable[Collection], gone: Mapping[bytes, datetime]) -> tuple[Collection, ...]:
    """Return the collections without those that were removed and not changed since."""
    return tuple(each for each in found if gone.get(each.digest, NEVER) < each.changed)


def later(one: Kept, two: Kept) -> Kept:
    """Return the copy of a catalogue that was added later."""
    return max(one, two, key=lambda each: (each.added, each.name))


def is_there(kept: Kept, gone: Mapping[bytes, datetime]) -> bool:
    """Tell whether a catalogue was not removed, or was added again since."""
    return gone.get(kept.digest, NEVER) < kept.added


def _written(note: Note | None) -> tuple[datetime, str]:
    return (NEVER, "") if note is None else (note.written, note.text)
