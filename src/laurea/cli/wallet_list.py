"""`laurea wallet list`, `show` and `remove`: what is in a wallet, as it was when it was last checked."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Annotated

import typer

from laurea.cli import output
from laurea.cli.wallet_options import DEFAULT, AsJson, Name, PassphraseFile, WalletPath, holding_of, now
from laurea.core.canonical import Json, JsonObject
from laurea.core.claims import ENVELOPE
from laurea.core.credential import format_time
from laurea.core.summary import Standing
from laurea.services.holding import Entry, Filter, Holding, Status
from laurea.services.holding.entry import successors
from laurea.services.holding.search import days_left, expiring, select

MAX_DAYS = 36_525  # a century: whoever asks for more wants all


def list_(
    issuer: Annotated[str, typer.Option(metavar="TEXT", help="Only those whose issuer's name or id has this in it.")] = "",
    skill: Annotated[str, typer.Option(metavar="TEXT", help="Only those that name such a skill or tag.")] = "",
    type_: Annotated[str, typer.Option("--type", metavar="TEXT", help="Only those of such a type, as MicroCredential.")] = "",
    status: Annotated[Status | None, typer.Option(help="Only those that stand so, by their dates or the last check.")] = None,
    search: Annotated[str, typer.Option(metavar="TEXT", help="Only those that have all these words somewhere.")] = "",
    expiring_: Annotated[
        int | None,
        typer.Option(
            "--expiring", metavar="DAYS", min=0, max=MAX_DAYS, help="Only those that expire within so many days, or have expired."
        ),
    ] = None,
    wallet: WalletPath = DEFAULT,
    passphrase_file: PassphraseFile = None,
    *,
    as_json: AsJson = False,
) -> None:
    """List the credentials in the order in which they came; nothing is checked anew, and case and accents do not matter.

    With --expiring the one that expires first is the first.
    """
    Holding.expect(wallet, there=True)
    at = now()
    entries = holding_of(wallet, passphrase_file).entries()
    newer = successors(entries, at)
    found = select(entries, Filter(issuer, skill, type_, status, search), at=at)
    if expiring_ is not None:
        found = expiring(found, at=at, within=timedelta(days=expiring_))
    if as_json:
        output.document([{**summary(entry, at), "replacedBy": _number(newer.get(entry.number))} for entry in found])
        return
    for entry in found:
        output.data(
            "\n   ".join(
                [f"{entry.number}  {output.printable(entry.name) or '(no name)'}", *_lines(entry, at), *_replaced(newer.get(entry.number))]
            )
        )
    if not entries:
        output.talk("the wallet is empty; laurea wallet receive FILE puts a credential into it")
    elif not found:
        output.talk(f"none of the {len(entries)} credentials is like that")


def show(name: Name, wallet: WalletPath = DEFAULT, passphrase_file: PassphraseFile = None, *, as_json: AsJson = False) -> None:
    """Show a credential and its claims, by the pointers that `present` takes."""
    Holding.expect(wallet, there=True)
    holding, at = holding_of(wallet, passphrase_file), now()
    entry = holding.find(name)
    newer = successors(holding.entries(), at).get(entry.number)
    if as_json:
        claims: list[Json] = [{"pointer": claim.pointer, "value": claim.value} for claim in entry.claims]
        output.document({**summary(entry, at), "replacedBy": _number(newer), "claims": claims})
        return
    output.data("\n".join([output.printable(entry.name) or "(no name)", *_lines(entry, at), *_replaced(newer), ""]))
    for claim in entry.claims:
        if claim.pointer != ENVELOPE:
            output.data(f"{output.printable(claim.pointer)}  {output.printable(output.compact(claim.value))}")


def summary(entry: Entry, at: datetime) -> JsonObject:
    """Return what is told of a credential, as JSON."""
    credential, last = entry.credential, entry.last_check(at)
    return {
        "number": entry.number,
        "id": credential.id,
        "name": entry.name,
        "issuer": credential.issuer,
        "subject": credential.subject_id,
        "bound": entry.bound,
        "partial": entry.partial,
        "remarks": list(entry.remarks),
        "validFrom": credential.document.get("validFrom"),
        "validUntil": credential.document.get("validUntil"),
        "note": {"text": entry.note, "selfAsserted": True} if entry.note else None,
        "files": len(entry.held.evidence),
        "standing": entry.standing(at).value,
        "received": format_time(entry.held.received),
        "checked": None
        if last.verdict is None or last.at is None
        else {
            "verdict": last.verdict.value,
            "headline": last.headline,
            "at": format_time(last.at),
            "expired": None if last.expired is None else format_time(last.expired),
            "attempted": None if last.tried is None else {"at": format_time(last.tried), "reason": last.reason},
        },
    }


def remove(
    name: Name,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
    wallet: WalletPath = DEFAULT,
    passphrase_file: PassphraseFile = None,
) -> None:
    """Take a credential out of the wallet; copies of the wallet keep it until they are merged with this one."""
    Holding.expect(wallet, there=True)
    holding = holding_of(wallet, passphrase_file)
    entry = holding.find(name)
    output.confirm(f"take {entry.name or entry.number} out of the wallet", yes=yes)
    holding.remove(entry.lasting_name, at=now())
    output.talk(f"took out {entry.name or entry.number}")


def _lines(entry: Entry, at: datetime) -> list[str]:
    credential = entry.credential
    lines = [
        f"id        {credential.id or '(none)'}",
        f"issuer    {credential.issuer or '(none)'}",
        f"dates     {_dates(entry, at)}",
        f"received  {format_time(entry.held.received)}",
        *(f"{'checked' if first else '':10}{line}" for first, line in _told(entry, at)),
        *([f"remark    {', '.join(entry.remarks)}"] if entry.remarks else []),
        *([f"own note  {entry.note}"] if entry.note else []),
    ]
    return [output.printable(line) for line in lines]


def _replaced(newer: Entry | None) -> list[str]:
    return [] if newer is None else [f"replaced  by {newer.number}, which its issuer says stands in its place"]


def _number(newer: Entry | None) -> int | None:
    return None if newer is None else newer.number


def _told(entry: Entry, at: datetime) -> Iterator[tuple[bool, str]]:
    for number, line in enumerate(entry.last_check(at).lines()):
        yield number == 0, line


def _dates(entry: Entry, at: datetime) -> str:
    found, standing, left = entry.summary(), entry.standing(at), days_left(entry.summary(), at)
    begin = f"from {format_time(found.valid_from)}" if found.valid_from else "no beginning"
    end = f" until {format_time(found.valid_until)}" if found.valid_until else ""
    if standing is Standing.CURRENT:
        return f"{begin}{end}: " + ("in force" if left is None else f"expires in {left} day{'' if left == 1 else 's'}")
    return f"{begin}{end}: {standing}"
