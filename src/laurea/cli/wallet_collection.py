"""`laurea wallet collection`: of all that is in a wallet, what counts for one goal, and what its holder says about that."""

from pathlib import Path
from typing import Annotated
from uuid import uuid4

import typer

from laurea.cli import output, wallet_collection_show, wallet_portfolio, wallet_posting
from laurea.cli.wallet_options import DEFAULT, PassphraseFile, WalletPath, holding_of, now
from laurea.core.statement import MAX_WORDS
from laurea.errors import InputError
from laurea.services.holding import Entry, Holding, collecting
from laurea.services.holding.collecting import Goal
from laurea.services.holding.entry import entries, find
from laurea.storage.wallet import Wallet

app = typer.Typer(
    add_completion=False,
    rich_markup_mode=None,
    no_args_is_help=True,
    help="Put credentials together for one goal: a job, a course, a licence.",
)

Collection = wallet_portfolio.Collection
Names = Annotated[list[str], typer.Argument(metavar="ID…", help="Credentials, by number or id.")]
Words = Annotated[
    str | None, typer.Option("--goal", metavar="TEXT", help="What it is for, in your words; it stands on the portfolio page.")
]
Posting = Annotated[
    str | None,
    typer.Option(
        metavar="FILE", help="What the goal asks for: a job description (.txt, .html, .pdf), or a file of requirements. Its text is kept."
    ),
]


@app.command()
def new(
    name: Annotated[str, typer.Argument(metavar="NAME", help="What you call it; it is the title of the portfolio page.")],
    goal: Words = None,
    posting: Posting = None,
    wallet: WalletPath = DEFAULT,
    passphrase_file: PassphraseFile = None,
) -> None:
    """Begin a collection, with nothing in it yet."""
    Holding.expect(wallet, there=True)
    made = Goal(name, goal or "", "" if posting is None else wallet_posting.text_of(posting))
    holding_of(wallet, passphrase_file).change(lambda kept: collecting.started(kept, made, id_=uuid4().hex, at=now()))
    output.talk(f"began {name}; laurea wallet collection add puts credentials into it")


@app.command()
def change(
    collection: Collection,
    name: Annotated[str | None, typer.Option(metavar="NAME", help="What it is called from now on.")] = None,
    goal: Words = None,
    posting: Posting = None,
    wallet: WalletPath = DEFAULT,
    passphrase_file: PassphraseFile = None,
) -> None:
    """Give a collection another name, goal, or text of what the goal asks for; what is in it stays."""
    Holding.expect(wallet, there=True)
    text = None if posting is None else wallet_posting.text_of(posting)

    def changed(kept: Wallet) -> Wallet:
        found = collecting.find(kept, collection)
        said = (found.name if name is None else name, found.goal if goal is None else goal, found.posting if text is None else text)
        return collecting.meant(kept, found.id, Goal(*said), at=now())

    holding_of(wallet, passphrase_file).change(changed)
    output.talk(f"changed {name or collection}")


@app.command()
def add(collection: Collection, names: Names, wallet: WalletPath = DEFAULT, passphrase_file: PassphraseFile = None) -> None:
    """Put credentials into a collection; they stay in the wallet, and may be in several."""
    Holding.expect(wallet, there=True)
    found = _put(holding_of(wallet, passphrase_file), collection, names, out=False)
    output.talk(f"put in: {', '.join(each.name or str(each.number) for each in found)}")


@app.command()
def remove(
    collection: Collection,
    names: Annotated[
        list[str] | None, typer.Argument(metavar="[ID…]", help="Credentials to take out of it; none: the collection itself.")
    ] = None,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
    wallet: WalletPath = DEFAULT,
    passphrase_file: PassphraseFile = None,
) -> None:
    """Take credentials out of a collection, or remove the collection; the credentials stay in the wallet."""
    Holding.expect(wallet, there=True)
    holding = holding_of(wallet, passphrase_file)
    if names:
        found = _put(holding, collection, names, out=True)
        output.talk(f"took out: {', '.join(each.name or str(each.number) for each in found)}")
        return
    there = collecting.find(holding.opened(), collection)
    output.confirm(f"remove the collection {there.name}", yes=yes)
    holding.change(lambda kept: collecting.without(kept, there.id, at=now()))
    output.talk(f"removed {there.name}; its credentials are in the wallet as before")


@app.command()
def narrative(
    collection: Collection,
    text: Annotated[str | None, typer.Argument(metavar="TEXT", help="Your own words for this goal.")] = None,
    file: Annotated[Path | None, typer.Option(metavar="FILE", help="Take them from a text file.")] = None,
    clear: Annotated[bool, typer.Option("--clear", help="Take them away.")] = False,
    wallet: WalletPath = DEFAULT,
    passphrase_file: PassphraseFile = None,
) -> None:
    """Say in your own words why you are good for the goal. It is self-asserted everywhere: you sign it, and nobody confirms it."""
    if [text is not None, file is not None, clear].count(True) != 1:
        raise InputError("give your words, or --file, or --clear", hint='laurea wallet collection narrative NAME "what I can do"')
    Holding.expect(wallet, there=True)
    words = text or ("" if file is None else _words(file))
    holding_of(wallet, passphrase_file).change(lambda kept: collecting.narrated(kept, collection, words, at=now()))
    output.talk("took your words away" if clear else "kept your words; they are self-asserted wherever they are shown")


def _words(file: Path) -> str:
    try:
        return output.read(file, limit=4 * MAX_WORDS).decode().strip()
    except UnicodeDecodeError as error:
        raise InputError(f"{file} is no text in UTF-8", hint="save it as UTF-8 and try again") from error


def _put(holding: Holding, collection: str, names: list[str], *, out: bool) -> list[Entry]:
    named: list[Entry] = []

    def changed(kept: Wallet) -> Wallet:
        known = entries(kept)
        named[:] = [find(known, name) for name in names]
        return collecting.put(kept, collection, named, at=now(), out=out)

    holding.change(changed)
    return named


app.command("list")(wallet_collection_show.list_)
app.command()(wallet_collection_show.show)
app.command()(wallet_portfolio.statement)
app.command()(wallet_portfolio.present)
app.command()(wallet_portfolio.page)
app.command()(wallet_portfolio.linkedin)
