"""`laurea trust`: put trust files together, and see who has signed one."""

from pathlib import Path
from typing import Annotated

import typer

from laurea.cli import output
from laurea.core.trust import parse_trust
from laurea.core.trust_file import merge, require_signer

app = typer.Typer(
    add_completion=False, rich_markup_mode=None, no_args_is_help=True, help="Put trust files together, and see who has signed one."
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
        output.data(output.printable(f"{entry.did}  {entry.name}  {len(entry.accounts)} accounts, {len(entry.methods)} keys"))
    output.talk(f"{len(issuers)} issuers, {len(registries)} registries{'' if signer is None else f', signed by {signer}'}")
