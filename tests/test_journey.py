"""The main job on one page: issue, anchor on a real node, hold, present, verify, revoke, and do without the issuer."""

import json
import shutil
from collections.abc import Iterator

import pytest

import laurea
from laurea import CheckId, Report
from laurea.core.canonical import JsonObject
from tests.anvil import Anvil
from tests.issued import DEMAND, Issued, issue

SCORE = "/credentialSubject/result"


@pytest.fixture(scope="module")
def issued(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Issued]:
    with Anvil() as node:
        yield issue(tmp_path_factory.mktemp("journey"), node)


def verify(issued: Issued, shown: JsonObject) -> Report:
    return laurea.verify(
        json.dumps(shown), chain=issued.url, trust=issued.trust.read_text(), audience=DEMAND.audience, challenge=DEMAND.challenge
    )


def failed(report: Report) -> set[CheckId]:
    return {check.id for check in report.checks if check.outcome == "failed"}


def test_what_the_holder_shows_is_valid_and_hides_the_score(issued: Issued) -> None:
    shown = issued.present(hide=(SCORE,))

    report = verify(issued, shown)

    assert report.require().headline.startswith("Issued by Example University, unaltered")
    assert '"93"' in issued.file(1).read_text()
    assert '"93"' not in json.dumps(shown)


def test_nobody_but_the_holder_can_present_it(issued: Issued) -> None:
    assert failed(verify(issued, issued.document(1))) == {CheckId.HOLDER}


def test_a_revoked_credential_is_invalid_and_says_so(issued: Issued) -> None:
    report = laurea.verify(json.dumps(issued.document(3)), chain=issued.url, trust=issued.trust.read_text())

    assert failed(report) == {CheckId.REVOCATION}
    with pytest.raises(laurea.VerificationFailed, match="revoked by the issuer"):
        report.require()


def test_the_issuer_is_not_needed_any_more(issued: Issued) -> None:
    shutil.rmtree(issued.world.path)

    assert verify(issued, issued.present(hide=(SCORE,)))
