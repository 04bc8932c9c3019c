"""`laurea issuer accredit` and `accreditation`: vouch for other issuers, and carry who vouches for this one."""

import re
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

from laurea.chain.artefact import canonical_address
from laurea.cli import output
from laurea.cli.context import command_group, options
from laurea.cli.issuer_options import DEFAULT_DIRECTORY, AsJson, Directory, RpcUrls, issuer_in, now
from laurea.cli.verifier_options import Asked, TrustFiles
from laurea.core import canonical
from laurea.core.account import parse_address, parse_chain
from laurea.core.accreditation import MAX_LINKS
from laurea.core.credential import format_time, parse_time
from laurea.core.did_document import DidDocument
from laurea.core.endorsement import Endorsing
from laurea.core.leaf import Domain
from laurea.core.report import Report, Verdict
from laurea.errors import FormatError, InputError
from laurea.services.issuing import accreditations, endorsing

ACCOUNT = "eip155:1:0x… for the canonical registry, else eip155:1:REGISTRY:ISSUER-ID"
NAMED_ACCOUNT = re.compile("(?P<chain>eip155:[0-9]{1,20})(?::(?P<registry>0x[0-9a-fA-F]{40}))?:(?P<issuer>0x[0-9a-fA-F]{40})", re.ASCII)

app = command_group("Who accredits this issuer: what its credentials carry.")


@dataclass(frozen=True, slots=True)
class Period:
    """From when until when, as it was given."""

    start: str | None
    end: str | None

    def moments(self) -> tuple[datetime, datetime | None]:
        """Return the moments; from now where no start was given."""
        start = now().replace(microsecond=0) if self.start is None else parse_time(self.start)
        return start, None if self.end is None else parse_time(self.end)


def accredit(
    ctx: typer.Context,
    did: Annotated[str, typer.Argument(help="The DID of the issuer that is accredited.")],
    name: Annotated[str, typer.Option(help='Its name; the credential is called "Accreditation of" it.')],
    did_document: Annotated[
        Path | None, typer.Option(help="Its DID document: the accounts it anchors with, and the keys it signs with.", metavar="FILE")
    ] = None,
    account: Annotated[
        list[str] | None,
        typer.Option(metavar="CHAIN:ISSUER-ID", help=f"An account it anchors with: {ACCOUNT}. May be given again."),
    ] = None,
    may_accredit: Annotated[
        int,
        typer.Option(min=0, max=MAX_LINKS - 1, help="How many links below it may be accredited on its word; 0, it may accredit nobody."),
    ] = 0,
    comment: Annotated[str, typer.Option(help="What is vouched for, in words.")] = "",
    valid_from: Annotated[str | None, typer.Option(metavar="TIME", help="From when; now, if it is left out (RFC 3339).")] = None,
    valid_until: Annotated[str | None, typer.Option(metavar="TIME", help="Until when (RFC 3339).")] = None,
    *,
    replace: Annotated[bool, typer.Option("--replace", help="Take the accreditation that it has from this issuer back.")] = False,
    directory: Directory = DEFAULT_DIRECTORY,
) -> None:
    """Accredit another issuer: an endorsement that is due at the next run, and can be revoked as any other credential. Prints its id."""
    start, end = Period(valid_from, valid_until).moments()
    document = None if did_document is None else _did_document(did_document)
    accounts = tuple(_account(each) for each in account or ())
    wanted = Endorsing(did, name, start, end, accounts, document, may_accredit, comment)
    with issuer_in(directory, settings=options(ctx).settings) as issuer:
        uuid = endorsing.accredit(issuer, wanted, replace=replace)
    output.data(f"urn:uuid:{uuid}")
    further = f", and may accredit {may_accredit} link{'s' if may_accredit > 1 else ''} further" if may_accredit else ""
    output.talk(f"{output.printable(did)} is accredited{further}, once this is anchored; then send it what `laurea issuer show` prints")


@app.command("add")
def add(
    ctx: typer.Context,
    file: Annotated[Path, typer.Argument(help="An accreditation of this issuer, as the accreditor's `laurea issuer show` prints it.")],
    rpc: RpcUrls = None,
    trust: TrustFiles = None,
    directory: Directory = DEFAULT_DIRECTORY,
) -> None:
    """Keep an accreditation of this issuer: what is enrolled from now on carries it. One that is invalid is refused."""
    data = output.read(file)
    with issuer_in(directory, settings=options(ctx).settings) as issuer:
        report = Asked(tuple(rpc or ()), tuple(trust or ()), None, ()).verifying(options(ctx).settings.rpc).verify(data, at=now())
        if report.verdict is Verdict.INVALID:
            raise InputError(f"the accreditation is invalid: {report.headline}")
        kept = accreditations.add(issuer, data)
    output.talk(f"kept, the accreditation by {output.printable(kept.by)}{_until(kept)}: what is enrolled from now on carries it")
    output.talk(_found(report))


@app.command("list")
def list_(directory: Directory = DEFAULT_DIRECTORY, as_json: AsJson = False) -> None:
    """List the accreditations that this issuer's credentials carry."""
    with issuer_in(directory) as issuer:
        found = accreditations.known(issuer)
    if as_json:
        output.document([each.document() for each in found])
        return
    for each in found:
        may = f", may accredit {each.may_accredit}" if each.may_accredit else ""
        output.data(output.printable(f"{each.id}  by {each.by}{_until(each)}{may}"))


@app.command("remove")
def remove(
    credential: Annotated[str, typer.Argument(metavar="ID", help="The accreditation's id, as `list` has it.")],
    directory: Directory = DEFAULT_DIRECTORY,
) -> None:
    """Forget an accreditation: what is enrolled from now on does not carry it. What was issued with it keeps it."""
    with issuer_in(directory) as issuer:
        accreditations.remove(issuer, credential)
    output.talk("forgotten: what is enrolled from now on does not carry it")


def _until(kept: accreditations.Kept) -> str:
    return "" if kept.valid_until is None else f" until {format_time(kept.valid_until)}"


def _found(report: Report) -> str:
    if report:
        return f"it was verified: {output.printable(report.headline)}"
    return f"it is not verified yet, and your verifiers will do so by their own trust files: {output.printable(report.headline)}"


def _did_document(path: Path) -> DidDocument:
    try:
        return DidDocument.of(canonical.parse(output.read(path)))
    except FormatError as error:
        raise InputError(f"{path} is no DID document: {error}") from error


def _account(text: str) -> Domain:
    """Return the account that a text names; raises InputError."""
    found = NAMED_ACCOUNT.fullmatch(text)
    if found is None:
        raise InputError(f"{text[:200]!r} does not name an account", hint=ACCOUNT)
    registry = canonical_address() if found["registry"] is None else parse_address(found["registry"])
    return Domain(parse_chain(found["chain"]), registry, parse_address(found["issuer"]))
