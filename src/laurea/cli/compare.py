"""`laurea compare`: credentials of different issuers side by side."""

from pathlib import Path
from typing import Annotated

import typer

from laurea.artefacts import side_by_side
from laurea.artefacts.paper import html, lines
from laurea.cli import output
from laurea.cli.evidence import Means, checked_of, handed_in, verdict_code
from laurea.cli.fetching import NoFetch
from laurea.cli.memory import MemoryOption
from laurea.cli.verifier_options import (
    Accreditations,
    At,
    BlockHashes,
    IssuerProfiles,
    Proof,
    RpcUrls,
    StatusLists,
    TrustFiles,
    TrustSigner,
    moment,
)
from laurea.core.comparison import MOST, compare
from laurea.errors import InputError

app = typer.Typer(add_completion=False, rich_markup_mode=None)


@app.command(name="compare")
def compare_credentials(
    ctx: typer.Context,
    paths: Annotated[list[Path], typer.Argument(metavar="FILE…", help="Credentials or presentations, or folders of them.")],
    rpc: RpcUrls = None,
    proof: Proof = False,
    block_hash: BlockHashes = None,
    trust: TrustFiles = None,
    trust_signer: TrustSigner = None,
    status_list: StatusLists = None,
    accreditation: Accreditations = None,
    issuer_profile: IssuerProfiles = None,
    no_fetch: NoFetch = False,
    as_html: Annotated[Path | None, typer.Option("--html", metavar="FILE", help="Write it as a page to print or file.")] = None,
    json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
    language: Annotated[str, typer.Option(help="The language preferred of texts that a credential has in several.")] = "en",
    at: At = None,
    memory: MemoryOption = None,
) -> None:
    """Put credentials side by side: level, workload, credits, assessment, quality, accreditation, and the verdict; exit as `laurea verify` does.

    Nothing is weighed: what stands in a row is the same, differs, or is not said by all.
    """
    means = Means(rpc, proof, block_hash, trust, trust_signer, status_list, accreditation, issuer_profile, no_fetch, memory)
    when = moment(at)
    output.apart(paths, (as_html,))
    handed = handed_in(paths, means.verifying(ctx, ()), when)
    checked = checked_of(handed)
    if len(checked) > MOST:
        raise InputError(f"there are {len(checked):,} credentials, and {MOST} stand side by side at most")
    found = compare(checked, language)
    if as_html is not None:
        with output.writing(as_html) as file:
            file.write(html.page(side_by_side.paper(found, when)).encode())
        output.talk(f"the comparison is in {as_html}")
    if json:
        output.document(side_by_side.document(found, when))
    else:
        output.data("\n".join(map(output.printable, lines.lines(side_by_side.paper(found, when)))))
    raise typer.Exit(verdict_code(handed))
