"""`laurea registrar`: what was verified of prior learning, and the credit that is proposed for it."""

from collections.abc import Sequence
from datetime import datetime
from hashlib import sha256
from importlib.metadata import version
from pathlib import Path
from typing import Annotated

import typer

from laurea.artefacts import credit
from laurea.artefacts.fonts import Fonts
from laurea.artefacts.paper import html, lines, pdf
from laurea.artefacts.paper.paper import Paper
from laurea.cli import output
from laurea.cli.evidence import Handed, Means, checked_of, handed_in, verdict_code
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
from laurea.core.transfer import propose
from laurea.core.transfer_rules import DEFAULT, Rules

app = typer.Typer(add_completion=False, rich_markup_mode=None)


@app.command()
def registrar(
    ctx: typer.Context,
    paths: Annotated[
        list[Path], typer.Argument(metavar="FILE…", help="What a learner handed in: credentials or presentations, or folders.")
    ],
    rpc: RpcUrls = None,
    proof: Proof = False,
    block_hash: BlockHashes = None,
    trust: TrustFiles = None,
    trust_signer: TrustSigner = None,
    audience: Annotated[str | None, typer.Option(help="Demand the holder's signature for this audience (your own name or URL).")] = None,
    challenge: Annotated[str | None, typer.Option(help="The challenge that you gave the holder to sign.")] = None,
    status_list: StatusLists = None,
    accreditation: Accreditations = None,
    issuer_profile: IssuerProfiles = None,
    no_fetch: NoFetch = False,
    rules: Annotated[
        Path | None, typer.Option("--rules", metavar="FILE", help="Your rules for transfer (JSON); else what issuers say in ECTS.")
    ] = None,
    as_html: Annotated[Path | None, typer.Option("--html", metavar="FILE", help="Write the report as a page to print or file.")] = None,
    as_pdf: Annotated[Path | None, typer.Option("--pdf", metavar="FILE", help="Write the report as a PDF.")] = None,
    font_folder: Annotated[
        Path | None, typer.Option("--fonts", metavar="FOLDER", help="A folder with fonts for letters that ours do not have.")
    ] = None,
    json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
    language: Annotated[str, typer.Option(help="The language preferred of texts that a credential has in several.")] = "en",
    at: At = None,
    memory: MemoryOption = None,
) -> None:
    """Say what was verified and how, and propose credit by rules; never for what is not valid. Exit as `laurea verify` does.

    It is a proposal: the report says what a person has to decide.
    """
    means = Means(
        rpc, proof, block_hash, trust, trust_signer, status_list, accreditation, issuer_profile, no_fetch, memory, audience, challenge
    )
    read = [*paths, *([] if rules is None else [rules])]
    output.apart(read, (as_html, as_pdf))
    when, law = moment(at), b"" if rules is None else output.read(rules)
    known = DEFAULT if rules is None else Rules.parse(law)
    handed = handed_in(paths, means.verifying(ctx, ()), when)
    used = [*_digests(handed), *([] if rules is None else [(rules.name, sha256(law).hexdigest())])]
    used += [(path.name, sha256(output.read(path)).hexdigest()) for path in trust or () if str(path) != "-"]
    found, basis = propose(checked_of(handed), known, language), credit.Basis(when, version("laurea"), tuple(used))
    made = credit.paper(found, basis)
    _write(made, when, as_html, as_pdf, font_folder)
    if json:
        output.document(credit.document(found, basis))
    else:
        output.data("\n".join(map(output.printable, lines.lines(made))))
    raise typer.Exit(verdict_code(handed))


def _digests(handed: Sequence[Handed]) -> list[tuple[str, str]]:
    return [(each.file, each.source.hex()) for each in handed if each.source]


def _write(made: Paper, at: datetime, as_html: Path | None, as_pdf: Path | None, font_folder: Path | None) -> None:
    if as_html is not None:
        with output.writing(as_html) as file:
            file.write(html.page(made).encode())
    if as_pdf is not None:
        drawn = pdf.draw(made, at=at.replace(microsecond=0), fonts=Fonts.of(font_folder))
        with output.writing(as_pdf) as file:
            file.write(drawn)
    for path in filter(None, (as_html, as_pdf)):
        output.talk(f"the report is in {path}")
