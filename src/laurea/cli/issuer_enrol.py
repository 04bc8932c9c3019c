"""`laurea issuer achievement` and `enrol`: what can be achieved, and who achieved it."""

from dataclasses import replace
from pathlib import Path
from typing import Annotated

import typer

from laurea.cli import output
from laurea.cli.context import command_group, options
from laurea.cli.issuer_options import DEFAULT_DIRECTORY, Directory, issuer_in
from laurea.services.issuing import achievements, enrolment
from laurea.services.issuing.duplicates import Duplicates
from laurea.services.issuing.enrolment import Enrolled
from laurea.services.issuing.rosters import MAX_ROSTER_BYTES

app = command_group("What can be achieved: the templates of credentials.")


@app.command("add")
def add_achievement(
    files: Annotated[list[Path], typer.Argument(metavar="FILE...", help="Each an Open Badges 3.0 Achievement in JSON.")],
    directory: Directory = DEFAULT_DIRECTORY,
) -> None:
    """Add achievements; the humanCode of each is its name in rosters."""
    with issuer_in(directory) as issuer:
        for file in files:
            key = achievements.add(issuer, output.read(file))
            output.talk(f"the achievement {key} can be issued")


def enrol(
    ctx: typer.Context,
    roster: Path,
    directory: Directory = DEFAULT_DIRECTORY,
    duplicates: Annotated[
        Duplicates, typer.Option(help="What becomes of a row whose learner has the achievement already; see docs/roster.md.")
    ] = Duplicates.REFUSE,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only try: say what is wrong, import nothing.")] = False,
) -> None:
    """Import a roster (CSV or XLSX): one credential a row, due at the next run. All of it, or nothing."""
    with issuer_in(directory) as issuer:
        inviting = replace(issuer, invitation=options(ctx).settings.service.invitation)
        done = enrolment.enrol(inviting, output.read(roster, limit=MAX_ROSTER_BYTES), duplicates=duplicates, dry_run=dry_run)
    output.talk(_text(done, dry_run=dry_run))


def _text(done: Enrolled, *, dry_run: bool) -> str:
    """Return in words what became of a roster."""
    rest = {"corrected": len(done.corrected), "replaced": len(done.replaced), "skipped": done.skipped}
    counts = "".join(f", {count} {what}" for what, count in rest.items() if count)
    return (
        f"{len(done.new)} credentials {'would be enrolled' if dry_run else 'enrolled'}{counts}{'; nothing was imported' if dry_run else ''}"
    )
