"""`laurea wallet attach`, `detach`, `files` and `note`: what a holder adds to a credential, which is their own word."""

from pathlib import Path
from typing import Annotated

import typer

from laurea.cli import output
from laurea.cli.wallet_options import DEFAULT, Name, PassphraseFile, WalletPath, holding_of, now
from laurea.core.digests import Likeness
from laurea.errors import InputError
from laurea.services.holding import Filed, Holding
from laurea.services.holding.attaching import MAX_FILE
from laurea.storage import files

WORDS = {
    Likeness.SAME: "the credential names just this file",
    Likeness.OTHER: "the credential names other files, and not this one",
    Likeness.UNNAMED: "self-asserted: the credential names no file",
}


def attach(
    name: Name,
    file: Annotated[Path, typer.Argument(metavar="FILE", help="The file, of at most 10 MiB.")],
    wallet: WalletPath = DEFAULT,
    passphrase_file: PassphraseFile = None,
) -> None:
    """Keep a file in the wallet as evidence for a credential, and compare it with the digests that the credential names."""
    Holding.expect(wallet, there=True)
    data = files.read(file, limit=MAX_FILE)
    filed = holding_of(wallet, passphrase_file).attach(name, file.name, data)
    output.talk(f"attached {filed.file.name} ({filed.file.media_type}): {WORDS[filed.likeness]}")


def detach(
    name: Name,
    file_name: Annotated[str, typer.Argument(metavar="NAME", help="What the file is called in the wallet.")],
    wallet: WalletPath = DEFAULT,
    passphrase_file: PassphraseFile = None,
) -> None:
    """Take a file of a credential out of the wallet."""
    Holding.expect(wallet, there=True)
    holding_of(wallet, passphrase_file).detach(name, file_name)
    output.talk(f"detached {file_name}")


def files_(
    name: Name,
    output_: Annotated[Path | None, typer.Option("--output", metavar="DIR", help="Write them into this folder.")] = None,
    wallet: WalletPath = DEFAULT,
    passphrase_file: PassphraseFile = None,
) -> None:
    """List the files of a credential, and how each compares with what the credential names; or write them out."""
    Holding.expect(wallet, there=True)
    found = holding_of(wallet, passphrase_file).files(name)
    for each in found:
        output.data(output.printable(f"{each.file.name}  {each.file.media_type}  {len(each.file.data):,} bytes  {WORDS[each.likeness]}"))
    if not found:
        output.talk("no file is attached; laurea wallet attach ID FILE does that")
    if output_ is not None:
        write_into(output_, found)


def note(
    name: Name,
    text: Annotated[str | None, typer.Argument(metavar="TEXT", help="Your own words about the credential.")] = None,
    clear: Annotated[bool, typer.Option("--clear", help="Take the note away.")] = False,
    wallet: WalletPath = DEFAULT,
    passphrase_file: PassphraseFile = None,
) -> None:
    """Keep your own words about a credential, marked as such everywhere; they are in no presentation unless you say so."""
    if clear == bool(text):
        raise InputError("give the words of the note, or --clear", hint='laurea wallet note 1 "what I did there"')
    Holding.expect(wallet, there=True)
    entry = holding_of(wallet, passphrase_file).note(name, text or "", at=now())
    output.talk(f"{'noted' if entry.note else 'took away the note'}: {entry.name or entry.number}")


def write_into(folder: Path, found: tuple[Filed, ...]) -> None:
    """Write files into a folder, which is made if need be; raises InputError, and writes none, when one of them is there and differs."""
    new = [each.file for each in found if not _is_there(folder / each.file.name, each.file.data)]
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise InputError(f"{folder} cannot be made: {error.strerror}") from error
    for file in new:
        files.create(folder / file.name, file.data)
    output.talk(f"{len(found)} file{'' if len(found) == 1 else 's'} in {folder}")


def _is_there(path: Path, data: bytes) -> bool:
    if not path.exists():
        return False
    if not path.is_file() or files.read(path, limit=MAX_FILE) != data:
        raise InputError(f"{path} exists already and is another file", hint="name another folder")
    return True
