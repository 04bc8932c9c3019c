"""Drafts are the credentials that are built one by one, with the claims that the long way finds in them."""

import json
from collections.abc import Sequence
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from laurea.core import badge_form, canonical, claims, drafts, leaf, leaves
from laurea.core.achievement import Achievement
from laurea.core.badge import Making, build
from laurea.core.canonical import Json
from laurea.core.claim_lines import lines_of
from laurea.core.drafts import RANDOM_BYTES, Drafts, Task, columns_of
from laurea.core.form import Form, filling
from laurea.core.leaves import Content, Range
from laurea.core.roster import Row
from laurea.errors import FormatError
from tests.conftest import ROOT
from tests.core.test_badge_form import ISSUER, NOW, rows
from tests.core.world import badge, seed_of

FOLDER = ROOT / "examples/achievements"
FILES = tuple((FOLDER / f"{name}.json").read_bytes() for name in ("sql-for-analysts", "python-for-data"))
STATUS: list[Json] = [{"type": "BitstringStatusListEntry", "statusPurpose": "revocation", "statusListIndex": "7"}]


def task_of(given_rows: Sequence[Row], random: bytes, *, files: tuple[bytes, ...] = FILES, statuses: Sequence[list[Json]] = ()) -> Task:
    return Task(ISSUER, files, NOW, columns_of(given_rows), statuses, random)


def require_right(given_rows: Sequence[Row], task: Task, made: Drafts) -> None:
    known = {each.key: each for each in map(Achievement.parse, task.achievements)}
    for number, (row, uuid, form, kept, seed, committed) in enumerate(zip(given_rows, *made, strict=True)):
        random = task.random[number * RANDOM_BYTES : (number + 1) * RANDOM_BYTES]
        making = Making(f"urn:uuid:{uuid}", task.valid_from, random[16:32].hex(), task.statuses[number] if task.statuses else ())
        document = build(known[row.achievement], row, task.issuer, making)
        split = claims.split(document)
        assert UUID(uuid) == UUID(bytes=random[:16], version=4)
        assert seed == random[32:]
        assert (kept if form is None else Form(form).fill(kept)) == canonical.dump(document)
        assert committed == leaf.commitment(len(split), claims.claims_tree(split, seed).root)


@given(st.lists(rows(), min_size=1, max_size=10), st.booleans(), st.randoms(use_true_random=False))
def test_every_draft_is_the_credential_of_its_row_with_the_claims_of_the_long_way(
    found: list[tuple[Achievement, Row]], listed: bool, random: Any
) -> None:
    given_rows = [row for _, row in found] * 2
    statuses = [STATUS] * len(given_rows) if listed else []
    task = task_of(given_rows, random.randbytes(RANDOM_BYTES * len(given_rows)), statuses=statuses)

    require_right(given_rows, task, drafts.drafts(task))


@pytest.mark.parametrize(
    "description", ["laurea-badge-form:name:", "laurea-badge-form:foo:", "urn:x-laurea-marker:1:", 'x"laurea-form:0:"', "100 % \u0000"]
)
def test_an_achievement_with_marks_of_ours_in_it_is_drafted_right(description: str) -> None:
    odd = json.dumps({**json.loads(FILES[0]), "description": description}).encode()
    given_rows = [Row(f"S-{number}", f"N{number}", "sql-for-analysts") for number in range(5)]
    task = task_of(given_rows, bytes(range(RANDOM_BYTES)) * 5, files=(odd,))

    require_right(given_rows, task, drafts.drafts(task))


def test_after_the_first_of_a_form_none_is_split_or_built(monkeypatch: pytest.MonkeyPatch) -> None:
    def task(first: int) -> Task:
        given_rows = [Row(f"S-{number}", f"N{number}", "sql-for-analysts") for number in range(first, first + 5)]
        return task_of(given_rows, bytes(RANDOM_BYTES * 5))

    drafts.drafts(task(0))
    expected = drafts.drafts(task(5))
    for module, name in ((claims, "split"), (badge_form, "build"), (drafts, "lines_of")):
        monkeypatch.setattr(module, name, lambda *_: pytest.fail("the long way"))

    assert drafts.drafts(task(5)) == expected


def test_a_form_takes_as_many_values_as_it_has_holes() -> None:
    form = Form(b'{"a":\x00,"b":"%s","c":\x00}')

    assert form.fill(filling(['"1"', "[2]"])) == b'{"a":"1","b":"%s","c":[2]}'
    for values in (['"1"'], ['"1"', "2", "3"], []):
        with pytest.raises(FormatError, match="do not fill a form with 2 holes"):
            form.fill(filling(values))


def test_claims_of_a_form_with_marks_of_ours_or_that_is_no_object_are_not_filled_in() -> None:
    for text in (b'{"a":"laurea-form:0:","b":\x00}', b"[\x00]"):
        with pytest.raises(FormatError):
            lines_of(Form(text))


def test_a_draft_that_another_version_has_made_is_noticed() -> None:
    given_rows = [Row(f"S-{number}", f"N{number}", "sql-for-analysts") for number in range(5)]
    task = task_of(given_rows, bytes(range(RANDOM_BYTES)) * 5, statuses=[STATUS] * 5)
    made = drafts.drafts(task)
    wrong = made._replace(committed=[*made.committed[:2], bytes(36), *made.committed[3:]])
    short = [made._replace(**{name: getattr(made, name)[:4]}) for name in made._fields]

    assert all(drafts.is_right(task, made, at) for at in range(5))
    assert [drafts.is_right(task, wrong, at) for at in range(5)] == [True, True, False, True, True]
    assert not any(drafts.is_right(task, each, 0) for each in short)


def test_leaves_and_subtrees_that_another_version_has_made_are_noticed() -> None:
    contents = [Content("kind", canonical.dump(badge(name=f"N{number}")), seed_of(number)) for number in range(6)]
    committed = leaves.commitments(contents)
    piece = Range(b"d" * 32, 65_536, committed)
    levels = leaves.subtree(piece)

    assert all(leaves.are_right(contents, committed, at) and leaves.is_right(piece, levels, at) for at in range(6))
    assert not leaves.are_right(contents, committed[:-1], 0)
    assert not leaves.are_right(contents, committed[:180] + bytes(36), 5)
    assert not leaves.is_right(piece, leaves.subtree(piece._replace(start=0)), 3)
    assert not leaves.is_right(piece, levels[:-1], 3)
    assert not leaves.is_right(piece, [*levels[:-1], bytes(32)], 3)
    assert not leaves.is_right(piece, [levels[0], levels[1][:-32], *levels[2:]], 3)
