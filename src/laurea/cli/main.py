"""The command tree and the exit codes."""

import sys
from importlib.metadata import version
from pathlib import Path
from typing import Annotated

import typer

from laurea.cli import chain, context, issuer, output, verifier, wallet
from laurea.errors import Busy, ChainError, ConfigError, InputError, LaureaError, Unfunded, Unreachable, VerificationFailed

app = typer.Typer(
    name="laurea",
    help="Micro-credentials that outlive their issuer.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)
app.add_typer(issuer.app, name="issuer")
app.add_typer(wallet.app, name="wallet")
app.command("verify")(verifier.verify)
app.add_typer(chain.app, name="chain")

# The first family that fits decides: what to try again later is told apart from what has failed.
EXIT_CODES: tuple[tuple[type[LaureaError], int], ...] = (
    (VerificationFailed, 1),
    (InputError, 2),
    (ConfigError, 2),
    (Busy, 75),
    (Unreachable, 75),
    (Unfunded, 75),
    (ChainError, 1),
    (LaureaError, 1),
)


def show_version(value: bool) -> None:
    """Print the version and stop."""
    if value:
        output.data(f"laurea {version('laurea')}")
        raise typer.Exit


@app.callback()
def root(
    ctx: typer.Context,
    config: Annotated[Path | None, typer.Option(help="The configuration file (TOML); else LAUREA_CONFIG, else the user's.")] = None,
    _version: Annotated[bool, typer.Option("--version", callback=show_version, is_eager=True, help="Print the version.")] = False,
) -> None:
    """Issue, hold and verify micro-credentials that are anchored on a chain."""
    ctx.obj = context.load(config)


def exit_code(error: LaureaError) -> int:
    """Return the exit code for an error: 1 failed, 2 usage, 75 try again later."""
    return next(code for family, code in EXIT_CODES if isinstance(error, family))


def main() -> None:
    """Run the command line and leave with its exit code."""
    try:
        app()  # shows usage errors and leaves with 2 by itself, whatever library it gets them from
    except LaureaError as error:
        output.problem(error)
        sys.exit(exit_code(error))
