"""`laurea wallet history`: badges and certificates from elsewhere, kept as what they are: not verified, with their own verification link."""

from functools import partial
from pathlib import Path
from typing import Annotated

import typer

from laurea.artefacts.baked import MAX_FILE, is_link
from laurea.cli import output
from laurea.cli.context import command_group, options
from laurea.cli.wallet_options import DEFAULT, AsJson, PassphraseFile, WalletPath, holding_of, now
from laurea.errors import InputError
from laurea.fetch.guard import PUBLIC, FetchPolicy
from laurea.fetch.guard import fetch as fetch_json
from laurea.services.holding import Holding, elsewhere, history
from laurea.services.holding.elsewhere import Words
from laurea.services.holding.history import LABEL, Past

app = command_group("Badges and certificates from elsewhere, which are not verified here: Open Badges 2.0, certificates, links.")

Number = Annotated[str, typer.Argument(metavar="NUMBER", help="Its number in the list.")]


@app.command()
def add(
    ctx: typer.Context,
    sources: Annotated[
        list[str],
        typer.Argument(
            metavar="FILE|URL...", help="A badge (JSON, PNG, SVG), a certificate (PDF), or the link where either can be checked."
        ),
    ],
    title: Annotated[str, typer.Option(help="What it is for, in your own words, which are marked as yours.")] = "",
    issuer: Annotated[str, typer.Option(help="Who issued it, in your own words.")] = "",
    date: Annotated[str, typer.Option(metavar="DAY", help="When it was issued, like 2024-05-31, in your own words.")] = "",
    fetch: Annotated[
        bool, typer.Option("--fetch", help="Ask the sites that are named for what they say of it; else nobody is asked.")
    ] = False,
    wallet: WalletPath = DEFAULT,
    passphrase_file: PassphraseFile = None,
) -> None:
    """Keep badges and certificates from elsewhere in the wallet, to the byte, as history: never as verified.

    A credential with a proof is no history: `laurea wallet receive` takes it.
    """
    words = Words(title, issuer, date)
    if len(sources) > 1 and words != Words():
        raise InputError("your own words are about one record", hint="add each by a command of its own")
    Holding.expect(wallet, there=True)
    holding = holding_of(wallet, passphrase_file)
    asking = partial(_asking, options(ctx).settings.fetch.policy or PUBLIC) if fetch else None
    for source in sources:
        if is_link(source):
            record = elsewhere.of_link(source, words, at=now(), asking=asking)
        else:
            path = Path(source)
            record = elsewhere.of_file(output.read(path, limit=MAX_FILE), path.name, words, at=now(), asking=asking)
        kept, new = history.keep(holding, record)
        output.talk(output.printable(f"{'added' if new else 'there already'} as number {kept.number}: {kept.title} ({LABEL})"))


@app.command("list")
def list_(wallet: WalletPath = DEFAULT, passphrase_file: PassphraseFile = None, *, as_json: AsJson = False) -> None:
    """List what came from elsewhere, none of which is verified here."""
    Holding.expect(wallet, there=True)
    found = history.listed(holding_of(wallet, passphrase_file).opened())
    if as_json:
        output.document([each.document() for each in found])
        return
    for each in found:
        output.data(output.printable(f"{each.number}  {_line(each)}"))
    output.talk(f"all of this is {LABEL}" if found else "the history is empty; laurea wallet history add FILE|URL does that")


@app.command()
def show(
    number: Number,
    output_: Annotated[Path | None, typer.Option("--output", metavar="FILE", help="Write its file there, to the byte.")] = None,
    wallet: WalletPath = DEFAULT,
    passphrase_file: PassphraseFile = None,
    *,
    as_json: AsJson = False,
) -> None:
    """Show one record of the history, and where its own platform says whether it is good."""
    Holding.expect(wallet, there=True)
    found = history.find(holding_of(wallet, passphrase_file).opened(), number)
    if as_json:
        output.document(found.document())
    else:
        output.data("\n".join(map(output.printable, _lines(found))))
    if output_ is not None:
        if not found.record.data:
            raise InputError(f"number {found.number} is a link, and has no file")
        output.write(output_, found.record.data)
        output.talk(f"wrote {output_}")


@app.command()
def remove(number: Number, wallet: WalletPath = DEFAULT, passphrase_file: PassphraseFile = None) -> None:
    """Take a record out of the wallet; other copies of the wallet do not bring it back."""
    Holding.expect(wallet, there=True)
    gone = history.remove(holding_of(wallet, passphrase_file), number, at=now())
    output.talk(output.printable(f"removed: {gone.title}"))


def _asking(policy: FetchPolicy, url: str) -> bytes:
    output.talk(output.printable(f"asking {url.split('/', 3)[2]}, which learns that somebody looks at this badge"))
    return fetch_json(url, policy)


def _line(past: Past) -> str:
    kept = past.record
    by = kept.issuer or kept.platform
    return f"{past.title}{f', {by}' if by else ''}{f', {kept.issued}' if kept.issued else ''} ({kept.form}; {LABEL})"


def _lines(past: Past) -> list[str]:
    kept = past.record
    facts = (
        ("title", kept.title),
        ("issuer", kept.issuer),
        ("platform", kept.platform),
        ("issued", kept.issued),
        ("expires", kept.expires),
        ("skills", ", ".join(kept.skills)),
        ("file", kept.name),
    )
    said = [f"{name:<9} {value}{' (you say so)' if name in kept.own else ''}" for name, value in facts if value]
    where = f"check it at {kept.url}" if kept.url else "it names no place where it can be checked"
    return [f"{past.title}: {LABEL} ({kept.form})", *said, where]
