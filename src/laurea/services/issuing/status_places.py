"""Places in status lists: a new credential gets one at random, so that the number of an entry tells nothing about whose it is."""

import secrets
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session

from laurea.core.bitstring import MIN_ENTRIES
from laurea.core.canonical import Json, JsonObject
from laurea.core.did_pkh import DID_PKH
from laurea.core.status_list import Entry, entries
from laurea.errors import FormatError, InputError
from laurea.services.issuing.issuer import Issuer
from laurea.services.issuing.status_policy import FOLDER, PURPOSES
from laurea.storage.issuer.bulk import NewCredential
from laurea.storage.issuer.status_lists import StatusLists
from laurea.storage.issuer.tables import StatusListRow

ID_BYTES = 16
FULL = MIN_ENTRIES * 3 // 4  # taken entries; beyond that it takes long to draw a free one


@dataclass(frozen=True, slots=True)
class Place:
    """The list of an entry, and its number there."""

    status_list: StatusListRow
    index: int

    def entries(self) -> list[Json]:
        """Return the status entries of a credential that has this place."""
        row = self.status_list
        return [Entry(purpose, self.index, row.url_of(purpose)).document() for purpose in row.purposes.split()]


def draw(issuer: Issuer, count: int) -> list[Place | None]:
    """Return places for so many new credentials, each None where the issuer has no status lists; nothing is kept yet.

    Raises InputError when the issuer cannot sign lists.
    """
    policy = issuer.statuses
    if not policy.purposes or not count:
        return [None] * count
    if issuer.profile.did.startswith(DID_PKH):
        raise InputError("an issuer with a did:pkh has no key to sign status lists with", hint="take [status] out of the configuration")
    if FOLDER.fullmatch(policy.url) is None:  # the service's own URL is less strict
        raise InputError(f"{policy.url!r} cannot be the folder of status lists", hint="set url under [status] in the configuration")
    purposes = " ".join(policy.purposes)
    found: list[Place | None] = []
    with issuer.database.read() as session:
        for row in StatusLists(session).open(policy.url, purposes):
            found += _free(session, row, count - len(found))
    while len(found) < count:
        row = StatusListRow(id=secrets.token_hex(ID_BYTES), url=policy.url, purposes=purposes, created_at=issuer.now())
        found += [Place(row, index) for index in _drawn(min(count - len(found), FULL), ())]
    return found


def are_free(session: Session, credentials: Iterable[NewCredential]) -> bool:
    """Tell whether the places that were drawn for credentials are free still, and each one's own."""
    by_list: dict[str, list[int]] = {}
    for row in credentials:
        if row.status_list is not None and row.status_index is not None:
            by_list.setdefault(row.status_list, []).append(row.status_index)
    if any(len(set(indices)) < len(indices) for indices in by_list.values()):
        return False
    return not any(StatusLists(session).taken(status_list, indices) for status_list, indices in by_list.items())


def keep_lists(session: Session, issuer: Issuer, credentials: Iterable[NewCredential]) -> None:
    """Keep the lists that credentials were drawn places in and that are new."""
    policy = issuer.statuses
    for status_list in {row.status_list: None for row in credentials}:
        if status_list is not None and StatusLists(session).get(status_list) is None:
            row = StatusListRow(id=status_list, url=policy.url, purposes=" ".join(policy.purposes), created_at=issuer.now())
            StatusLists(session).add(row)
            issuer.record(session, "status-list.make", f"status-list:{status_list}")


def place_of(document: JsonObject, *, now: datetime) -> Place | None:
    """Return the place that a credential of ours names, as one in a list that takes no others; None when it names none."""
    found: Place | None = None
    purposes = []
    for value in entries(document):
        try:
            entry = Entry.of(value)
        except FormatError:
            continue
        url, _, name = entry.list_url.rpartition("/")
        status_list, _, purpose = name.removesuffix(".json").partition("-")
        if purpose == entry.purpose and purpose in PURPOSES:
            purposes.append(purpose)
            row = StatusListRow(id=status_list, url=url, purposes=" ".join(purposes), created_at=now, closed_at=now)
            found = Place(row, entry.index)
    return found


def _free(session: Session, row: StatusListRow, count: int) -> list[Place]:
    lists = StatusLists(session)
    wanted = min(count, FULL - lists.size(row.id))
    drawn: dict[int, None] = {}
    while len(drawn) < wanted:
        more = _drawn(wanted - len(drawn), drawn)
        taken = lists.taken(row.id, more)
        drawn.update(dict.fromkeys(index for index in more if index not in taken))
    return [Place(row, index) for index in drawn]


def _drawn(count: int, besides: Collection[int]) -> list[int]:
    """Draw so many different numbers of entries that are none of some others, in the order in which they were drawn."""
    found: dict[int, None] = {}  # a set would give them in an order of its own, which tells who is next to whom in a roster
    while len(found) < count:
        index = secrets.randbelow(MIN_ENTRIES)
        if index not in besides:
            found[index] = None
    return list(found)
