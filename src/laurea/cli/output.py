"""The only module that prints: data to stdout, talk to stderr."""

import errno
import json
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

import typer

from laurea.errors import InputError, LaureaError, OutputError, RosterError
from laurea.storage import files

JOINERS = "\N{ZERO WIDTH NON-JOINER}\N{ZERO WIDTH JOINER}"  # not printable to Python, but part of names in several scripts
HARMLESS = JOINERS + "\n"
FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}  # of a disk, and no mistake of who named the file


def data(text: str | bytes) -> None:
    """Write a result to stdout, exactly, with a newline at the end."""
    raw = text if isinstance(text, bytes) else text.encode()
    part(raw if raw.endswith(b"\n") else raw + b"\n")


def part(raw: bytes) -> None:
    """Write a part of a result to stdout, exactly."""
    if sys.stdout is None:
        raise OutputError("the result cannot be written: there is no stdout")
    try:
        sys.stdout.buffer.write(raw)
        sys.stdout.buffer.flush()
    except OSError as error:
        sys.stdout = None  # or Python tries once more at its end, and complains
        raise OutputError(f"the result cannot be written: {error.strerror}") from error


def document(value: Mapping[str, object] | Sequence[object]) -> None:
    """Write a JSON document to stdout, readable; what a terminal could take for a command stays escaped."""
    text = json.dumps(value, ensure_ascii=False, indent=2)
    data("".join(letter if letter.isprintable() or letter in HARMLESS else json.dumps(letter)[1:-1] for letter in text))


def line(value: Mapping[str, object]) -> None:
    """Write a JSON document to stdout as one line, of ASCII."""
    data(line_of(value))


def line_of(value: Mapping[str, object]) -> bytes:
    """Return a JSON document as one line, of ASCII."""
    return json.dumps(value).replace("\x7f", "\\u007f").encode() + b"\n"  # the one control character that JSON leaves as it is


def compact(value: object) -> str:
    """Return a JSON value on one line; a text without its quotes."""
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def printable(line: str) -> str:
    """Return a line with what a terminal could take for a command, or for another order of reading, replaced."""
    if line.isprintable():  # as most are
        return line
    return "".join(letter if letter.isprintable() or letter in JOINERS else "\N{REPLACEMENT CHARACTER}" for letter in line)


def talk(text: str) -> None:
    """Say something to the person at the terminal."""
    typer.echo(printable(f"laurea: {text}"), err=True)


def at_terminal() -> bool:
    """Tell whether somebody reads what is said."""
    return sys.stderr is not None and sys.stderr.isatty()


def confirm(what: str, *, yes: bool) -> None:
    """Ask at the terminal whether something is meant; raises InputError when it is not, or when nobody can be asked."""
    if yes:
        return
    if not (sys.stdin.isatty() and at_terminal()):
        raise InputError(f"nobody can be asked whether to {what}", hint="pass --yes")
    if not typer.confirm(f"laurea: {what}?", err=True):
        raise InputError("nothing was done")


def ask(what: str, *, hint: str) -> str:
    """Return what somebody types at the terminal; raises InputError with the hint when nobody is there."""
    if not (sys.stdin.isatty() and at_terminal()):
        raise InputError(f"nobody can be asked for {what}", hint=hint)
    answer: str = typer.prompt(f"laurea: {what}", err=True)
    return answer


def problem(error: LaureaError) -> None:
    """Print an error and its hint as the house style has it."""
    if isinstance(error, RosterError):
        for line in error.problems:
            typer.echo(printable(line), err=True)
    first, *rest = str(error).splitlines() or [""]
    talk(f"error: {first}")
    for line in rest:
        typer.echo(printable(line), err=True)
    if error.hint:
        talk(f"hint: {error.hint}")


def write(path: Path, raw: bytes) -> None:
    """Write a result to a file; raises InputError when that cannot be done."""
    try:
        path.write_bytes(raw)
    except OSError as error:
        raise InputError(f"{path} cannot be written: {error.strerror}") from error


def folder(path: Path) -> None:
    """Make a folder for results, if it is not there; raises InputError when that cannot be done."""
    try:
        path.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise InputError(f"{path} cannot be made: {error.strerror}") from error


@contextmanager
def writing(path: Path) -> Iterator[BinaryIO]:
    """Give a file for a result, that is there whole or not at all; raises InputError for a wrong place, OutputError for a disk that is full."""
    try:
        with files.writing(path) as file:
            yield file
    except InputError as error:
        if isinstance(error.__cause__, OSError) and error.__cause__.errno in FULL:
            raise OutputError(str(error)) from error
        raise


def apart(read: Sequence[Path], written: Iterable[Path | None]) -> None:
    """Raise InputError when stdin would be read twice, the second time to nothing, or a file that is read be overwritten."""
    if [str(path) for path in read].count("-") > 1:
        raise InputError("stdin can be read once", hint="save the others, and name the files")
    sources = {path.resolve() for path in read}
    for target in written:
        if target is not None and target.resolve() in sources:
            raise InputError(f"{target} is read, and would be overwritten", hint="name another file for what is written")


def read(path: Path, *, limit: int = 1 << 20) -> bytes:
    """Return the bytes of a file, "-" being stdin; raises InputError when it is missing or over `limit` bytes."""
    if str(path) != "-":
        return files.read(path, limit=limit)
    raw = sys.stdin.buffer.read(limit + 1)
    if len(raw) > limit:
        raise InputError(f"the input is larger than {limit:,} bytes")
    return raw
