"""`laurea wallet`: what a holder does with credentials."""

import json
from datetime import timedelta
from pathlib import Path
from typing import Annotated

import typer

from laurea.cli import output, wallet_file, wallet_receive, wallet_serve
from laurea.cli.context import command_group
from laurea.cli.wallet_options import DEFAULT, PassphraseFile, WalletPath, holding_of, now
from laurea.core.canonical import Json, JsonObject
from laurea.core.claims import ENVELOPE
from laurea.core.credential import format_time
from laurea.core.presentation import MAX_LIFE, Demand
from laurea.services.holding import Choice, Entry, Holding

app = command_group("Hold credentials: receive, list and present them.")
for about_the_file in (wallet_file.new, wallet_file.recover, wallet_file.merge, wallet_file.backup, wallet_file.restore):
    app.command()(about_the_file)
app.command("serve")(wallet_serve.serve)
app.command("passphrase")(wallet_file.change_passphrase)
app.command()(wallet_receive.receive)


SECONDS = int(MAX_LIFE.total_seconds())

Name = Annotated[str, typer.Argument(metavar="ID", help="The credential's number in the list, its id, or the beginning of that.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON.")]


@app.command("list")
def list_(wallet: WalletPath = DEFAULT, passphrase_file: PassphraseFile = None, *, as_json: AsJson = False) -> None:
    """List the credentials in the order in which they came."""
    Holding.expect(wallet, there=True)
    entries = holding_of(wallet, passphrase_file).entries()
    if as_json:
        output.document([_summary(entry) for entry in entries])
        return
    for entry in entries:
        output.data("\n   ".join([f"{entry.number}  {output.printable(entry.name) or '(no name)'}", *_lines(entry)]))
    if not entries:
        output.talk("the wallet is empty; laurea wallet receive FILE puts a credential into it")


@app.command()
def show(name: Name, wallet: WalletPath = DEFAULT, passphrase_file: PassphraseFile = None, *, as_json: AsJson = False) -> None:
    """Show a credential and its claims, by the pointers that `present` takes."""
    Holding.expect(wallet, there=True)
    entry = holding_of(wallet, passphrase_file).find(name)
    if as_json:
        claims: list[Json] = [{"pointer": claim.pointer, "value": claim.value} for claim in entry.claims]
        output.document({**_summary(entry), "claims": claims})
        return
    output.data("\n".join([output.printable(entry.name) or "(no name)", *_lines(entry), ""]))
    for claim in entry.claims:
        if claim.pointer != ENVELOPE:
            output.data(f"{output.printable(claim.pointer)}  {output.printable(output.compact(claim.value))}")


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


def _summary(entry: Entry) -> JsonObject:
    credential = entry.credential
    return {
        "number": entry.number,
        "id": credential.id,
        "name": entry.name,
        "issuer": credential.issuer,
        "subject": credential.subject_id,
        "bound": entry.bound,
        "partial": entry.partial,
        "remarks": list(entry.remarks),
        "validFrom": credential.document.get("validFrom"),
        "validUntil": credential.document.get("validUntil"),
        "received": format_time(entry.held.received),
    }


def _lines(entry: Entry) -> list[str]:
    found = _summary(entry)
    until = f" until {found['validUntil']}" if found["validUntil"] else ""
    notes = entry.remarks
    lines = [
        f"id        {found['id'] or '(none)'}",
        f"issuer    {found['issuer'] or '(none)'}",
        f"valid     from {found['validFrom']}{until}",
        f"received  {found['received']}",
        *([f"note      {', '.join(notes)}"] if notes else []),
    ]
    return [output.printable(line) for line in lines]
