"""`laurea issuer key`: the accounts that anchor and revoke, and the keys that sign credentials."""

from datetime import UTC, datetime
from typing import Annotated

import typer

from laurea.cli import output
from laurea.cli.context import command_group
from laurea.cli.issuer_options import DEFAULT_DIRECTORY, AsJson, Directory, PassphraseFile, RpcUrls, desk_in, issuer_in, keyring
from laurea.core.credential import parse_time
from laurea.core.keys import did_key
from laurea.errors import FormatError, InputError
from laurea.services.issuing import key_care, showing, signing_keys
from laurea.services.issuing.key_care import NewKey
from laurea.storage.issuer.tables import Role, SigningKeyRow

app = command_group("The issuer's keys: the accounts that anchor and revoke, and the keys that sign credentials.")

HAND_OUT = "hand out the new trust file and DID document (laurea issuer trust-file, did-document)"

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
        ends = f" until {key['until']}" if key.get("until") else ""
        begins = f" from {key['from']}" if key["state"] == signing_keys.TO_COME else ""
        output.data(f"{key['name']}  {key.get('address') or key['key']}  {key['state']}  may {key['may']}{begins}{ends}")


@app.command("new")
def new(
    ctx: typer.Context,
    name: Name,
    roles: Annotated[str, typer.Option(help="What it may do: anchor, revoke, or both with a comma between; or sign.")],
    until: Annotated[str | None, typer.Option(help="It acts before this time only, for example 2027-01-01.")] = None,
    since: Annotated[
        str | None, typer.Option("--from", help="It signs credentials from this time on, so that verifiers can know it before.")
    ] = None,
    kind: Annotated[
        signing_keys.Kind, typer.Option(help="Of what it is, with --roles sign: p256 is for the ECDSA suites of `laurea vc-api serve`.")
    ] = signing_keys.Kind.ED25519,
    directory: Directory = DEFAULT_DIRECTORY,
    rpc: RpcUrls = None,
    passphrase_file: PassphraseFile = None,
) -> None:
    """Make a key and grant it its roles; if it has to be funded first, run the same command again after that.

    With --roles sign: a key that signs credentials in the place of the one before it; what that has signed stays good.
    """
    if roles.strip() == signing_keys.ROLE:
        if until is not None:
            raise InputError("a key signs until the next one does", hint="leave --until out")
        with issuer_in(directory, work="admin") as issuer:
            begins = None if since is None else moment(since)
            made = signing_keys.rotate(issuer, keyring(ctx, directory, passphrase_file), name, signs_from=begins, kind=kind)
            _tell(made, listed=signing_keys.did_with(issuer, made.public) == issuer.profile.did, at_once=since is None)
        return
    if since is not None or kind is not signing_keys.Kind.ED25519:
        raise InputError("--from and --kind are for keys that sign credentials", hint="leave them out, or pass --roles sign")
    wanted = NewKey(name, _roles(roles), None if until is None else moment(until))
    with desk_in(ctx, directory, rpc, passphrase_file) as desk:
        key_care.make_key(desk, wanted)


@app.command("remove")
def remove(
    ctx: typer.Context, name: Name, directory: Directory = DEFAULT_DIRECTORY, rpc: RpcUrls = None, passphrase_file: PassphraseFile = None
) -> None:
    """Take a key's roles away; what it anchored and revoked stands."""
    with issuer_in(directory) as issuer:
        if signing_keys.is_one(issuer, name):
            raise InputError(f"the key {name} signs credentials: it is replaced", hint="laurea issuer key new NAME --roles sign")
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
    """Declare that others hold a key: what it anchored from then on is void. It cannot be undone, only moved earlier.

    Of a key that signs credentials: it signs no more, and verifiers who get the new trust file take its signature only under what was
    anchored before.
    """
    with issuer_in(directory) as issuer:
        if signing_keys.is_one(issuer, name):
            signing_keys.compromise(issuer, name, moment(since))
            output.talk(f"the key {name} counts as compromised from {moment(since).isoformat()}; {HAND_OUT}")
            output.talk("`laurea issuer sign-again` signs what was released with it again; `laurea issuer run` the status lists")
            return
    with desk_in(ctx, directory, rpc, passphrase_file) as desk:
        key_care.compromise_key(desk, name, moment(since))
    output.talk("`laurea issuer run` now suspends the batches that this makes void; `laurea issuer retry` anchors them again")


def _tell(made: SigningKeyRow, *, listed: bool, at_once: bool) -> None:
    if not listed:
        output.talk(f"the key {made.name} signs as {did_key(made.public)}: this issuer's own DID is another key")
        return
    output.talk(f"the key {made.name} signs credentials from {made.signs_from.isoformat()} on; {HAND_OUT}")
    if at_once:
        output.talk("until verifiers have those, they cannot judge what it signs: with --from they can have them before")


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
            raise InputError(f"{word.strip()!r} is not a role", hint="anchor, revoke, or anchor,revoke; or sign") from error
    return roles
