"""`laurea wallet share`: a credential behind a link that its holder can end, and what the wallet knows of such links."""

from contextlib import nullcontext
from datetime import timedelta
from typing import Annotated

import typer

from laurea.cli import output
from laurea.cli.share import TokenFile, token_in
from laurea.cli.wallet_options import DEFAULT, AsJson, Complete, Hide, Name, PassphraseFile, Show, WalletPath, holding_of, now, portion_of
from laurea.core.canonical import Json
from laurea.core.credential import format_time
from laurea.errors import InputError, Unreachable
from laurea.services.holding import Holding, links
from laurea.services.holding.links import Host, Link


def share(
    name: Name,
    host: Annotated[str, typer.Option(metavar="URL", envvar="LAUREA_SHARE_HOST", help="The share host; it cannot read what it keeps.")],
    days: Annotated[int, typer.Option(min=1, max=365, help="After so many days the link ends by itself.")] = 30,
    show: Show = None,
    hide: Hide = None,
    complete: Complete = False,
    upload_token_file: TokenFile = None,
    wallet: WalletPath = DEFAULT,
    passphrase_file: PassphraseFile = None,
) -> None:
    """Share a credential, or a part of it, by a link: it is sealed on this machine, and the key is in the link alone."""
    Holding.expect(wallet, there=True)
    holding = holding_of(wallet, passphrase_file)
    place = Host(host, token_in(upload_token_file))
    portion, entry = portion_of(show, hide, complete=complete), holding.find(name)
    ticket = links.share(entry, portion, place, life=timedelta(days=days), at=now())
    made = links.keep(nullcontext(holding), ticket)
    until = format_time(made.shared.expires)
    output.talk(f"shared until {until}; whoever has the link can read it; laurea wallet unshare {made.number} ends it")
    output.data(made.shared.url)


def list_links(wallet: WalletPath = DEFAULT, passphrase_file: PassphraseFile = None, *, as_json: AsJson = False) -> None:
    """List the links that you shared, with how often each was opened; their hosts are asked."""
    Holding.expect(wallet, there=True)
    found = links.links(holding_of(wallet, passphrase_file).opened())
    told = [(link, _standing(link)) for link in found]
    if as_json:
        output.document([_document(link, standing) for link, standing in told])
        return
    for link, standing in told:
        output.data(output.printable(f"{link.number}  {', '.join(link.names)}: {standing}, until {format_time(link.shared.expires)}"))
    if not found:
        output.talk("nothing is shared; laurea wallet share ID --host URL shares a credential")


def unshare(
    number: Annotated[int, typer.Argument(metavar="NUMBER", min=1, help="The link's number in `laurea wallet links`.")],
    wallet: WalletPath = DEFAULT,
    passphrase_file: PassphraseFile = None,
) -> None:
    """End a link: its host takes what it shows from its disk at once."""
    Holding.expect(wallet, there=True)
    holding = holding_of(wallet, passphrase_file)
    ended = links.find(holding.opened(), number)
    links.end(ended)
    links.forget(holding, ended)
    output.talk(f"the link to {', '.join(ended.names) or 'what was shared'} has ended; its host keeps nothing of it")


def _standing(link: Link) -> str:
    try:
        found = links.status(link)
    except InputError as error:
        return str(error)
    except Unreachable as error:
        return f"its host cannot be asked ({error})"
    if found is None:
        return "ended"
    last = f", last in the hour of {format_time(found.last_viewed)}" if found.last_viewed else ""
    return f"opened {found.views} time{'s' if found.views != 1 else ''}{last}"


def _document(link: Link, standing: str) -> dict[str, Json]:
    return {
        "number": link.number,
        "url": link.shared.url,
        "credentials": list(link.names),
        "made": format_time(link.shared.made),
        "expires": format_time(link.shared.expires),
        "standing": standing,
    }
