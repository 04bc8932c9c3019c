"""`laurea issuer run`, `plan` and `report`: the nightly job, what it would do, and what it did."""

import time
from contextlib import suppress
from functools import partial
from typing import Annotated

import typer

from laurea.chain.fees import GWEI, SendPolicy
from laurea.cli import output
from laurea.cli.context import options
from laurea.cli.exit_codes import DONE, FAILED, PARTLY, exit_code
from laurea.cli.helpers import helpers_of
from laurea.cli.issuer_options import (
    DEFAULT_DIRECTORY,
    AsJson,
    Directory,
    PassphraseFile,
    RpcUrls,
    WorkShared,
    issuer_in,
    keyring,
    outbox,
    patience,
    reach,
)
from laurea.cli.progress import Log, progress
from laurea.errors import ChainError, FormatError, InputError, LaureaError
from laurea.services.issuing import events, planning, reminding, reporting
from laurea.services.issuing.anchoring import Anchoring
from laurea.services.issuing.issuer import Issuer
from laurea.services.issuing.keyring import Keyring
from laurea.services.issuing.outbox import write_due
from laurea.services.issuing.planning import Plan
from laurea.services.issuing.publishing import publish
from laurea.services.issuing.revoking import Revoking
from laurea.services.issuing.run_record import RunRecord
from laurea.services.issuing.running import Outcome, Run
from laurea.storage.issuer.keys import Keys
from laurea.storage.issuer.profile import Profiles
from laurea.storage.issuer.tables import Role

MAX_WAIT_SECONDS = 3600.0  # finality of Ethereum takes 13 to 20 minutes
REVOKE_SECONDS = 300.0
MAX_GWEI = 1_000_000
NOT_YET = PARTLY

Achievement = Annotated[str | None, typer.Option(help="Only credentials of this achievement are sealed.")]
MaxFee = Annotated[float | None, typer.Option(metavar="GWEI", help="The most to pay for a unit of gas; else as configured.")]


def run(
    ctx: typer.Context,
    achievement: Achievement = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Do nothing: print the plan.")] = False,
    max_fee: MaxFee = None,
    max_wait: Annotated[float, typer.Option(min=0, help="Seconds to wait for finality before the rest is left to the next run.")] = (
        MAX_WAIT_SECONDS
    ),
    executor: WorkShared = None,
    log: Annotated[
        Log | None, typer.Option(help="How to tell what happens: text, or a line of JSON for each event; else as fits the terminal.")
    ] = None,
    directory: Directory = DEFAULT_DIRECTORY,
    rpc: RpcUrls = None,
    passphrase_file: PassphraseFile = None,
) -> None:
    """Seal what is due, anchor it, wait for finality, release: for cron, and safe to kill.

    Ends with 0 when all is done, 1 when something has failed, 3 when something is not final yet, 75 to be tried again later.
    """
    if dry_run:
        plan(ctx, achievement, max_fee, directory=directory, rpc=rpc)
        return
    with issuer_in(directory, work="run", actor="run", settings=options(ctx).settings) as issuer:
        _require_achievement(issuer, achievement)
        record = RunRecord(issuer)
        try:
            keys = keyring(ctx, directory, passphrase_file)
            with suppress(FormatError):  # the run says so once it is under way
                publish(issuer, keys)  # before the chain is asked: a status list grows stale while it is silent, too
            chain = reach(ctx, issuer, rpc, max_fee=_cap(max_fee))
            mails = outbox(ctx, issuer)
            revoking = Revoking(issuer, chain, keys, patience(REVOKE_SECONDS)) if _can_revoke(issuer, keys) else None
            with progress(log) as tell:
                anchoring = Anchoring(issuer, chain, keys, elapsed=time.monotonic, helpers=helpers_of(executor))
                try:
                    work = Run(issuer, anchoring, patience(max_wait), tell, revoking=revoking, publish=partial(publish, issuer, keys))
                    outcome = work.work(achievement=achievement)
                finally:  # whatever keeps one batch, the learners of another are not to wait for it
                    if mails is not None and (reminded := reminding.remind(issuer)):
                        tell(events.reminded(reminded))
                    unmailed = write_due(mails, tell)
        except LaureaError as error:
            record.end(exit_code(error), str(error))
            raise
        code, problems = _judge(outcome, unmailed)
        record.end(code, "; ".join(problems))
    for problem in problems:
        output.talk(problem)
    if code != DONE:
        raise typer.Exit(code)


def plan(
    ctx: typer.Context,
    achievement: Achievement = None,
    max_fee: MaxFee = None,
    as_json: AsJson = False,
    directory: Directory = DEFAULT_DIRECTORY,
    rpc: RpcUrls = None,
) -> None:
    """Print what a run would do now, what it would cost, and what would keep it from doing it; writes nothing.

    Ends with 75 when the nodes do not say all of it.
    """
    with issuer_in(directory) as issuer:
        _require_achievement(issuer, achievement)
        found = _plan(ctx, issuer, achievement, _cap(max_fee), rpc)
    if as_json:
        output.document(found.document())
    else:
        output.data("\n".join(found.lines()))
    if found.silent is not None:
        raise found.silent


def report(
    ctx: typer.Context,
    last: Annotated[int, typer.Option(min=1, max=1000, help="How many runs.")] = 10,
    as_html: Annotated[bool, typer.Option("--html", help="Print a page.")] = False,
    as_csv: Annotated[bool, typer.Option("--csv", help="Print CSV.")] = False,
    as_json: AsJson = False,
    directory: Directory = DEFAULT_DIRECTORY,
) -> None:
    """Tell what the last runs did."""
    if as_html + as_csv + as_json > 1:
        raise InputError("a report is printed in one form", hint="pass one of --html, --csv and --json")
    with issuer_in(directory) as issuer:
        runs = reporting.report(issuer, last=last)
    if as_json:
        output.document([each.document() for each in runs])
    elif as_csv:
        output.data(reporting.as_csv(runs))
    elif as_html:
        output.data(reporting.as_html(runs, issuer=issuer.profile.name, currency=_currency(ctx, issuer)))
    elif runs:
        output.data("\n".join(reporting.as_table(runs)))
    else:
        output.talk("there was no run yet")


def _plan(ctx: typer.Context, issuer: Issuer, achievement: str | None, cap: float | None, rpc: list[str] | None) -> Plan:
    settings = options(ctx).settings
    policy = SendPolicy(max_fee_per_gas=int((settings.issuing.max_fee_gwei if cap is None else cap) * GWEI))
    try:
        chain = reach(ctx, issuer, rpc, max_fee=cap)
    except ChainError as error:
        return planning.plan(issuer, error, policy, currency=_currency(ctx, issuer), achievement=achievement)
    return planning.plan(issuer, chain, policy, currency=_currency(ctx, issuer), achievement=achievement)


def _currency(ctx: typer.Context, issuer: Issuer) -> str:
    return options(ctx).settings.currency(issuer.profile.domain.chain_id)


def _cap(max_fee: float | None) -> float | None:
    if max_fee is not None and not 0 < max_fee <= MAX_GWEI:  # nan and inf too
        raise InputError(f"--max-fee {max_fee} is not above 0 and up to {MAX_GWEI:,} gwei")
    return max_fee


def _require_achievement(issuer: Issuer, achievement: str | None) -> None:
    with issuer.database.read() as session:
        known = achievement is None or Profiles(session).achievement(achievement) is not None
    if not known:
        raise InputError(f"there is no achievement {achievement}", hint="`laurea issuer achievement add` adds one")


def _can_revoke(issuer: Issuer, keys: Keyring) -> bool:
    with issuer.database.read() as session:
        acting = Keys(session).acting(Role.REVOKE)
    return bool(acting) and keys.at_hand(acting[0].name)


def _judge(outcome: Outcome, unmailed: int) -> tuple[int, list[str]]:
    """Return the exit code of a run that came to its end, and what the operator should know about it."""
    problems = [
        f"batch {batch} needs you: see `laurea issuer status`; when its cause is mended, `laurea issuer retry {batch}`"
        for batch in outcome.stopped
    ]
    if outcome.lost:
        problems.append("nothing was sealed: was an old backup restored? `laurea issuer reconcile` settles it")
    if problems:
        return FAILED, problems
    if outcome.waiting:
        problems.append(f"not final yet: batch {', '.join(map(str, outcome.waiting))}; the next run goes on")
    if outcome.unrevoked:
        problems.append(f"revocations that wait: {outcome.unrevoked}; `laurea issuer revoke` makes them where the revoking key is")
    if unmailed:
        problems.append(f"mails that wait: {unmailed}; the next run tries again")
    return (PARTLY if problems else DONE), problems
