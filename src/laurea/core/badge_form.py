"""The JCS text of many badges of few forms: what `badge.build` makes of rows of a roster, several times faster.

The badges of one achievement differ in a few values. The first of each form is built and written as a whole, with marks in the places of
those; of the others only the values are written. What stays the same is judged once, by whoever asks for the first.
"""

import json
import re
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from functools import lru_cache
from json.encoder import encode_basestring as quoted
from operator import itemgetter
from typing import Any, NamedTuple

from laurea.core import canonical
from laurea.core.achievement import Achievement
from laurea.core.badge import IssuerProfile, Making, build, evidence_of, identity_hash, identity_type
from laurea.core.canonical import Json, JsonObject
from laurea.core.credential import format_time
from laurea.core.form import Form, filling
from laurea.core.roster import Row

_PREFIX = "laurea-badge-form:"
_MARK = _PREFIX + "{}:"
_MARKED = re.compile(r'"laurea-badge-form:([a-z_]+):"')
_PLACES: Mapping[str, tuple[str | int, ...]] = {
    "id": ("id",),
    "valid_from": ("validFrom",),
    "valid_until": ("validUntil",),
    "status": ("credentialStatus",),
    "holder": ("credentialSubject", "id"),
    "name": ("credentialSubject", "identifier", 0, "identityHash"),
    "learner": ("credentialSubject", "identifier", 1, "identityHash"),
    "salt": ("credentialSubject", "identifier", 1, "salt"),
    "awarded": ("credentialSubject", "activityEndDate"),
    "result": ("credentialSubject", "result", 0),
    "evidence": ("evidence", 0, "id"),
    "evidence_name": ("evidence", 0, "name"),
}
"""The values in which badges of one form differ, and where they are."""
_PARTS: Mapping[str, tuple[str | int, ...]] = {"parts": ("evidence",)}
"""Of capstones all of `evidence` is one such value: how many parts there are differs, too."""
_NUMBERS = {name: number for number, name in enumerate((*_PLACES, *_PARTS))}
"""Where each value stands among those of `_values`."""

Judge = Callable[[JsonObject], list[str]]


class Written(NamedTuple):
    """A badge in JCS, as it is kept: of a form what stands in its holes, else the whole text; and what is wrong with it."""

    form: Form | None
    kept: bytes
    problems: Sequence[str] = ()

    @property
    def text(self) -> bytes:
        """The JCS text of the badge."""
        return self.kept if self.form is None else self.form.fill(self.kept)


class BadgeForms:
    """Writes badges of one issuer, and remembers their forms."""

    def __init__(self, issuer: IssuerProfile, judge: Judge) -> None:
        """`judge` returns what is wrong with a badge: asked about the first of each form, and about every one of a form where that was."""
        self._issuer = issuer
        self._judge = judge
        self._forms: dict[tuple[object, ...], _BadgeForm | None] = {}
        self._results: dict[tuple[str, str], tuple[str, str]] = {}

    def write(self, achievement: Achievement, row: Row, making: Making) -> Written:
        """Return the badge that `badge.build` makes of these."""
        result, kind = self._result(achievement, row)
        key = self._key(achievement, row, making, kind)
        known = self._forms.get(key)
        if known is not None:
            return Written(known.form, known.filling(_values(row, making, result)))
        document = build(achievement, row, self._issuer, making)
        text = canonical.dump(document)
        problems = self._judge(document)
        if not problems and key not in self._forms and _PREFIX.encode() not in text:
            made = _BadgeForm(document, {**_PLACES, **_PARTS} if row.parts else _PLACES)
            values = made.filling(_values(row, making, result))
            # Tried on the badge that it was learnt from, so that a mistake of ours costs time and no credential.
            self._forms[key] = made if made.form.fill(values) == text else None
            if self._forms[key] is not None:
                return Written(made.form, values)
        return Written(None, text, problems)

    def problems(self, achievement: Achievement, row: Row, making: Making) -> Sequence[str]:
        """Return what is wrong with the badge of a row; of a form where nothing was, nothing is looked at again."""
        _, kind = self._result(achievement, row)
        known = self._forms.get(self._key(achievement, row, making, kind))
        return self.write(achievement, row, making).problems if known is None else ()

    def _key(self, achievement: Achievement, row: Row, making: Making, kind: str) -> tuple[object, ...]:
        dates = (row.awarded is None, row.valid_until is None)
        return (
            achievement.key,
            kind,
            identity_type(row.learner),
            not making.status,
            not row.holder,
            not row.evidence,
            not row.evidence_name,
            not row.parts,
            dates,
        )

    def _result(self, achievement: Achievement, row: Row) -> tuple[str, str]:
        """Return a result as JCS text, and its members' names; there are few, and each is made once."""
        if not row.result:
            return "", ""
        known = self._results.get((achievement.key, row.result))
        if known is None:
            found = achievement.result(row.result)
            known = canonical.dump(found).decode(), ",".join(sorted(found))
            if len(self._results) < 4096:
                self._results[achievement.key, row.result] = known
        return known


class _BadgeForm:
    """What the badges of one form have in common, and the order of the values in which they differ."""

    def __init__(self, document: JsonObject, places: Mapping[str, tuple[str | int, ...]]) -> None:
        marked: Any = json.loads(canonical.dump(document))  # a copy of our own
        for name, steps in places.items():
            _mark(marked, steps, _MARK.format(name))
        pieces = _MARKED.split(canonical.dump(marked).decode())
        self.form = Form(filling(pieces[::2]))
        self._pick = itemgetter(*[_NUMBERS[name] for name in pieces[1::2]])  # an id, validFrom, a name and a salt at least

    def filling(self, values: Sequence[str]) -> bytes:
        """Return what stands in the holes with these values."""
        return filling(self._pick(values))


def _mark(place: Any, steps: tuple[str | int, ...], mark: str) -> None:
    *way, last = steps
    for step in way:
        if isinstance(step, str) and step not in place:
            return
        place = place[step]
    if isinstance(last, int) or last in place:
        place[last] = mark


def _values(row: Row, making: Making, result: str) -> Sequence[str]:
    """Return the values of a badge in JCS, in the order of their places; "" for those that it does not have."""
    return (
        quoted(making.credential_id),
        _moment(making.valid_from),
        _moment(row.valid_until),
        _status(making.status) if making.status else "",
        quoted(row.holder) if row.holder else "",
        quoted(row.name),
        f'"{identity_hash(row.learner, making.salt)}"',
        quoted(making.salt),
        _moment(row.awarded),
        result,
        quoted(row.evidence) if row.evidence else "",
        quoted(row.evidence_name) if row.evidence_name else "",
        canonical.dump(evidence_of(row)).decode() if row.parts else "",
    )


@lru_cache(maxsize=4096)
def _moment(moment: datetime | None) -> str:
    return "" if moment is None else f'"{format_time(moment)}"'


def _status(entries: Any) -> str:
    # Texts and ASCII names alone, of which this is the JCS.
    value: list[Json] = list(entries)
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"), sort_keys=True)
