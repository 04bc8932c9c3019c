"""Commands of `laurea issuer` about status lists, and about signatures that are to be made again."""

from pathlib import Path
from typing import Annotated

import typer

from laurea.cli import output
from laurea.cli.context import options
from laurea.cli.issuer_options import DEFAULT_DIRECTORY, Directory, PassphraseFile, issuer_in, keyring
from laurea.core.plural import counted
from laurea.services.issuing import publishing, suspension
from laurea.services.issuing.lookup import credential_uuid
from laurea.services.issuing.signing_again import sign_again as sign_all_again
from laurea.storage import files

READABLE = 0o644  # a web server is another user

Credentials = Annotated[list[str], typer.Argument(metavar="ID...", help="Ids of credentials (urn:uuid:...).")]


def suspend(
    ctx: typer.Context, credentials: Credentials, directory: Directory = DEFAULT_DIRECTORY, passphrase_file: PassphraseFile = None
) -> None:
    """Suspend credentials until `unsuspend`: their status list says so from now on, and the chain nothing."""
    _suspend(ctx, credentials, directory, passphrase_file, suspended=True)


def unsuspend(
    ctx: typer.Context, credentials: Credentials, directory: Directory = DEFAULT_DIRECTORY, passphrase_file: PassphraseFile = None
) -> None:
    """End the suspension of credentials: they are as good as they were before."""
    _suspend(ctx, credentials, directory, passphrase_file, suspended=False)


def status_lists(
    ctx: typer.Context,
    export: Annotated[Path | None, typer.Option(metavar="FOLDER", help="Copy the lists into a folder that a web server serves.")] = None,
    take: Annotated[
        list[Path] | None, typer.Option(metavar="FILE", help="A list published after the backup that this directory was restored from.")
    ] = None,
    directory: Directory = DEFAULT_DIRECTORY,
    passphrase_file: PassphraseFile = None,
) -> None:
    """Sign the status lists that have changed or grow old; the nightly run does so, too. Print where each is to be found.

    With --take: suspend first what a published list of yours says is suspended, and a restored backup does not know.
    """
    with issuer_in(directory, settings=options(ctx).settings) as issuer:
        for file in take or []:
            taken = suspension.take_over(issuer, output.read(file))
            output.talk(f"{file}: {counted(len(taken), 'credential')} suspended again")
        count = publishing.publish(issuer, keyring(ctx, directory, passphrase_file))
        found = publishing.published(issuer)
    for each in found:
        if export is not None:
            files.replace(export / each.file_name, each.data, mode=READABLE)
        output.data(each.url)
    output.talk(f"{count} of {len(found)} status lists were signed{'' if export is None else f'; all are in {export}'}")


def sign_again(ctx: typer.Context, directory: Directory = DEFAULT_DIRECTORY, passphrase_file: PassphraseFile = None) -> None:
    """Sign all that was released again, with the key that signs now. The anchors stay; learners fetch it with a new link."""
    with issuer_in(directory, work="run", settings=options(ctx).settings) as issuer:
        count = sign_all_again(issuer, keyring(ctx, directory, passphrase_file))
    output.talk(f"{counted(count, 'credential')} signed again; `laurea issuer link` makes links with which learners fetch them")


def _suspend(ctx: typer.Context, credentials: list[str], directory: Path, passphrase_file: Path | None, *, suspended: bool) -> None:
    with issuer_in(directory, settings=options(ctx).settings) as issuer:
        changed = suspension.suspend(issuer, credentials, suspended=suspended)
        publishing.publish(issuer, keyring(ctx, directory, passphrase_file))
    word = "suspended" if suspended else "not suspended"
    for credential in credentials:
        output.talk(f"{credential} is {word}{'' if credential_uuid(credential) in changed else ' already'}")
    if changed:
        output.talk(
            "`laurea issuer serve` has the new list; where another web server does, `laurea issuer status-lists --export` puts it there"
        )
