"""`laurea issuer backup`, `restore` and `reconcile`: keep a copy, bring it back, and settle what it does not know."""

from pathlib import Path
from typing import Annotated

import typer

from laurea.cli import output
from laurea.cli.issuer_options import DEFAULT_DIRECTORY, Directory, PassphraseFile, RpcUrls, issuer_in, keyring, patience, reach
from laurea.services.issuing.adoption import adopt
from laurea.services.issuing.backup import back_up
from laurea.services.issuing.backup import restore as restore_backup
from laurea.services.issuing.reconciling import accept, find_lost, parse_root
from laurea.services.issuing.revoking import Revoking
from laurea.services.issuing.seen_revoked import look_up

UNSETTLED = 1
REVOKE_SECONDS = 300.0

Roots = list[str] | None


def reconcile(
    ctx: typer.Context,
    released: Annotated[Path | None, typer.Option(help="A folder with released credentials; else the directory's own.")] = None,
    accept_roots: Annotated[
        Roots, typer.Option("--accept", metavar="ROOT", help="I know that no open credential is in this batch; repeatable.")
    ] = None,
    replace_roots: Annotated[
        Roots,
        typer.Option("--replace", metavar="ROOT", help="Revoke this whole batch, so that what is open may be issued anew; repeatable."),
    ] = None,
    directory: Directory = DEFAULT_DIRECTORY,
    rpc: RpcUrls = None,
    passphrase_file: PassphraseFile = None,
) -> None:
    """Settle the batches that the registry has and the database has not, so that sealing can go on. Ends with 1 while any is left."""
    wanted = [parse_root(text) for text in accept_roots or []]
    replaced = [parse_root(text) for text in replace_roots or []]
    with issuer_in(directory, work="run") as issuer:
        chain = reach(ctx, issuer, rpc)
        for lost in find_lost(issuer, chain):
            found = adopt(issuer, lost, released or issuer.directory.released)
            look_up(issuer, chain, lost.root)
            output.talk(f"root 0x{lost.root.hex()}, block {lost.block}: {found.found} of {lost.size} credentials are taken back in")
        with issuer.lock("revoke"):
            for root in replaced:
                Revoking(issuer, chain, keyring(ctx, directory, passphrase_file), patience(REVOKE_SECONDS)).revoke_batch(root)
                output.talk(f"root 0x{root.hex()}: the whole batch is revoked")
        for root in wanted + replaced:
            accept(issuer, root)
            output.talk(f"root 0x{root.hex()}: settled")
        left = find_lost(issuer, chain)
    for lost in left:
        output.data(f"0x{lost.root.hex()}  {lost.size} credentials  block {lost.block}  not settled")
    if left:
        raise typer.Exit(UNSETTLED)
    output.talk("the database knows every anchor of this issuer; sealing can go on")


def backup(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="The backup to write; nothing may be there.")],
    directory: Directory = DEFAULT_DIRECTORY,
) -> None:
    """Write everything of the issuer into one file; a run may be at work meanwhile. The file is as secret as the directory."""
    with issuer_in(directory, work="backup") as issuer:
        count = back_up(issuer, file)
    output.talk(f"wrote {file}: {count} files")


def restore(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="The backup.")],
    directory: Directory = DEFAULT_DIRECTORY,
    database: Annotated[
        str | None, typer.Option(metavar="URL", help="An empty PostgreSQL database for the tables; else SQLite, in the directory.")
    ] = None,
) -> None:
    """Make a new directory from a backup. The next run compares it with the registry before it seals anything."""
    restore_backup(file, directory, database_url=database)
    output.talk(f"the issuer is restored in {directory}; if anything was anchored after the backup, `laurea issuer reconcile` settles it")
    output.talk(
        "if anything was suspended after it, `laurea issuer status-lists --take FILE` has it from the published list; do that before a run"
    )
