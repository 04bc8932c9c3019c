"""What is to be sealed: found first, as there may be millions, and what is read of each is little."""

import zlib
from collections.abc import Generator, Iterator, Sequence
from contextlib import closing
from datetime import datetime
from operator import itemgetter
from typing import Any

from sqlalchemy import and_, case, func, or_, type_coerce
from sqlalchemy import select as select_columns
from sqlalchemy.types import NullType
from sqlmodel import Session, col, select

from laurea.core.leaf import COMMITMENT_BYTES
from laurea.storage.issuer.credentials import open_
from laurea.storage.issuer.tables import BatchProfile, CredentialRow, IssuerRow, Moment

PART = 2000  # credentials that are read at once
# So many ids are put in order: an index is written in half of the time when what comes next goes near to where the last was.
IN_ORDER = 1 << 15
SEPARATOR = "\n"
MAX_MEMBERS = 1 << 22  # of one batch: bounds the memory, of which each takes a hundred bytes while it is sealed
UNKNOWN = bytes(COMMITMENT_BYTES)  # no credential has no claims


class Due:
    """The credentials of one kind (of one achievement) that are members of no batch yet and are to be, and wait for no answer any more.

    They are found when this is made, MAX_MEMBERS or a few more if there are more, in an order of our own. `committed` has what the leaf of
    each will say, UNKNOWN where that was not made with the document.
    """

    def __init__(
        self, session: Session, now: datetime, achievement: str | None = None, profile: BatchProfile = BatchProfile.LAUREA
    ) -> None:
        """Find them, in this session."""
        self._session = session
        self._parts: list[bytes] = []
        self._left: datetime | None = None
        self._gaps = False
        self.committed = bytearray()
        self.more = False  # whether there may be others
        some: list[tuple[str, bytes]] = []
        with closing(self._found(_is_due(now, achievement, profile))) as found:
            for part in found:
                some += part
                self.more = self.size + len(some) >= MAX_MEMBERS
                if len(some) >= IN_ORDER or self.more:
                    self._take(some)
                if self.more:
                    break
        self._take(some)

    @property
    def size(self) -> int:
        """How many they are."""
        return len(self.committed) // COMMITMENT_BYTES

    def _found(self, is_due: tuple[Any, ...]) -> Generator[list[tuple[str, bytes]], None, None]:
        """Give the ids, each with what its leaf will say, some at a time."""
        connection = self._session.connection()
        # Those that stay open are looked at with them, for since when there are some: they would have to be looked for afterwards.
        # As the database keeps the moment, for nearly all are due, and to read of each that it has none takes a tenth of all this.
        left = type_coerce(case((and_(*is_due), None), else_=col(CredentialRow.enrolled_at)), NullType())
        query = select_columns(col(CredentialRow.id), col(CredentialRow.committed), left).where(*open_(self._session))
        read = Moment().dialect_impl(connection.dialect).result_processor(connection.dialect, None) or (lambda moment: moment)
        with connection.execute(query.execution_options(stream_results=True, yield_per=PART)) as rows:
            for part in rows.partitions(PART):
                stays: list[Any] = [since for _, _, since in part if since is not None]
                if stays:
                    self._left = min(filter(None, (self._left, read(min(stays)))))
                yield [(uuid, committed or UNKNOWN) for uuid, committed, since in part if since is None]

    def _take(self, some: list[tuple[str, bytes]]) -> None:
        """Take some out of a list, in the order of their ids."""
        some.sort(key=itemgetter(0))
        ids = [uuid for uuid, _ in some]
        self._parts += [_packed(ids[start : start + PART]) for start in range(0, len(ids), PART)]
        self.committed += b"".join([committed for _, committed in some])
        self._gaps = self._gaps or any(committed == UNKNOWN for _, committed in some)
        some.clear()

    def parts(self) -> Iterator[list[str]]:
        """Give their ids, a part at a time."""
        for part in self._parts:
            yield _unpacked(part)

    def last_parts(self) -> Iterator[list[str]]:
        """Give their ids for the last time; nothing is left of them."""
        self._parts.reverse()
        while self._parts:
            yield _unpacked(self._parts.pop())

    def forget(self) -> None:
        """Let what the leaves will say be made anew, all of it."""
        self.committed = bytearray(len(self.committed))
        self._gaps = True

    def uncommitted(self) -> Iterator[dict[int, str]]:
        """Give the ids of those of which it is not known what their leaves will say, by their numbers among all; a part at a time."""
        start = 0
        for part in self.parts() if self._gaps else ():
            found = {start + at: uuid for at, uuid in enumerate(part) if self._is_unknown(start + at)}
            if found:
                yield found
            start += len(part)

    def _is_unknown(self, at: int) -> bool:
        return self.committed[at * COMMITMENT_BYTES : (at + 1) * COMMITMENT_BYTES] == UNKNOWN

    def settle(self) -> None:
        """Keep in mind since when credentials are open, now that these are not any more."""
        issuer = self._session.get(IssuerRow, 1)
        if issuer is not None and not self.more:  # else there are some that were not looked at
            issuer.open_since = self._left
            self._session.add(issuer)


def count(
    session: Session, now: datetime, achievement: str | None = None, profile: BatchProfile | None = None, *, most: int | None = None
) -> int:
    """Return how many are to be sealed, of all kinds unless one is named; no more than `most` are counted."""
    found = select(CredentialRow.id).where(*open_(session), *_is_due(now, achievement, profile)).limit(most)
    return session.exec(select(func.count()).select_from(found.subquery())).one()


def _packed(ids: Sequence[str]) -> bytes:
    """Return ids as one text, packed: 20 bytes for each, a sixth of what they take as texts of their own."""
    packer = zlib.compressobj(strategy=zlib.Z_HUFFMAN_ONLY)  # nothing in them comes twice, so that no other way makes them smaller
    return packer.compress(SEPARATOR.join(ids).encode()) + packer.flush()


def _unpacked(packed: bytes) -> list[str]:
    return zlib.decompress(packed).decode().split(SEPARATOR)


def _is_due(now: datetime, achievement: str | None, profile: BatchProfile | None) -> tuple[Any, ...]:
    waits = col(CredentialRow.waits_until)
    wanted = () if achievement is None else (CredentialRow.achievement == achievement,)
    kind = () if profile is None else (CredentialRow.profile == profile,)
    return (or_(waits.is_(None), waits <= now), *wanted, *kind)
