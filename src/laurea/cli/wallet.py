"""`laurea wallet`: what a holder does with credentials."""

from typing import Annotated

import typer

from laurea.cli import (
    output,
    wallet_artefacts,
    wallet_check,
    wallet_evidence,
    wallet_file,
    wallet_links,
    wallet_list,
    wallet_present,
    wallet_receive,
    wallet_serve,
)
from laurea.cli.context import command_group
from laurea.cli.wallet_options import DEFAULT, Name, PassphraseFile, WalletPath, holding_of, now
from laurea.services.holding import Holding

app = command_group("Hold credentials: receive, list and present them.")
for about_the_file in (wallet_file.new, wallet_file.recover, wallet_file.merge, wallet_file.backup, wallet_file.restore):
    app.command()(about_the_file)
app.command("serve")(wallet_serve.serve)
app.command("passphrase")(wallet_file.change_passphrase)
app.command()(wallet_receive.receive)
app.command("list")(wallet_list.list_)
app.command()(wallet_list.show)
app.command()(wallet_check.check)
app.command()(wallet_present.present)
for about_evidence in (wallet_evidence.attach, wallet_evidence.detach, wallet_evidence.files_, wallet_evidence.note):
    app.command(about_evidence.__name__.rstrip("_"))(about_evidence)
for made_of_it in (wallet_artefacts.pdf, wallet_artefacts.bake, wallet_artefacts.linkedin, wallet_artefacts.embed, wallet_artefacts.resume):
    app.command()(made_of_it)
app.command("qr")(wallet_artefacts.code)
app.command()(wallet_links.share)
app.command()(wallet_links.unshare)
app.command("links")(wallet_links.list_links)


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
