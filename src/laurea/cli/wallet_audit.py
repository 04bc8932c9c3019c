"""`laurea wallet audit`: a job description beside the wallet: what it asks for, what shows it, what is missing, and what would close that."""

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

from laurea.cli import output
from laurea.cli.context import options
from laurea.cli.fetching import NO_FETCH_VARIABLE
from laurea.cli.frameworks import skills_of
from laurea.cli.wallet_options import DEFAULT, AsJson, PassphraseFile, WalletPath, holding_of, now
from laurea.cli.wallet_posting import basis_of, posting_of
from laurea.core.canonical import Json, JsonObject
from laurea.core.catalogue import Offer
from laurea.core.matching import Fit
from laurea.core.plural import counted
from laurea.fetch.guard import PUBLIC
from laurea.services.holding import Holding, auditing
from laurea.services.holding.auditing import Audit, Closing, Line, as_of

SIGNS = {Fit.MET: "have", Fit.PARTLY: "partly", Fit.MISSING: "missing"}


def audit(
    ctx: typer.Context,
    source: Annotated[
        str,
        typer.Argument(
            metavar="JOB", help="A job description: a file (.txt, .html, .pdf), - for stdin, an https URL, or requirements as JSON."
        ),
    ],
    catalogue: Annotated[
        list[Path] | None,
        typer.Option(metavar="FILE", help="A catalogue of what can be earned, beside those of the wallet; repeat for more."),
    ] = None,
    no_fetch: Annotated[
        bool, typer.Option("--no-fetch", envvar=NO_FETCH_VARIABLE, help="Fetch nothing: a JOB that is a URL is refused.")
    ] = False,
    wallet: WalletPath = DEFAULT,
    passphrase_file: PassphraseFile = None,
    *,
    as_json: AsJson = False,
) -> None:
    """Compare what a job asks for with your credentials, by the last check of each, and say what would close the gaps.

    All of it happens here: of your wallet nothing leaves this machine. Only a JOB that is a URL is fetched, and that page alone.
    """
    Holding.expect(wallet, there=True)
    settings = options(ctx).settings
    at = now()
    policy = None if no_fetch else settings.fetch.policy or PUBLIC  # it was asked for, whatever verifying may fetch
    posting = posting_of(source, policy)
    opened = holding_of(wallet, passphrase_file).opened()
    found = auditing.audit(posting.text, posting.title, basis_of(opened, skills_of(settings) or None, catalogue or (), at))
    if as_json:
        output.document({**document_of(found, at), "fetched": posting.host or None})
        return
    for line in lines_of(found, at):
        output.data(output.printable(line))


def lines_of(found: Audit, at: datetime) -> Iterator[str]:
    """Give an audit as lines for people."""
    counts = ", ".join(f"{found.count(fit)} {SIGNS[fit]}" for fit in Fit)
    yield f"{found.title}: {counted(len(found.lines), 'skill')} asked for: {counts}"
    for line in found.lines:
        yield ""
        yield from _lines(line, at)
    yield ""
    yield "what this cannot tell:"
    for doubt in found.doubts:
        yield f"  - {doubt.kind}"
        yield from (f"      {each}" for each in doubt.about)


def _lines(line: Line, at: datetime) -> Iterator[str]:
    requirement = line.finding.requirement
    yield f"{SIGNS[line.finding.fit]:8}{requirement.name}{'' if requirement.essential else '  (nice to have)'}"
    if requirement.sentence:
        yield f"        “{requirement.sentence}”"
    yield f"        {line.finding.reason}"
    yield from (f"        number {entry.number}: {as_of(entry, at)}" for entry in line.by)
    yield from (f"        {_closing(each)}" for each in line.closing)


def _closing(each: Closing) -> str:
    lead = "would close it" if each.fit is Fit.MET else "would close a part of it"
    more = f"; it closes {each.closes} of the gaps" if each.closes > 1 else ""
    reason = "" if each.fit is Fit.MET else f" ({each.reason})"
    return f"{lead}: {', '.join(_offered(each.offer))}{more}{reason}"


def _offered(offer: Offer) -> Iterator[str]:
    yield offer.learning.title or offer.id
    yield offer.issuer_name or offer.issuer
    if offer.cost is not None:
        yield f"{offer.cost:g} {offer.currency}" if offer.cost else "free of charge"
    if offer.learning.hours is not None:
        yield counted(offer.learning.hours, "hour")
    if offer.starts is not None:
        yield f"from {offer.starts}"
    if offer.url:
        yield offer.url


def document_of(found: Audit, at: datetime) -> JsonObject:
    """Return an audit as JSON (docs/audit.md)."""
    counts: JsonObject = {fit.value: found.count(fit) for fit in Fit}
    doubts: list[Json] = [{"code": each.code, "text": each.kind.value, "about": list[Json](each.about)} for each in found.doubts]
    return {
        "title": found.title,
        "counts": counts,
        "requirements": [_document(line, at) for line in found.lines],
        "cannotTell": doubts,
    }


def _document(line: Line, at: datetime) -> JsonObject:
    finding = line.finding
    by: list[Json] = [{"number": each.number, "id": each.credential.id, "name": each.name, "checked": as_of(each, at)} for each in line.by]
    closing: list[Json] = [
        {"offer": each.offer.written(), "fit": each.fit.value, "reason": each.reason, "closes": each.closes} for each in line.closing
    ]
    return {
        **finding.requirement.document(),
        "fit": finding.fit.value,
        "reason": finding.reason,
        "credentials": by,
        "offers": closing,
    }
