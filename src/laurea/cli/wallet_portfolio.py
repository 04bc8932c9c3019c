"""The commands of `laurea wallet collection` that show it to others: a signed statement, a presentation, a page, a text for LinkedIn."""

import json
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Annotated

import typer

from laurea.artefacts.portfolio import Portfolio, about, skills
from laurea.artefacts.portfolio_html import page as drawn
from laurea.cli import output
from laurea.cli.artefacts import Language, Output
from laurea.cli.context import options
from laurea.cli.frameworks import skills_of
from laurea.cli.wallet_evidence import write_into
from laurea.cli.wallet_options import DEFAULT, PassphraseFile, WalletPath, holding_of, now
from laurea.cli.wallet_present import SECONDS, wanted_of
from laurea.core.digests import Likeness
from laurea.core.plural import counted
from laurea.core.presentation import Demand
from laurea.errors import InputError
from laurea.services.holding import Filed, Holding, Showing, collecting
from laurea.services.holding.entry import entries
from laurea.services.holding.portfolio import Dress, portfolio
from laurea.services.holding.portfolio import statement as signed
from laurea.services.holding.relevance import Relevance
from laurea.storage.wallet import Wallet

Collection = Annotated[str, typer.Argument(metavar="NAME", help="The collection's name, its number in the list, or its id.")]


def statement(collection: Collection, wallet: WalletPath = DEFAULT, passphrase_file: PassphraseFile = None) -> None:
    """Print what you say in a collection as a credential that you sign about yourself, with the digests of its files; it confirms nothing."""
    Holding.expect(wallet, there=True)
    output.document(signed(holding_of(wallet, passphrase_file).opened(), collection, at=now()))


def present(
    collection: Collection,
    audience: Annotated[str, typer.Option(help="Whom it is for, by the name that the verifier gave.")],
    challenge: Annotated[str, typer.Option(help="The challenge that the verifier gave.")],
    purpose: Annotated[str, typer.Option(metavar="TEXT", help="What it is for, in your words; the verifier reads it.")] = "",
    show: Annotated[list[str] | None, typer.Option(metavar="CLAIM", help="As of laurea wallet present; repeat for more.")] = None,
    hide: Annotated[list[str] | None, typer.Option(metavar="CLAIM", help="As of laurea wallet present; repeat for more.")] = None,
    narrative: Annotated[bool, typer.Option("--with-narrative", help="Add what you say in the collection, as your own words.")] = False,
    with_note: Annotated[bool, typer.Option("--with-note", help="Add your notes on these credentials, as your own words.")] = False,
    with_files: Annotated[
        Path | None, typer.Option(metavar="DIR", help="Add the digests of the attached files, and write the files into this folder.")
    ] = None,
    valid_for: Annotated[int, typer.Option(metavar="SECONDS", min=1, max=SECONDS, help="How long it can be used.")] = SECONDS,
    output_: Annotated[Path | None, typer.Option("--output", metavar="FILE", help="Write it here instead of stdout.")] = None,
    wallet: WalletPath = DEFAULT,
    passphrase_file: PassphraseFile = None,
) -> None:
    """Make a presentation of the credentials of a collection, and of no other, that one audience can use once."""
    Holding.expect(wallet, there=True)
    holding = holding_of(wallet, passphrase_file)
    opened = holding.opened()
    found = collecting.find(opened, collection)
    chosen = collecting.members(found, entries(opened))
    if not chosen:
        raise InputError(f"there is nothing in {found.name!r}", hint="laurea wallet collection add puts credentials into it")
    told = found.narrative.text if narrative and found.narrative else ""
    if narrative and not told:
        raise InputError(f"in {found.name!r} you say nothing yet", hint="leave --with-narrative out, or say something first")
    showing = Showing(wanted_of(chosen, show or (), hide or ()), purpose, notes=with_note, files=with_files is not None, narrative=told)
    composed = holding.present_all(showing, demand=Demand(audience, challenge), at=now(), life=timedelta(seconds=valid_for))
    if with_files is not None:
        write_into(with_files, tuple(Filed(file, Likeness.UNNAMED) for file in composed.files))
    if output_ is None:
        output.document(composed.document)
    else:
        output.write(output_, json.dumps(composed.document, ensure_ascii=False, indent=2).encode() + b"\n")
        output.talk(f"wrote {output_}, for {audience}, good for {valid_for} seconds")


def page(
    ctx: typer.Context,
    collection: Collection,
    output_: Output,
    credentials: Annotated[
        bool, typer.Option(help="Put the credentials themselves into it, so that whoever has the page can check and keep them.")
    ] = True,
    language: Language = "en",
    wallet: WalletPath = DEFAULT,
    passphrase_file: PassphraseFile = None,
) -> None:
    """Write a collection as one HTML page: the goal, your words (self-asserted), and each credential with what its last check found."""
    Holding.expect(wallet, there=True)
    opened, at = holding_of(wallet, passphrase_file).opened(), now()
    made = _portfolio(ctx, opened, collection, Dress(language, credentials), at)
    output.write(output_, drawn(made, language=language, at=at).encode())
    output.talk(f"wrote {output_}: {counted(len(made.items), 'credential')}" + ("; whoever has it can show them on" if credentials else ""))


def linkedin(
    ctx: typer.Context,
    collection: Collection,
    language: Language = "en",
    wallet: WalletPath = DEFAULT,
    passphrase_file: PassphraseFile = None,
) -> None:
    """Print the texts for a LinkedIn profile: for "About", and the skills that the credentials name. Nothing is sent to anybody."""
    Holding.expect(wallet, there=True)
    opened, at = holding_of(wallet, passphrase_file).opened(), now()
    made = _portfolio(ctx, opened, collection, Dress(language, documents=False, signed=False), at)
    output.data("\n".join(output.printable(line) for line in about(made, language=language, at=at).splitlines()))
    named = skills(made.items)
    if named:
        output.data("\n" + output.printable(", ".join(named)))


def _portfolio(ctx: typer.Context, opened: Wallet, collection: str, dress: Dress, at: datetime) -> Portfolio:
    relevance = Relevance.of(opened, collecting.find(opened, collection), skills_of(options(ctx).settings) or None, at=at)
    return portfolio(opened, collection, replace(dress, answered=relevance.answered), at=at)
