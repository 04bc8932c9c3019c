"""Helpers make the same credentials and the same tree as we do, and nothing is lost with them when they are lost on the way."""

import os
import signal
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Executor, Future, ProcessPoolExecutor
from contextlib import contextmanager
from functools import partial
from itertools import count
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import pytest

from laurea.cli import helpers as cli_helpers
from laurea.cli.helpers import helpers_of
from laurea.core import claims, leaf, tree
from laurea.core.leaves import Content, Leaves, Range, commitments, subtree
from laurea.errors import InputError, Unreachable
from laurea.services.issuing import crew, enrolment, sealing
from laurea.services.issuing.anchoring import Anchoring
from laurea.services.issuing.crew import Helpers
from laurea.services.issuing.dispatch import pass_by
from laurea.services.issuing.running import Run
from laurea.services.issuing.sealing import parsed
from laurea.storage import levels
from laurea.storage.issuer import due as storage_due
from laurea.storage.issuer.batches import Batches
from laurea.storage.issuer.credentials import Credentials
from tests import dask
from tests.services.issuing_world import World, on_sqlite, roster


@pytest.fixture(autouse=True)
def small_pieces(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(crew, "WORTH_HELP", 10)
    monkeypatch.setattr(crew, "IN_FLIGHT", 3)
    monkeypatch.setattr(enrolment, "PART", 20)
    monkeypatch.setattr(storage_due, "PART", 7)
    monkeypatch.setattr(sealing, "SUBTREE", 8)
    monkeypatch.setattr(sealing, "DRAWN", 9)


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


@contextmanager
def killing(kill: Callable[[], None], helpers: Helpers) -> Iterator[Executor]:
    """Give helpers of whom one is killed when the fourth piece of work comes."""
    with helpers() as executor:
        submit, pieces = executor.submit, count(1)

        def counted(*work: Any, **named: Any) -> Future[Any]:
            future = submit(*work, **named)
            if next(pieces) == 4:
                kill()
            return future

        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(executor, "submit", counted)
            yield executor
        assert next(pieces) > 4


@pytest.mark.slow
@on_sqlite
def test_a_dask_cluster_makes_the_same_root_though_workers_or_the_scheduler_are_killed(
    world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with dask.cluster(tmp_path, 2) as cluster:
        helpers = helpers_of(cluster.url)
        seal_with(world, "A", partial(killing, cluster.workers[0].kill, helpers), helpers)
        monkeypatch.setattr(crew, "PATIENCE_SECONDS", 3)
        seal_with(world, "B", helpers, partial(killing, cluster.workers[1].kill, helpers))
        cluster.add_worker()
        seal_with(world, "C", helpers, partial(killing, cluster.scheduler.kill, helpers))
        monkeypatch.setattr(cli_helpers, "CONNECT_SECONDS", 3)  # nobody is there any more, and the others may take their time to start
        with pytest.raises(Unreachable, match="no scheduler or no workers"):
            seal_with(world, "D", helpers, helpers)

    assert len(world.batches()) == 3


def seal_with(world: World, prefix: str, enrolling: Helpers, at_sealing: Helpers) -> None:
    """Enrol a hundred with helpers, seal them with helpers, and make the root once more, in this process alone."""
    with world.issuer() as issuer:
        enrolment.enrol(issuer, roster(100, prefix=prefix), helpers=enrolling)
        batch = sealing.seal(issuer, checkpoint=pass_by, helpers=at_sealing)
        assert batch is not None
        with issuer.database.read() as session:
            members = list(Credentials(session).members(batch))
            row = Batches(session).get(batch)
        contents = [Content(member.achievement, member.document, member.place[1]) for member in members]
        assert row is not None
        assert subtree(Range(issuer.profile.domain.digest, 0, commitments(contents)))[-1] == row.root
        with levels.mapped(issuer.directory.level_file(batch), 100) as grown:
            assert grown.root == row.root


@pytest.mark.parametrize("url", ["scheduler:8786", "http://scheduler:8786", "dask://", "dask://scheduler/path"])
def test_what_is_no_scheduler_is_refused(url: str) -> None:
    with pytest.raises(InputError, match="is not the scheduler of a cluster"):
        helpers_of(url)


@on_sqlite
def test_few_credentials_need_no_help(world: World) -> None:
    world.enrol(9)

    run(world, lambda: pytest.fail("helpers were called"))

    world.require_whole([9])


@on_sqlite
@pytest.mark.parametrize("size", [sealing.FEW - 2, sealing.FEW + 2])
def test_leaves_are_those_of_the_long_way(world: World, size: int) -> None:
    world.enrol(size)
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
    kept = b"".join(member.committed or b"" for member in members)
    assert kept == (b"" if size < sealing.FEW else commitments(contents))
