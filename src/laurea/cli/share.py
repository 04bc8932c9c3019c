"""`laurea share`: a document behind a link that its owner can end; and the host that keeps it without being able to read it."""

import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Annotated

import typer

from laurea.cli import output
from laurea.cli.context import command_group
from laurea.cli.serving import listen, service_log
from laurea.core.canonical import JsonObject, encode
from laurea.core.credential import format_time
from laurea.core.presentation import is_complete
from laurea.core.sealed_share import MAX_DOCUMENT_BYTES
from laurea.errors import InputError, LaureaError
from laurea.services import sharing
from laurea.services.hosting import Hosting
from laurea.storage import files
from laurea.storage.shares import Shares
from laurea.web.limits import Limiter
from laurea.web.share.app import create_app
from laurea.web.share.service import ShareService
from laurea.web.share.sweeper import Sweeper

MAX_RECEIPT_BYTES = 64 << 10
MIN_TOKEN = 20  # characters: a short one could be guessed

app = command_group("Share a document by a link, and end it again; serve a host for such links.")

Receipt = Annotated[Path, typer.Argument(metavar="RECEIPT", help="What `put` wrote.")]
TokenFile = Annotated[Path | None, typer.Option("--upload-token-file", metavar="FILE", help="A file with the upload token of the host.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON.")]


@app.command()
def put(
    file: Annotated[Path, typer.Argument(metavar="FILE", help='What to share, usually a partial credential; "-" is stdin.')],
    host: Annotated[str, typer.Option(metavar="URL", help="The share host.")],
    receipt: Annotated[Path, typer.Option(metavar="FILE", help="Where the receipt goes; it ends the share: keep it for yourself.")],
    days: Annotated[int, typer.Option(min=1, max=365, help="After so many days it ends by itself.")] = 30,
    upload_token_file: TokenFile = None,
) -> None:
    """Seal a document on this machine, give it to a host that cannot read it, and print the link, which holds the key."""
    document = output.read(file, limit=MAX_DOCUMENT_BYTES)
    if is_complete(document):
        output.talk(
            "warning: this is a complete credential: whoever has the link can show all of it on; share a part (laurea wallet present)"
        )
    if receipt.exists():
        raise InputError(f"{receipt} exists: it may be what ends another share", hint="name a new file")
    made = sharing.share(document, host, life=timedelta(days=days), upload_token=token_in(upload_token_file))
    try:
        files.replace(receipt, encode(made.receipt()))
    except LaureaError:
        sharing.end(made)  # nobody could end it later
        raise
    output.talk(f"shared until {format_time(made.expires)}; whoever has the link can read it; laurea share end {receipt} ends it")
    output.data(made.url)


@app.command()
def status(receipt: Receipt, *, as_json: AsJson = False) -> None:
    """Tell how often a share was opened, and until when it is there."""
    found = sharing.status(_kept(receipt))
    last = None if found.last_viewed is None else format_time(found.last_viewed)
    if as_json:
        told: JsonObject = {"views": found.views, "lastViewed": last, "expires": format_time(found.expires)}
        output.document(told)
        return
    output.data(f"opened {found.views} time{'s' if found.views != 1 else ''}{f', last in the hour of {last}' if last else ''}")
    output.data(f"until {format_time(found.expires)}")


@app.command()
def end(receipt: Receipt) -> None:
    """End a share: the host takes it from its disk at once, and the link leads nowhere."""
    sharing.end(_kept(receipt))
    output.talk("the share has ended; its host keeps nothing of it")


@app.command()
def get(
    url: Annotated[str, typer.Argument(metavar="URL", help='The link, whole, in quotes; "-" reads it from stdin.')],
    output_: Annotated[Path | None, typer.Option("--output", metavar="FILE", help="Write it here instead of stdout.")] = None,
) -> None:
    """Fetch what a link shares and open it on this machine, without the page of the host; nothing is verified by it."""
    link = output.read(Path("-"), limit=MAX_RECEIPT_BYTES).decode(errors="replace") if url == "-" else url
    document = sharing.fetch(link)
    if output_ is None:
        output.data(document)
    else:
        output.write(output_, document)
        output.talk(f"wrote {output_}; laurea verify {output_} checks it")


@app.command()
def serve(
    directory: Annotated[Path, typer.Option(metavar="DIR", help="Where the sealed documents are kept; made if need be.")],
    url: Annotated[str, typer.Option(metavar="PUBLIC_URL", help="The URL at which others reach the host.")],
    host: Annotated[str, typer.Option(help="The address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=1, max=65535, help="The port to listen on.")] = 8010,
    capacity: Annotated[int, typer.Option(metavar="MIB", min=1, help="How much of the disk shares may take.")] = 1024,
    uploads_a_minute: Annotated[int, typer.Option(min=1, help="How many one address may share.")] = 10,
    requests_a_minute: Annotated[int, typer.Option(min=1, help="How often one address may ask at all.")] = 120,
    upload_token_file: TokenFile = None,
) -> None:
    """Serve a host for shares until interrupted. Put a web server with TLS before it; its log has no ids and no addresses."""
    public = sharing.base_url(url)
    token = token_in(upload_token_file)
    hosting = Hosting(Shares(directory, capacity=capacity << 20), lambda: datetime.now(UTC))
    limiters = (Limiter(requests_a_minute, time.monotonic), Limiter(uploads_a_minute, time.monotonic))
    log = service_log()
    output.talk(f"keeping shares in {directory} for {public}, at http://{host}:{port}")
    with Sweeper(hosting, log):
        listen(create_app(ShareService(hosting, public, *limiters, token), time.monotonic), host, port)


def _kept(receipt: Path) -> sharing.Share:
    return sharing.Share.of_receipt(files.read(receipt, limit=MAX_RECEIPT_BYTES))


def token_in(file: Path | None) -> str | None:
    """Return the upload token in a file, None without one; raises InputError for what is none."""
    if file is None:
        return None
    token = files.read(file, limit=4096).decode(errors="replace").strip()
    if len(token) < MIN_TOKEN or not token.isascii() or not token.isprintable() or " " in token:
        raise InputError(f"{file} has no upload token: at least {MIN_TOKEN} characters of ASCII, without blanks")
    return token
