"""`laurea wallet serve`: the wallet in a browser of this machine."""

import html
import logging
import socket
import time
import webbrowser
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Annotated

import typer
import uvicorn

from laurea.cli import output
from laurea.cli.context import options
from laurea.cli.fetching import NoFetch, sources_of
from laurea.cli.frameworks import skills_of
from laurea.cli.wallet_options import DEFAULT, WalletPath, now
from laurea.errors import InputError
from laurea.fetch.guard import PUBLIC
from laurea.services.certificates import Blockcerts, transactions
from laurea.services.verifying import Verifying, read_trust, readers
from laurea.web.logs import Lines
from laurea.web.wallet.app import create_app
from laurea.web.wallet.door import Door
from laurea.web.wallet.language import Languages
from laurea.web.wallet.lock import Lock
from laurea.web.wallet.service import Sources, WalletService
from laurea.web.wallet.watch import Watch

HOST = "127.0.0.1"  # nobody outside this machine, ever: the pages know one person, and no account
STOP_SECONDS = 10
PAGE = '<!doctype html><meta charset="utf-8"><meta http-equiv="refresh" content="0; url={link}"><a href="{link}">laurea</a>\n'


def serve(
    ctx: typer.Context,
    wallet: WalletPath = DEFAULT,
    port: Annotated[int, typer.Option(min=1, max=65535, help="The port to listen on, on this machine alone.")] = 8420,
    open_: Annotated[bool, typer.Option("--open/--no-open", help="Open the pages in the browser.")] = True,
    lock_after: Annotated[int, typer.Option(metavar="MINUTES", min=1, max=1440, help="Lock when nobody has used it for so long.")] = 10,
    no_fetch: NoFetch = False,
) -> None:
    """Show the wallet in a browser of this machine until interrupted; the passphrase is asked for there.

    The link that is printed works once, and only who has it gets in; the next one is printed when it was used.
    """
    settings = options(ctx).settings
    _log_to_stderr()
    origin = f"http://{HOST}:{port}"
    door = Door(origin, lambda link: output.talk(f"for another browser: {link}"))
    lock = Lock(wallet, rest_seconds=lock_after * 60.0, monotonic=time.monotonic, on_lock=door.forget_words)
    sources = Sources(settings.rpc, settings.trust_files, settings.source, settings.wallet.share_host)

    def verifying() -> Verifying:
        trust = read_trust(output.read(path) for path in sources.trust)
        web, blockcerts = sources_of(settings, no_fetch=no_fetch), Blockcerts(transactions(sources.nodes))
        return Verifying(readers(sources.nodes), trust, sources=web, blockcerts=blockcerts)

    fetching = None if no_fetch else settings.fetch.policy or PUBLIC  # of a page that the holder names
    service = WalletService(lock, door, Languages.of_package(), sources, verifying, now, lambda: skills_of(settings) or None, fetching)
    server = uvicorn.Server(
        uvicorn.Config(
            create_app(service, port),
            access_log=False,  # its lines have paths
            log_level="warning",
            server_header=False,
            timeout_graceful_shutdown=STOP_SECONDS,
        )
    )
    # The port listens before the browser is sent there.
    with _listening(port) as listener, Watch(lock), _opening(door.link, wanted=open_):
        output.talk(f"the wallet {wallet} is at {door.link}")
        server.run(sockets=[listener])


@contextmanager
def _listening(port: int) -> Iterator[socket.socket]:
    with socket.socket() as listener:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind((HOST, port))
        except OSError as error:
            raise InputError(f"port {port} cannot be used: {error.strerror}", hint="name another with --port") from error
        listener.listen()
        yield listener


def _log_to_stderr() -> None:
    handler = logging.StreamHandler()
    handler.setFormatter(Lines())
    log = logging.getLogger("laurea.web")
    log.handlers, log.propagate = [handler], False
    log.setLevel(logging.INFO)


@contextmanager
def _opening(link: str, *, wanted: bool) -> Iterator[None]:
    """Have the browser open a link by a file that only its owner can read: what stands on a command line, everybody here can."""
    with TemporaryDirectory(prefix="laurea-") as folder:
        page = Path(folder) / "wallet.html"
        page.touch(0o600)
        page.write_text(PAGE.format(link=html.escape(link)))
        if wanted and not webbrowser.open(page.as_uri()):
            output.talk("no browser was found here: open the link yourself")
        yield
