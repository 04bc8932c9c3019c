"""`laurea issuer`: found an issuer, enrol, run, revoke, look."""

from pathlib import Path
from typing import Annotated

import typer

from laurea.chain.artefact import canonical_address
from laurea.cli import (
    issuer_accreditation,
    issuer_catalogue,
    issuer_enrol,
    issuer_keys,
    issuer_service,
    issuer_stack,
    issuer_status,
    output,
)
from laurea.cli.context import command_group, options
from laurea.cli.issuer_backup import backup, reconcile, restore
from laurea.cli.issuer_blockcerts import blockcerts_profile
from laurea.cli.issuer_identity import country as set_country
from laurea.cli.issuer_identity import did_document, sign_trust_file, trust_file
from laurea.cli.issuer_options import (
    DEFAULT_DIRECTORY,
    AsJson,
    Directory,
    PassphraseFile,
    RpcUrls,
    desk_in,
    issuer_in,
    keyring,
    now,
    patience,
    reach,
)
from laurea.cli.issuer_renew import renew
from laurea.cli.issuer_run import NOT_YET, plan, report, run
from laurea.core.account import parse_address, parse_chain
from laurea.core.country import country_code
from laurea.core.plural import counted
from laurea.errors import InputError
from laurea.services.issuing import erasure, lookup, revocation, showing
from laurea.services.issuing.anchoring import Anchoring
from laurea.services.issuing.founding import Founding, found
from laurea.services.issuing.registration import register, shortfalls
from laurea.services.issuing.revoking import Revoking
from laurea.storage.issuer.credentials import REVOKED, WITHDRAWN
from laurea.storage.issuer.directory import IssuerDirectory

REVOKE_SECONDS = 300.0

LISTED = "revoked: in the revocation list, which `laurea issuer serve` has, and `laurea issuer blockcerts-profile --export` writes"
app = command_group("Issue credentials: enrol, anchor, release, revoke.")
app.add_typer(issuer_keys.app, name="key")
app.add_typer(issuer_enrol.app, name="achievement")
app.add_typer(issuer_stack.app, name="stack")
app.command()(issuer_stack.clr)
app.add_typer(issuer_accreditation.app, name="accreditation")
app.command()(issuer_accreditation.accredit)
app.command()(issuer_catalogue.catalogue)
app.command()(issuer_enrol.enrol)
app.command()(issuer_enrol.link)
app.add_typer(issuer_service.app, name="access")
app.command()(issuer_service.serve)
app.command()(run)
app.command()(plan)
app.command()(renew)
app.command()(report)
app.command()(backup)
app.command()(restore)
app.command()(reconcile)
app.command("trust-file")(trust_file)
app.command("blockcerts-profile")(blockcerts_profile)
app.command("country")(set_country)
app.command("did-document")(did_document)
app.command("sign-trust-file")(sign_trust_file)
app.command()(issuer_status.suspend)
app.command()(issuer_status.unsuspend)
app.command("status-lists")(issuer_status.status_lists)
app.command("sign-again")(issuer_status.sign_again)


@app.command()
def init(
    ctx: typer.Context,
    name: Annotated[str | None, typer.Option(help="The issuer's name, as credentials show it.")] = None,
    did: Annotated[
        str | None,
        typer.Option(help="The issuer's DID, for example did:web:example.org; did:pkh for its account's; else a did:key is made."),
    ] = None,
    url: Annotated[str | None, typer.Option(help="The issuer's web page, as credentials show it.")] = None,
    country: Annotated[str | None, typer.Option(help="The issuer's country, as credentials show it: AT, DE, ES, ...")] = None,
    chain: Annotated[str | None, typer.Option(help="Where to anchor, by CAIP-2: eip155:1, eip155:11155111, ...")] = None,
    registry: Annotated[str | None, typer.Option(help="The registry's address, if it is not the canonical one.")] = None,
    database: Annotated[
        str | None,
        typer.Option(metavar="URL", help="A PostgreSQL database for the tables (postgresql://...); else SQLite, in the directory."),
    ] = None,
    directory: Directory = DEFAULT_DIRECTORY,
    rpc: RpcUrls = None,
    passphrase_file: PassphraseFile = None,
    as_json: AsJson = False,
    offline: Annotated[
        bool, typer.Option("--offline", help="Make what is here alone, its keys among it; the registry is told later.")
    ] = False,
) -> None:
    """Make an issuer: its keys here, and once they are funded its place in the registry. Run it again to go on."""
    founding = None
    if name is not None or chain is not None:
        if name is None or chain is None:
            raise InputError("a new issuer needs a name and a chain", hint="pass --name and --chain")
        address = canonical_address() if registry is None else parse_address(registry)
        founding = Founding(did, name, url, parse_chain(chain), address, None if country is None else country_code(country))
        if not offline:
            options(ctx).rpc_of(founding.chain_id, rpc)  # before anything is made
    found(IssuerDirectory(directory), founding, keyring(ctx, directory, passphrase_file), now(), database_url=database)
    if offline:
        _made_offline(directory)
        return
    with desk_in(ctx, directory, rpc, passphrase_file) as desk:
        if as_json:
            output.document(showing.to_fund(desk.issuer, shortfalls(desk)))
        register(desk)
        output.talk(f"the issuer {desk.issuer.profile.did} is ready")


def _made_offline(directory: Path) -> None:
    with issuer_in(directory) as issuer:
        output.data(issuer.profile.did)
    output.talk("no chain knows this issuer yet: run `laurea issuer init` again, without --offline, before anything is to be anchored")


@app.command()
def retry(
    ctx: typer.Context,
    batch: int,
    directory: Directory = DEFAULT_DIRECTORY,
    rpc: RpcUrls = None,
) -> None:
    """Put a failed or suspended batch back on its way, after its cause was mended; the next run goes on with it."""
    with issuer_in(directory, work="run") as issuer:
        Anchoring(issuer, reach(ctx, issuer, rpc), keyring(ctx, directory, None)).retry(batch)
    output.talk(f"batch {batch} is on its way again at the next run")


@app.command()
def revoke(
    ctx: typer.Context,
    credentials: Annotated[list[str] | None, typer.Argument(metavar="[ID]...", help="Ids of credentials (urn:uuid:...).")] = None,
    reason: Annotated[str | None, typer.Option(help="unspecified, error, superseded or withdrawn: public forever.")] = None,
    directory: Directory = DEFAULT_DIRECTORY,
    rpc: RpcUrls = None,
    passphrase_file: PassphraseFile = None,
) -> None:
    """Revoke credentials, for ever; what was not released yet is withdrawn, and the chain hears nothing of it.

    Without an ID: bring to the chain what was asked for elsewhere and waits for the revoking key.
    """
    if credentials and reason is None:
        raise InputError("it is not said why", hint=f"pass --reason, one of {', '.join(each.word for each in revocation.Reason)}")
    with issuer_in(directory, work="revoke") as issuer:
        asked = None if not credentials else revocation.request(issuer, credentials, revocation.reason_of(reason or ""))
        count = 0
        if asked is None or asked.revocations:
            secrets = keyring(ctx, directory, passphrase_file)
            revoking = Revoking(issuer, reach(ctx, issuer, rpc), secrets, patience(REVOKE_SECONDS))
            count = revoking.revoke(None if asked is None else asked.revocations)
    if asked is None:
        output.talk(
            f"{counted(count, 'credential')} that waited for it {'is' if count == 1 else 'are'} {REVOKED}"
            if count
            else "no revocation waits"
        )
        return
    for credential in credentials or []:
        uuid = lookup.credential_uuid(credential)
        output.talk(f"{credential} is {WITHDRAWN if uuid in asked.withdrawn else LISTED if uuid in asked.listed else REVOKED}")


@app.command()
def erase(
    learner: Annotated[str, typer.Argument(help="The learner, exactly as the roster names them.")],
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask whether it is meant.")] = False,
    directory: Directory = DEFAULT_DIRECTORY,
) -> None:
    """Erase all that is kept of a learner, for ever: their credentials, released or not, and what they were sent."""
    output.confirm("erase this learner's credentials, which nobody can bring back", yes=yes)
    with issuer_in(directory, work="run") as issuer, issuer.lock("backup"):
        erased = erasure.erase(issuer, learner)
    output.talk(f"erased: {counted(erased.removed, 'credential')} removed, {erased.emptied:,} of which an empty place in a batch is left")


@app.command()
def status(directory: Directory = DEFAULT_DIRECTORY, as_json: AsJson = False) -> None:
    """Show who the issuer is, its keys, how many credentials stand where, and the batches."""
    with issuer_in(directory) as issuer:
        found_status = showing.status(issuer)
    if as_json:
        output.document(found_status)
        return
    for line in showing.lines(found_status):
        output.data(line)


@app.command()
def show(
    what: Annotated[str, typer.Argument(help="A credential's id, or a learner as the roster names them.")],
    directory: Directory = DEFAULT_DIRECTORY,
    as_json: AsJson = False,
) -> None:
    """Print a released credential, or list a learner's; with --json say where they stand instead."""
    with issuer_in(directory) as issuer:
        if lookup.credential_uuid(what) is None:
            _list(showing.of_learner(issuer, what), as_json=as_json)
            return
        shown = showing.credential(issuer, lookup.require(issuer, what))
        if as_json:
            output.document(shown.document())
        elif shown.released:
            output.data(issuer.directory.read_released(shown.id))
        else:
            output.talk(f"there is nothing to hand out: the credential is {shown.state}")
            raise typer.Exit(NOT_YET)


def _list(credentials: list[showing.Shown], *, as_json: bool) -> None:
    if not credentials:
        raise InputError("no credential of this learner", hint="name the learner exactly as the roster did")
    if as_json:
        output.document([credential.document() for credential in credentials])
        return
    for credential in credentials:
        suspended = "  suspended" if credential.suspended else ""
        output.data(f"urn:uuid:{credential.id}  {credential.achievement}  {credential.state}{suspended}")
