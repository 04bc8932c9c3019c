"""`laurea issuer achievement` and `enrol`: what can be achieved, and who achieved it."""

from pathlib import Path
from typing import Annotated

import typer

from laurea.cli import output
from laurea.cli.context import command_group, options
from laurea.cli.helpers import helpers_of
from laurea.cli.issuer_options import DEFAULT_DIRECTORY, Directory, WorkShared, issuer_in
from laurea.core.credential import format_time
from laurea.services.issuing import achievements, blockcerts, enrolment, invitations, links, lookup
from laurea.services.issuing.duplicates import Duplicates
from laurea.services.issuing.keeping import Counts
from laurea.services.issuing.rosters import MAX_FILE_BYTES, MAX_ROSTER_BYTES
from laurea.storage import files
from laurea.storage.issuer.tables import BatchProfile, LinkPurpose

PURPOSES = {LinkPurpose.BIND: "the invitation to name a wallet", LinkPurpose.CLAIM: "the link to fetch the credential"}

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
    return f"{counts.new} credentials {verb}{others}{waiting}"
