"""The lock: the passphrase and what the file keeps are in memory only while the wallet is open, and forgotten after some minutes of rest."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path

from laurea.core.phrase import Phrase
from laurea.errors import Busy, Locked, NotFound
from laurea.services.holding import Entry, Holding, entry
from laurea.storage import wallet
from laurea.storage.wallet import DEFAULT_KDF, Kdf, Wallet
from laurea.web.limits import BackOff
from laurea.web.wallet.language import N_
from laurea.web.wallet.tray import Tray

WHO = "wallet"  # there is one, and whoever guesses its passphrase waits


class TooOften(Locked):
    """Wrong passphrases came too often: wait so many `seconds`."""

    def __init__(self, seconds: float) -> None:
        """Say how long to wait."""
        super().__init__("too many wrong passphrases")
        self.seconds = int(seconds) + 1


@dataclass(frozen=True, slots=True)
class Opened:
    """What a file keeps, and the digest of the file that keeps it."""

    digest: bytes
    wallet: Wallet = field(repr=False)
    entries: tuple[Entry, ...] = field(repr=False)


@dataclass(slots=True)
class _Open:
    passphrase: str = field(repr=False)
    content: Opened | None = field(default=None, repr=False)
    tray: Tray = field(default_factory=Tray, repr=False)


@dataclass(frozen=True, slots=True)
class Draft:
    """A wallet that is about to be made: its passphrase, its words, and those of them that are asked back, by their numbers."""

    passphrase: str = field(repr=False)
    phrase: Phrase
    asked: tuple[int, ...]


class Lock:
    """One wallet file, open or locked; every use of it while it is open puts off that it locks by itself."""

    def __init__(
        self, path: Path, *, rest_seconds: float, monotonic: Callable[[], float], kdf: Kdf = DEFAULT_KDF, on_lock: Callable[[], None]
    ) -> None:
        """Begin locked; `on_lock` is called whenever the wallet was locked."""
        self.path = path
        self.rest_seconds = rest_seconds
        self._monotonic = monotonic
        self._kdf = kdf
        self._on_lock = on_lock
        self._back_off = BackOff(monotonic)
        self._used = 0.0
        self._open: _Open | None = None
        self._draft: Draft | None = None
        # The work of guessing takes 64 MiB each time: it is done once at a time, however many ask.
        self._work = threading.RLock()

    @property
    def is_open(self) -> bool:
        """Whether the wallet is open now; one that rested too long is locked by asking."""
        if (self._open or self._draft) and self._monotonic() - self._used >= self.rest_seconds:
            self.lock()
        return self._open is not None

    @property
    def exists(self) -> bool:
        """Whether there is a wallet file at all."""
        try:
            Holding.expect(self.path, there=True)
        except NotFound:
            return False
        return True

    def touch(self) -> None:
        """Put off the time at which the wallet locks by itself."""
        self._used = self._monotonic()

    def unlock(self, passphrase: str) -> None:
        """Open the wallet; raises Locked for a wrong passphrase, TooOften after several, Busy while another is being tried."""
        seconds = self._back_off.wait(WHO)
        if seconds > 0:
            raise TooOften(seconds)
        if not self._work.acquire(blocking=False):
            raise Busy("another passphrase is being tried", hint=N_("try again in a moment"))
        try:
            # Another tab may have opened it meanwhile, and what lies on the tray stays there.
            opening = _Open(passphrase, tray=self._open.tray if self._open is not None and self.is_open else Tray())
            opening.content = self._read(passphrase)
        except Locked:
            self._back_off.wrong(WHO)
            raise
        finally:
            self._work.release()
        self._back_off.right(WHO)
        self.touch()
        self._open = opening

    def lock(self) -> None:
        """Forget the passphrase, what the file keeps, and what waits for an answer."""
        self._open = self._draft = None
        self._on_lock()

    def opened(self) -> Opened:
        """Return what the file keeps now; it is decrypted again only when its bytes changed. Raises Locked, and locks, when that fails."""
        now = self._required()
        with self._work:
            try:
                # The command line, or a copy that came from another computer, may have put another file there.
                if now.content is None or now.content.digest != sha256(wallet.read(self.path)).digest():
                    now.content = self._read(now.passphrase)
            except (Locked, NotFound):
                self.lock()
                raise
            return now.content

    @contextmanager
    def holding(self) -> Iterator[Holding]:
        """Give what changes the wallet, to one at a time; raises Locked."""
        passphrase = self._required().passphrase
        with self._work:
            yield Holding(self.path, passphrase, self._kdf)

    @contextmanager
    def making(self, passphrase: str) -> Iterator[Holding]:
        """Give what makes the wallet, which is open afterwards."""
        with self._work:
            yield Holding(self.path, passphrase, self._kdf)
        self.adopt(passphrase)

    def adopt(self, passphrase: str) -> None:
        """Take the passphrase that the wallet has from now on."""
        tray = Tray() if self._open is None else self._open.tray
        self._draft = None
        self._open = _Open(passphrase, tray=tray)
        self.touch()

    @property
    def draft(self) -> Draft:
        """The wallet that is about to be made; raises Locked when there is none, or it lay there for too long."""
        draft = None if self.is_open else self._draft
        if draft is None:
            raise Locked(N_("no wallet is being made"))
        return draft

    def begin(self, draft: Draft) -> None:
        """Keep what a new wallet is made of until it was confirmed."""
        self._draft = draft
        self.touch()

    @property
    def tray(self) -> Tray:
        """What came in and waits for an answer; raises Locked."""
        return self._required().tray

    def _required(self) -> _Open:
        now = self._open if self.is_open else None
        if now is None:
            raise Locked(N_("the wallet is locked"))
        return now

    def _read(self, passphrase: str) -> Opened:
        data = wallet.read(self.path)
        opened = wallet.open_(data, passphrase)
        return Opened(sha256(data).digest(), opened, entry.entries(opened))
