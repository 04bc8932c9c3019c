"""Which registries are asked, how often, and when that ends."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from laurea.core.anchor import AnchorRef, Block, Facts, View
from laurea.core.checks import Examined, examine
from laurea.core.leaf import Domain
from laurea.core.presentation import Presentation
from laurea.core.trust import Trust
from laurea.services.registries import MOST_FAILURES, Leaf, Registries
from tests.released import badge, release

REGISTRY = b"\x11" * 20
TRUST = Trust(canonical=frozenset({REGISTRY}))
NOW = datetime(2026, 11, 26, tzinfo=UTC)
VIEW = View(Block(7, b"\1" * 32, NOW), None, revoked=False, profile="")
REVOKED = replace(VIEW, revoked=True)
MARKED = {77}  # chains on which all is revoked
SECOND = timedelta(seconds=1)


class Registry:
    """A registry that answers, or is silent, and counts."""

    def __init__(self, ref: AnchorRef, log: list[int], silent: set[int]) -> None:
        self._chain_id = ref.chain_id
        self._log = log
        self._silent = silent

    def read_many(self, leaves: Sequence[Leaf]) -> list[Facts]:
        self._log.append(self._chain_id)
        if self._chain_id in self._silent:
            return [Facts(*leaf, trouble="silent") for leaf in leaves]
        view = REVOKED if self._chain_id in MARKED else VIEW
        return [Facts(*leaf, view, view, NOW) for leaf in leaves]

    def when_revoked(self, facts: Sequence[Facts], after: datetime) -> list[Facts]:
        self._log.append(-len(facts))
        return [replace(each, revoked_at=after + SECOND) for each in facts]


def anchored(chain_id: int, registry: bytes = REGISTRY) -> Examined:
    return examine(Presentation.parse(release([badge(1, None)], Domain(chain_id, registry, b"\x22" * 20))[0]))


def troubles(found: list[Facts | None]) -> list[str]:
    return ["nothing" if facts is None else facts.trouble for facts in found]


@pytest.fixture
def log() -> list[int]:
    return []


def test_made_up_chains_are_asked_a_few_times_and_those_with_most_leaves_first(log: list[int]) -> None:
    registries = Registries(lambda ref: Registry(ref, log, set(range(100, 200))), TRUST)

    found = troubles(registries.facts([*map(anchored, range(100, 150)), anchored(1), anchored(1)]))

    assert log[0] == 1
    assert len(log) == 1 + MOST_FAILURES
    assert found.count("silent") == MOST_FAILURES
    assert found[-2:] == ["", ""]
    assert found[49] == f"chain eip155:149 was not asked: {MOST_FAILURES} readings have failed before"
    assert troubles(registries.facts([anchored(1), anchored(2)]))[0] == ""
    assert log[-1] == 1, "what answers is asked on, and nothing new"


def test_one_that_failed_may_answer_later(log: list[int]) -> None:
    silent = {1}
    registries = Registries(lambda ref: Registry(ref, log, silent), TRUST)

    assert troubles(registries.facts([anchored(1)])) == ["silent"]
    silent.clear()
    assert troubles(registries.facts([anchored(1)])) == [""]


def test_what_nobody_accepts_or_is_not_anchored_is_not_asked(log: list[int]) -> None:
    registries = Registries(lambda ref: Registry(ref, log, set()), TRUST)
    unread = examine(Presentation.parse(b"{"))

    assert troubles(registries.facts([anchored(1, b"\x33" * 20), unread, anchored(1)])) == ["nothing", "nothing", ""]
    assert log == [1]


def test_a_chain_without_nodes_is_said_and_is_no_failure() -> None:
    registries = Registries(lambda _: None, TRUST)

    for _ in range(MOST_FAILURES + 1):
        assert troubles(registries.facts([anchored(5)])) == ["no RPC URL is known for chain eip155:5"]


def test_when_something_was_revoked_is_asked_for_a_past_moment_alone_and_of_what_is_revoked_alone(log: list[int]) -> None:
    def found(at: datetime | None) -> list[datetime | None]:
        registries = Registries(lambda ref: Registry(ref, log, set()), TRUST, at=at)
        return [None if facts is None else facts.revoked_at for facts in registries.facts([anchored(1), anchored(77), anchored(77)])]

    assert found(None) == found(NOW) == found(NOW - timedelta(minutes=1)) == [None, None, None]
    assert min(log) == 1
    then = NOW - timedelta(minutes=2)
    assert found(then) == [None, then + SECOND, then + SECOND]
    assert [each for each in log if each < 0] == [-2]
