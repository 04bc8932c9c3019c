"""Stacks: whoever has what a rule asks for is awarded the capstone, once, with links to its parts; and what keeps a part from counting."""

import json
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from laurea.core import canonical
from laurea.core.part import Part, parts_of
from laurea.core.report import Verdict
from laurea.core.roster import Row
from laurea.errors import FormatError, InputError, NotFound
from laurea.services.issuing import achievements, enrolment, erasure, stacks, suspension
from laurea.services.issuing.awarding import Awarding
from laurea.services.issuing.dispatch import pass_by
from laurea.services.issuing.duplicates import Duplicates
from laurea.services.issuing.revocation import Reason, request
from laurea.services.issuing.revoking import Revoking
from laurea.services.issuing.sealing import parsed
from laurea.services.issuing.status_policy import StatusPolicy
from laurea.storage.issuer.credentials import Credentials
from laurea.storage.issuer.stacks import Stacks
from laurea.storage.issuer.tables import CredentialRow
from tests.services.issuing_world import ACHIEVEMENT, DID, Given, Killed, World, killing_at, now

HOLDER = "did:key:z6MkrJVnaZkeFzdQyMZu1cgjg7k1pZZ6pvBQ7XJPt4swbTQ2"
RULE = {"capstone": "analyst", "needs": 2, "of": ["sql", "stats", "viz"]}
LISTS = StatusPolicy("https://lists.example/status", ("suspension",))


def achievement(key: str, points: float | None = None) -> bytes:
    credits_ = {} if points is None else {"creditPoint": [{"framework": "ECTS", "point": points}]}
    return json.dumps(
        {**ACHIEVEMENT, "id": f"https://example.edu/achievements/{key}", "humanCode": key, "name": key.title(), **credits_}
    ).encode()


@pytest.fixture
def stacked(world: World) -> World:
    """An issuer with a rule: two of three."""
    with world.issuer() as issuer:
        for key in ("stats", "viz", "analyst"):
            achievements.add(issuer, achievement(key))
        stacks.add(issuer, json.dumps(RULE).encode())
    return world


def give(world: World, learner: str, *keys: str, **more: Any) -> None:
    rows = [Row(learner, "Ada Lovelace", key)._replace(**more) for key in keys]
    with world.issuer() as issuer:
        enrolment.enrol_rows(issuer, Given(rows))


def of(world: World, learner: str, key: str | None = None) -> list[CredentialRow]:
    with world.issuer() as issuer, issuer.database.read() as session:
        return [row for row in Credentials(session).of_learner(learner) if key in (None, row.achievement)]


def take_back(world: World, *credentials: str, reason: Reason = Reason.ERROR, mine: bool = False) -> None:
    with world.issuer() as issuer:
        request(issuer, credentials, reason)
        if mine:
            Revoking(issuer, world.chain(issuer), world.keyring(), world.patience(20)).revoke(None)


def test_a_learner_who_has_enough_is_awarded_the_capstone_with_links_to_its_parts(stacked: World) -> None:
    give(stacked, "ada", "sql", "viz", holder=HOLDER, email="ada@example.org")
    give(stacked, "bob", "sql")
    stacked.run()

    stacked.run()

    (capstone,) = of(stacked, "ada", "analyst")
    assert of(stacked, "bob", "analyst") == []
    assert (capstone.holder, capstone.email) == (HOLDER, "ada@example.org")
    parts = {row.achievement: row.id for row in of(stacked, "ada")}
    document = parsed(capstone.document)
    assert parts_of(document) == tuple(
        Part(
            f"urn:uuid:{row.id}", DID, f"https://example.edu/achievements/{row.achievement}", {"sql": "SQL", "viz": "Viz"}[row.achievement]
        )
        for row in of(stacked, "ada", "sql") + of(stacked, "ada", "viz")
    )
    assert parts.keys() == {"sql", "viz", "analyst"}
    stacked.require_whole([3, 1])
    report = stacked.verdict(stacked.released()[capstone.id])
    assert report.verdict is Verdict.VALID, report.checks


def test_capstones_of_different_parts_are_of_one_form(stacked: World) -> None:
    give(stacked, "ada", "sql", "viz")
    give(stacked, "bob", "sql", "stats", "viz")
    stacked.run()
    stacked.run()

    one, other = of(stacked, "ada", "analyst") + of(stacked, "bob", "analyst")

    assert one.form is not None
    assert one.form == other.form
    assert [len(parts_of(parsed(row.document))) for row in (one, other)] == [2, 3]
    stacked.require_whole([5, 2])


def test_a_capstone_is_awarded_once(stacked: World) -> None:
    give(stacked, "ada", "sql", "viz")
    for _ in range(3):
        stacked.run()
    give(stacked, "ada", "stats")
    stacked.run()
    stacked.run()

    assert len(of(stacked, "ada", "analyst")) == 1
    assert len(of(stacked, "ada")) == 4


def test_a_kill_before_the_award_is_stored_repeats_nothing(stacked: World) -> None:
    give(stacked, "ada", "sql", "viz")
    stacked.run()
    checkpoint, met = killing_at("awarding-before-commit")
    with pytest.raises(Killed):
        stacked.run(checkpoint=checkpoint)
    assert (met(), of(stacked, "ada", "analyst")) == (1, [])

    stacked.run()

    assert len(of(stacked, "ada", "analyst")) == 1
    stacked.require_whole([2, 1])


def test_a_capstone_that_the_operator_took_back_is_not_awarded_again(stacked: World) -> None:
    give(stacked, "ada", "sql", "viz")
    stacked.run()
    stacked.run()
    (capstone,) = of(stacked, "ada", "analyst")
    take_back(stacked, capstone.id, mine=True)

    stacked.run()

    (still,) = of(stacked, "ada", "analyst")
    assert still.revoked_at is not None


def test_a_capstone_that_the_operator_withdrew_before_its_release_is_not_awarded_again(stacked: World) -> None:
    give(stacked, "ada", "sql", "viz")
    stacked.run()
    stacked.run(blocks=0)
    (capstone,) = of(stacked, "ada", "analyst")
    take_back(stacked, capstone.id)

    stacked.run()
    stacked.run()

    assert [row.withdrawn_at is not None for row in of(stacked, "ada", "analyst")] == [True]


def test_a_part_that_is_taken_back_withdraws_the_capstone_that_nobody_was_handed(stacked: World) -> None:
    give(stacked, "ada", "sql", "viz")
    stacked.run()
    stacked.run(blocks=0)
    (part,) = of(stacked, "ada", "viz")
    (capstone,) = of(stacked, "ada", "analyst")
    assert (capstone.batch, stacked.batch(2).state) == (2, "mined")

    take_back(stacked, part.id)

    (capstone,) = of(stacked, "ada", "analyst")
    assert capstone.withdrawn_at is not None
    stacked.run()
    assert capstone.id not in stacked.released()


def test_a_learner_whose_capstone_lapsed_is_awarded_another_with_what_counts(stacked: World) -> None:
    give(stacked, "ada", "sql", "viz")
    stacked.run()
    stacked.run(blocks=0)
    (part,) = of(stacked, "ada", "viz")
    take_back(stacked, part.id)
    give(stacked, "ada", "stats")
    stacked.run()
    stacked.run()

    lapsed, awarded = of(stacked, "ada", "analyst")

    assert (lapsed.withdrawn_at is not None, awarded.withdrawn_at) == (True, None)
    assert [each.name for each in parts_of(parsed(awarded.document))] == ["SQL", "Stats"]


def test_a_capstone_that_was_handed_out_stays_when_a_part_is_revoked(stacked: World) -> None:
    give(stacked, "ada", "sql", "viz")
    stacked.run()
    stacked.run()
    (part,) = of(stacked, "ada", "viz")
    take_back(stacked, part.id, mine=True)
    stacked.run()

    (capstone,) = of(stacked, "ada", "analyst")

    assert (capstone.withdrawn_at, capstone.revocation) == (None, None)


def test_what_is_not_released_revoked_or_suspended_does_not_count(stacked: World) -> None:
    stacked.statuses = LISTS
    give(stacked, "ada", "sql", "viz")
    stacked.run(blocks=0)
    stacked.run(blocks=0)
    assert of(stacked, "ada", "analyst") == []  # not released
    stacked.run()
    (part,) = of(stacked, "ada", "viz")
    with stacked.issuer() as issuer:
        suspension.suspend(issuer, [part.id])
    give(stacked, "bob", "sql", "stats")
    stacked.run()
    (revoked,) = of(stacked, "bob", "stats")
    take_back(stacked, revoked.id)
    stacked.run()
    assert of(stacked, "ada", "analyst") + of(stacked, "bob", "analyst") == []

    with stacked.issuer() as issuer:
        suspension.suspend(issuer, [part.id], suspended=False)
    stacked.run()

    assert len(of(stacked, "ada", "analyst")) == 1


def test_a_suspension_before_the_release_withdraws_the_capstone_at_the_next_run(stacked: World) -> None:
    stacked.statuses = LISTS
    give(stacked, "ada", "sql", "viz")
    stacked.run()
    stacked.run(blocks=0)
    with stacked.issuer() as issuer:
        suspension.suspend(issuer, [of(stacked, "ada", "viz")[0].id])

    stacked.run()

    (capstone,) = of(stacked, "ada", "analyst")
    assert capstone.withdrawn_at is not None
    assert capstone.id not in stacked.released()


def test_what_has_expired_does_not_count_and_is_read_once(stacked: World) -> None:
    give(stacked, "ada", "sql")
    give(stacked, "ada", "viz", valid_until=now() + timedelta(days=1))
    give(stacked, "bob", "sql", "stats", valid_until=now() + timedelta(days=9))
    stacked.run()
    later = now() + timedelta(days=2)
    with stacked.issuer() as issuer:
        from_then = replace(issuer, now=lambda: later)
        run = awarding(from_then)
        assert run.award("analyst") == 1
        with issuer.database.read() as session:
            assert Stacks(session).eligible("analyst", 2, 0.0, "", 10) == []

    assert of(stacked, "ada", "analyst") == []
    assert len(of(stacked, "bob", "analyst")) == 1


def awarding(issuer: object) -> Awarding:
    return Awarding(issuer, checkpoint=pass_by)  # type: ignore[arg-type]


def test_credits_are_added(world: World) -> None:
    with world.issuer() as issuer:
        for key, points in (("stats", 4), ("viz", 2), ("ml", 10), ("analyst", None)):
            achievements.add(issuer, achievement(key, points))
        stacks.add(issuer, json.dumps({"capstone": "analyst", "needs": 2, "of": ["stats", "viz", "ml"], "credits": 12}).encode())
    give(world, "ada", "stats", "viz")
    give(world, "bob", "viz", "ml")
    world.run()

    world.run()

    assert (len(of(world, "ada", "analyst")), len(of(world, "bob", "analyst"))) == (0, 1)


def test_a_learner_who_is_erased_leaves_nothing_of_their_stack(stacked: World) -> None:
    give(stacked, "ada", "sql", "viz")
    stacked.run()
    stacked.run()
    ids = [row.id.encode() for row in of(stacked, "ada")]
    with stacked.issuer() as issuer:
        erasure.erase(issuer, "ada")
        with issuer.database.read() as session:
            assert Stacks(session).parts([each.decode() for each in ids]) == {}

    stacked.run()

    assert of(stacked, "ada") == []


def test_a_roster_that_says_the_same_changes_no_capstone(stacked: World) -> None:
    give(stacked, "ada", "sql", "viz")
    stacked.run()
    stacked.run(blocks=0)
    before = of(stacked, "ada", "analyst")[0].document

    with stacked.issuer() as issuer:
        roster = Given([Row("ada", "Ada Lovelace", "analyst")])
        counts = enrolment.enrol_rows(issuer, roster, duplicates=Duplicates.REPLACE).counts

    assert (counts.skipped, counts.replaced) == (1, 0)
    assert of(stacked, "ada", "analyst")[0].document == before


def test_progress_says_what_a_learner_has(stacked: World) -> None:
    give(stacked, "ada", "sql", "viz")
    stacked.run()
    give(stacked, "ada", "stats")
    with stacked.issuer() as issuer:
        (found,) = stacks.progress(issuer, "ada")
        (standing,) = stacks.standings(issuer)
        with pytest.raises(NotFound):
            stacks.progress(issuer, "nobody")

    assert (found.has, found.parts, found.capstone) == (2, {"sql": "released", "stats": "open", "viz": "released"}, "not there")
    assert (standing.awarded, standing.eligible) == (0, 1)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"needs": 4}, "/needs"),
        ({"needs": True}, "/needs"),
        ({"of": ["sql", "sql"]}, "each once"),
        ({"of": ["sql", "analyst"]}, "remove the capstone"),
        ({"of": ["sql", "unheard"]}, "unheard"),
        ({"credits": 0}, "/credits"),
        ({"credits": 12}, "no credits to add"),
        ({"needz": 1}, "/needz"),
        ({"capstone": ""}, "/capstone"),
    ],
)
def test_a_rule_that_could_not_work_is_refused_with_what_is_wrong(stacked: World, change: dict[str, object], words: str) -> None:
    with stacked.issuer() as issuer, pytest.raises(FormatError) as caught:
        stacks.add(issuer, json.dumps({**RULE, **change}).encode())
    assert words in str(caught.value)


def test_a_capstone_has_one_rule_and_is_no_part_of_itself(stacked: World) -> None:
    with stacked.issuer() as issuer:
        assert stacks.add(issuer, json.dumps(RULE).encode())[1] == ["sql", "stats", "viz"]  # again: nothing changes
        with pytest.raises(InputError, match="another rule"):
            stacks.add(issuer, json.dumps({**RULE, "needs": 3}).encode())
        with pytest.raises(FormatError, match="part of itself"):
            stacks.add(issuer, json.dumps({"capstone": "viz", "needs": 1, "of": ["analyst"]}).encode())
        stacks.remove(issuer, "analyst")
        with pytest.raises(NotFound):
            stacks.remove(issuer, "analyst")
        assert stacks.listed(issuer) == []


def test_the_parts_stay_hidden_when_the_evidence_is() -> None:
    assert parts_of({}) == ()
    assert parts_of({"evidence": [{"type": ["Evidence"], "id": "urn:x:1"}, 3, {"type": "CredentialPart", "id": 3}]}) == ()
    part = Part("urn:uuid:1", "did:web:a", "urn:b", "B")
    assert parts_of(canonical.parse(canonical.dump({"evidence": part.evidence()}))) == (part,)  # type: ignore[arg-type]
