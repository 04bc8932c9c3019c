"""What came in is laid on the tray and checked, to be looked at before it is kept."""

from base64 import b64encode
from dataclasses import replace
from hashlib import sha256

from starlette.responses import Response

from laurea.errors import LaureaError
from laurea.services.holding.receiving import Offer, preview
from laurea.web.wallet.tray import Piece
from laurea.web.wallet.visitor import Visit


def lay(visit: Visit, piece: Piece) -> Response:
    """Lay a document on the tray and lead to it; what a link hands out only once is never lost, though the wallet was locked meanwhile."""
    try:
        return visit.to(f"/add/{_laid(visit, piece)}")
    except LaureaError as error:
        if not piece.once:
            raise
        return rescued(visit, piece.data, error)


def _laid(visit: Visit, piece: Piece) -> str:
    """Lay a document on the tray, have what is in it checked, and return its name there."""
    tray = visit.service.lock.tray
    name = tray.put(piece)
    at = visit.service.now()
    offers = preview(visit.opened.wallet, piece.data, at=at).offers
    try:
        verifying = visit.service.verifying()
        reports = {digest(each): verifying.verify(each.incoming.data, at=at).document() for each in offers if not each.incoming.jwt}
        tray.replace(name, replace(piece, reports=reports, checked=at))
    except LaureaError as error:
        tray.replace(name, replace(piece, trouble=str(error)))
    return name


def rescued(visit: Visit, data: bytes, error: LaureaError) -> Response:
    """Return the page that hands out what was delivered once and could not be kept, with the reason."""
    said = visit.language.told(str(error), error.hint)
    return visit.page("rescued", 422, said=said, file=f"data:application/vc;base64,{b64encode(data).decode()}")


def digest(offer: Offer) -> bytes:
    """Return the digest by which a credential is known."""
    return sha256(offer.incoming.data).digest()
