"""What is renewed and then suspended, replaced or taken back, and capstones whose parts that happens to: nobody gets more or less than they should."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import event

from laurea.core.part import parts_of
from laurea.core.roster import Row
from laurea.errors import InputError
from laurea.services.issuing import achievements, enrolment, renewing, stacks, suspension
from laurea.services.issuing.duplicates import Duplicates
from laurea.services.issuing.revocation import Reason, request
from laurea.services.issuing.sealing import parsed
from laurea.services.issuing.status_policy import NO_STATUS, StatusPolicy
from laurea.storage.issuer.credentials import Credentials
from laurea.storage.issuer.stacks import Stacks
from laurea.storage.issuer.tables import CredentialRow
from tests.services.issuing_world import Given, World, on_sqlite
from tests.stacked import achievement

ENDS = datetime(2030, 1, 1, tzinfo=UTC)
FAR = datetime(2034, 12, 31, tzinfo=UTC)
LISTS = StatusPolicy("https://lists.example/status", ("suspension",))


def give(world: World, *keys: str, name: str = "Ada", duplicates: Duplicates = Duplicates.REFUSE) -> None:
    with world.issuer() as issuer:
        enrolment.enrol_rows(issuer, Given([Row("ada", name, key, valid_until=ENDS) for key in keys]), duplicates=duplicates)


def of(world: World, key: str) -> list[CredentialRow]:
    with world.issuer() as issuer, issuer.database.read() as session:
        return [row for row in Credentials(session).of_learner("ada") if row.achievement == key]


def renewed(world: World) -> tuple[str, str]:
    """Return a released credential and the one that is to come in its place."""
    give(world, "sql")
    world.run()
    (old,) = of(world, "sql")
    with world.issuer() as issuer:
        (new,) = renewing.renew(issuer, [old.id], FAR).values()
    return old.id, new


def test_what_is_suspended_while_it_is_renewed_comes_again_suspended(world: World) -> None:
    world.statuses = LISTS
    old, new = renewed(world)
    with world.issuer() as issuer:
        assert suspension.suspend(issuer, [old]) == [old, new]
        assert suspension.suspend(issuer, [old]) == []
    world.run()
    assert [row.suspended_at is not None for row in of(world, "sql")] == [True, True]

    with world.issuer() as issuer:
        suspension.suspend(issuer, [new], suspended=False)
    assert of(world, "sql")[1].suspended_at is None


def test_a_suspension_that_ends_before_the_new_one_comes_ends_for_both(world: World) -> None:
    world.statuses = LISTS
    old, new = renewed(world)
    with world.issuer() as issuer:
        suspension.suspend(issuer, [old])
        assert suspension.suspend(issuer, [old], suspended=False) == [old, new]


def test_what_is_renewed_by_one_that_cannot_be_suspended_is_not_suspended_alone(world: World) -> None:
    world.statuses = LISTS
    give(world, "sql")
    world.run()
    (old,) = of(world, "sql")
    world.statuses = NO_STATUS
    with world.issuer() as issuer:
        renewing.renew(issuer, [old.id], FAR)
        with pytest.raises(InputError, match="names no status list"):
            suspension.suspend(issuer, [old.id])

    assert of(world, "sql")[0].suspended_at is None


def test_a_suspended_part_withdraws_the_capstone_that_nobody_was_handed_at_once(world: World) -> None:
    world.statuses = LISTS
    capstone(world, blocks=0)
    with world.issuer() as issuer:
        suspension.suspend(issuer, [of(world, "sql")[0].id])

    assert of(world, "analyst")[0].withdrawn_at is not None


def test_a_roster_replaces_a_renewed_credential_that_is_sealed_and_not_released(world: World) -> None:
    old, new = renewed(world)
    world.run(blocks=0)
    give(world, "sql", name="Ada Lovelace", duplicates=Duplicates.REPLACE)

    first, second, third = of(world, "sql")
    assert (first.id, second.id, third.replaces) == (old, new, old)
    assert first.revocation is None, "the learner has it until the other is there"
    assert second.withdrawn_at is not None
    world.run()
    assert of(world, "sql")[0].revocation is not None
    assert {third.id} <= set(world.released())
    assert new not in world.released()


def test_a_renewed_credential_that_is_not_released_is_issued_again_by_its_record(world: World) -> None:
    old, new = renewed(world)
    world.run(blocks=0)
    with world.issuer() as issuer:
        made, _ = enrolment.reissue(issuer, new, {"learner": "ada", "name": "Ada Lovelace", "achievement": "sql"})

    world.run()
    first, _, third = of(world, "sql")
    assert (first.id, third.id) == (old, made)
    assert first.revocation is not None


def test_progress_says_that_a_credential_stands_again_whose_renewal_was_withdrawn(world: World) -> None:
    rule(world)
    _, new = renewed(world)
    with world.issuer() as issuer:
        request(issuer, [new], Reason.ERROR)
        assert stacks.progress(issuer, "ada")[0].parts == {"sql": "released"}


def test_a_capstone_that_a_roster_replaces_names_its_parts_still(world: World) -> None:
    capstone(world)
    (first,) = of(world, "analyst")
    parts = parts_of(parsed(first.document))
    assert len(parts) == 1
    give(world, "analyst", name="Ada Lovelace", duplicates=Duplicates.REPLACE)

    second = of(world, "analyst")[1]
    assert parts_of(parsed(second.document)) == parts


def test_a_capstone_that_is_not_handed_out_is_awarded_for_the_part_in_the_place_of_another(world: World) -> None:
    rule(world)
    give(world, "sql")
    world.run()
    (old,) = of(world, "sql")
    with world.issuer() as issuer:
        (new,) = renewing.renew(issuer, [old.id], FAR).values()
    world.run()
    assert of(world, "analyst") == [], "the old one counts no more, and the new one not yet"
    world.run()

    (found,) = of(world, "analyst")
    assert [part.id for part in parts_of(parsed(found.document))] == [f"urn:uuid:{new}"]


def test_credits_that_are_no_whole_numbers_are_added_as_people_do(world: World) -> None:
    with world.issuer() as issuer:
        for key in ("a", "b", "c", "analyst"):
            achievements.add(issuer, achievement(key, 3.3))
        stacks.add(issuer, json.dumps({"capstone": "analyst", "needs": 1, "of": ["a", "b", "c"], "credits": 9.9}).encode())
    give(world, "a", "b", "c")
    world.run()
    world.run()

    assert len(of(world, "analyst")) == 1


@on_sqlite
def test_who_is_due_and_what_lapsed_is_found_without_going_through_all_credentials(world: World) -> None:
    asked: list[tuple[str, Any]] = []
    rule(world)
    with world.issuer() as issuer, issuer.database.read() as session:
        event.listen(session.get_bind(), "before_cursor_execute", lambda _, __, text, given, *___: asked.append((text, given)))
        Stacks(session).eligible("analyst", 1, 0.0, "", 10)
        Stacks(session).unreleased_with()
        Stacks(session).unreleased_with(["a"])
        queries = [each for each in asked if each[0].startswith("SELECT")]
        plans = [row[3] for text, given in queries for row in session.connection().exec_driver_sql(f"EXPLAIN QUERY PLAN {text}", given)]

    assert "SEARCH had USING INDEX one_standing_credential (learner=? AND achievement=?)" in plans
    assert "SEARCH had USING INDEX ix_credential_taken_back (learner=? AND achievement=?)" in plans
    assert [plan for plan in plans if plan.startswith(("SCAN credential", "SCAN had", "SCAN member", "SCAN part"))] == []


def rule(world: World) -> None:
    with world.issuer() as issuer:
        achievements.add(issuer, achievement("analyst"))
        stacks.add(issuer, json.dumps({"capstone": "analyst", "needs": 1, "of": ["sql"]}).encode())


def capstone(world: World, *, blocks: int | None = None) -> None:
    """Let a capstone be awarded, and, unless no block comes, released."""
    rule(world)
    give(world, "sql")
    world.run()
    world.run() if blocks is None else world.run(blocks=blocks)
