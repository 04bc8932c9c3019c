"""`laurea issuer serve`, and the access keys with which it is used."""

import time
from dataclasses import replace
from typing import Annotated

import typer

from laurea.cli import output
from laurea.cli.context import command_group, options
from laurea.cli.issuer_keys import moment
from laurea.cli.issuer_options import DEFAULT_DIRECTORY, AsJson, Directory, RpcUrls, issuer_in, outbox, reach
from laurea.cli.serving import listen, service_log
from laurea.core.credential import format_time
from laurea.services.issuing import access
from laurea.storage.issuer.tables import Access
from laurea.web.app import create_app
from laurea.web.chores import Chores
from laurea.web.service import Service

app = command_group("Keys to the service: who may use the API.")

Name = Annotated[str, typer.Argument(help="What the key is called; an office or a program, not a person.")]


def serve(
    ctx: typer.Context,
    host: Annotated[str, typer.Option(help="The address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=1, max=65535, help="The port to listen on.")] = 8000,
    directory: Directory = DEFAULT_DIRECTORY,
    rpc: RpcUrls = None,
) -> None:
    """Serve the API until interrupted. Put a web server with TLS before it; it writes a line of JSON to stderr for each request."""
    options(ctx)
    log = service_log()
    with issuer_in(directory, settings=options(ctx).settings) as issuer:
        chores = Chores(replace(issuer, actor="serve"), outbox(ctx, issuer), log)
        service = Service(issuer, options(ctx).settings, lambda: reach(ctx, issuer, rpc), time.monotonic, chores.wake)
        output.talk(f"serving {issuer.profile.did} at http://{host}:{port}/v1")
        with chores:
            listen(create_app(service), host, port)


@app.command("new")
def new(
    name: Name,
    kind: Annotated[Access, typer.Option("--access", help="auditor looks; registrar imports and revokes, too; operator does everything.")],
    expires: Annotated[str | None, typer.Option(help="It works before this time only, for example 2027-01-01.")] = None,
    directory: Directory = DEFAULT_DIRECTORY,
) -> None:
    """Make an access key and print it. It is shown this once: only its hash is kept."""
    with issuer_in(directory) as issuer:
        output.data(access.make(issuer, name, kind, expires_at=None if expires is None else moment(expires)))
    output.talk(f"this is the access key {name}; it is not shown again")


@app.command("list")
def list_keys(directory: Directory = DEFAULT_DIRECTORY, as_json: AsJson = False) -> None:
    """List the access keys, without what they are."""
    with issuer_in(directory) as issuer:
        keys = access.listed(issuer)
    if as_json:
        output.document(
            [
                {
                    "id": key.id,
                    "name": key.name,
                    "access": key.access.value,
                    "created": format_time(key.created_at),
                    "expires": None if key.expires_at is None else format_time(key.expires_at),
                    "revoked": None if key.revoked_at is None else format_time(key.revoked_at),
                }
                for key in keys
            ]
        )
        return
    for key in keys:
        end = (
            f"  revoked {format_time(key.revoked_at)}"
            if key.revoked_at
            else f"  until {format_time(key.expires_at)}"
            if key.expires_at
            else ""
        )
        output.data(f"{key.id}  {key.access.value}  {key.name}{end}")


@app.command("revoke")
def revoke(name: Name, directory: Directory = DEFAULT_DIRECTORY) -> None:
    """End an access key at once."""
    with issuer_in(directory) as issuer:
        access.revoke(issuer, name)
    output.talk(f"the access key {name} works no more")
