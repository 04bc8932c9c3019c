"""A worker of the harness: does what `laurea issuer run` does, again and again, until it is killed or told to stop."""

import os
import signal
import time
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from random import Random
from typing import NamedTuple

from laurea.chain.fees import GWEI, SendPolicy
from laurea.errors import Busy, LaureaError
from laurea.services.issuing.issuer import opened
from laurea.services.issuing.keyring import Keyring
from laurea.services.issuing.patience import Patience
from laurea.services.issuing.running import Run
from laurea.storage.issuer.directory import IssuerDirectory
from tests.chaos.ablations import Ablation
from tests.services.issuing_world import PASSPHRASE

DEADLY = 0.7  # the share of runs in which a worker dies at a failpoint, if it comes there
VICTIMS = 3  # failpoints at which a run dies, if it comes to one of them
LONGEST_PAUSE = 0.15  # seconds: blocks come fast here
POLICY = SendPolicy(max_fee_per_gas=400 * GWEI, bump_seconds=0.6)


class Orders(NamedTuple):
    """What a worker is told: where to work and with which nodes, where to note what it meets, and what makes it stop.

    At some of the `failpoints` it dies in most of its runs, if it comes there.
    """

    path: str
    urls: list[str]
    notes: str
    stop: str
    seed: int
    failpoints: list[str]
    ablation: Ablation


class Worker:
    """One process's work; what it meets it appends to a file, which outlives it."""

    def __init__(self, orders: Orders) -> None:
        """Work by these orders."""
        self._orders = orders
        self._path = Path(orders.path)
        self._notes = os.open(orders.notes, os.O_CREAT | os.O_APPEND | os.O_WRONLY)
        self._random = Random(orders.seed)
        self._victims: list[str] = []

    def work(self) -> None:
        """Run until the file `stop` is there."""
        while not Path(self._orders.stop).exists():
            deadly = self._orders.failpoints if self._random.random() < DEADLY else []
            self._victims = self._random.sample(deadly, min(VICTIMS, len(deadly)))
            try:
                self._run()
            except Busy:
                self._note("busy")
            except LaureaError as error:
                self._note(f"error {type(error).__name__}: {error}")
            time.sleep(self._random.uniform(0.05, 0.3))

    def _run(self) -> None:
        with opened(self._path, lambda: datetime.now(UTC)) as found, found.lock("run"):
            issuer = replace(found, staples=True)
            chain = self._orders.ablation.connect(self._orders.urls, issuer.profile.domain, POLICY)
            keyring = Keyring(IssuerDirectory(self._path), lambda: PASSPHRASE)
            anchoring = self._orders.ablation.anchoring(issuer, chain, keyring, checkpoint=self._checkpoint)
            patience = Patience(self._random.uniform(0.3, 5), time.monotonic, lambda seconds: time.sleep(min(seconds, LONGEST_PAUSE)))
            Run(issuer, anchoring, patience, lambda event: self._note(f"tell {event}")).work()

    def _checkpoint(self, place: str) -> None:
        self._note(f"hit {place}")
        if place in self._victims:
            self._note(f"kill {place}")
            os.kill(os.getpid(), signal.SIGKILL)

    def _note(self, line: str) -> None:
        os.write(self._notes, line.replace("\n", " ").encode() + b"\n")


def work(orders: Orders) -> None:
    """Be a worker; the entry of its process."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the harness ends its workers itself
    Worker(orders).work()
