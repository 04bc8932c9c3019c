"""Whether the service can work: whether a majority of the nodes of each chain answers."""

import math
import threading
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor

from laurea.chain.rpc import CHAIN_ID, Rpc
from laurea.errors import ChainError

SECONDS = 3.0  # that a node has
KEPT_SECONDS = 5.0  # an answer is good for so long: whoever asks all the time must not load the nodes
AT_ONCE = 8


class Readiness:
    """Asks the nodes whether they are there, in bounded time, and not too often."""

    def __init__(self, nodes: Mapping[str, Sequence[str]], monotonic: Callable[[], float]) -> None:
        """Ask nothing yet; `nodes` are RPC URLs by what their chain is called."""
        self._nodes = nodes
        self._monotonic = monotonic
        self._known = -math.inf, "the nodes are being asked"
        self._lock = threading.Lock()

    def trouble(self) -> str:
        """Return what keeps the service from working, "" if nothing does; as it is, or was when it was last looked at."""
        if not self._lock.acquire(blocking=False):
            return self._known[1]  # somebody is looking: threads that waited for them would be missing elsewhere
        try:
            now = self._monotonic()
            if now - self._known[0] > KEPT_SECONDS:
                self._known = now, self._look()
            return self._known[1]
        finally:
            self._lock.release()

    def _look(self) -> str:
        if not any(self._nodes.values()):
            return "no RPC URL is known: everything that is anchored stays undecided"
        with ThreadPoolExecutor(AT_ONCE, thread_name_prefix="readiness") as pool:
            found = [(chain, list(pool.map(_answers, urls))) for chain, urls in self._nodes.items() if urls]
        silent = [f"{chain}: {answers.count(False)} of {len(answers)} nodes do not answer" for chain, answers in found if _few(answers)]
        return "; ".join(silent)


def _few(answers: list[bool]) -> bool:
    return answers.count(True) <= len(answers) // 2


def _answers(url: str) -> bool:
    node = Rpc(url, timeout=SECONDS)
    try:
        node.ask(CHAIN_ID)
    except ChainError:
        return False
    finally:
        node.close()
    return True
