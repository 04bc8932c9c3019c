"""Nodes that lie, lag, break off or say nothing, in front of every door: none makes valid what is not, and silence decides nothing."""

import json
from collections.abc import Iterator
from contextlib import ExitStack
from http.server import BaseHTTPRequestHandler
from pathlib import Path

import pytest

from tests.chain.http_node import HttpNode, relay
from tests.conformance.doors import Command, Door, Library, Modules, Service, modules, service
from tests.conformance.lies import FORGERIES, LIES, OLD_HEAD, USELESS, both
from tests.conformance.shown import load

PROVING = ("library", "command", "service")
DOORS = (*PROVING, "modules")


@pytest.fixture(scope="module")
def browser() -> Iterator[Modules]:
    """In Node; test_lying_nodes_in_a_browser.py has the page itself."""
    with modules() as found:
        yield found


@pytest.fixture
def door(request: pytest.FixtureRequest, http: Service, browser: Modules, tmp_path: Path) -> Door:
    made: dict[str, Door] = {"library": Library(), "command": Command(tmp_path), "service": http, "modules": browser}
    return made[request.param]


def verdict(door: Door, name: str, *urls: str) -> str:
    return door.judge(load(name), *urls).verdict


@pytest.mark.parametrize("door", DOORS, indirect=True)
@pytest.mark.parametrize("fault", USELESS)
def test_a_node_that_is_no_use_decides_nothing(door: Door, honest: str, fault: str) -> None:
    with USELESS[fault](honest) as node:
        assert {verdict(door, name, node.url) for name in ("complete", "revoked", "not-anchored")} == {"undecided"}


@pytest.mark.parametrize("door", DOORS, indirect=True)
@pytest.mark.parametrize("fault", [name for name in USELESS if name != "another chain"])
def test_beside_two_good_nodes_it_changes_nothing(door: Door, honest: str, fault: str) -> None:
    with USELESS[fault](honest) as node, relay(honest) as second:
        found = {name: verdict(door, name, node.url, honest, second.url) for name in ("complete", "revoked", "not-anchored")}

    assert found == {"complete": "valid", "revoked": "invalid", "not-anchored": "invalid"}


@pytest.mark.slow
def test_a_node_that_never_answers_decides_nothing_and_is_not_waited_for(honest: str) -> None:
    """It takes the ten seconds that a node is given: the door has no other time, and must not have."""

    def wait(handler: BaseHTTPRequestHandler, _: bytes) -> None:
        node.stop.wait(30)

    node = HttpNode(wait)
    with node:
        assert verdict(Library(), "complete", node.url) == "undecided"


# Nodes that lie


@pytest.mark.parametrize("door", DOORS, indirect=True)
@pytest.mark.parametrize("lie", LIES)
def test_one_that_lies_among_three_makes_nothing_valid(door: Door, honest: str, lie: str) -> None:
    change, name = LIES[lie]
    with relay(honest, answer=change) as liar, relay(honest) as second:
        for order in ((liar.url, honest, second.url), (honest, second.url, liar.url)):
            assert verdict(door, name, *order) in {"undecided", "invalid"}


@pytest.mark.parametrize("door", DOORS, indirect=True)
def test_two_that_contradict_each_other_decide_nothing(door: Door, honest: str) -> None:
    change, name = LIES["no bit is set"]
    with relay(honest, answer=change) as liar:
        assert verdict(door, name, honest, liar.url) == "undecided"


@pytest.mark.parametrize("door", DOORS, indirect=True)
@pytest.mark.parametrize("name", ["complete", "revoked"])
def test_an_old_head_makes_nothing_valid(door: Door, honest: str, name: str) -> None:
    with relay(honest, answer=both(OLD_HEAD, LIES["no bit is set"][0])) as late:
        assert verdict(door, name, late.url) == "undecided"


@pytest.mark.parametrize("door", DOORS, indirect=True)
def test_all_that_lag_alike_are_stale(door: Door, honest: str) -> None:
    with ExitStack() as stack:
        late = [stack.enter_context(relay(honest, answer=OLD_HEAD)).url for _ in range(3)]
        assert verdict(door, "complete", *late) == "undecided"


def test_the_lies_would_help_if_they_were_believed(honest: str) -> None:
    for change, name in (LIES["no bit is set"], LIES["no batch is revoked"], LIES["it has this size"], LIES["the key is good"]):
        with relay(honest, answer=change) as liar:
            assert verdict(Library(), name, liar.url) == "valid", "who asks one node believes it"


def test_what_a_node_says_is_told_by_its_name(honest: str, tmp_path: Path) -> None:
    change, name = LIES["no bit is set"]
    with relay(honest, answer=change) as liar:
        report = json.loads(Command(tmp_path).run(load(name), honest, liar.url).stdout)

    assert liar.host in report["headline"]
    assert "disagree" in report["headline"]


# Nodes that lie to a verifier who has what is stored proven


@pytest.fixture(scope="module")
def proving_http(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    with service(tmp_path_factory.mktemp("service") / "log", proof=True) as found:
        yield found


@pytest.fixture
def proving(request: pytest.FixtureRequest, proving_http: Service, tmp_path: Path) -> Door:
    made: dict[str, Door] = {"library": Library(proof=True), "command": Command(tmp_path, proof=True), "service": proving_http}
    return made[request.param]


@pytest.mark.parametrize("proving", PROVING, indirect=True)
@pytest.mark.parametrize("forgery", FORGERIES)
def test_a_forged_proof_or_header_is_believed_by_nobody(proving: Door, honest: str, forgery: str) -> None:
    with relay(honest, answer=FORGERIES[forgery]) as liar:
        alone = {name: verdict(proving, name, liar.url) for name in ("complete", "revoked", "not-anchored")}
        beside = {name: verdict(proving, name, liar.url, honest) for name in ("complete", "revoked", "not-anchored")}

    assert alone == dict.fromkeys(alone, "undecided")
    assert beside == {"complete": "valid", "revoked": "invalid", "not-anchored": "invalid"}


@pytest.mark.parametrize("proving", PROVING, indirect=True)
@pytest.mark.parametrize("lie", [name for name, (_, helped) in LIES.items() if "head" not in name])
def test_what_one_node_alone_says_of_the_registry_helps_nobody_when_it_is_proven(proving: Door, honest: str, lie: str) -> None:
    change, name = LIES[lie]
    with relay(honest, answer=change) as liar:
        assert verdict(proving, name, liar.url) == "invalid"
