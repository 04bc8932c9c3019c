"""Rows of a roster -> credentials with their seeds and claims; in any process, which needs nothing but what it is given."""

from collections.abc import Sequence
from contextlib import suppress
from datetime import datetime
from functools import lru_cache
from typing import Any, NamedTuple

from laurea.core import claims, leaf
from laurea.core.achievement import Achievement
from laurea.core.badge import IssuerProfile, Making
from laurea.core.badge_form import BadgeForms, Written
from laurea.core.blockcerts.leaf import Hashes
from laurea.core.canonical import Json
from laurea.core.claim_lines import ClaimLines, lines_of
from laurea.core.claims_form import ClaimsForms
from laurea.core.form import SEPARATOR, Form
from laurea.core.roster import Row
from laurea.errors import FormatError

UUID_BYTES = 16
SALT_BYTES = 16
RANDOM_BYTES = UUID_BYTES + SALT_BYTES + claims.SEED_BYTES  # for one credential


class Task(NamedTuple):
    """Rows that become credentials of one issuer, with what is chosen for them: what goes from process to process.

    `achievements` are the files of those that the rows may name, `rows` their columns in the order of Row's, of at least one row; `statuses` the status
    entries of each row or none for all, `random` RANDOM_BYTES for each row.
    """

    issuer: IssuerProfile
    achievements: tuple[bytes, ...]
    valid_from: datetime
    rows: Sequence[Sequence[Any]]  # a quarter of the time that so many tuples take to go and to be read
    statuses: Sequence[Sequence[Json]]
    random: bytes


class Drafts(NamedTuple):
    """Credentials in the order of their rows, column by column.

    Of each its UUID, the text of its form if it has one, what is kept of it, its seed, and what its leaf will say of it.
    """

    uuids: Sequence[str]
    forms: Sequence[bytes | None]
    kept: Sequence[bytes]
    seeds: Sequence[bytes]
    committed: Sequence[bytes]


def columns_of(rows: Sequence[Row]) -> Sequence[Sequence[Any]]:
    """Return the columns of rows, of which there is at least one."""
    return list(zip(*rows, strict=True))


def drafts(task: Task) -> Drafts:
    """Return the credential of every row, in their order; nothing is judged here."""
    draft, starts = _drafter(task.issuer, task.achievements).draft, range(0, len(task.random), RANDOM_BYTES)
    rows, statuses = map(Row._make, zip(*task.rows, strict=True)), task.statuses or [()] * len(starts)
    made = [
        draft(row, task.valid_from, status, task.random[at : at + RANDOM_BYTES])
        for row, status, at in zip(rows, statuses, starts, strict=True)
    ]
    return Drafts(*zip(*made, strict=True))


def is_right(task: Task, made: Drafts, at: int) -> bool:
    """Tell whether the credential of one row is what we make of it: so that another version of this, elsewhere, is noticed."""
    rows, statuses = [column[at : at + 1] for column in task.rows], task.statuses[at : at + 1]
    alone = task._replace(rows=rows, statuses=statuses, random=task.random[at * RANDOM_BYTES : (at + 1) * RANDOM_BYTES])
    is_whole = all(len(column) == len(task.rows[0]) for column in made)
    return is_whole and [column[at] for column in made] == [column[0] for column in drafts(alone)]


class _Drafter:
    """Makes the credentials of one issuer; each form is looked at once."""

    def __init__(self, issuer: IssuerProfile, achievements: tuple[bytes, ...]) -> None:
        found = map(Achievement.parse, achievements)
        self._achievements = {each.key: each for each in found}
        self._forms = BadgeForms(issuer, lambda _: [])
        self._lines: dict[bytes, ClaimLines | None] = {}
        self._others = ClaimsForms()
        self._hashes = Hashes() if issuer.blockcerts else None

    def draft(self, row: Row, valid_from: datetime, status: Sequence[Json], random: bytes) -> tuple[str, bytes | None, bytes, bytes, bytes]:
        """Return a row of `Drafts`."""
        uuid = _uuid(random[:UUID_BYTES].hex())
        salt, seed = random[UUID_BYTES : UUID_BYTES + SALT_BYTES].hex(), random[-claims.SEED_BYTES :]
        written = self._forms.write(self._achievements[row.achievement], row, Making(f"urn:uuid:{uuid}", valid_from, salt, status))
        form = written.form
        return uuid, None if form is None else form.text, written.kept, seed, self._committed(written, seed)

    def _committed(self, written: Written, seed: bytes) -> bytes:
        if self._hashes is not None:
            return self._hashes.committed(written.text)
        lines = None if written.form is None else self._lines.get(written.form.text) or self._learnt(written.form, written, seed)
        root = self._others.root(written.text, seed) if lines is None else lines.root(written.kept.split(SEPARATOR), seed)
        return leaf.commitment(root.claim_count, root.root)

    def _learnt(self, form: Form, written: Written, seed: bytes) -> ClaimLines | None:
        """Return the claims of a form that was not met yet, or is none of which the claims can be filled in."""
        if form.text not in self._lines:
            self._lines[form.text] = None
            with suppress(FormatError):
                made = lines_of(form)
                # Tried on the badge that comes first, so that a mistake of ours costs time and no root.
                if made.root(written.kept.split(SEPARATOR), seed) == self._others.root(written.text, seed):
                    self._lines[form.text] = made
        return self._lines[form.text]


def _uuid(digits: str) -> str:
    """Return the random UUID (RFC 9562, 5.4) that 32 hexadecimal digits make, all but six bits of them."""
    return f"{digits[:8]}-{digits[8:12]}-4{digits[13:16]}-{'89ab'[int(digits[16], 16) & 3]}{digits[17:20]}-{digits[20:]}"


@lru_cache(maxsize=2)
def _drafter(issuer: IssuerProfile, achievements: tuple[bytes, ...]) -> _Drafter:
    """Return what has learnt the forms already, in this process."""
    return _Drafter(issuer, achievements)
