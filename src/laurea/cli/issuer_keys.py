"""`laurea issuer key`: the accounts that anchor and revoke."""

from datetime import UTC, datetime
from typing import Annotated

import typer

from laurea.cli import output
from laurea.cli.context import command_group
from laurea.cli.issuer_options import DEFAULT_DIRECTORY, AsJson, Directory, PassphraseFile, RpcUrls, desk_in, issuer_in
from laurea.core.credential import parse_time
from laurea.errors import FormatError, InputError
from laurea.services.issuing import key_care, showing
from laurea.services.issuing.key_care import NewKey
from laurea.storage.issuer.tables import Role

app = command_group("The issuer's keys: the accounts that anchor and revoke.")

Name = Annotated[str, typer.Argument(help="The key's name, as `key list` shows it.")]


@app.command("list")
def list_keys(directory: Directory = DEFAULT_DIRECTORY, as_json: AsJson = False) -> None:
    """List the keys, with their state and what they may do."""
    with issuer_in(directory) as issuer:
        keys = showing.keys(issuer)
    if as_json:
        output.document(keys)
        return
    for key in keys:
        until = f" until {key['until']}" if key["until"] else ""
        output.data(f"{key['name']}  {key['address']}  {key['state']}  may {key['may']}{until}")


@app.command("new")
def new(
    ctx: typer.Context,
    name: Name,
    roles: Annotated[str, typer.Option(help="What it may do: anchor, revoke, or both with a comma between.")],
    until: Annotated[str | None, typer.Option(help="It acts before this time only, for example 2027-01-01.")] = None,
    directory: Directory = DEFAULT_DIRECTORY,
    rpc: RpcUrls = None,
    passphrase_file: PassphraseFile = None,
) -> None:
    """Make a key and grant it its roles; if it has to be funded first, run the same command again after that."""
    wanted = NewKey(name, _roles(roles), None if until is None else moment(until))
    with desk_in(ctx, directory, rpc, passphrase_file) as desk:
        key_care.make_key(desk, wanted)


@app.command("remove")
def remove(
    ctx: typer.Context, name: Name, directory: Directory = DEFAULT_DIRECTORY, rpc: RpcUrls = None, passphrase_file: PassphraseFile = None
) -> None:
    """Take a key's roles away; what it anchored and revoked stands."""
    with desk_in(ctx, directory, rpc, passphrase_file) as desk:
        key_care.remove_key(desk, name)


@app.command("compromised")
def compromised(
    ctx: typer.Context,
    name: Name,
    since: Annotated[str, typer.Option("--from", help="Since when others hold it, for example 2026-03-01T12:00:00Z.")],
    directory: Directory = DEFAULT_DIRECTORY,
    rpc: RpcUrls = None,
    passphrase_file: PassphraseFile = None,
) -> None:
    """Declare that others hold a key: what it anchored from then on is void. It cannot be undone, only moved earlier."""
    with desk_in(ctx, directory, rpc, passphrase_file) as desk:
        key_care.compromise_key(desk, name, moment(since))
    output.talk("`laurea issuer run` now suspends the batches that this makes void; `laurea issuer retry` anchors them again")


def moment(text: str) -> datetime:
    """Return the time that a date (its first moment in UTC) or a date and time with a zone names; raises InputError."""
    try:
        return datetime.strptime(text, "%Y-%m-%d").replace(tzinfo=UTC)
    except ValueError:
        pass
    try:
        return parse_time(text)
    except FormatError as error:
        raise InputError(f"{error}", hint="for example 2026-03-01, or 2026-03-01T12:00:00Z") from error


def _roles(text: str) -> Role:
    roles = Role.NONE
    for word in text.split(","):
        try:
            roles |= Role[word.strip().upper()]
        except KeyError as error:
            raise InputError(f"{word.strip()!r} is not a role", hint="anchor, revoke, or anchor,revoke") from error
    return roles
