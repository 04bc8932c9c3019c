"""The tray: what came in and waits for the holder to take it or leave it, in memory only."""

import secrets
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from laurea.core.canonical import JsonObject
from laurea.errors import NotFound
from laurea.services.offers.delivery import Difference, Receipt
from laurea.web.wallet.language import N_

MAX_PIECES = 12  # the one that lay there longest is dropped
NAME_BYTES = 9


@dataclass(frozen=True, slots=True)
class Piece:
    """A document, the host that it came from ("" for none), whether that hands it out only once, and what a check said of each credential in it.

    Reports are by the digests of the credentials, as of `checked`; `trouble` says why there are none. `files` are the names of those that go along.
    What was taken from an offer has `receipts`, and `differences` from what was offered.
    """

    data: bytes = field(repr=False)
    source: str = ""
    once: bool = False
    reports: Mapping[bytes, JsonObject] = field(default_factory=dict, repr=False)
    checked: datetime | None = None
    trouble: str = ""
    files: tuple[str, ...] = ()
    receipts: tuple[Receipt, ...] = ()
    differences: tuple[Difference, ...] = ()

    def tell(self, event: str) -> None:
        """Tell the issuer, if it wants to know, what became of it."""
        for each in self.receipts:
            each.tell(event)


class Tray:
    """Pieces by names that say nothing of them."""

    def __init__(self) -> None:
        """Begin empty."""
        self._pieces: OrderedDict[str, Piece] = OrderedDict()

    def put(self, piece: Piece) -> str:
        """Lay a piece down and return its name."""
        name = secrets.token_urlsafe(NAME_BYTES)
        self._pieces[name] = piece
        if len(self._pieces) > MAX_PIECES:
            self._pieces.popitem(last=False)
        return name

    def replace(self, name: str, piece: Piece) -> None:
        """Put another piece in the place of one that is still there."""
        if name in self._pieces:
            self._pieces[name] = piece

    def get(self, name: str) -> Piece:
        """Return a piece; raises NotFound."""
        piece = self._pieces.get(name)
        if piece is None:
            raise NotFound(N_("this was taken or left already, or the wallet was locked meanwhile"))
        return piece

    def drop(self, name: str) -> None:
        """Take a piece away, if it is there."""
        self._pieces.pop(name, None)
