"""The history of a wallet: what came from elsewhere and is not verified here. It is listed apart, and counts as nothing that was proven."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from laurea.core.canonical import JsonObject
from laurea.core.credential import format_time
from laurea.errors import InputError, NotFound
from laurea.services.holding import attaching
from laurea.services.holding.holding import Holding
from laurea.storage.wallet import Record, Removed, Wallet

NAME_CHARACTERS = 16  # of the digest in hexadecimal
MAX_RECORDS = 1_000
LABEL = "from elsewhere, not verified"
SECOND = timedelta(seconds=1)


@dataclass(frozen=True, slots=True)
class Past:
    """A record of the history, counted from 1 in the order in which they came."""

    number: int
    record: Record

    @property
    def name(self) -> str:
        """What it is called in URLs, which says nothing of it."""
        return self.record.digest.hex()[:NAME_CHARACTERS]

    @property
    def title(self) -> str:
        """What it is for; where nobody says so, the link."""
        return self.record.title or self.record.url

    def document(self) -> JsonObject:
        """Return it as JSON for programs: `verified` is false, and can be nothing else."""
        kept = self.record
        said: JsonObject = {
            name: value
            for name, value in (
                ("title", kept.title),
                ("issuer", kept.issuer),
                ("platform", kept.platform),
                ("issued", kept.issued),
                ("expires", kept.expires),
                ("url", kept.url),
                ("file", kept.name),
            )
            if value
        }
        return {
            "number": self.number,
            "form": kept.form,
            "verified": False,
            **said,
            "skills": list(kept.skills),
            "saidByHolder": list(kept.own),
            "added": format_time(kept.added),
        }


def listed(kept: Wallet) -> tuple[Past, ...]:
    """Return the history in the order in which it came."""
    return tuple(Past(number, each) for number, each in enumerate(kept.history, start=1))


def find(kept: Wallet, name: int | str) -> Past:
    """Return the record that has a number or a name; raises NotFound."""
    found = next((each for each in listed(kept) if str(name) in {str(each.number), each.name}), None)
    if found is None:
        raise NotFound("this is not in the history", hint="laurea wallet history list shows what is")
    return found


def keep(holding: Holding, record: Record) -> tuple[Past, bool]:
    """Keep a record, in the place of one of the same file or link, and return it and whether it is new here; raises InputError when it does not fit in."""
    new: list[bool] = []

    def add(kept: Wallet) -> Wallet:
        new[:] = [all(each.digest != record.digest for each in kept.history)]
        return _with(kept, record)

    after = holding.change(add)
    return next(each for each in listed(after) if each.record.digest == record.digest), new[0]


def remove(holding: Holding, name: int | str, *, at: datetime) -> Past:
    """Take a record out of the wallet, so that no other copy brings it back, and return it; raises NotFound."""
    gone: list[Past] = []

    def drop(kept: Wallet) -> Wallet:
        gone[:] = [find(kept, name)]
        return _without(kept, gone[0].record, at)

    holding.change(drop)
    return gone[0]


def _with(kept: Wallet, record: Record) -> Wallet:
    rest = [each for each in kept.history if each.digest != record.digest]
    if len(rest) == MAX_RECORDS:
        raise InputError(f"the history has {MAX_RECORDS:,} records, and no more fit", hint="remove one first: laurea wallet history remove")
    total = attaching.size(replace(kept, history=tuple(rest))) + len(record.data)
    if total > attaching.MAX_ALL:
        raise InputError(
            f"the files of the wallet would be {total:,} bytes together, and {attaching.MAX_ALL:,} fit",
            hint="add its link instead of the file",
        )
    ended = next((each.at for each in kept.removed if each.digest == record.digest), None)
    # Later than it was taken out, though the clock was put back since: a merge goes by which was later.
    fresh = record if ended is None or record.added > ended else replace(record, added=ended + SECOND)
    # In its old place, if it has one: numbers of others stay.
    known = any(each.digest == record.digest for each in kept.history)
    placed = tuple(fresh if each.digest == record.digest else each for each in kept.history)
    return replace(kept, history=placed if known else (*kept.history, fresh))


def _without(kept: Wallet, record: Record, at: datetime) -> Wallet:
    rest = tuple(each for each in kept.history if each.digest != record.digest)
    others = (each for each in kept.removed if each.digest != record.digest)
    return replace(kept, history=rest, removed=(*others, Removed(record.digest, max(at, record.added))))
