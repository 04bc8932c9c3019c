"""Offers of issuers (OpenID4VCI): shown before they are taken; what is delivered later waits on a page of its own."""

from fastapi import APIRouter
from starlette.responses import HTMLResponse, Response

from laurea.errors import FormatError, InputError, LaureaError
from laurea.services.exchange import origin_of
from laurea.services.holding import waiting
from laurea.services.holding.waiting import Collected
from laurea.services.offers import discovery, taking
from laurea.services.offers.delivery import Difference, joined
from laurea.services.offers.discovery import Found, Offered
from laurea.services.offers.taking import Taken
from laurea.web.wallet.card import name_of
from laurea.web.wallet.language import N_
from laurea.web.wallet.laying import lay, rescued
from laurea.web.wallet.tray import Piece
from laurea.web.wallet.trouble import WalletRoute
from laurea.web.wallet.visitor import KEYS, Form, Inside, Visit, text

MAX_CODE = 200  # characters that a code field takes

router = APIRouter(route_class=WalletRoute, include_in_schema=False)


def show(visit: Visit, found: Found) -> HTMLResponse:
    """Show who offers what; the offer is used up by nothing that is done for this."""
    return _page(visit, found, discovery.look(found))


def _page(visit: Visit, found: Found, offered: Offered, trouble: LaureaError | None = None) -> HTMLResponse:
    taking.require_takeable(offered)
    said = visit.language.told(str(trouble), trouble.hint) if trouble else []
    return visit.page("offer", 422 if trouble else 200, offered=offered, found=found, said=said, max_code=MAX_CODE)


@router.post("/add/offer")
def take(visit: Inside, form: Form) -> Response:
    """Take an offer: a key of this wallet is proven to its issuer, and what comes is looked at before it is kept."""
    found = discovery.again(text(form, "offer"), text(form, "origin"))
    offered = discovery.look(found)
    with visit.service.lock.holding() as holding:
        own = KEYS.get(text(form, "key"))
        key = holding.key_for(origin_of(offered.metadata.issuer), at=visit.service.now(), own_key=own)
    code = text(form, "code").strip()[:MAX_CODE]
    if offered.offer.transaction_code is not None and not code:
        return _page(visit, found, offered, InputError(N_("the issuer wants the code that it sent you")))
    try:
        # Nobody else waits for the issuer's server.
        taken = taking.take(offered, key, now=visit.service.now, transaction_code=code)
    except InputError as error:
        return _page(visit, found, offered, error)
    # Though the wallet was locked meanwhile: the code is used up, and nobody else knows where to ask.
    try:
        waiting.keep(holding, taken.waiting)
    except LaureaError as error:
        if not taken.delivered:
            raise
        return rescued(visit, _joined(taken), error)
    return _taken(visit, taken, offered.host)


@router.get("/waiting")
def list_(visit: Inside) -> HTMLResponse:
    """List what issuers promised and have yet to deliver."""
    now = visit.service.now()
    found = [(each, each.state(now).name) for each in waiting.waits(visit.opened.wallet)]
    return visit.page("waiting", found=found)


@router.post("/waiting/{name}/collect")
def collect(visit: Inside, name: str, _form: Form) -> Response:
    """Ask the issuer once, if it may be asked by now; what it delivers is kept."""
    with visit.service.lock.holding() as holding:
        found = waiting.find(holding.opened(), name)
    return _collected(visit, waiting.collect(holding, found, now=visit.service.now))


@router.post("/waiting/{name}/remove")
def remove(visit: Inside, name: str, _form: Form) -> Response:
    """Wait for something no more."""
    with visit.service.lock.holding() as holding:
        waiting.remove(holding, waiting.find(holding.opened(), name), at=visit.service.now())
    return visit.to("/waiting", visit.say(N_("It is not waited for any more.")))


def _taken(visit: Visit, taken: Taken, host: str) -> Response:
    later = visit.say(N_("It is not ready yet. Your wallet remembers where to ask for it."))
    if not taken.delivered:
        return visit.to("/waiting", later)
    if taken.waiting or taken.troubles:
        visit.session.told = " ".join([visit.say(N_("Not all that was offered came.")), *(visit.say(str(each)) for each in taken.troubles)])
    data = _joined(taken)
    try:
        differences = tuple(difference for each in taken.delivered for difference in each.differences())
    except FormatError as error:
        return rescued(visit, data, error)
    receipts = tuple(each.receipt for each in taken.delivered)
    return lay(visit, Piece(data, host, once=True, receipts=receipts, differences=differences))


def _joined(taken: Taken) -> bytes:
    return joined([document for each in taken.delivered for document in each.documents])


def _collected(visit: Visit, found: Collected) -> Response:
    if found.data and found.trouble is not None:
        return rescued(visit, found.data, found.trouble)
    if found.trouble is not None:
        raise found.trouble
    if not found.received:
        return visit.to("/waiting", visit.say(N_("It is not ready yet.")))
    told = [visit.say(N_("It is in your wallet now.")), *(_said(visit, each) for each in found.differences)]
    return visit.to(f"/credentials/{name_of(found.received[0][0])}", " ".join(told))


def _said(visit: Visit, found: Difference) -> str:
    if found.types:
        return visit.say(N_("It is no %(types)s, which %(host)s offered."), types=found.types, host=found.host)
    if found.speaks:
        return visit.say(N_("It was offered by %(host)s, and names %(issuer)s as its issuer."), host=found.host, issuer=found.speaks)
    return visit.say(
        N_("It was offered by %(host)s, and nothing ties its issuer to that: %(issuer)s."), host=found.host, issuer=found.issuer
    )
