"""The page's modules read a real chain as the library does: the same facts, the same outcomes, and the same words when nodes are silent or lie."""

import base64
import json
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler
from typing import Any

import jsonschema
import pytest

from laurea import verify, verify_presentation
from laurea.chain.artefact import FUNCTIONS
from laurea.core.presentation import Demand
from tests.anvil import Anvil
from tests.browser.node import Node, Refused
from tests.chain.http_node import HttpNode, relay, says, send
from tests.chain.test_rpc import free_port
from tests.conftest import ROOT
from tests.issued import DEMAND, Issued, issue

SCHEMA = json.loads((ROOT / "docs/report.schema.json").read_text())
REVOKED_WORD = "0x" + FUNCTIONS["revokedWord"].selector.hex()
WITHOUT_RDFC = {
    "the issuer's eddsa-rdfc-2022 signature fits; the issuer's eddsa-jcs-2022 signature fits": (
        "the issuer's eddsa-jcs-2022 signature fits; the suite eddsa-rdfc-2022 is not known here"
    )
}
BATCH_OF = "0x" + FUNCTIONS["batchOf"].selector.hex()


@pytest.fixture(scope="module")
def issued(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Issued]:
    with Anvil() as node:
        yield issue(tmp_path_factory.mktemp("issued"), node)


def host(issued: Issued) -> str:
    return issued.url.removeprefix("http://")


def timeless(report: Any) -> Any:
    """A report without the moment at which the chain was read, and with what the page says of the rdfc signature, whose suite it does not know."""
    facts = {name: value for name, value in report["facts"].items() if name != "readAt"}
    checks = [{**each, "reason": WITHOUT_RDFC.get(each["reason"], each["reason"])} for each in report["checks"]]
    return {**report, "checks": checks, "facts": facts}


def same(node: Node, issued: Issued, document: Any, urls: Sequence[str], demand: Demand | None = None) -> Any:
    """The report of both, which is one."""
    text, trust, at = json.dumps(document), issued.trust.read_text(), datetime.now(UTC).replace(microsecond=0)
    audience, challenge = (demand.audience, demand.challenge) if demand else (None, None)
    ours = verify(text, chain=urls, trust=trust, at=at, fetch=False, audience=audience, challenge=challenge).document()
    given = {"document": text, "rpc": list(urls), "trust": trust, "at": at.isoformat(), "audience": audience, "challenge": challenge}
    theirs = node.ask("verify", **given)

    jsonschema.validate(theirs, SCHEMA)
    assert timeless(theirs) == timeless(ours)
    return theirs


def test_a_good_credential_is_valid_and_a_revoked_one_is_not(node: Node, issued: Issued) -> None:
    assert same(node, issued, issued.document(1), [issued.url])["verdict"] == "valid"
    assert same(node, issued, issued.document(3), [issued.url])["verdict"] == "invalid"
    assert same(node, issued, issued.document(1), [issued.url, issued.url + "/", issued.url])["facts"]["sources"] == [host(issued)] * 2


def test_a_presentation_for_this_verifier_is_valid_and_for_another_is_not(node: Node, issued: Issued) -> None:
    shown = issued.present()
    good = same(node, issued, shown, [issued.url], DEMAND)
    assert good["verdict"] == "valid"
    other = same(node, issued, shown, [issued.url], Demand("another.example", DEMAND.challenge))
    assert other["verdict"] == "invalid"


def test_each_credential_of_a_presentation_has_its_report(node: Node, issued: Issued) -> None:
    shown = {**issued.present(), "verifiableCredential": [issued.document(1), issued.document(3)]}
    trust, at = issued.trust.read_text(), datetime.now(UTC).replace(microsecond=0)
    ours = verify_presentation(json.dumps(shown), chain=issued.url, trust=trust, at=at, fetch=False).document()
    theirs = node.ask("verifyPresentation", document=json.dumps(shown), rpc=issued.url, trust=trust, at=at.isoformat())

    assert [each["verdict"] for each in theirs] == ["valid", "invalid"]
    assert list(map(timeless, theirs)) == list(map(timeless, ours))


def test_without_a_node_nothing_is_valid_and_nothing_invalid(node: Node, issued: Issued) -> None:
    for urls in ([], [f"http://127.0.0.1:{free_port()}"]):
        assert same(node, issued, issued.document(1), urls)["verdict"] == "undecided"


def test_a_name_and_a_password_of_a_node_may_be_of_any_letters(node: Node, issued: Issued) -> None:
    seen: list[str | None] = []

    def answer(handler: BaseHTTPRequestHandler, _body: bytes) -> None:
        seen.append(handler.headers["Authorization"])
        send(handler, b"[]")

    with HttpNode(answer) as other:
        url = other.url.replace("://", "://%E2%82%AC:%C3%A9@")
        assert same(node, issued, issued.document(1), [url])["verdict"] == "undecided"
    assert set(seen) == {"Basic " + base64.b64encode("€:é".encode()).decode()}


def test_a_node_of_another_chain_is_named(node: Node, issued: Issued) -> None:
    with Anvil(chain_id=7) as other:
        report = same(node, issued, issued.document(1), [issued.url, other.url])
        assert report["verdict"] == "undecided"
        assert "is on eip155:7, not on" in report["headline"]


def asked(question: Any, selector: str) -> bool:
    return bool(question["method"] == "eth_call" and question["params"][0]["data"].startswith(selector))


def to_result(changed: Callable[[Any, Any], Any]) -> Callable[[Any, Any], Any]:
    return lambda question, answer: {**answer, "result": changed(question, answer["result"])} if "result" in answer else answer


def zeros(text: str) -> str:
    return "0x" + "0" * (len(text) - 2)


LIES: dict[str, Callable[[Any, Any], Any]] = {
    "hides a revocation": to_result(lambda question, true: zeros(true) if asked(question, REVOKED_WORD) else true),
    "sees a revocation": to_result(lambda question, true: "0x" + "f" * 64 if asked(question, REVOKED_WORD) else true),
    "hides the anchor": to_result(lambda question, true: zeros(true) if asked(question, BATCH_OF) else true),
    "has other code": to_result(lambda question, true: true + "00" if question["method"] == "eth_getCode" else true),
    "has no code": to_result(lambda question, true: "0x" if question["method"] == "eth_getCode" else true),
    "cuts words short": to_result(lambda question, true: true[:-2] if question["method"] == "eth_call" else true),
    "has an address that is none": to_result(lambda question, true: "0x" + "f" * (len(true) - 2) if asked(question, BATCH_OF) else true),
    "knows no such block": to_result(lambda question, true: None if question["method"] == "eth_getBlockByNumber" else true),
    "has an old head": to_result(
        lambda question, true: {**true, "timestamp": "0x1"} if question["method"] == "eth_getBlockByNumber" else true
    ),
    "has a head of never": to_result(
        lambda question, true: {**true, "timestamp": "0xffffffffffff"} if question["method"] == "eth_getBlockByNumber" else true
    ),
    "refuses": lambda question, _: {
        "jsonrpc": "2.0",
        "id": question["id"],
        "error": {"code": -32000, "message": "no such state: secret-key"},
    },
    "is out of breath": lambda question, _: {"jsonrpc": "2.0", "id": question["id"], "error": {"code": -32005, "message": "too many"}},
    "mixes ids up": lambda question, answer: {**answer, "id": 0 if question["method"] == "eth_call" else answer["id"]},
    "speaks another version": lambda _, answer: {**answer, "jsonrpc": "1.0"},
    "says no result": lambda question, _: {"jsonrpc": "2.0", "id": question["id"]},
}


def shifted(tag: str, blocks: int, seconds: int) -> Callable[[Any, Any], Any]:
    """Another head than there is, when it is asked for by a tag."""

    def change(question: Any, true: Any) -> Any:
        if question["method"] != "eth_getBlockByNumber" or question["params"][0] != tag:
            return true
        return {**true, "number": hex(int(true["number"], 16) + blocks), "timestamp": hex(int(true["timestamp"], 16) + seconds)}

    return to_result(change)


@pytest.mark.parametrize(
    ("ahead", "verdict"),
    [
        (("latest", 50, 1000), "undecided"),
        (("latest", 50, 60), "valid"),
        (("finalized", 50, 0), "valid"),
        (("latest", 1 << 60, 60), "valid"),  # no number of a block, so no answer
    ],
)
def test_a_node_that_is_far_ahead_of_the_majority_leaves_it_undecided(
    node: Node, issued: Issued, ahead: tuple[str, int, int], verdict: str
) -> None:
    with relay(issued.url, answer=shifted(*ahead)) as far:
        report = same(node, issued, issued.document(1), [far.url, issued.url, issued.url + "/?a"])
    assert report["verdict"] == verdict


def test_a_node_whose_finalized_block_is_beyond_its_latest_makes_no_sense(node: Node, issued: Issued) -> None:
    with relay(issued.url, answer=shifted("finalized", 50, 0)) as bad:
        report = same(node, issued, issued.document(1), [bad.url])
    assert report["headline"].endswith("gave no sensible answer to eth_getBlockByNumber")


def test_the_code_is_looked_at_in_both_blocks(node: Node, issued: Issued) -> None:
    latest = issued.world.node.rpc("eth_getBlockByNumber", "latest", False)["hash"]

    def changed(question: Any, true: Any) -> Any:
        return "0x00" if question["method"] == "eth_getCode" and question["params"][1]["blockHash"] == latest else true

    with relay(issued.url, answer=to_result(changed)) as bad:
        report = same(node, issued, issued.document(1), [bad.url])
    assert "has another contract than the registry" in report["headline"]


@pytest.mark.parametrize("alone", [True, False], ids=["alone", "beside an honest node"])
@pytest.mark.parametrize("lie", LIES)
def test_a_node_that_lies_or_fails_is_named_as_in_the_library(node: Node, issued: Issued, lie: str, alone: bool) -> None:
    with relay(issued.url, answer=LIES[lie]) as bad:
        for number in (1, 3):
            report = same(node, issued, issued.document(number), [bad.url + "/v3/secret-key", *([] if alone else [issued.url])])
            assert "secret-key" not in json.dumps(report)
            # Of one node alone nobody can tell that it hides a revocation: that is what a second one is for.
            assert report["verdict"] != "valid" or (lie == "hides a revocation" and alone)


def test_one_of_three_may_be_silent_and_two_may_not(node: Node, issued: Issued) -> None:
    dead = [f"http://127.0.0.1:{free_port()}" for _ in range(2)]
    assert same(node, issued, issued.document(1), [dead[0], issued.url, issued.url + "/?a"])["verdict"] == "valid"
    assert same(node, issued, issued.document(1), [*dead, issued.url])["verdict"] == "undecided"


BAD: dict[str, Callable[[], HttpNode]] = {
    "not JSON": lambda: says(b"<html>"),
    "a lone error": lambda: says({"error": {"code": -32600, "message": "no batches here"}}),
    "an error of no kind": lambda: says({"error": "no"}),
    "an answer too few": lambda: says([]),
    "a status": lambda: says(b"[]", 503),
    "a way elsewhere": lambda: says(b"", 307, Location="http://127.0.0.1:1/"),
    "more than was asked for": lambda: says(b" " * ((4 << 20) + 1)),
}


@pytest.mark.parametrize("kind", BAD)
def test_a_server_that_is_no_node_is_named_as_in_the_library(node: Node, issued: Issued, kind: str) -> None:
    with ExitStack() as stack:
        bad = stack.enter_context(BAD[kind]())
        text, trust = json.dumps(issued.document(1)), issued.trust.read_text()
        ours = verify(text, chain=[bad.url], trust=trust, fetch=False)
        theirs = node.ask("verify", document=text, rpc=[bad.url], trust=trust)
    assert theirs["verdict"] == "undecided"
    # A browser does not say where a redirection leads, nor that it was one.
    assert theirs["headline"] == ours.headline or kind == "a way elsewhere"


@pytest.mark.parametrize(
    "given",
    [
        {"document": {}},
        {"document": None},
        {"rpc": ["ftp://x"]},
        {"rpc": ["nonsense"]},
        {"trust": "{}"},
        {"audience": "a"},
        {"statusLists": "{}"},
        {"at": "now"},
    ],
)
def test_what_was_given_wrongly_is_an_error_and_no_report(node: Node, given: dict[str, Any]) -> None:
    with pytest.raises(Refused):
        node.ask("verify", **{"document": "{}", **given})
