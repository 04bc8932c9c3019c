"""A passphrase comes from a prompt, a file or the environment: never from the command line, where others can read it."""

import os
import sys
from pathlib import Path

import typer

from laurea.cli import output
from laurea.errors import InputError


def is_asked(file: Path | None, variable: str) -> bool:
    """Tell whether `obtain` asks at the terminal."""
    return file is None and variable not in os.environ


def obtain(file: Path | None, variable: str, what: str, *, new: bool = False) -> str:
    """Return the passphrase for `what`: from `file`, else the environment `variable`, else a prompt (twice when `new`)."""
    if file is not None:
        try:
            secret = output.read(file, limit=4096).decode().rstrip("\r\n")
        except UnicodeDecodeError as error:
            raise InputError(f"{file} is not UTF-8 text") from error
    elif variable in os.environ:
        secret = os.environ[variable]
    elif sys.stdin.isatty():
        secret = typer.prompt(f"passphrase for {what}", hide_input=True, confirmation_prompt=new, err=True)
    else:
        raise InputError(
            f"no passphrase for {what}", hint=f"pass --passphrase-file FILE or set {variable}; without a terminal there is no prompt"
        )
    if not secret:
        raise InputError(f"the passphrase for {what} is empty", hint=f"look at {file or variable}")
    return secret
