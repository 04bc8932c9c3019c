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
from laurea.core.drafts import RANDOM_BYTES, Draft, Task
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


def text_of(draft: Draft) -> bytes:
    return draft.kept if draft.form is None else Form(draft.form).fill(draft.kept)


def require_right(task: Task, made: Sequence[Draft]) -> None:
    known = {each.key: each for each in map(Achievement.parse, task.achievements)}
    for number, (row, draft) in enumerate(zip(task.rows, made, strict=True)):
        random = task.random[number * RANDOM_BYTES : (number + 1) * RANDOM_BYTES]
        making = Making(f"urn:uuid:{draft.uuid}", task.valid_from, random[16:32].hex(), task.statuses[number] if task.statuses else ())
        document = build(known[row.achievement], row, task.issuer, making)
        split = claims.split(document)
        assert UUID(draft.uuid) == UUID(bytes=random[:16], version=4)
        assert draft.seed == random[32:]
        assert text_of(draft) == canonical.dump(document)
        assert draft.committed == leaf.commitment(len(split), claims.claims_tree(split, draft.seed).root)


@given(st.lists(rows(), min_size=1, max_size=10), st.booleans(), st.randoms(use_true_random=False))
def test_every_draft_is_the_credential_of_its_row_with_the_claims_of_the_long_way(
    found: list[tuple[Achievement, Row]], listed: bool, random: Any
) -> None:
    given_rows = [row for _, row in found] * 2
    statuses = [STATUS] * len(given_rows) if listed else []
    task = Task(ISSUER, FILES, NOW, given_rows, statuses, random.randbytes(RANDOM_BYTES * len(given_rows)))

    require_right(task, drafts.drafts(task))


@pytest.mark.parametrize(
    "description", ["laurea-badge-form:name:", "laurea-badge-form:foo:", "urn:x-laurea-marker:1:", 'x"laurea-form:0:"', "100 % \u0000"]
)
def test_an_achievement_with_marks_of_ours_in_it_is_drafted_right(description: str) -> None:
    odd = json.dumps({**json.loads(FILES[0]), "description": description}).encode()
    given_rows = [Row(f"S-{number}", f"N{number}", "sql-for-analysts") for number in range(5)]
    task = Task(ISSUER, (odd,), NOW, given_rows, [], bytes(range(RANDOM_BYTES)) * 5)

    require_right(task, drafts.drafts(task))


def test_after_the_first_of_a_form_none_is_split_or_built(monkeypatch: pytest.MonkeyPatch) -> None:
    def task(first: int) -> Task:
        given_rows = [Row(f"S-{number}", f"N{number}", "sql-for-analysts") for number in range(first, first + 5)]
        return Task(ISSUER, FILES, NOW, given_rows, [], bytes(RANDOM_BYTES * 5))

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
    task = Task(ISSUER, FILES, NOW, given_rows, [STATUS] * 5, bytes(range(RANDOM_BYTES)) * 5)
    made = drafts.drafts(task)
    wrong = [*made[:2], made[2]._replace(committed=bytes(36)), *made[3:]]

    assert all(drafts.is_right(task, made, at) for at in range(5))
    assert [drafts.is_right(task, wrong, at) for at in range(5)] == [True, True, False, True, True]
    assert not drafts.is_right(task, made[:4], 0)


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
