"""`laurea trust`: put trust files together, see who has signed one, and pin the DID document of an issuer."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from laurea.cli import output
from laurea.cli.context import options
from laurea.core.account import chain_name
from laurea.core.trust import parse_trust, trust_document
from laurea.core.trust_file import merge, require_signer
from laurea.errors import InputError
from laurea.fetch.guard import PUBLIC, fetch
from laurea.services.sources import document_url, parse_document

app = typer.Typer(
    add_completion=False,
    rich_markup_mode=None,
    no_args_is_help=True,
    help="Put trust files together, see who has signed one, pin an issuer.",
)


@app.command("merge")
def merge_files(files: Annotated[list[Path], typer.Argument(help="Trust files.", metavar="FILE…")]) -> None:
    """Print one trust file that says what several say: of an issuer that more of them name, the entry of the latest date."""
    output.document(merge([output.read(path) for path in files]))


@app.command("check")
def check(
    file: Annotated[Path, typer.Argument(help="A trust file.", metavar="FILE")],
    signer: Annotated[str | None, typer.Option(help="Demand that it is signed by the key of this did:key.")] = None,
) -> None:
    """Read a trust file, and say whom it names; with --signer, end with 2 unless that key has signed it."""
    data = output.read(file)
    issuers, registries = parse_trust(data)
    if signer is not None:
        require_signer(data, signer)
    for entry in issuers.values():
        more = ", accredits" if entry.accredits else ""
        output.data(output.printable(f"{entry.did}  {entry.name}  {len(entry.accounts)} accounts, {len(entry.methods)} keys{more}"))
    output.talk(f"{len(issuers)} issuers, {len(registries)} registries{'' if signer is None else f', signed by {signer}'}")


@app.command("fetch")
def fetch_entry(
    ctx: typer.Context,
    did: Annotated[str, typer.Argument(help="A did:web.", metavar="DID")],
    name: Annotated[str | None, typer.Option(help="Your name for the issuer; else the DID is taken.")] = None,
) -> None:
    """Fetch the DID document of an issuer, and print a trust file that pins it as of now; merge it with yours.

    What it says is the word of whoever has the domain today: ask the issuer, by another way, whether the accounts and keys are theirs.
    """
    url = document_url(did)
    policy = options(ctx).settings.fetch.policy or PUBLIC  # it was asked for, whatever verifying may fetch
    document, value = parse_document(fetch(url, policy))
    if document.did != did:
        raise InputError(f"the document at the place of {did} is that of another")
    output.document(trust_document([(name or did, value)], date=datetime.now(UTC)))
    output.talk(f"{len(document.accounts)} accounts, {len(document.methods)} keys; ask the issuer whether they are theirs")
    for account in sorted(document.accounts, key=str):
        output.talk(f"{chain_name(account.chain_id)} registry 0x{account.registry.hex()} issuer id 0x{account.issuer_id.hex()}")
