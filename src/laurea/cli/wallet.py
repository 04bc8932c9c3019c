"""`laurea wallet`: what a holder does with credentials."""

import json
from datetime import timedelta
from pathlib import Path
from typing import Annotated

import typer

from laurea.cli import output, wallet_check, wallet_file, wallet_list, wallet_receive, wallet_serve
from laurea.cli.context import command_group
from laurea.cli.wallet_options import DEFAULT, Name, PassphraseFile, WalletPath, holding_of, now
from laurea.core.presentation import MAX_LIFE, Demand
from laurea.services.holding import Choice, Holding

app = command_group("Hold credentials: receive, list and present them.")
for about_the_file in (wallet_file.new, wallet_file.recover, wallet_file.merge, wallet_file.backup, wallet_file.restore):
    app.command()(about_the_file)
app.command("serve")(wallet_serve.serve)
app.command("passphrase")(wallet_file.change_passphrase)
app.command()(wallet_receive.receive)
app.command("list")(wallet_list.list_)
app.command()(wallet_list.show)
app.command()(wallet_check.check)


SECONDS = int(MAX_LIFE.total_seconds())


@app.command()
def present(
    name: Name,
    audience: Annotated[str, typer.Option(help="Whom it is for, by the name that the verifier gave.")],
    challenge: Annotated[str, typer.Option(help="The challenge that the verifier gave.")],
    show: Annotated[list[str] | None, typer.Option(metavar="POINTER", help="Show only this and what is under it; repeat for more.")] = None,
    hide: Annotated[list[str] | None, typer.Option(metavar="POINTER", help="Hide this and all that is under it; repeat for more.")] = None,
    valid_for: Annotated[int, typer.Option(metavar="SECONDS", min=1, max=SECONDS, help="How long it can be used.")] = SECONDS,
    output_: Annotated[Path | None, typer.Option("--output", metavar="FILE", help="Write it here instead of stdout.")] = None,
    wallet: WalletPath = DEFAULT,
    passphrase_file: PassphraseFile = None,
) -> None:
    """Make a presentation of a credential, or of a part of it, that one audience can use once.

    The credential's own members (who issued it, its type and dates) and /credentialSubject/id are always shown; --show also brings the
    types of the objects in which something is shown. --hide counts after --show.
    """
    Holding.expect(wallet, there=True)
    choice = Choice(tuple(show or ()), tuple(hide or ()))
    demand = Demand(audience, challenge)
    shown = holding_of(wallet, passphrase_file).present(name, choice, demand=demand, at=now(), life=timedelta(seconds=valid_for))
    if output_ is None:
        output.document(shown)
    else:
        output.write(output_, json.dumps(shown, ensure_ascii=False, indent=2).encode() + b"\n")
        output.talk(f"wrote {output_}, for {audience}, good for {valid_for} seconds")


@app.command()
def remove(
    name: Name,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
    wallet: WalletPath = DEFAULT,
    passphrase_file: PassphraseFile = None,
) -> None:
    """Take a credential out of the wallet; copies of the wallet keep it until they are merged with this one."""
    Holding.expect(wallet, there=True)
    holding = holding_of(wallet, passphrase_file)
    entry = holding.find(name)
    output.confirm(f"take {entry.name or entry.number} out of the wallet", yes=yes)
    holding.remove(name, at=now())
    output.talk(f"took out {entry.name or entry.number}")
