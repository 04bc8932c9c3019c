"""Places in status lists: a new credential gets one at random, so that the number of an entry tells nothing about whose it is."""

import secrets
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session

from laurea.core.bitstring import MIN_ENTRIES
from laurea.core.canonical import Json, JsonObject
from laurea.core.did_pkh import DID_PKH
from laurea.core.status_list import Entry, entries
from laurea.errors import FormatError, InputError
from laurea.services.issuing.issuer import Issuer
from laurea.services.issuing.status_policy import FOLDER, PURPOSES, StatusPolicy
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


def require_places(issuer: Issuer) -> None:
    """Raise InputError when the issuer is to have status lists and can have none."""
    policy = issuer.statuses
    if not policy.purposes:
        return
    if issuer.profile.did.startswith(DID_PKH):
        raise InputError("an issuer with a did:pkh has no key to sign status lists with", hint="take [status] out of the configuration")
    if FOLDER.fullmatch(policy.url) is None:  # the service's own URL is less strict
        raise InputError(f"{policy.url!r} cannot be the folder of status lists", hint="set url under [status] in the configuration")


def example(policy: StatusPolicy, now: datetime) -> list[Json]:
    """Return status entries such as new credentials get, to judge what would come of it."""
    purposes = " ".join(policy.purposes)
    return Place(StatusListRow(id="0" * 2 * ID_BYTES, url=policy.url, purposes=purposes, created_at=now), 0).entries()


class Drawing:
    """Draws places for the new credentials of one transaction, in which nobody else draws any."""

    def __init__(self, session: Session, issuer: Issuer) -> None:
        """Draw in this session; raises InputError as `require_places`."""
        self._session = session
        self._issuer = issuer
        self._drawn: dict[str, dict[int, None]] = {}
        self._free: dict[str, int] = {}
        require_places(issuer)

    def draw(self, count: int) -> list[Place | None]:
        """Return places for so many credentials, each None where the issuer has no status lists; a list that is begun is kept at once."""
        if not self._issuer.statuses.purposes:
            return [None] * count
        found: list[Place | None] = []
        while len(found) < count:
            row, free = self._open()
            found += self._some(row, min(count - len(found), free))
        return found

    def _open(self) -> tuple[StatusListRow, int]:
        """Return a list that takes more credentials, and how many."""
        policy, lists = self._issuer.statuses, StatusLists(self._session)
        purposes = " ".join(policy.purposes)
        for row in lists.open(policy.url, purposes):
            if row.id not in self._free:
                self._free[row.id] = FULL - lists.size(row.id)
            if self._free[row.id] > 0:
                return row, self._free[row.id]
        row = StatusListRow(id=secrets.token_hex(ID_BYTES), url=policy.url, purposes=purposes, created_at=self._issuer.now())
        lists.add(row)
        self._issuer.record(self._session, "status-list.make", f"status-list:{row.id}")
        self._free[row.id] = FULL
        return row, FULL

    def _some(self, row: StatusListRow, count: int) -> list[Place | None]:
        drawn = self._drawn.setdefault(row.id, {})
        found: dict[int, None] = {}
        while len(found) < count:
            more = _drawn(count - len(found), drawn | found)
            taken = StatusLists(self._session).taken(row.id, more)
            found.update(dict.fromkeys(index for index in more if index not in taken))
        drawn.update(found)
        self._free[row.id] -= count
        return [Place(row, index) for index in found]


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


def _drawn(count: int, besides: Collection[int]) -> list[int]:
    """Draw so many different numbers of entries that are none of some others, in the order in which they were drawn."""
    found: dict[int, None] = {}  # a set would give them in an order of its own, which tells who is next to whom in a roster
    while len(found) < count:
        index = secrets.randbelow(MIN_ENTRIES)
        if index not in besides:
            found[index] = None
    return list(found)
