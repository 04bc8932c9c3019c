"""Takes ended shares from the disk: at the start of the service, and each hour."""

import logging
import threading
from types import TracebackType
from typing import Self

from laurea.errors import LaureaError
from laurea.services.hosting import Hosting

PAUSE_SECONDS = 3600.0


class Sweeper:
    """A context manager around a thread that does it again and again; what goes wrong is logged, and tried again."""

    def __init__(self, hosting: Hosting, log: logging.Logger, *, pause: float = PAUSE_SECONDS) -> None:
        """Do nothing yet."""
        self._hosting = hosting
        self._log = log
        self._pause = pause
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._work, name="sweeper")

    def __enter__(self) -> Self:
        """Sweep once, before anybody asks, and begin."""
        self._sweep()
        self._thread.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        """End after what is being done."""
        self._stop.set()
        self._thread.join()

    def _work(self) -> None:
        while not self._stop.wait(self._pause):
            self._sweep()

    def _sweep(self) -> None:
        try:
            count = self._hosting.sweep()
        except Exception as error:  # noqa: BLE001 - the thread must outlive whatever happens
            self._log.error("sweep", extra={"fault": str(error) if isinstance(error, LaureaError) else type(error).__name__})
            return
        if count:
            self._log.info("sweep", extra={"did": f"{count} shares have ended"})
