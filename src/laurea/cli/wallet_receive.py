"""`laurea wallet receive`: a credential from a file or a link, looked at before or kept at once."""

from collections.abc import Iterator
from pathlib import Path
from typing import Annotated

import typer

from laurea.artefacts.baked import Carried
from laurea.cli import carrying, output, wallet_offers
from laurea.cli.exit_codes import DONE, USAGE
from laurea.cli.wallet_options import DEFAULT, PassphraseFile, WalletPath, holding_of, now
from laurea.cli.wallet_received import rescue, say
from laurea.core.credential_offer import is_offer_link
from laurea.errors import InputError, LaureaError
from laurea.services.exchange import Invited, is_link
from laurea.services.holding import Holding, Offer, Preview
from laurea.services.offers import discovery
from laurea.services.sharing import fetch, is_share_link


def receive(
    source: Annotated[
        str,
        typer.Argument(
            metavar="FILE|URL",
            help='The credential: JSON, a picture or PDF that carries it, a picture of its QR code; or the link in the mail, an offer (openid-credential-offer://), or what was shared; "-" is stdin.',
        ),
    ],
    own_key: Annotated[
        bool | None,
        typer.Option("--own-key/--wallet-key", help="Answer a link by a key that this issuer alone knows; else by that if there is one."),
    ] = None,
    preview: Annotated[bool, typer.Option("--preview", help="Say what a file or an offer would bring, and keep nothing.")] = False,
    yes: Annotated[bool, typer.Option("--yes", help="Take an offer without being asked.")] = False,
    tx_code_file: Annotated[Path | None, typer.Option(help="A file with the code that goes with an offer; else a prompt.")] = None,
    wallet: WalletPath = DEFAULT,
    passphrase_file: PassphraseFile = None,
) -> None:
    """Check a credential, keep it in the wallet to the byte, and print its id; or answer an invitation to name this wallet.

    Any credential of Open Badges 3.0, VC 2.0 or 1.1 is taken, or those in a presentation, and nothing is fetched for it. To a link the wallet proves
    that it has its key, and shows nothing else. Issuers who know different keys of yours cannot tell by them that you are the same person.
    An offer (OpenID4VCI) is shown before it is taken; what its issuer delivers later is asked for by `laurea wallet collect`.
    """
    Holding.expect(wallet, there=True)
    holding = holding_of(wallet, passphrase_file)
    found = Carried(b"", source) if is_link(source) or is_offer_link(source) else carrying.read(Path(source))
    offer = discovery.find(found.link) if found.link and not is_share_link(found.link) else None
    if offer is not None:
        terms = wallet_offers.Terms(yes, own_key, tx_code_file)
        wallet_offers.preview(offer) if preview else wallet_offers.receive(holding, offer, terms)
        return
    if preview:
        _refuse_link(found)
        raise typer.Exit(_show(holding.preview(found.data, at=now())))
    data = _fetched(holding, found.link, own_key=own_key) if found.link else found.data
    if data is None:
        return
    try:
        received = holding.receive_all(data, at=now())
    except LaureaError:
        if found.link:
            rescue(data)
        raise
    if len(received) > 1:
        output.talk(f"a presentation of {len(received)} credentials")
    for entry, fresh in received:
        say(entry, fresh=fresh)


def _refuse_link(found: Carried) -> None:
    if found.link:
        raise InputError("a link works once: what it brings can be seen when it is answered", hint="answer it without --preview")


def _fetched(holding: Holding, link: str, *, own_key: bool | None) -> bytes | None:
    """Return what a link brings, None when it was an invitation."""
    if is_share_link(link):
        return fetch(link)
    answered = holding.answer(link, at=now(), own_key=own_key)
    if isinstance(answered, Invited):
        about = output.printable(f"{answered.issuer} will issue {answered.achievement}")
        output.talk(f"{about} to this wallet; a link to fetch it comes once it is anchored")
        return None
    return answered.data


def _show(preview: Preview) -> int:
    if preview.presentation:
        output.talk(f"a presentation of {len(preview.offers)} credentials")
    for offer in preview.offers:
        output.data("\n   ".join(map(output.printable, _lines(offer))))
    return USAGE if any(offer.refusal for offer in preview.offers) else DONE


def _lines(offer: Offer) -> Iterator[str]:
    found = offer.summary
    yield found.title or "(no name)"
    yield f"issuer     {found.issuer}{f' (calls itself {found.issuer_name})' if found.issuer_name else ''}"
    if offer.holder:
        yield f"holder     {offer.holder}, a key of this wallet"
    if offer.known is not None:
        yield f"known      the wallet has it as number {offer.known}"
    yield f"signature  {offer.signature.outcome}: {offer.signature.reason}"
    if offer.remarks:
        yield f"note       {', '.join(offer.remarks)}"
    for problem in offer.problems:
        yield f"problem    {problem}"
    if offer.refusal:
        yield f"refused    {offer.refusal}"
