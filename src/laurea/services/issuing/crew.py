"""Who shares heavy work: other processes, on this machine or on others. Whatever is lost with one of them, we do ourselves.

An executor of any kind fails in ways of its own: a process that was killed, a scheduler that is gone, a worker that cannot read what it is
given. Neither is a reason to give up, and what is wrong with the work itself is wrong here, too. So what a helper fails with is not looked at.
What it gives is: a worker of another version would make a batch that nobody could release.
"""

from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import Executor, Future
from contextlib import AbstractContextManager, nullcontext, suppress
from typing import Generic, TypeVar

Helpers = Callable[[], AbstractContextManager[Executor]]
WORTH_HELP = 50_000  # credentials; for fewer, helpers take longer to start than to work
IN_FLIGHT = 8  # pieces that are handed out at once: bounds the memory
PATIENCE_SECONDS = 60.0  # for one piece, which takes less than one: a cluster whose workers are all gone says nothing

T = TypeVar("T")
R = TypeVar("R")


def gathered(helpers: Helpers | None, size: int) -> AbstractContextManager[Executor | None]:
    """Give the helpers for so many credentials; nobody if there are none or it is not worth their while."""
    return nullcontext() if helpers is None or size < WORTH_HELP else helpers()


class Crew(Generic[T, R]):
    """Does one kind of work, piece by piece; the results come in the order in which the pieces were handed out."""

    def __init__(self, work: Callable[[T], R], executor: Executor | None, *, is_right: Callable[[T, R], bool]) -> None:
        """Let the executor do the work, which any process can; without one it is done here.

        `is_right` looks at a sample of what a helper has made of a piece.
        """
        self._is_right = is_right
        self._work = work
        self._executor = executor
        self._handed_out: deque[tuple[T, Future[R] | None]] = deque()

    def hand_out(self, piece: T) -> None:
        """Let a piece be worked on."""
        future = None
        with suppress(Exception):
            future = None if self._executor is None else self._executor.submit(self._work, piece)
        self._handed_out.append((piece, future))

    def some(self) -> Iterator[R]:
        """Give the results of what was handed out first, as far as no more can be handed out before."""
        return self._results(0 if self._executor is None else IN_FLIGHT)

    def rest(self) -> Iterator[R]:
        """Give the results of all that was handed out."""
        return self._results(0)

    def _results(self, left: int) -> Iterator[R]:
        while len(self._handed_out) > left:
            yield self._result(*self._handed_out.popleft())

    def _result(self, piece: T, future: Future[R] | None) -> R:
        if future is None:
            return self._work(piece)
        with suppress(Exception):
            if self._executor is not None or future.done():
                result = future.result(PATIENCE_SECONDS)
                if self._is_right(piece, result):
                    return result
                self._executor = None  # what else it makes is no better
        if not future.done():
            self._executor = None  # it would be waited for again and again
        return self._work(piece)
