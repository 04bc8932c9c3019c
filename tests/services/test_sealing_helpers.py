"""Helpers make the same leaves as we do, and a batch is sealed whole though they are lost on the way."""

import os
import signal
import time
from collections.abc import Iterator
from concurrent.futures import Executor, Future, ProcessPoolExecutor
from multiprocessing import get_context
from typing import Any

import pytest

from laurea.core import claims, leaf, tree
from laurea.core.leaves import Content, Leaves, Range, commitments, subtree
from laurea.services.issuing import crew, sealing
from laurea.services.issuing.anchoring import Anchoring
from laurea.services.issuing.crew import Helpers
from laurea.services.issuing.running import Run
from laurea.services.issuing.sealing import parsed
from laurea.storage.issuer import due as storage_due
from tests.services.issuing_world import World, on_sqlite


@pytest.fixture(autouse=True)
def small_pieces(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(crew, "WORTH_HELP", 10)
    monkeypatch.setattr(crew, "IN_FLIGHT", 3)
    monkeypatch.setattr(storage_due, "PART", 7)
    monkeypatch.setattr(sealing, "SUBTREE", 8)


def run(world: World, helpers: Helpers | None) -> None:
    with world.issuer() as issuer, issuer.lock("run"):
        patience = world.patience(40)
        anchoring = Anchoring(issuer, world.chain(issuer), world.keyring(), elapsed=patience.elapsed, helpers=helpers)
        Run(issuer, anchoring, patience, world.tell).work()


def processes() -> Executor:
    return ProcessPoolExecutor(2, mp_context=get_context("spawn"))


class Watched(ProcessPoolExecutor):
    """Processes that are killed when the third piece of work comes."""

    pieces = 0

    def submit(self, *work: Any, **named: Any) -> Future[Any]:
        self.pieces += 1
        future = super().submit(*work, **named)
        if self.pieces == 3:
            for each in list(self._processes):
                os.kill(each, signal.SIGKILL)
            time.sleep(0.2)
        return future


def test_what_helpers_seal_is_whole(world: World) -> None:
    world.enrol(100)

    run(world, processes)

    world.require_whole([100])


@on_sqlite
def test_helpers_that_are_killed_half_way_are_done_without(world: World) -> None:
    world.enrol(100)

    run(world, lambda: Watched(2, mp_context=get_context("spawn")))

    world.require_whole([100])


@on_sqlite
def test_few_credentials_need_no_help(world: World) -> None:
    world.enrol(9)

    run(world, lambda: pytest.fail("helpers were called"))

    world.require_whole([9])


@on_sqlite
def test_leaves_are_those_of_the_long_way(world: World) -> None:
    world.enrol(30)
    world.run()
    members = world.members()
    with world.issuer() as issuer:
        digest = issuer.profile.domain.digest

    def by_itself() -> Iterator[bytes]:
        for member in members:
            index, seed = member.place
            found = claims.split(parsed(member.document))
            yield tree.leaf_hash(leaf.leaf_data(digest, index, leaf.commitment(len(found), claims.claims_tree(found, seed).root)))

    contents = [Content(member.achievement, member.document, member.place[1]) for member in members]
    expected = b"".join(by_itself())
    assert subtree(Range(digest, 0, commitments(contents)))[0] == expected
    assert b"".join(Leaves(digest).of(content, index) for index, content in enumerate(contents)) == expected
    assert b"".join(member.committed or b"" for member in members) == commitments(contents)
