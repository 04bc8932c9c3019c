"""Erase a learner: no file and no table has anything of them, and everybody else's credentials hold as before."""

import json
import shutil

import pytest

from laurea import Verdict
from laurea.errors import NotFound
from laurea.services.issuing import enrolment, showing
from laurea.services.issuing.erasure import Erased, erase
from laurea.services.issuing.lookup import require
from laurea.services.issuing.revocation import Reason, request
from laurea.services.issuing.revoking import Revoking
from tests.services.issuing_world import Killed, World, killing_at

CANARIES = (
    "Wellensittich",
    "canary.bird@example.edu",
    "z6MkhaXgBZDvotDkL5257faiztiGiC2QtKLGpbnnEGta2doK",
    "evidence/kanarienvogel",
    "Kanarienbericht",
)
ROSTER = (
    "learner,name,achievement,evidence,evidence_name,holder,email\n"
    "{0}-1,{0},sql,https://example.edu/{3},{4},did:key:{2},{1}\n"
    "L-2,Grace,sql,,,,\n"
    "L-3,Jean,sql,,,,\n"
).format(*CANARIES)
LEARNER = f"{CANARIES[0]}-1"


@pytest.fixture
def enrolled(world: World) -> World:
    with world.issuer() as issuer:
        enrolment.enrol(issuer, ROSTER.encode())
    return world


def erased(world: World, learner: str = LEARNER) -> Erased:
    with world.issuer() as issuer, issuer.lock("run"), issuer.lock("backup"):
        return erase(issuer, learner)


def found_anywhere(world: World) -> list[str]:
    """Return where in the directory something of the learner is, whatever the file."""
    needles = [needle for canary in CANARIES for needle in (canary.encode(), json.dumps(canary)[1:-1].encode())]
    files = [path for path in world.path.rglob("*") if path.is_file()]
    assert files
    found = [str(path.relative_to(world.path)) for path in files if any(needle in path.read_bytes() for needle in needles)]
    return [*found, *(["the database"] if any(needle in world.dump() for needle in needles) else [])]


def test_a_learner_who_is_in_no_batch_is_gone_altogether(enrolled: World) -> None:
    assert found_anywhere(enrolled)

    assert erased(enrolled) == Erased(1, 0)

    assert found_anywhere(enrolled) == []
    enrolled.run()
    enrolled.require_whole([2])


def test_a_learner_whose_credential_was_released_leaves_an_empty_place(enrolled: World) -> None:
    enrolled.run()
    ours = next(member for member in enrolled.members() if member.learner == LEARNER)

    assert erased(enrolled) == Erased(0, 1)

    assert found_anywhere(enrolled) == []
    assert len(enrolled.released()) == 2
    assert {enrolled.verdict(data).verdict for data in enrolled.released().values()} == {Verdict.VALID}
    with enrolled.issuer() as issuer:
        shown = showing.credential(issuer, require(issuer, ours.id))
        assert (shown.state, shown.released, shown.learner) == ("erased", False, "")
        assert showing.status(issuer)["credentials"] == {"erased": 1, "released": 2}
    assert enrolled.run().stopped == ()


def test_what_a_killed_release_has_left_of_a_learner_goes_too(enrolled: World) -> None:
    enrolled.run()
    left = enrolled.path / "released" / ".some.json.tmp-0123"
    left.write_text("a credential")

    erased(enrolled)

    assert not left.exists()


def test_the_tree_is_made_again_without_what_was_erased(enrolled: World) -> None:
    with pytest.raises(Killed):
        enrolled.run(checkpoint=killing_at("final-not-recorded")[0])
    erased(enrolled)
    shutil.rmtree(enrolled.path / "levels")
    (enrolled.path / "levels").mkdir()

    enrolled.run()

    assert enrolled.batch().state == "released"
    assert len(enrolled.released()) == 2, "one that was not released when it was erased is never released"
    assert {enrolled.verdict(data).verdict for data in enrolled.released().values()} == {Verdict.VALID}
    assert found_anywhere(enrolled) == []


def test_what_was_erased_can_still_be_revoked_by_its_id(enrolled: World) -> None:
    enrolled.run()
    ours = next(member for member in enrolled.members() if member.learner == LEARNER)
    handed_out = enrolled.released()[ours.id]
    erased(enrolled)

    with enrolled.issuer() as issuer:
        asked = request(issuer, [ours.id], Reason.ERROR)
        Revoking(issuer, enrolled.chain(issuer), enrolled.keyring(), enrolled.patience(10)).revoke(asked.revocations)

    assert enrolled.verdict(handed_out).verdict is Verdict.INVALID


def test_a_kill_while_erasing_is_made_good_by_doing_it_again(enrolled: World) -> None:
    enrolled.run()
    ours = next(member for member in enrolled.members() if member.learner == LEARNER)
    (enrolled.path / "released" / f"{ours.id}.json").unlink()

    assert erased(enrolled) == Erased(0, 1)
    assert found_anywhere(enrolled) == []


def test_the_audit_log_says_that_something_was_erased_and_not_whose(enrolled: World) -> None:
    enrolled.run()
    erased(enrolled)

    with enrolled.issuer() as issuer, issuer.database.read() as session:
        rows = session.connection().exec_driver_sql("SELECT action, target FROM audit ORDER BY id DESC LIMIT 1").all()
    assert rows[0][0] == "credential.erase"
    assert rows[0][1].startswith("credential:")


@pytest.mark.parametrize("learner", ["", "L-9"])
def test_nobody_cannot_be_erased(enrolled: World, learner: str) -> None:
    with pytest.raises(NotFound):
        erased(enrolled, learner)
    assert found_anywhere(enrolled)


def test_a_learner_is_erased_who_was_issued_to_twice(enrolled: World) -> None:
    enrolled.run()
    with enrolled.issuer() as issuer:
        first = showing.of_learner(issuer, LEARNER)[0].id
        enrolment.reissue(issuer, first, {"learner": LEARNER, "name": CANARIES[0], "achievement": "sql"})

    assert erased(enrolled) == Erased(1, 1)
    assert found_anywhere(enrolled) == []
