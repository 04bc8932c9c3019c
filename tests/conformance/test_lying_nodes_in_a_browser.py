"""Nodes that lie before what runs in a real browser: verifier.html, which asks them itself, and the page of `laurea verifier serve`."""

from collections.abc import Iterator

import pytest

from tests.chain.http_node import relay
from tests.conformance.doors import Door, Service
from tests.conformance.lies import LIES, OLD_HEAD, USELESS, both, changes
from tests.conformance.pages import each_page
from tests.conformance.shown import load

NAMES = ("complete", "revoked")
TRUE = {"complete": "valid", "revoked": "invalid"}
# All before verifier.html; before the other page a few, since its service asks the nodes as its API does (test_lying_nodes.py).
FAULTS = [("file", each) for each in USELESS] + [("served", "garbage"), ("served", "another chain")]
LIED = [("file", each) for each in LIES] + [("served", "it is anchored")]
HIDDEN, HELPED = LIES["no bit is set"]


@pytest.fixture(scope="module")
def pages(http: Service) -> Iterator[dict[str, Door]]:
    with each_page(http) as found:
        yield found


@pytest.fixture(params=["file", "served"])
def page(request: pytest.FixtureRequest, pages: dict[str, Door]) -> Door:
    return pages[request.param]


def verdict(page: Door, name: str, *urls: str) -> str:
    return page.judge(load(name), *urls).verdict


def test_a_node_that_hides_a_revocation_is_reached_and_would_be_believed_alone(page: Door, honest: str) -> None:
    with relay(honest, answer=HIDDEN) as liar:
        assert verdict(page, HELPED, liar.url) == "valid"
        assert liar.bodies


def test_beside_one_that_is_honest_it_decides_nothing(page: Door, honest: str) -> None:
    with relay(honest, answer=HIDDEN) as liar:
        assert [verdict(page, HELPED, *urls) for urls in ((honest, liar.url), (liar.url, honest))] == ["undecided", "undecided"]


@pytest.mark.parametrize(("page", "fault"), FAULTS, indirect=["page"])
def test_a_node_that_is_no_use_decides_nothing_and_beside_two_good_ones_changes_nothing(page: Door, honest: str, fault: str) -> None:
    with USELESS[fault](honest) as node, relay(honest) as second:
        alone = {name: verdict(page, name, node.url) for name in NAMES}
        beside = {name: verdict(page, name, node.url, honest, second.url) for name in NAMES}
        asked = len(node.bodies)

    assert asked
    assert set(alone.values()) == {"undecided"}
    # One of another chain is not passed over: whoever named it has named the wrong one.
    assert beside == (dict.fromkeys(NAMES, "undecided") if fault == "another chain" else TRUE)


@pytest.mark.parametrize(("page", "lie"), LIED, indirect=["page"])
def test_no_lie_makes_anything_valid_beside_one_or_two_that_are_honest(page: Door, honest: str, lie: str) -> None:
    change, name = LIES[lie]
    with relay(honest, answer=change) as liar, relay(honest) as second:
        found = {verdict(page, name, *urls) for urls in ((liar.url, honest), (liar.url, honest, second.url))}

        assert liar.bodies
    assert found <= {"undecided", "invalid"}


@pytest.mark.parametrize("name", ["complete", "revoked"])
def test_an_old_head_makes_nothing_valid(page: Door, honest: str, name: str) -> None:
    with relay(honest, answer=both(OLD_HEAD, HIDDEN)) as late:
        assert verdict(page, name, late.url) == "undecided"


def test_nor_does_a_chain_of_another_id_that_has_the_same_history(page: Door, honest: str) -> None:
    with relay(honest, answer=changes("eth_chainId", lambda _: "0x7a6a")) as other:
        assert {verdict(page, name, other.url) for name in NAMES} == {"undecided"}
