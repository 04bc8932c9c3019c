"""In a browser without Ed25519 whatever needs it is unknown, with the reason, and nothing that is bad is any better for that."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from laurea.core import trust_file
from laurea.core.canonical import Json
from laurea.core.credential import Credential
from tests.browser.node import Node, Refused, text
from tests.browser.test_same_reports import P256, SIGNATURES, TRUST_FILE, TRUSTS, encoded, with_proofs
from tests.core.world import DEMAND, HOLDER, ISSUER_KEY, NOON, STRANGER, anchored, facts_of, judge, presented, trust_of

OLD = Path(__file__).with_name("old_browser.mjs")
PLAIN = anchored()
SIGNED = anchored(signed=True)
CANNOT = "this browser cannot check Ed25519 signatures; a newer one can"


@pytest.fixture(scope="module")
def old() -> Iterator[Node]:
    with Node("--import", str(OLD)) as running:
        yield running


def facts(shown: Credential = PLAIN) -> dict[str, Json]:
    found = judge(shown, facts_of(shown)).document()["facts"]
    assert isinstance(found, dict)
    return found


def test_an_issuers_signature_is_unknown_and_what_has_none_is_valid(old: Node) -> None:
    report = old.report(encoded(SIGNED.secured()), facts(SIGNED), trust_of(), at=NOON)
    assert report["verdict"] == "undecided"
    assert report["headline"] == f"the issuer's eddsa-jcs-2022 signature cannot be checked: {CANNOT}"
    assert old.report(encoded(PLAIN.secured()), facts(), trust_of(), at=NOON)["verdict"] == "valid"


def test_a_holder_is_unknown_and_for_another_audience_still_refused(old: Node) -> None:
    for demand, outcome in ((DEMAND, "unknown"), (type(DEMAND)("another", DEMAND.challenge), "failed")):
        report = old.report(encoded(presented(PLAIN, key=HOLDER)), facts(), trust_of(demand=demand), at=NOON)
        assert report["checks"][-1]["outcome"] == outcome
        assert report["verdict"] != "valid"
    assert old.report(encoded(presented(PLAIN, key=STRANGER)), facts(), trust_of(demand=DEMAND), at=NOON)["verdict"] == "invalid"


def test_p_256_is_checked_there_too(old: Node) -> None:
    credential = with_proofs(PLAIN, *SIGNATURES["P-256"])
    assert len(P256.public) == 33
    assert old.report(encoded(credential.secured()), facts(), TRUSTS["a P-256 key"], at=NOON)["verdict"] == "valid"


def test_a_trust_file_that_has_to_be_signed_is_refused(old: Node) -> None:
    signed = trust_file.sign(encoded(TRUST_FILE), ISSUER_KEY, method=ISSUER_KEY.method, created=NOON)
    with pytest.raises(Refused, match="cannot check Ed25519"):
        old.ask("trust", document=text(encoded(signed)), signer=ISSUER_KEY.did)
