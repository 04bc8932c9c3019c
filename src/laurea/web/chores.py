"""What the service does between requests: send mails that are due, and remove what nobody needs any more."""

import logging
import threading
from collections.abc import Callable, Sequence
from functools import partial
from types import TracebackType
from typing import Self

from laurea.errors import LaureaError
from laurea.services.issuing import rosters, wallet_access
from laurea.services.issuing.events import Event
from laurea.services.issuing.issuer import Issuer
from laurea.services.issuing.oauth.passcodes import mail_codes
from laurea.services.issuing.oauth.sweeping import sweep
from laurea.services.issuing.outbox import Outbox, write_due

PAUSE_SECONDS = 20.0


class Chores:
    """A context manager around threads that do them again and again; what goes wrong is logged, and tried again.

    Codes have a thread of their own: somebody sits before a page and waits, while ten thousand other mails may be on their way.
    """

    def __init__(self, issuer: Issuer, outbox: Outbox | None, log: logging.Logger, *, pause: float = PAUSE_SECONDS) -> None:
        """Do nothing yet."""
        tidy: list[Callable[[], object]] = [
            *(partial(each, issuer) for each in (rosters.forget_old, wallet_access.forget_old, sweep)),
            lambda: write_due(outbox, self._tell),
        ]
        codes = [] if outbox is None else [lambda: mail_codes(issuer, outbox)]
        self._log = log
        self._codes = _Round("codes", codes, log, pause)
        self._rounds = (_Round("chores", tidy, log, pause), self._codes)

    def __enter__(self) -> Self:
        """Begin."""
        for each in self._rounds:
            each.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        """End after what is being done."""
        for each in self._rounds:
            each.end()
        for each in self._rounds:
            each.join()

    def wake(self) -> None:
        """Let the codes that are due be mailed now."""
        self._codes.wake()

    def _tell(self, event: Event) -> None:
        self._log.info("chore", extra={"did": event.text})


class _Round(threading.Thread):
    """A thread that does a few things one after the other, pauses, and does them again."""

    def __init__(self, name: str, chores: Sequence[Callable[[], object]], log: logging.Logger, pause: float) -> None:
        super().__init__(name=name)
        self._chores = chores
        self._log = log
        self._pause = pause
        self._over = False
        self._woken = threading.Event()

    def wake(self) -> None:
        self._woken.set()

    def end(self) -> None:
        self._over = True
        self._woken.set()

    def run(self) -> None:
        while not self._over:
            self._woken.clear()
            for chore in self._chores:
                self._do(chore)
            if not self._over:
                self._woken.wait(self._pause)

    def _do(self, chore: Callable[[], object]) -> None:
        try:
            chore()
        except Exception as error:  # noqa: BLE001 - the thread must outlive whatever happens
            # The type alone: a message may repeat what it was about. Ours are about counts and codes.
            self._log.error("chore", extra={"fault": str(error) if isinstance(error, LaureaError) else type(error).__name__})
