"""The life of a batch on a real node: enrolled, sealed, anchored once, final, released; and every place at which a run can be killed."""

import statistics
import time
from itertools import pairwise
from pathlib import Path

import pytest

from laurea import Verdict
from laurea.errors import Busy, FormatError, RosterError
from laurea.services.issuing import enrolment, sealing
from laurea.services.issuing.batches import move
from laurea.services.issuing.dispatch import pass_by
from laurea.storage.issuer import due
from laurea.storage.issuer.credentials import Credentials
from laurea.storage.issuer.profile import Profiles
from laurea.storage.issuer.tables import BatchState
from tests.services.issuing_world import Killed, World, killing_at, roster

PLACES = (
    "sealing-before-commit",
    "nonce-before-commit",
    "signed-not-persisted",
    "persisted-not-sent",
    "sent-not-recorded",
    "mined-not-recorded",
    "final-not-recorded",
    "released-not-recorded",
)


@pytest.mark.parametrize("size", [1, 2, 3, 7, 130])
def test_a_roster_becomes_one_anchor_and_as_many_proven_credentials(world: World, size: int) -> None:
    world.enrol(size)

    outcome = world.run()

    assert (outcome.waiting, outcome.stopped) == ((), ())
    world.require_whole([size])
    report = world.verdict(next(iter(world.released().values())))
    assert report.verdict is Verdict.VALID, report.headline


def test_without_anything_due_nothing_is_sent(world: World) -> None:
    before = world.spent()

    outcome = world.run()

    assert (outcome.waiting, outcome.stopped, world.batches(), world.anchored()) == ((), (), [], [])
    assert world.spent() == before


def test_a_second_run_changes_nothing(world: World) -> None:
    world.enrol(3)
    world.run()
    before, spent = world.released(), world.spent()

    world.run()

    world.require_whole([3])
    assert (world.released(), world.spent()) == (before, spent)


def test_each_run_seals_what_came_since(world: World) -> None:
    for size in (2, 3):
        world.enrol(size)
        world.run()

    world.require_whole([2, 3])
    assert [batch.nonce for batch in world.batches()] == [1, 2]  # the key has bound itself to the issuer with 0


@pytest.mark.parametrize("place", PLACES)
def test_a_run_killed_anywhere_is_finished_by_the_next(world: World, place: str) -> None:
    world.enrol(5)
    checkpoint, met = killing_at(place)
    with pytest.raises(Killed):
        world.run(checkpoint=checkpoint)
    reserved = [(batch.key, batch.nonce, batch.root) for batch in world.batches() if batch.nonce is not None]
    spent = world.spent()

    world.run()

    assert met() == 1
    world.require_whole([5])
    after = world.batch()
    assert reserved in ([], [(after.key, after.nonce, after.root)])
    assert world.spent() == 2, "the binding of the key, and one anchor"
    assert spent <= 2


def test_a_run_killed_at_every_place_in_turn_still_anchors_once(world: World) -> None:
    world.enrol(4)
    for place in PLACES:
        with pytest.raises(Killed):
            world.run(checkpoint=killing_at(place)[0])

    world.run()

    world.require_whole([4])
    assert world.spent() == 2


def test_a_kill_before_the_signature_is_stored_sends_nothing(world: World) -> None:
    world.enrol(1)

    with pytest.raises(Killed):
        world.run(checkpoint=killing_at("signed-not-persisted")[0])

    assert (world.batch().state, world.spent(), world.anchored()) == ("nonced", 1, [])


def test_a_kill_before_the_batch_is_stored_leaves_every_credential_open(world: World) -> None:
    world.enrol(3)

    with pytest.raises(Killed):
        world.run(checkpoint=killing_at("sealing-before-commit")[0])

    assert world.batches() == []
    world.enrol(1)
    world.run()
    world.require_whole([4])


def test_release_is_repeated_with_the_same_bytes(world: World) -> None:
    world.enrol(4)
    with pytest.raises(Killed):
        world.run(checkpoint=killing_at("released-not-recorded")[0])
    first = world.released()
    next(iter((world.path / "released").iterdir())).unlink()
    (world.path / "released" / ".left.json.tmp-1").write_bytes(b"{")

    world.run()

    assert world.released() == first
    assert len(first) == 4


@pytest.mark.parametrize("lost", [True, False])
def test_a_lost_or_damaged_level_file_is_made_again(world: World, lost: bool) -> None:
    world.enrol(6)
    with pytest.raises(Killed):
        world.run(checkpoint=killing_at("final-not-recorded")[0])
    path = world.path / "levels" / "1.levels"
    good = path.read_bytes()
    path.write_bytes(good[:-1] + bytes([good[-1] ^ 1]))
    if lost:
        path.unlink()

    world.run()

    world.require_whole([6])
    assert path.read_bytes() == good


@pytest.mark.parametrize("tree_lost", [True, False])
def test_credentials_that_were_altered_in_the_database_are_not_released(world: World, tree_lost: bool) -> None:
    world.enrol(2)
    with pytest.raises(Killed):
        world.run(checkpoint=killing_at("final-not-recorded")[0])
    if tree_lost:
        (world.path / "levels" / "1.levels").unlink()
    seeds = {member.id: member.seed for member in world.members()}
    with world.issuer() as issuer, issuer.database.write() as session:
        for member in Credentials(session).members(1):
            member.write(member.document.replace(b"Passed", b"Failed"))
            member.seed = seeds[member.id]

    with pytest.raises(FormatError, match="the database was altered"):
        world.run()

    assert world.released() == {}


def test_a_few_that_are_sealed_again_after_an_old_backup_have_another_root(world: World, tmp_path: Path) -> None:
    world.enrol(1)
    backup = world.copy(tmp_path / "backup")
    roots = set()
    for each in (world, backup):
        with each.issuer() as issuer:
            sealing.seal(issuer, checkpoint=pass_by)
        roots.add(each.batch().root)

    assert len(roots) == 2


def test_more_than_a_batch_takes_are_sealed_in_several_and_none_is_left(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(due, "MAX_MEMBERS", 20)
    monkeypatch.setattr(due, "PART", 10)
    world.enrol(50)

    world.run()

    world.require_whole([20, 20, 10])
    with world.issuer() as issuer, issuer.database.read() as session:
        found = Profiles(session).issuer()
        assert found is not None
        assert found.open_since is None


def test_every_member_has_a_seed_of_its_own(world: World) -> None:
    world.enrol(200)
    world.run()

    seeds = [member.seed for member in world.members()]

    assert {len(seed or b"") for seed in seeds} == {32}
    assert len(set(seeds)) == 200


def test_the_order_of_a_batch_says_nothing_about_the_order_of_the_roster(world: World) -> None:
    """Attack 42: a public revocation bit must not name a person. Ascending pairs are binomial: 8 sigma from half is never."""
    world.enrol(1001)
    with world.issuer() as issuer:
        sealing.seal(issuer, checkpoint=pass_by)

    members = world.members()
    learners = [int(member.learner.removeprefix("L-")) for member in members]
    ascending = sum(first < second for first, second in pairwise(learners))

    assert sorted(learners) != learners
    assert (
        abs(sum(first.id < second.id for first, second in pairwise(members)) - 500) < 8 * (1000 / 12) ** 0.5
    )  # in whose order they are written
    assert abs(ascending - 500) < 8 * (1000 / 12) ** 0.5
    assert abs(statistics.mean(learners[:500]) - statistics.mean(learners[500:])) < 8 * 18.3


def test_a_step_that_somebody_else_has_taken_meanwhile_is_not_taken_twice(world: World) -> None:
    world.enrol(1)
    with pytest.raises(Killed):
        world.run(checkpoint=killing_at("nonce-before-commit")[0])
    stale = world.batch()
    world.run()

    with world.issuer() as issuer, pytest.raises(Busy, match="moved by somebody else"):
        move(issuer, stale, BatchState.NONCED, key=world.batch().key, nonce=7)

    world.require_whole([1])


def test_a_run_needs_the_anchoring_and_the_signing_key_alone(world: World) -> None:
    for name in ("admin", "revoke"):
        (world.path / "keys" / f"{name}.json").unlink()
    world.enrol(1)

    world.run()

    assert world.batch().state == "released"


def test_two_runs_cannot_work_in_one_directory(world: World) -> None:
    with world.issuer() as issuer, issuer.lock("run"), pytest.raises(Busy, match="run"):
        world.run()


def test_a_roster_with_a_learner_who_has_it_already_names_the_row_and_imports_nothing(world: World) -> None:
    data = world.enrol(2)
    again = data.splitlines()[-1]
    fresh = roster(1).splitlines()[-1]

    with world.issuer() as issuer, pytest.raises(RosterError) as caught:
        enrolment.enrol(issuer, b"\n".join([b"learner,name,achievement", fresh, b"", again]))

    learner = again.split(b",", maxsplit=1)[0].decode()
    assert [problem.split(": ")[0] for problem in caught.value.problems] == [f"row 4, column learner, '{learner}'"]
    world.run()
    world.require_whole([2])


def test_a_dry_run_imports_nothing_and_finds_what_the_real_one_would(world: World) -> None:
    with world.issuer() as issuer:
        assert enrolment.forecast(issuer, roster(3)).new == 3
        with pytest.raises(RosterError):
            enrolment.forecast(issuer, b"learner,name,achievement\nL,Name,unknown\n")

    world.run()

    assert world.batches() == []


@pytest.mark.slow
def test_a_thousand_credentials_are_enrolled_sealed_and_released_in_reasonable_time(world: World) -> None:
    started_at = time.process_time()
    world.enrol(1000)
    enrolled_at = time.process_time()
    world.run()
    done_at = time.process_time()

    world.require_whole([1000])
    print(f"1,000 credentials: enrolled in {enrolled_at - started_at:.2f} s, sealed to released in {done_at - enrolled_at:.2f} s of CPU")
    assert done_at - started_at < 15
