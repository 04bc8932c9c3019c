"""`laurea issuer renew`: credentials that end get others in their place, with another validity."""

from datetime import timedelta
from typing import Annotated

import typer

from laurea.cli import output
from laurea.cli.context import options
from laurea.cli.issuer_options import DEFAULT_DIRECTORY, AsJson, Directory, issuer_in
from laurea.core import cells
from laurea.core.credential import format_time
from laurea.core.plural import counted
from laurea.errors import FormatError, InputError
from laurea.services.issuing import renewing

MAX_DAYS = 3650


def renew(
    ctx: typer.Context,
    credentials: Annotated[list[str] | None, typer.Argument(metavar="[ID]...", help="Ids of released credentials (urn:uuid:...).")] = None,
    until: Annotated[
        str | None, typer.Option(metavar="DATE", help="Until when the new ones are valid: a date, or a time with its zone.")
    ] = None,
    within: Annotated[
        int | None, typer.Option(metavar="DAYS", min=1, max=MAX_DAYS, help="All that end within so many days, in the place of ids.")
    ] = None,
    achievement: Annotated[str | None, typer.Option(help="With --within: only credentials of this achievement.")] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="With --within: list what ends, renew nothing.")] = False,
    directory: Directory = DEFAULT_DIRECTORY,
    as_json: AsJson = False,
) -> None:
    """Renew credentials: new ones say the same for a longer time, and the old ones are superseded when those are released."""
    if bool(credentials) == (within is not None):
        raise InputError("it is not said what to renew", hint="name credentials by their ids, or pass --within DAYS")
    if until is None and not dry_run:
        raise InputError("it is not said until when", hint="pass --until, for example --until 2029-12-31")
    with issuer_in(directory, settings=options(ctx).settings) as issuer:
        ends = {} if within is None else renewing.ending(issuer, timedelta(days=within), achievement=achievement)
        if dry_run:
            found = [{"id": f"urn:uuid:{uuid}", "validUntil": format_time(end)} for uuid, end in ends.items()]
            _list(found, as_json=as_json)
            return
        try:
            moment = cells.valid_until(until or "", now=issuer.now())
        except FormatError as error:
            raise InputError(f"--until {until}: {error}") from error
        renewed = renewing.renew(issuer, [*(credentials or []), *ends], moment)
    pairs = [{"id": f"urn:uuid:{new}", "replaces": f"urn:uuid:{old}"} for old, new in renewed.items()]
    if as_json:
        output.document(pairs)
    output.talk(
        f"{counted(len(pairs), 'credential')} renewed until {format_time(moment)}; the old ones are superseded when those are released"
    )


def _list(found: list[dict[str, str]], *, as_json: bool) -> None:
    if as_json:
        output.document(found)
    for each in () if as_json else found:
        output.data(f"{each['id']}  ends {each['validUntil']}")
