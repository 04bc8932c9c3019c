"""What the service does between requests: send mails that are due, and forget rosters that nobody committed and wallets whose time is over."""

import logging
import threading
from types import TracebackType
from typing import Self

from laurea.errors import LaureaError
from laurea.services.issuing import rosters, wallet_access
from laurea.services.issuing.events import Event
from laurea.services.issuing.issuer import Issuer
from laurea.services.issuing.outbox import Outbox, write_due

PAUSE_SECONDS = 20.0


class Chores:
    """A context manager around a thread that does them again and again; what goes wrong is logged, and tried again."""

    def __init__(self, issuer: Issuer, outbox: Outbox | None, log: logging.Logger, *, pause: float = PAUSE_SECONDS) -> None:
        """Do nothing yet."""
        self._issuer = issuer
        self._outbox = outbox
        self._log = log
        self._pause = pause
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._work, name="chores")

    def __enter__(self) -> Self:
        """Begin."""
        self._thread.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        """End after what is being done."""
        self._stop.set()
        self._thread.join()

    def _work(self) -> None:
        while True:
            try:
                rosters.forget_old(self._issuer)
                wallet_access.forget_old(self._issuer)
                write_due(self._outbox, self._tell)
            except Exception as error:  # noqa: BLE001 - the thread must outlive whatever happens
                # The type alone: a message may repeat what it was about. Ours are about counts and codes.
                self._log.error("chore", extra={"fault": str(error) if isinstance(error, LaureaError) else type(error).__name__})
            if self._stop.wait(self._pause):
                return

    def _tell(self, event: Event) -> None:
        self._log.info("chore", extra={"did": event.text})
