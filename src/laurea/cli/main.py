"""The command tree and the exit codes."""

import gc
import sys
import traceback
from importlib import import_module
from importlib.metadata import version
from pathlib import Path
from typing import Annotated, Any

import typer
from typer.core import TyperGroup
from typer.main import get_command

from laurea.cli import context, output
from laurea.cli.exit_codes import INTERNAL_FAULT, exit_code
from laurea.errors import (
    LaureaError,
)

# Imported when they are called: a verifier need not wait for the issuer's database.
COMMANDS = {
    "issuer": "laurea.cli.issuer",
    "wallet": "laurea.cli.wallet",
    "share": "laurea.cli.share",
    "verify": "laurea.cli.verifier",
    "match": "laurea.cli.match",
    "compare": "laurea.cli.compare",
    "registrar": "laurea.cli.registrar",
    "pathway": "laurea.cli.pathway",
    "verifier": "laurea.cli.verifier_page",
    "vc-api": "laurea.cli.vc_api",
    "badge": "laurea.cli.artefacts",
    "skills": "laurea.cli.skills",
    "trust": "laurea.cli.trust",
    "chain": "laurea.cli.chain",
}


class Commands(TyperGroup):
    """The commands by name, each from the `app` of its module."""

    def list_commands(self, ctx: typer.Context) -> list[str]:  # type: ignore[override] # noqa: ARG002
        """Return the names in the order of the help."""
        return list(COMMANDS)

    def get_command(self, ctx: typer.Context, cmd_name: str) -> Any:  # type: ignore[override] # noqa: ARG002
        """Return the command of that name, if there is one."""
        if cmd_name not in COMMANDS:
            return None
        app: typer.Typer = import_module(COMMANDS[cmd_name]).app
        command = get_command(app)
        command.name = cmd_name
        return command


app = typer.Typer(
    name="laurea", cls=Commands, no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False, rich_markup_mode=None
)


def show_version(wanted: bool) -> None:
    """Print the version and stop."""
    if wanted:
        output.data(f"laurea {version('laurea')}")
        raise typer.Exit


@app.callback()
def root(
    ctx: typer.Context,
    config: Annotated[Path | None, typer.Option(help="The configuration file (TOML); else LAUREA_CONFIG, else the user's.")] = None,
    _version: Annotated[bool, typer.Option("--version", callback=show_version, is_eager=True, help="Print the version.")] = False,
) -> None:
    """Issue, hold and verify micro-credentials that outlive their issuer."""
    ctx.obj = context.load(config)


def main() -> None:
    """Run the command line and leave with its exit code."""
    gc.freeze()  # what was imported is there to stay, and need not be looked through for garbage
    try:
        app()  # shows usage errors and leaves with 2 by itself
    except LaureaError as error:
        output.problem(error)
        sys.exit(exit_code(error))
    except Exception:  # noqa: BLE001 - Python would leave with 1, which says of a credential that it is invalid
        traceback.print_exc()
        output.talk("error: this is a fault in laurea, and no answer; please report the lines above")
        sys.exit(INTERNAL_FAULT)
