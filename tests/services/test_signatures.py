"""The issuer's own signatures in released credentials: those that are configured, in their order, and no others."""

from dataclasses import replace

import pytest

from laurea.core.credential import Credential
from laurea.core.report import CheckId, Outcome, Verdict
from laurea.services.issuing.anchoring import Anchoring
from laurea.services.issuing.running import Run
from tests.services.issuing_world import World, on_sqlite

pytestmark = on_sqlite


@pytest.mark.parametrize("suites", [(), ("eddsa-jcs-2022",), ("eddsa-jcs-2022", "eddsa-rdfc-2022")])
def test_a_release_has_the_signatures_that_are_wanted(world: World, suites: tuple[str, ...]) -> None:
    world.enrol(2)
    with world.issuer() as opened, opened.lock("run"):
        issuer = replace(opened, signatures=suites)
        patience = world.patience(40)
        Run(issuer, Anchoring(issuer, world.chain(issuer), world.keyring(), elapsed=patience.elapsed), patience, world.tell).work()

    released = world.released()
    assert len(released) == 2
    for data in released.values():
        assert [proof["cryptosuite"] for proof in Credential.parse(data).proofs] == [*suites, "merkle-anchor-2026"]
        report = world.verdict(data)
        assert report.verdict is Verdict.VALID
        assert report[CheckId.SIGNATURE].outcome is (Outcome.PASSED if suites else Outcome.SKIPPED)
        assert all(suite in report[CheckId.SIGNATURE].reason for suite in suites)
