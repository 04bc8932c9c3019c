"""`laurea issuer achievement` and `enrol`: what can be achieved, and who achieved it."""

from contextlib import nullcontext
from pathlib import Path
from typing import Annotated

import typer

from laurea.cli import output
from laurea.cli.context import command_group, options
from laurea.cli.exit_codes import FAILED
from laurea.cli.frameworks import skills_of
from laurea.cli.helpers import helpers_of
from laurea.cli.issuer_options import DEFAULT_DIRECTORY, AsJson, Directory, WorkShared, issuer_in
from laurea.core.achievement import Achievement
from laurea.core.aligning import Imported, aligned
from laurea.core.credential import format_time
from laurea.core.plural import counted
from laurea.core.quality import Lint, Told, lint
from laurea.services.issuing import achievements, blockcerts, enrolment, invitations, links, lookup
from laurea.services.issuing.duplicates import Duplicates
from laurea.services.issuing.issuer import Issuer
from laurea.services.issuing.keeping import Counts
from laurea.services.issuing.rosters import MAX_FILE_BYTES, MAX_ROSTER_BYTES
from laurea.storage import files
from laurea.storage.issuer.tables import BatchProfile, LinkPurpose

PURPOSES = {LinkPurpose.BIND: "the invitation to name a wallet", LinkPurpose.CLAIM: "the link to fetch the credential"}

app = command_group("What can be achieved: the templates of credentials.")


@app.command("add")
def add_achievement(
    ctx: typer.Context,
    files: Annotated[list[Path], typer.Argument(metavar="FILE...", help="Each an Open Badges 3.0 Achievement in JSON.")],
    unknown: Annotated[
        bool, typer.Option("--unknown-concepts", help="Take alignments with concepts that the imported frameworks do not have.")
    ] = False,
    directory: Directory = DEFAULT_DIRECTORY,
) -> None:
    """Add achievements; the humanCode of each is its name in rosters. Alignments are looked up in the imported frameworks of skills."""
    imported = _imported(ctx)
    with issuer_in(directory) as issuer:
        for file in files:
            data = output.read(file)
            key = achievements.add(issuer, data, imported, unknown=unknown)
            for remark in aligned(Achievement.parse(data).document, imported).remarks:
                output.talk(f"warning: {remark}")
            output.talk(f"the achievement {key} can be issued")
            _warn(achievements.linted(issuer, key))


@app.command("lint")
def lint_achievements(
    what: Annotated[
        list[str], typer.Argument(metavar="KEY|FILE...", help="Achievements that were added, by their keys, or files of others.")
    ],
    directory: Directory = DEFAULT_DIRECTORY,
    as_json: AsJson = False,
) -> None:
    """Say what the EU's recommendation on micro-credentials asks for, and what of it an achievement leaves out.

    Ends with 0 when every micro-credential's elements are there, 1 when some are missing or the achievement contradicts itself.
    """
    with nullcontext() if not directory.exists() else issuer_in(directory) as issuer:
        found = [_linted(issuer, each) for each in what]
    if as_json:
        output.document([each.document() for each in found])
    else:
        output.data("\n\n".join("\n".join(_lines(each)) for each in found))
    if any(each.missing or each.contradictions for each in found):
        raise typer.Exit(FAILED)


def _imported(ctx: typer.Context) -> Imported | None:
    skills = skills_of(options(ctx).settings)
    versions = {each.name: each.version for each in skills.file.frameworks()}
    return Imported(skills, versions) if versions else None


def _linted(issuer: Issuer | None, what: str) -> Lint:
    path = Path(what)
    if issuer is not None and not path.is_file():
        return achievements.linted(issuer, what)
    document = Achievement.parse(output.read(path)).document
    return lint(document, None if issuer is None else issuer.profile.country or "")


def _lines(found: Lint) -> list[str]:
    lines = [f"{found.achievement}: {len(found.missing)} of {len(found.demanded)} elements missing"]
    for each in found.elements:
        mark = {Told.THERE: "there", Told.COMES: "comes"}.get(each.told, "MISSING" if each.demanded else "-")
        lines.append(f"  {mark:8}{each.name}: {each.says or each.advice}" + (f"  ({each.where})" if each.where else ""))
    return [*lines, *(f"  look    {remark}" for remark in (*found.contradictions, *found.remarks))]


def _warn(found: Lint) -> None:
    if found.missing:
        names = ", ".join(each.name.split(",")[0].lower() for each in found.missing)
        output.talk(f"warning: it does not tell what every micro-credential is to tell: {names}")
        output.talk(f"hint: laurea issuer achievement lint {found.achievement}")
    for remark in found.remarks:
        output.talk(f"warning: {remark}")


def enrol(
    ctx: typer.Context,
    roster: Path,
    directory: Directory = DEFAULT_DIRECTORY,
    duplicates: Annotated[
        Duplicates, typer.Option(help="What becomes of a row whose learner has the achievement already; see docs/roster.md.")
    ] = Duplicates.REFUSE,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only try: say what is wrong, import nothing.")] = False,
    profile: Annotated[
        BatchProfile, typer.Option(help="Of which kind the credentials are: laurea's, or Blockcerts v3 (docs/blockcerts.md).")
    ] = BatchProfile.LAUREA,
    executor: WorkShared = None,
) -> None:
    """Import a roster (CSV or XLSX): one credential a row, due at the next run. All of it, or nothing."""
    with issuer_in(directory, settings=options(ctx).settings) as found:
        issuer = blockcerts.enrolling(found) if profile is BatchProfile.BLOCKCERTS else found
        # A file is read where it is, several times; what cannot be, like a pipe, is held.
        source = files.opener(roster, limit=MAX_FILE_BYTES) if roster.is_file() else output.read(roster, limit=MAX_ROSTER_BYTES)
        if dry_run:
            output.talk(f"{_text(enrolment.forecast(issuer, source, duplicates=duplicates), 'would be enrolled')}; nothing was imported")
            return
        done = enrolment.enrol(issuer, source, duplicates=duplicates, helpers=helpers_of(executor))
    output.talk(_text(done.counts, "enrolled"))


def link(
    ctx: typer.Context,
    credential: Annotated[str, typer.Argument(metavar="ID", help="The credential's id (urn:uuid:...).")],
    mail: Annotated[bool, typer.Option("--mail", help="Write to the learner once more instead of printing the link.")] = False,
    directory: Directory = DEFAULT_DIRECTORY,
) -> None:
    """Make the link that a learner needs now: to name the wallet of a credential, or to fetch it. Earlier ones stop working."""
    with issuer_in(directory, settings=options(ctx).settings) as issuer:
        row = lookup.require(issuer, credential)
        if mail:
            purpose = invitations.write_again(issuer, row)
            output.talk(f"{PURPOSES[purpose]} goes out with the next run, or at once where the service runs")
            return
        made = links.renew(issuer, row.id)
    output.data(made.url)
    output.talk(f"{PURPOSES[made.purpose]}; it works once, until {format_time(made.expires_at)}, and is not shown again")


def _text(counts: Counts, verb: str) -> str:
    """Return in words what became of a roster."""
    rest = {"corrected": counts.corrected, "replaced": counts.replaced, "skipped": counts.skipped}
    others = "".join(f", {count} {what}" for what, count in rest.items() if count)
    waiting = f", {counts.waiting} wait for their learners' wallets first" if counts.waiting else ""
    return f"{counted(counts.new, 'credential')} {verb}{others}{waiting}"
