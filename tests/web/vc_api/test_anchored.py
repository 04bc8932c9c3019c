"""A credential that was handed out at once, and then anchored with the next batch, on a real node: the anchor proof comes later, and must hold."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from laurea.core.proof import CRYPTOSUITE
from tests.anvil import Anvil
from tests.services.issuing_world import World, on_sqlite
from tests.web.vc_api.host import POLICY, Host, credential, host, problems

pytestmark = [pytest.mark.slow, on_sqlite]
ID = "urn:uuid:2f0c1c5e-8f0e-4a53-9d2b-0f3c5d1a0001"
NOWHERE = "http://127.0.0.1:9"


@contextmanager
def anchoring(world: World, folder: Path, *, node: Anvil | None) -> Iterator[Host]:
    with host(world, folder, statuses=POLICY, node=node, trust=[world.trust().encode()]) as found:
        yield found


def test_what_was_issued_is_anchored_once_and_the_newest_form_has_the_proof(world: World, node: Anvil, tmp_path: Path) -> None:
    with anchoring(world, tmp_path, node=node) as served:
        before = served.issued(credential(id=ID))
        again = served.issued(credential(id=ID))
        world.run()
        world.run()
        after = served.ask("GET", f"/credentials/{ID}").json()

        assert before == again
        world.require_whole([1])
        assert {name: value for name, value in after.items() if name != "proof"} == {
            name: value for name, value in before.items() if name != "proof"
        }
        assert [proof["cryptosuite"] for proof in after["proof"]] == ["eddsa-rdfc-2022", "eddsa-jcs-2022", CRYPTOSUITE]
        answer = served.verify(after)
        assert (answer.status_code, problems(answer), answer.json()["warnings"]) == (200, [], [])
        assert answer.json()["report"]["verdict"] == "valid"
        assert served.verify(before).status_code == 200, "what was handed out first stays good"


def test_an_anchor_that_no_node_can_be_asked_about_is_undecided_and_so_not_verified(world: World, node: Anvil, tmp_path: Path) -> None:
    with anchoring(world, tmp_path, node=node) as served:
        served.issued(credential(id=ID))
        world.run()
        after = served.ask("GET", f"/credentials/{ID}").json()
    with anchoring(world, tmp_path, node=None) as served:
        answer = served.verify(after)

    assert (answer.status_code, answer.json()["verified"], answer.json()["report"]["verdict"]) == (400, False, "undecided")
    assert all(each["undecided"] for each in answer.json()["problemDetails"])


def test_what_is_anchored_is_revoked_on_the_chain_first(world: World, node: Anvil, tmp_path: Path) -> None:
    with anchoring(world, tmp_path, node=node) as served:
        served.issued(credential(id=ID))
        world.run()

        answer = served.set_status(ID, "revocation", status=True)

        assert (answer.status_code, answer.json()["waits"]) == (202, True)


def test_what_is_withdrawn_before_its_batch_is_sealed_is_never_anchored(world: World, node: Anvil, tmp_path: Path) -> None:
    with anchoring(world, tmp_path, node=node) as served:
        signed = served.issued(credential(id=ID))
        assert served.set_status(ID, "revocation", status=True).status_code == 200
        world.run()

        assert world.anchored() == []
        assert problems(served.verify(signed)) == ["STATUS_VERIFICATION_ERROR"]
