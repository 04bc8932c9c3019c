"""The harness: an issuer at work while nodes lie and fail, the chain reorganises, and its workers are killed at every line that matters."""

import ast
import json
import multiprocessing
import os
import signal
import threading
import time
from collections.abc import Collection, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from multiprocessing.process import BaseProcess
from pathlib import Path
from random import Random

from laurea.errors import Busy
from laurea.services.issuing import achievements, stacks
from tests.anvil import ROOT, Anvil
from tests.chaos.ablations import Ablation
from tests.chaos.chain_actor import ChainActor
from tests.chaos.invariants import CAPSTONE, Invariants
from tests.chaos.ledger import Ledger, Notes
from tests.chaos.lies import Liar
from tests.chaos.proxy import Fault, Mempool, Proxy
from tests.chaos.worker import Orders, work
from tests.services.issuing_world import World, started
from tests.stacked import achievement

WORKERS = 2
SETTLE_SECONDS = 60.0  # without that anything moved: there are two rounds, what was enrolled and the capstones that it makes
LONGEST_SETTLE_SECONDS = 300.0  # a machine that does much else needs its time
HASTY = 0.6  # the part of the time after which blocks come slower, if a failpoint was not hit yet
PATIENCE = 4  # for a failpoint that was not hit yet, chaos goes on for so many times as long
FINALITY_EPOCH = 2  # slots: Anvil's `finalized` is the head less twice as many
FAULTS = [fault for fault in Fault if fault is not Fault.NONE]
ISSUING = ROOT / "src/laurea/services/issuing"
CONTEXT = multiprocessing.get_context("forkserver")
CONTEXT.set_forkserver_preload(["tests.chaos.worker"])


@dataclass(frozen=True)
class Outcome:
    """What one seed did and found."""

    seed: int
    batches: int
    credentials: int
    kills: int
    hits: dict[str, int]
    counts: dict[str, int]
    violations: list[str] = field(default_factory=list)

    @property
    def missed(self) -> list[str]:
        """The failpoints that were never passed."""
        return sorted(name for name in failpoints() if not self.hits.get(name))


def failpoints() -> list[str]:
    """Return every failpoint on the way of a batch, by reading the source: a new one is on the list by itself."""
    found = set()
    for path in set(ISSUING.glob("*.py")) - {ISSUING / "outbox.py"}:  # mails are on no batch's way
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Call) and ast.unparse(node.func).endswith("checkpoint") and node.args:
                (argument,) = node.args
                if isinstance(argument, ast.Constant):
                    found.add(str(argument.value))
    return sorted(found)


class Harness:
    """One seed of chaos in a folder of its own."""

    def __init__(self, folder: Path, *, seed: int, seconds: float, ablation: Ablation = Ablation.NONE) -> None:
        """Do nothing yet."""
        self._folder = folder
        self._seed = seed
        self._seconds = seconds
        self._ablation = ablation
        self._random = Random(seed)
        self._ledger = Ledger()
        self._notes = Notes(folder / "notes")
        self._stop = folder / "stop"
        self._enrolled = 0

    def run(self) -> Outcome:
        """Let chaos reign for so many seconds, then peace, and judge."""
        with Anvil(slots_in_an_epoch=FINALITY_EPOCH) as node, ExitStack() as stack:
            world = World.founded(self._folder / "issuer", started(node))
            self._add_stack(world)
            node.mine(10)
            node.rpc("evm_setAutomine", False)
            proxies = self._proxies(node, stack)
            actor = ChainActor(node, world.path / "issuer.db", world.secret("anchor"), self._ledger, Random(self._seed + 1))
            judge = Invariants(world, self._ledger)
            weather = threading.Thread(target=actor.act)
            weather.start()
            stack.callback(weather.join)
            stack.callback(actor.stop.set)
            with self._workers(proxies) as workers:
                self._rage(world, proxies, workers, judge, actor)
                for proxy in proxies:
                    proxy.fault, proxy.honest = Fault.NONE, True
                actor.patient.clear()
                actor.calm.set()
                self._settle(workers, judge, proxies)
            judge.at_the_end(self._enrolled)
            batches = len(judge.query("SELECT 1 FROM batch"))
        return Outcome(
            seed=self._seed,
            batches=batches,
            credentials=self._enrolled,
            kills=sum(self._notes.kills().values()) + self._ledger.counts["killed from outside"],
            hits=dict(self._notes.hits()),
            counts=dict(self._ledger.counts),
            violations=self._ledger.violations,
        )

    def _add_stack(self, world: World) -> None:
        """Let whoever has a credential be awarded another one for it."""
        with world.issuer() as issuer:
            achievements.add(issuer, achievement(CAPSTONE))
            stacks.add(issuer, json.dumps({"capstone": CAPSTONE, "needs": 1, "of": ["sql"]}).encode())

    def _proxies(self, node: Anvil, stack: ExitStack) -> list[Proxy]:
        """Stand three nodes before the real one, of which the last lies."""
        mempool = Mempool()
        liars = [None, None, Liar(Random(self._seed + 2))]
        return [stack.enter_context(Proxy(node.port, mempool, Random(self._seed + 3 + number), liar)) for number, liar in enumerate(liars)]

    @contextmanager
    def _workers(self, proxies: list[Proxy]) -> Iterator[list[BaseProcess]]:
        workers = [self._start(proxies, failpoints()) for _ in range(WORKERS)]
        try:
            yield workers
        finally:
            self._stop.touch()
            for worker in workers:
                worker.join(20)
                if worker.is_alive():
                    worker.kill()
                    worker.join()

    def _start(self, proxies: list[Proxy], deadly: Collection[str]) -> BaseProcess:
        orders = Orders(
            path=str(self._folder / "issuer"),
            urls=[proxy.url for proxy in proxies],
            notes=str(self._notes.path),
            stop=str(self._stop),
            seed=self._random.getrandbits(32),
            failpoints=list(deadly),
            ablation=self._ablation,
        )
        process = CONTEXT.Process(target=work, args=(orders,))
        process.start()
        return process

    def _rage(self, world: World, proxies: list[Proxy], workers: list[BaseProcess], judge: Invariants, actor: ChainActor) -> None:
        start = time.monotonic()
        while time.monotonic() - start < self._seconds:
            if time.monotonic() - start > HASTY * self._seconds and self._missed():
                actor.missing = frozenset(self._missed())
                actor.patient.set()
            self._storm(world, proxies, judge)
            self._kill(workers)
            self._replace(workers, proxies, failpoints())
        actor.patient.set()
        while (missing := self._missed()) and time.monotonic() - start < PATIENCE * self._seconds:
            actor.missing = frozenset(missing)
            self._storm(world, proxies, judge)
            self._replace(workers, proxies, sorted(self._missed()))

    def _storm(self, world: World, proxies: list[Proxy], judge: Invariants) -> None:
        self._enrol(world)
        self._spoil(proxies)
        judge.during()
        time.sleep(0.15)

    def _missed(self) -> set[str]:
        return set(failpoints()) - set(self._notes.hits()) if self._ablation is Ablation.NONE else set()

    def _enrol(self, world: World) -> None:
        if self._random.random() < 0.25:
            count = self._random.randint(1, 5)
            try:
                world.enrol(count)
            except Busy:
                return
            self._enrolled += count

    def _spoil(self, proxies: list[Proxy]) -> None:
        """Let a node fail for a moment now and then; with the one that lies, two of them are no majority while it lasts."""
        for proxy in proxies:
            if proxy.fault is not Fault.NONE:
                proxy.fault = Fault.NONE if self._random.random() < 0.6 else proxy.fault
            elif self._random.random() < 0.08:
                proxy.fault = self._random.choice(FAULTS)
                self._ledger.count(f"fault: {proxy.fault}")

    def _kill(self, workers: list[BaseProcess]) -> None:
        """Kill a worker at any line now and then."""
        for worker in workers:
            if worker.is_alive() and self._random.random() < 0.025 and worker.pid is not None:
                os.kill(worker.pid, signal.SIGKILL)
                worker.join()
                self._ledger.count("killed from outside")

    def _replace(self, workers: list[BaseProcess], proxies: list[Proxy], deadly: Collection[str]) -> None:
        """Start anew the workers that died; the new ones die at a few of the failpoints `deadly`."""
        for number, worker in enumerate(workers):
            if not worker.is_alive():
                worker.join()
                workers[number] = self._start(proxies, deadly)

    def _settle(self, workers: list[BaseProcess], judge: Invariants, proxies: list[Proxy]) -> None:
        start = moved = time.monotonic()
        before = judge.standing()
        while judge.unfinished() and time.monotonic() < min(moved + SETTLE_SECONDS, start + LONGEST_SETTLE_SECONDS):
            found = judge.standing()
            moved = moved if found == before else time.monotonic()
            before = found
            self._replace(workers, proxies, ())
            judge.during()
            time.sleep(0.15)
        left = judge.unfinished()
        if left:
            seconds = time.monotonic() - start
            self._ledger.violate(f"{left} credentials are not released {seconds:.0f} s after the faults have stopped: {before}")
