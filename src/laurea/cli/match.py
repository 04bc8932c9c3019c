"""`laurea match`: who meets what is asked for, on which verified credential, and what is missing."""

import json as json_text
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from typing import Annotated

import typer

from laurea.artefacts.ler_rs import record
from laurea.artefacts.matched import cells, document, lines
from laurea.artefacts.resume import Entry, Verification, json_resume
from laurea.cli import output
from laurea.cli.context import options
from laurea.cli.evidence import Handed, Means, handed_in
from laurea.cli.exit_codes import DONE, PARTLY
from laurea.cli.fetching import NoFetch
from laurea.cli.frameworks import skills_of
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
from laurea.core.candidate import Candidate, Row, Table, table
from laurea.core.canonical import JsonObject
from laurea.core.checked import counts
from laurea.core.plural import counted
from laurea.core.report import Verdict
from laurea.core.summary import Summary
from laurea.errors import InputError
from laurea.services.requiring import MAX_POSTING, requirements_of

app = typer.Typer(add_completion=False, rich_markup_mode=None)


@app.command()
def match(
    ctx: typer.Context,
    requirements: Annotated[Path, typer.Argument(help="What is asked for: requirements as JSON, or a posting as HTML, text or PDF.")],
    paths: Annotated[
        list[Path] | None,
        typer.Argument(
            metavar="[FOLDER|FILE]…",
            help="What candidates handed in: a folder or .zip with a folder or a file for each, or a file for each.",
        ),
    ] = None,
    rpc: RpcUrls = None,
    proof: Proof = False,
    block_hash: BlockHashes = None,
    trust: TrustFiles = None,
    trust_signer: TrustSigner = None,
    audience: Annotated[str | None, typer.Option(help="Demand the holders' signatures for this audience (your own name or URL).")] = None,
    challenge: Annotated[str | None, typer.Option(help="The challenge that you gave the holders to sign.")] = None,
    status_list: StatusLists = None,
    accreditation: Accreditations = None,
    issuer_profile: IssuerProfiles = None,
    no_fetch: NoFetch = False,
    skills: Annotated[
        Path | None, typer.Option("--skills", metavar="FILE", help="The file of frameworks; else the configuration's, else the user's.")
    ] = None,
    blind: Annotated[bool, typer.Option("--blind", help="Leave out all that tells who the candidates are.")] = False,
    as_csv: Annotated[bool, typer.Option("--csv", help="Print a table for a spreadsheet.")] = False,
    json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
    ler_rs: Annotated[
        Path | None, typer.Option("--ler-rs", metavar="DIR", help="Write what is verified of each candidate there, as LER-RS (HR Open).")
    ] = None,
    resume: Annotated[
        Path | None, typer.Option("--json-resume", metavar="DIR", help="Write what is verified of each candidate there, as JSON Resume.")
    ] = None,
    show_requirements: Annotated[
        bool, typer.Option("--show-requirements", help="Print the requirements as a file that can be edited, and match nothing.")
    ] = False,
    at: At = None,
    memory: MemoryOption = None,
) -> None:
    """Put what candidates handed in beside requirements: exit 0, or 3 when something was undecided or could not be read.

    Only what was disclosed and verified counts: no name, picture, date of birth, gender or address, neither for what is met nor for the order.
    """
    frameworks = skills_of(options(ctx).settings, skills)
    asked = requirements_of(output.read(requirements, limit=MAX_POSTING + 1), requirements.name, frameworks)
    if show_requirements:
        output.document(asked.document())
        return
    if not paths:
        raise InputError("there is nothing to put beside the requirements", hint="name a folder, or a file for each candidate")
    if as_csv and json:
        raise InputError("--csv and --json are two answers: choose one")
    if blind and (ler_rs or resume):
        raise InputError("--ler-rs and --json-resume tell who candidates are, and --blind does not", hint="leave one of them out")
    means = Means(
        rpc, proof, block_hash, trust, trust_signer, status_list, accreditation, issuer_profile, no_fetch, memory, audience, challenge
    )
    when = moment(at)
    handed = handed_in(paths, means.verifying(ctx, (requirements,)), when)
    found = table(asked, _candidates(handed), frameworks, blind=blind)
    _print(found, when, as_csv=as_csv, json=json)
    _export(found, ler_rs, resume)
    raise typer.Exit(PARTLY if any(_open(each) for each in handed) else DONE)


def _candidates(handed: Sequence[Handed]) -> list[Candidate]:
    """Return a candidate for each group of files, with a digest of what they hold, whatever they are called."""
    groups: dict[tuple[int, str], list[Handed]] = {}
    for each in handed:
        groups.setdefault(each.group, []).append(each)
    return [
        Candidate(
            name,
            sha256(b"".join(sorted(each.digest for each in group))).digest(),
            tuple(checked for each in group for checked in each.checked),
            tuple((each.file, each.problem) for each in group if each.problem),
        )
        for (_, name), group in groups.items()
    ]


def _open(handed: Handed) -> bool:
    return bool(handed.problem) or any(each.report.verdict is Verdict.UNDECIDED for each in handed.checked)


def _print(found: Table, at: datetime, *, as_csv: bool, json: bool) -> None:
    if json:
        output.document(document.document(found, at))
    elif as_csv:
        output.data(cells.text(found))
    else:
        output.data("\n".join(map(output.printable, lines.lines(found))))


def _export(found: Table, ler_rs: Path | None, resume: Path | None) -> None:
    """Write what is verified of each candidate, under the candidate's id: no name of a file says who it is."""
    now = datetime.now(UTC).replace(microsecond=0)
    if ler_rs is not None:
        _write(ler_rs, {row.id: record(row.candidate.shown) for row in found.rows})
    if resume is not None:
        _write(resume, {row.id: _resume(row, now) for row in found.rows})


def _write(folder: Path, documents: Mapping[str, JsonObject]) -> None:
    output.folder(folder)
    for name, made in documents.items():
        with output.writing(folder / f"{name}.json") as file:
            file.write(json_text.dumps(made, ensure_ascii=False, indent=2).encode())
    output.talk(f"wrote {counted(len(documents), 'file')} into {folder}")


def _resume(row: Row, at: datetime) -> JsonObject:
    entries = [
        Entry(Summary.of(each.document), Verification(each.report.verdict, each.report.at, each.report.headline))
        for each in row.candidate.shown
        if counts(each)
    ]
    return json_resume(entries, language="en", at=at)
