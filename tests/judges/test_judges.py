"""Verifiers that others wrote accept what we issue and refuse every damaged twin; what they sign, we verify."""

import copy
import json
from typing import Any

import base58
import pytest

from laurea.core import keys, signature
from laurea.core.credential import Credential
from laurea.core.cryptosuites import SUITES
from laurea.core.p256 import P256Key
from laurea.core.status import ReadList, Standing, findings
from laurea.core.status_list import Entry
from laurea.core.trust import Trust
from tests.judges.documents import CHALLENGE, DOMAIN, KEYS, NOW, method, unsigned
from tests.judges.judge import ask
from tests.judges.table import PAGE, answers, page, questions, summary


@pytest.fixture(scope="module")
def asked() -> Any:
    wanted = questions()
    return list(zip(wanted, answers(wanted), strict=True))


def test_the_judges_accept_what_we_issue(asked: Any) -> None:
    refused = [(judge, case.what, case.suite, word) for (judge, case), word in asked if not case.damage and word is not None]

    assert refused == []


def test_the_judges_refuse_every_damaged_twin(asked: Any) -> None:
    accepted = [(judge, case.what, case.suite, case.damage) for (judge, case), word in asked if case.damage and word is None]

    assert accepted == []


def test_the_page_says_what_the_judges_said(asked: Any) -> None:
    found = page(summary([wanted for wanted, _ in asked], [word for _, word in asked]))

    assert PAGE.read_text() == found, "run `python -m tests.judges.table`"


def pair(suite: str) -> dict[str, str]:
    """Return the keys of a suite as @digitalbazaar's multikeys take them: a secret with its own codec."""
    key = KEYS[SUITES[suite].key_bytes]
    secret = b"\x86\x26" if isinstance(key, P256Key) else b"\x80\x26"
    return {"publicKeyMultibase": keys.multikey(key.public), "secretKeyMultibase": "z" + base58.b58encode(secret + b"\7" * 32).decode()}


@pytest.fixture(scope="module")
def theirs() -> dict[tuple[str, str], Any]:
    cases = []
    for suite in SUITES:
        key = KEYS[SUITES[suite].key_bytes]
        presentation = {
            "@context": ["https://www.w3.org/ns/credentials/v2"],
            "type": ["VerifiablePresentation"],
            "holder": keys.did_key(key.public),
        }
        for kind, document in (("credential", unsigned(key)), ("presentation", presentation)):
            cases.append(
                (kind, suite, {"document": document, "suite": suite, "key": pair(suite), "challenge": CHALLENGE, "domain": DOMAIN})
            )
    said = ask("sign", [question for _, _, question in cases])
    return {(kind, suite): document for (kind, suite, _), document in zip(cases, said, strict=True)}


@pytest.mark.parametrize("suite", SUITES)
@pytest.mark.parametrize("kind", ["credential", "presentation"])
def test_we_verify_what_they_sign_and_refuse_its_twins(theirs: Any, kind: str, suite: str) -> None:
    document = copy.deepcopy(theirs[kind, suite])
    proof = document.pop("proof")
    public = KEYS[SUITES[suite].key_bytes].public

    assert (proof["cryptosuite"], proof["verificationMethod"]) == (suite, method(KEYS[SUITES[suite].key_bytes]))
    assert signature.check(document, proof, public)
    assert not signature.check({**document, "id": "urn:uuid:2"}, proof, public)
    assert not signature.check(document, {**proof, "created": "2020-01-01T00:00:00Z"}, public)
    assert not signature.check(document, {**proof, "proofPurpose": "keyAgreement"}, public)
    if kind == "presentation":
        assert not signature.check(document, {**proof, "challenge": "another"}, public)


def test_we_read_the_lists_that_they_make() -> None:
    indices, url, issuer = [0, 7, 8, 94_567, 131_071], "https://status.example/1", keys.did_key(KEYS[32].public)
    made = ask("lists", {"id": url, "statusPurpose": "suspension", "length": 131_072, "indices": indices, "issuer": issuer})
    question = {"document": made, "suite": "eddsa-rdfc-2022", "key": pair("eddsa-rdfc-2022"), "challenge": CHALLENGE, "domain": DOMAIN}
    (signed,) = ask("sign", [question])
    lists = {url: ReadList(json.dumps(signed).encode(), NOW)}

    for index in (*indices, 1, 94_566, 94_568):
        document = unsigned(credentialStatus=Entry("suspension", index, url).document())
        (finding,) = findings(Credential(document, ()), lists, Trust(), at=NOW)
        assert (finding.standing is Standing.SET) is (index in indices), finding


def test_the_documents_are_of_today() -> None:
    """Judges go by the clock."""
    assert abs((NOW - NOW.now(NOW.tzinfo)).total_seconds()) < 3600
