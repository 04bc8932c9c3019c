"""What the commands of `laurea wallet` have in common."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from laurea.cli import passphrase
from laurea.services.holding import Choice, Holding, Portion

VARIABLE = "LAUREA_WALLET_PASSPHRASE"
DEFAULT = Path("wallet.laurea")

WalletPath = Annotated[Path, typer.Option("--wallet", envvar="LAUREA_WALLET", help="The wallet file.")]
Name = Annotated[str, typer.Argument(metavar="ID", help="The credential's number in the list, its id, or the beginning of that.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON.")]
Show = Annotated[
    list[str] | None, typer.Option(metavar="CLAIM", help="Show only this and what is under it, by pointer or name; repeat for more.")
]
Hide = Annotated[list[str] | None, typer.Option(metavar="CLAIM", help="Hide this and all that is under it; else as --show.")]
Complete = Annotated[
    bool, typer.Option("--complete", help="The whole credential as received, with the issuer's signatures: whoever has it can show all.")
]
PassphraseFile = Annotated[Path | None, typer.Option(help=f"A file with the passphrase; else {VARIABLE}, else a prompt.")]


def holding_of(path: Path, file: Path | None) -> Holding:
    """Return the wallet at `path`, under the passphrase that was given or is asked for."""
    return Holding(path, passphrase.obtain(file, VARIABLE, "the wallet"))


def portion_of(show: list[str] | None, hide: list[str] | None, *, complete: bool) -> Portion:
    """Return what of a credential is to leave the wallet."""
    return Portion(Choice(tuple(show or ()), tuple(hide or ())), complete)


def now() -> datetime:
    """Return the time, to the second."""
    return datetime.now(UTC).replace(microsecond=0)
