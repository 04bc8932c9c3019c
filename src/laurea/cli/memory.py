"""What outlasts a verification: where the newest final blocks that were seen are kept, and how a chain is forgotten."""

import os
from pathlib import Path
from typing import Annotated

import typer

from laurea.cli import output
from laurea.cli.context import options
from laurea.config import Settings
from laurea.core.account import parse_chain
from laurea.storage.finality import FinalityFile

STATE_VARIABLE = "XDG_STATE_HOME"
OFF = "off"

MemoryOption = Annotated[
    str | None,
    typer.Option(
        "--memory",
        metavar="FILE",
        help='The file with the newest final block of each chain that was seen, by which one that is replaced is noticed; "off" for none.',
    ),
]


def memory_of(given: str | None, settings: Settings) -> FinalityFile | None:
    """Return the file that was given, else the one that the configuration names, else the user's; None when it is switched off."""
    configured = settings.verifier.memory
    if OFF in {given, None if given else configured}:
        return None
    if given is not None:
        return FinalityFile(Path(given))
    return FinalityFile(_users() if configured is None else settings.beside(configured))


def forget(
    ctx: typer.Context,
    chain: Annotated[str, typer.Argument(metavar="CHAIN", help='The chain by CAIP-2, for example "eip155:11155111".')],
    memory: MemoryOption = None,
) -> None:
    """Accept a chain as it is now, after a block of it that was final was replaced: forget what was seen of it."""
    file = memory_of(memory, options(ctx).settings)
    found = None if file is None else file.forget(parse_chain(chain))
    if found is None:
        output.talk(f"nothing is remembered of {chain}")
        return
    output.data(f"{chain}: block {found.number} (0x{found.hash.hex()}) is forgotten")


def _users() -> Path:
    # The XDG base directories: what is relative is to be left out.
    named = Path(os.environ.get(STATE_VARIABLE, ""))
    return (named if named.is_absolute() else Path.home() / ".local" / "state") / "laurea" / "finality.json"
