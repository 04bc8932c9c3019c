"""`laurea wallet catalogue`: what can be earned, as issuers list it, kept in the wallet for the audit and the ways to a goal."""

from pathlib import Path
from typing import Annotated

import typer

from laurea.cli import output
from laurea.cli.wallet_options import DEFAULT, AsJson, PassphraseFile, WalletPath, holding_of, now
from laurea.core.credential import format_time
from laurea.core.plural import counted
from laurea.services.holding import Holding, cataloguing

app = typer.Typer(
    add_completion=False, rich_markup_mode=None, no_args_is_help=True, help="Keep catalogues of what can be earned, as issuers list it."
)


@app.command()
def add(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="A catalogue, as laurea issuer catalogue prints it.")],
    wallet: WalletPath = DEFAULT,
    passphrase_file: PassphraseFile = None,
) -> None:
    """Keep a catalogue in the wallet. Whoever made it says what it offers; nothing of that was checked."""
    Holding.expect(wallet, there=True)
    data = output.read(file, limit=cataloguing.MAX_CATALOGUE)
    count = cataloguing.count(data)
    holding_of(wallet, passphrase_file).change(lambda kept: cataloguing.added(kept, data, file.name, at=now()))
    output.talk(f"kept {file.name}: {count} offer{'' if count == 1 else 's'}")


@app.command("list")
def list_(wallet: WalletPath = DEFAULT, passphrase_file: PassphraseFile = None, *, as_json: AsJson = False) -> None:
    """List the catalogues of the wallet, and how much each offers."""
    Holding.expect(wallet, there=True)
    kept = holding_of(wallet, passphrase_file).opened().catalogues
    if as_json:
        said = [
            {"name": each.name, "digest": each.digest.hex(), "added": format_time(each.added), "offers": _count(each.document)}
            for each in kept
        ]
        output.document(said)
        return
    for number, each in enumerate(kept, start=1):
        output.data(output.printable(f"{number}  {each.name}  {counted(_count(each.document), 'offer')}, added {format_time(each.added)}"))
    if not kept:
        output.talk("no catalogue is in the wallet; laurea wallet catalogue add FILE keeps one")


@app.command()
def remove(
    name: Annotated[str, typer.Argument(metavar="NAME", help="The catalogue's number in the list, or the name of its file.")],
    wallet: WalletPath = DEFAULT,
    passphrase_file: PassphraseFile = None,
) -> None:
    """Take a catalogue out of the wallet."""
    Holding.expect(wallet, there=True)
    holding_of(wallet, passphrase_file).change(lambda kept: cataloguing.without(kept, name, at=now()))
    output.talk(f"removed {name}")


def _count(data: bytes) -> int:
    return cataloguing.count(data)
