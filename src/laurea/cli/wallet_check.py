"""`laurea wallet check`: verify what the wallet holds, and keep what was found."""

from datetime import UTC, datetime
from typing import Annotated

import typer

from laurea.cli import output
from laurea.cli.context import options
from laurea.cli.fetching import NoFetch, sources_of
from laurea.cli.memory import memory_of
from laurea.cli.verifier_many import EXIT_CODES
from laurea.cli.verifier_options import Accreditations, Asked, Known, RpcUrls, StatusLists, TrustFiles, TrustSigner
from laurea.cli.wallet_list import summary
from laurea.cli.wallet_options import DEFAULT, AsJson, PassphraseFile, WalletPath, holding_of, now
from laurea.core.report import Report, Verdict
from laurea.errors import InputError
from laurea.services.holding import Entry, Holding
from laurea.services.holding.entry import find

ALL = "all"


def check(
    ctx: typer.Context,
    names: Annotated[
        list[str] | None, typer.Argument(metavar="[ID…|all]", help="Which credentials, by number or id; all by default.")
    ] = None,
    rpc: RpcUrls = None,
    trust: TrustFiles = None,
    trust_signer: TrustSigner = None,
    status_list: StatusLists = None,
    accreditation: Accreditations = None,
    no_fetch: NoFetch = False,
    wallet: WalletPath = DEFAULT,
    passphrase_file: PassphraseFile = None,
    *,
    as_json: AsJson = False,
) -> None:
    """Verify credentials of the wallet, and keep what was found and when: exit 0 all valid, 1 any invalid, else 3.

    What was found once is not forgotten because nobody could be asked now: the result and its date stay, beside the reason why it could not be
    checked again.
    """
    Holding.expect(wallet, there=True)
    settings = options(ctx).settings
    given = tuple(rpc or ()), tuple(trust or ()), trust_signer, tuple(status_list or ())
    known = Known(tuple(accreditation or ()), sources_of(settings, no_fetch=no_fetch))
    asked = Asked(*given, memory=memory_of(None, settings), known=known)
    verifying = asked.verifying(settings.rpc)
    holding = holding_of(wallet, passphrase_file)
    chosen = _chosen(holding.entries(), names or [ALL])
    at = now()
    documents = ((entry.held.digest, entry.held.document) for entry in chosen if not entry.jwt)
    reports = {
        digest: found for digest, found in verifying.verify_many(documents, at=datetime.now(UTC)) if not isinstance(found, InputError)
    }
    after = holding.keep_checks({digest: report.document() for digest, report in reports.items()}, at=at, now=now())
    told = [(entry, reports.get(entry.held.digest)) for entry in after if entry.number in {each.number for each in chosen}]
    if as_json:
        output.document([{**summary(entry, at), "report": None if report is None else report.document()} for entry, report in told])
    else:
        for entry, report in told:
            output.data("\n   ".join(map(output.printable, _lines(entry, report, at))))
    raise typer.Exit(_exit_code([report for _, report in told]))


def _chosen(entries: tuple[Entry, ...], names: list[str]) -> list[Entry]:
    found = [entry for name in names for entry in (entries if name == ALL else [find(entries, name)])]
    if not found:
        raise InputError("the wallet is empty: there is nothing to check")
    return list({entry.number: entry for entry in found}.values())


def _lines(entry: Entry, report: Report | None, at: datetime) -> list[str]:
    # A report that is not valid is false.
    unchecked = "its JWT signature cannot be checked here: ask its issuer"
    words = unchecked if report is None else f"{report.verdict.upper()}: {report.headline}"
    kept = entry.last_check(at)
    # What was found just now is the same, unless an earlier result stays.
    more = list(kept.lines()) if kept.tried is not None else []
    return [f"{entry.number}  {entry.name or '(no name)'}", words, *more]


def _exit_code(reports: list[Report | None]) -> int:
    verdicts = {Verdict.UNDECIDED if report is None else report.verdict for report in reports}
    return next(EXIT_CODES[each] for each in (Verdict.INVALID, Verdict.UNDECIDED, Verdict.VALID) if each in verdicts)
