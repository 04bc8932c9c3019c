"""`laurea verify`: check what was shown, one file or many, and answer by exit code."""

from collections import Counter
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from laurea.cli import carrying, output
from laurea.cli.context import options
from laurea.cli.verifier_files import compare, said
from laurea.cli.verifier_options import Asked, BlockHashes, Proof, RpcUrls, StatusLists, TrustFiles, TrustSigner
from laurea.core import jose
from laurea.core.claims import ENVELOPE, split
from laurea.core.presentation import Demand, Presentation
from laurea.core.presented import Presented
from laurea.core.report import CheckId, Outcome, Report, Verdict
from laurea.errors import InputError
from laurea.services.verifying import Verifying
from laurea.storage.collection import Collection

SEVERITY = (0, 3, 1)  # of exit codes, the worst last
EXIT_CODES = {Verdict.VALID: 0, Verdict.INVALID: 1, Verdict.UNDECIDED: 3}
UNREADABLE = "unreadable"  # beside the verdicts: there is no report
MAX_FILE = 1 << 20  # bytes, of one alone as of one of many
MAX_SHOWN = 200  # characters of a value on a line

app = typer.Typer(add_completion=False, rich_markup_mode=None)


@app.command()
def verify(
    ctx: typer.Context,
    path: Annotated[
        Path,
        typer.Argument(
            metavar="PATH",
            help="A credential or presentation: JSON, a picture or PDF that carries it, or a picture of its QR code; "
            '"-" reads stdin. Or a folder or a .zip of many, as JSON.',
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
    files: Annotated[
        Path | None,
        typer.Option(metavar="DIR", help="Where the files are that came with a presentation: compare them with what was signed."),
    ] = None,
    json: Annotated[bool, typer.Option("--json", help="Print the report as JSON; of many, a line each.")] = False,
) -> None:
    """Check credentials or presentations: exit 0 valid, 1 invalid, 3 undecided (2 for a usage error).

    Of a folder or a zip every file is checked, and of a presentation of several every credential: 0 when all are valid, 1 when any is invalid,
    else 3. With --files also 1 for a file that differs, and 3 for one that is missing.
    """
    if (audience is None) != (challenge is None):
        raise InputError("--audience and --challenge go together: the holder signs both")
    demand = None if audience is None or challenge is None else Demand(audience, challenge)
    asked = Asked(tuple(rpc or ()), tuple(trust or ()), trust_signer, tuple(status_list or ()), proof=proof, blocks=tuple(block_hash or ()))
    verifying = asked.verifying(options(ctx).settings.rpc, demand)
    if not Collection.is_one(path):
        raise typer.Exit(_one(verifying, path, files, json=json))
    if files is not None:
        raise InputError("--files goes with one presentation, and not with a folder or a zip")
    raise typer.Exit(_many(verifying, Collection(path, limit=MAX_FILE), json=json))


def _one(verifying: Verifying, path: Path, folder: Path | None, *, json: bool) -> int:
    carried = carrying.read(path)
    if carried.link:
        raise InputError("the QR code holds a link", hint="laurea share get LINK fetches what is shared; then verify that")
    data = carried.data
    if jose.is_compact(data):
        raise InputError(
            "this credential is secured as a JWT, whose signature laurea does not check", hint="ask for one with a Data Integrity proof"
        )
    presented = Presented.parse(data)
    reports = verifying.verify_presentation(data, at=datetime.now(UTC))
    compared = None if folder is None else compare(presented, folder)
    if json:
        several = reports.document()
        one_or_all = several if len(reports) > 1 else next(iter(reports)).document()
        output.document(one_or_all if compared is None else {"reports": several, **compared.document()})
    else:
        blocks = [
            _describe(report, shown, number, len(reports))
            for number, (report, shown) in enumerate(zip(reports, presented.shown, strict=True), 1)
        ]
        output.data("\n".join(output.printable(line) for block in (*blocks, list(said(presented, compared))) for line in block))
    return max(EXIT_CODES[reports.verdict], 0 if compared is None else compared.exit_code, key=SEVERITY.index)


def _many(verifying: Verifying, collection: Collection, *, json: bool) -> int:
    """Check every file, say what is found in the order of their names, and return what follows from all: 0 only if each is valid."""
    found: Counter[str] = Counter()
    for name, report in verifying.verify_many(collection.files(), at=datetime.now(UTC)):
        found[UNREADABLE if isinstance(report, InputError) else report.verdict] += 1
        if json:
            output.line({"file": name, **({"error": str(report)} if isinstance(report, InputError) else {"report": report.document()})})
        else:
            word, reason = (UNREADABLE, str(report)) if isinstance(report, InputError) else (report.verdict, report.headline)
            output.data(output.printable(f"{word.upper():10} {name}: {reason}"))
    left_out = "".join(f"; left out: {count:,} {reason}" for reason, count in sorted(collection.left_out.items()))
    if not found:
        raise InputError(f"there is no file to check{left_out}")
    counts = [f"{found[word]:,} {word}" for word in (*Verdict, UNREADABLE) if found[word]]
    output.talk(f"{found.total():,} files: {', '.join(counts)}{left_out}")
    if found[Verdict.INVALID]:
        return EXIT_CODES[Verdict.INVALID]
    return EXIT_CODES[Verdict.VALID if found[Verdict.VALID] == found.total() else Verdict.UNDECIDED]


def _describe(report: Report, shown: Presentation, number: int, count: int) -> list[str]:
    place = f"{number} of {count}: " if count > 1 else ""
    lines = [*([""] if number > 1 else []), f"{place}{report.verdict.upper()}: {report.headline}", ""]
    lines += [f"  {check.outcome:8} {check.id:11} {check.reason}" for check in report.checks]
    if report[CheckId.INTEGRITY].outcome is Outcome.PASSED:
        lines += ["", "  what is shown:", *_claims(shown)]
    return lines


def _claims(shown: Presentation) -> list[str]:
    claims = split(shown.credential.document)
    values = {claim.pointer: output.compact(claim.value) for claim in claims if claim.pointer != ENVELOPE}
    return [f"    {pointer}: {value if len(value) <= MAX_SHOWN else value[:MAX_SHOWN] + '…'}" for pointer, value in values.items()]
