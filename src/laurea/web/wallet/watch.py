"""A watch beside the pages: the wallet locks when it has rested long enough, though nobody asks for a page."""

import threading
from types import TracebackType
from typing import Self

from laurea.web.wallet.lock import Lock

PAUSE_SECONDS = 1.0


class Watch:
    """A context manager around a thread that looks at the lock again and again."""

    def __init__(self, lock: Lock, *, pause: float = PAUSE_SECONDS) -> None:
        """Do nothing yet."""
        self._lock = lock
        self._pause = pause
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._work, name="watch", daemon=True)

    def __enter__(self) -> Self:
        """Begin."""
        self._thread.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        """End, and lock."""
        self._stop.set()
        self._thread.join()
        self._lock.lock()

    def _work(self) -> None:
        while not self._stop.wait(self._pause):
            _ = self._lock.is_open  # to ask is to lock what has rested too long
