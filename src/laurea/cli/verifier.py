"""`laurea verify`: check what was shown, one file or many, and answer by exit code."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from importlib import resources
from pathlib import Path
from typing import Annotated

import typer

from laurea.cli import carrying, output, verifier_many, verifier_several, verifier_table
from laurea.cli.context import options
from laurea.cli.fetching import NoFetch, sources_of
from laurea.cli.memory import MemoryOption, memory_of
from laurea.cli.verifier_files import Compared, compare, said
from laurea.cli.verifier_many import EXIT_CODES
from laurea.cli.verifier_options import (
    Accreditations,
    Asked,
    At,
    BlockHashes,
    IssuerProfiles,
    Known,
    Proof,
    RpcUrls,
    StatusLists,
    TrustFiles,
    TrustSigner,
    moment,
)
from laurea.cli.verifier_source import Opened, opened
from laurea.cli.verifier_statement import Wanted
from laurea.cli.verifier_words import describe
from laurea.core.composition import Composition, compositions
from laurea.core.presentation import Demand
from laurea.core.presented import Presented
from laurea.core.report import Reports
from laurea.errors import InputError
from laurea.services.stapled import parse_block
from laurea.services.verifying import Verifying
from laurea.storage.collection import Collection

SEVERITY = (0, 3, 1)  # of exit codes, the worst last


def show_schema(wanted: bool) -> None:
    """Print the schema of the reports and stop."""
    if wanted:
        output.data(resources.files("laurea.core").joinpath("report.schema.json").read_bytes())
        raise typer.Exit


app = typer.Typer(add_completion=False, rich_markup_mode=None)


@app.command()
def verify(
    ctx: typer.Context,
    paths: Annotated[
        list[str],
        typer.Argument(
            metavar="PATH|LINK...",
            help="A credential or presentation: JSON, a picture or PDF that carries it, a picture of its QR code, or a share link; "
            '"-" reads stdin. Several are checked together: a capstone and its parts. Or a folder or a .zip of many, or a .csv with a row for each.',
        ),
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
    files: Annotated[
        Path | None,
        typer.Option(metavar="DIR", help="Where the files are that came with a presentation: compare them with what was signed."),
    ] = None,
    follow: Annotated[bool, typer.Option("--follow", help="Fetch what the link in a QR code shares, which asks whoever it names.")] = False,
    statement: Annotated[
        Path | None, typer.Option("--statement", metavar="FILE", help="Write what was found as a page to print or file (HTML).")
    ] = None,
    language: Annotated[str | None, typer.Option(help="The language of the statement: en, which it is by default, or es.")] = None,
    column: Annotated[str | None, typer.Option(help="The column of a CSV with a file, a share link or the credential itself.")] = None,
    files_from: Annotated[Path | None, typer.Option(metavar="DIR", help="Where the files are that a CSV names; else beside it.")] = None,
    answer: Annotated[Path | None, typer.Option("--output", metavar="FILE", help="Where the answer to a CSV goes; else to stdout.")] = None,
    at: At = None,
    memory: MemoryOption = None,
    json: Annotated[bool, typer.Option("--json", help="Print the report as JSON; of many, a line each.")] = False,
    _schema: Annotated[
        bool, typer.Option("--schema", callback=show_schema, is_eager=True, help="Print the JSON schema of the reports, and check nothing.")
    ] = False,
) -> None:
    """Check credentials or presentations: exit 0 valid, 1 invalid, 3 undecided (2 for a usage error).

    Of a folder or a zip every file is checked, of a CSV every row, and of a presentation of several every credential: 0 when all are valid,
    1 when any is invalid, else 3. With --files also 1 for a file that differs, and 3 for one that is missing.
    """
    path, *others = paths
    if not all(paths):
        raise InputError("no file is named", hint='"." is the current folder')
    if (audience is None) != (challenge is None):
        raise InputError("--audience and --challenge go together: the holder signs both")
    demand = None if audience is None or challenge is None else Demand(audience, challenge)
    settings = options(ctx).settings
    given = tuple(rpc or ()), tuple(trust or ()), trust_signer, tuple(status_list or ())
    sources = sources_of(settings, no_fetch=no_fetch)
    known = Known(tuple(accreditation or ()), sources, tuple(map(parse_block, block_hash or ())), tuple(issuer_profile or ()))
    when, asked = moment(at), Asked(*given, memory=memory_of(memory, settings), proof=proof, known=known)
    output.apart((*map(Path, paths), *asked.files), (statement, answer))
    if statement is None:
        _refuse("--statement", {"--language": language})
    wanted = None if statement is None else Wanted.of(statement, language or "en", asked.trust)
    verifying = asked.verifying(settings.rpc, demand)
    if others:
        verifier_several.require_single(paths)
        _refuse("one presentation, and not with several", {"--files": files, "--statement": statement})
        _refuse("a CSV", {"--column": column, "--files-from": files_from, "--output": answer})
        raise typer.Exit(verifier_several.check(verifying, paths, when, follow=follow, json=json))
    table = verifier_table.Asked(Path(path), column, files_from, answer, sources)
    if not table.is_one:
        _refuse("a CSV", {"--column": column, "--files-from": files_from, "--output": answer})
    if not table.is_one and not Collection.is_one(Path(path)):
        raise typer.Exit(_one(verifying, opened(path, follow=follow), files, wanted, when, json=json))
    _refuse("one presentation, and not with many", {"--files": files, "--statement": statement, "--follow": follow or None})
    if table.is_one:
        raise typer.Exit(verifier_table.check(verifying, table, when, json=json))
    raise typer.Exit(verifier_many.check(verifying, Collection(Path(path), limit=carrying.MAX_FILE), when, json=json))


def _refuse(what: str, given: Mapping[str, object]) -> None:
    for option, value in given.items():
        if value is not None:
            raise InputError(f"{option} goes with {what}")


def _one(verifying: Verifying, shown: Opened, folder: Path | None, wanted: Wanted | None, at: datetime, *, json: bool) -> int:
    presented = Presented.parse(shown.data)
    reports = verifying.verify_presentation(shown.data, at=at)
    if wanted is not None:
        wanted.write(shown, presented, reports)
    compared = None if folder is None else compare(presented, folder)
    parts = {each.number: each for each in compositions([each.credential for each in presented.shown], reports)}
    if json:
        output.document(_answer(reports, parts, compared))
    else:
        blocks = [
            [*([""] if number else []), *describe(report, each, place=_place(number, len(reports)), composition=parts.get(number))]
            for number, (report, each) in enumerate(zip(reports, presented.shown, strict=True))
        ]
        output.data("\n".join(output.printable(line) for block in (*blocks, list(said(presented, compared))) for line in block))
    return max(EXIT_CODES[reports.verdict], 0 if compared is None else compared.exit_code, key=SEVERITY.index)


def _place(number: int, count: int) -> str:
    return f"{number + 1} of {count}: " if count > 1 else ""


def _answer(reports: Reports, parts: Mapping[int, Composition], compared: Compared | None) -> Mapping[str, object] | Sequence[object]:
    """Return the JSON of one document: its report or its reports, and beside them what else was found, if there was anything to find."""
    several = reports.document()
    if compared is None and not parts:
        return several if len(reports) > 1 else next(iter(reports)).document()
    made_of = {"parts": [each.document() for each in parts.values()]} if parts else {}
    return {"reports": several, **made_of, **({} if compared is None else compared.document())}
