"""The commands of `laurea wallet` that are about the file and its keys: make it, bring it back, copy, merge, change its passphrase."""

import getpass
import secrets
from pathlib import Path
from typing import Annotated

import typer

from laurea.cli import output, passphrase
from laurea.cli.wallet_options import DEFAULT, VARIABLE, PassphraseFile, WalletPath, holding_of, now
from laurea.core.phrase import ENTROPY_BYTES, Phrase
from laurea.errors import InputError
from laurea.services.holding import Holding
from laurea.services.holding.strength import require_strong
from laurea.storage import files

ASKED_WORDS = 3  # of a phrase that was shown: enough to see that it was written down
TRIES = 3
LINE = 4  # words
MAX_PHRASE_FILE = 4096


def new(
    wallet: WalletPath = DEFAULT,
    passphrase_file: PassphraseFile = None,
    phrase: Annotated[
        bool | None,
        typer.Option(help="Show twelve words that bring the key back if the file is lost; without saying, if the passphrase is asked for."),
    ] = None,
    phrase_file: Annotated[Path | None, typer.Option(help="Write the twelve words into this new file instead of showing them.")] = None,
) -> None:
    """Make a wallet with a fresh key, and print its DID, which issuers need to know."""
    Holding.expect(wallet, there=False)
    asked = passphrase.is_asked(passphrase_file, VARIABLE)
    holding = _fresh(wallet, passphrase_file)
    words = Phrase.of_entropy(secrets.token_bytes(ENTROPY_BYTES)) if phrase_file or (asked if phrase is None else phrase) else None
    if words is not None and phrase_file is not None:
        files.create(phrase_file, f"{words}\n".encode())
        output.talk(f"the twelve words are in {phrase_file}: keep them where no computer reads them")
    elif words is not None:
        _show(words)
    did = holding.new(at=now(), phrase=words)
    output.talk(f"made {wallet}; keep the passphrase well: nobody can open the wallet without it")
    output.data(did)


def recover(
    wallet: WalletPath = DEFAULT,
    passphrase_file: PassphraseFile = None,
    phrase_file: Annotated[Path | None, typer.Option(help='A file with the words; "-" is stdin; else a prompt.')] = None,
) -> None:
    """Make a wallet anew from its twelve words, and print its DID; the credentials are received again, or merged from an old copy."""
    Holding.expect(wallet, there=False)
    words = _phrase(phrase_file)
    did = _fresh(wallet, passphrase_file).new(at=now(), phrase=words)
    output.talk(f"made {wallet} with the keys of these words; receive your credentials again")
    output.data(did)


def change_passphrase(
    wallet: WalletPath = DEFAULT,
    passphrase_file: PassphraseFile = None,
    new_passphrase_file: Annotated[Path | None, typer.Option(help="A file with the new passphrase; else a prompt.")] = None,
) -> None:
    """Put the wallet under another passphrase; copies that were made before stay under the old one."""
    Holding.expect(wallet, there=True)
    holding = holding_of(wallet, passphrase_file)
    known = [entry.name for entry in holding.entries()]
    chosen = passphrase.obtain(new_passphrase_file, f"{VARIABLE}_NEW", "the wallet, the new one", new=True)
    require_strong(chosen, [*_known_of_user(wallet), *known])
    holding.change_passphrase(chosen)
    output.talk(
        f"the new passphrase opens {wallet}; copies made before still open with the old one: make a new one with laurea wallet backup"
    )


def merge(
    file: Annotated[Path, typer.Argument(help="Another file of the same wallet, for example from another computer.")],
    wallet: WalletPath = DEFAULT,
    passphrase_file: PassphraseFile = None,
    other_passphrase_file: Annotated[Path | None, typer.Option(help="A file with the other file's passphrase, if that is another.")] = None,
) -> None:
    """Bring what another file of the same wallet has into this one; the other file stays as it is."""
    Holding.expect(wallet, there=True)
    holding = holding_of(wallet, passphrase_file)
    other = passphrase.obtain(other_passphrase_file, VARIABLE, "the other file") if other_passphrase_file else holding.passphrase
    merged = holding.merge(file, other)
    words = [f"{merged.came} came", f"{merged.went} went, which had been taken out there"]
    output.talk("nothing is new in it" if not merged.changed else f"merged {file}: of the credentials {', '.join(words)}")


def backup(
    file: Annotated[Path, typer.Argument(help="Where the copy goes.")], wallet: WalletPath = DEFAULT, passphrase_file: PassphraseFile = None
) -> None:
    """Copy the wallet, still encrypted, and prove that a restore of the copy brings everything back."""
    Holding.expect(wallet, there=True)
    count = holding_of(wallet, passphrase_file).backup(file)
    output.talk(f"backed up {wallet} to {file}: restored from there, it has its keys and {count} credential{'s' if count != 1 else ''}")


def restore(
    file: Annotated[Path, typer.Argument(help="A copy that `backup` made.")],
    wallet: WalletPath = DEFAULT,
    passphrase_file: PassphraseFile = None,
) -> None:
    """Put a copy in the place of a lost wallet, once it is proven that the passphrase opens it, and print the DID."""
    Holding.expect(wallet, there=False)
    did = holding_of(wallet, passphrase_file).restore(file)
    output.talk(f"restored {wallet} from {file}")
    output.data(did)


def _fresh(path: Path, file: Path | None) -> Holding:
    chosen = passphrase.obtain(file, VARIABLE, "the wallet", new=True)
    require_strong(chosen, _known_of_user(path))
    return Holding(path, chosen)


def _known_of_user(path: Path) -> list[str]:
    try:
        return [path.stem, getpass.getuser()]
    except (KeyError, OSError):  # an account without a name, as in a container
        return [path.stem]


def _phrase(file: Path | None) -> Phrase:
    if file is not None:
        try:
            return Phrase.parse(output.read(file, limit=MAX_PHRASE_FILE).decode())
        except UnicodeDecodeError as error:
            raise InputError(f"{file} is not UTF-8 text") from error
    return Phrase.parse(output.ask("the words, in their order", hint="pass --phrase-file FILE"))


def _show(words: Phrase) -> None:
    """Show a phrase once, and make sure that it was written down; raises InputError when it was not."""
    output.talk("these twelve words bring your key back if the file is lost; whoever has them has your key. Write them on paper:")
    numbered = [f"{number:2} {word:10}" for number, word in enumerate(words.words, start=1)]
    for start in range(0, len(numbered), LINE):
        output.talk("  " + " ".join(numbered[start : start + LINE]).rstrip())
    for number in sorted(secrets.SystemRandom().sample(range(1, len(words.words) + 1), ASKED_WORDS)):
        _require_word(words, number)


def _require_word(words: Phrase, number: int) -> None:
    for _ in range(TRIES):
        if output.ask(f"word {number}", hint="pass --phrase-file FILE or --no-phrase").strip().lower() == words.words[number - 1]:
            return
        output.talk(f"that is not word {number}: look at what you wrote")
    raise InputError("the words were not written down: no wallet was made", hint="begin again: laurea wallet new")
