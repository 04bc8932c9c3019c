"""What the issuer's commands share: their options, the clock, and how they open the directory and reach the chain."""

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Annotated

import typer

from laurea.chain.fees import GWEI, SendPolicy
from laurea.chain.rpc import Rpc
from laurea.chain.signer import RemoteSigner, Signer, account_of_secret
from laurea.cli import output, passphrase
from laurea.cli.context import options
from laurea.config import Settings, SignerSettings
from laurea.errors import ConfigError
from laurea.mail.server import Security, Server
from laurea.services.issuing.chain import Chain, connect
from laurea.services.issuing.founding import FIRST
from laurea.services.issuing.issuer import Issuer, opened
from laurea.services.issuing.keyring import Keyring
from laurea.services.issuing.outbox import Outbox
from laurea.services.issuing.patience import Patience
from laurea.services.issuing.registration import Desk
from laurea.storage.issuer.directory import IssuerDirectory

VARIABLE = "LAUREA_ISSUER_PASSPHRASE"

Directory = Annotated[
    Path, typer.Option("--dir", envvar="LAUREA_ISSUER_DIR", show_default="./issuer", help="The issuer's directory.", show_envvar=True)
]
PassphraseFile = Annotated[
    Path | None, typer.Option("--passphrase-file", help=f"A file with the passphrase of the issuer's keys; else {VARIABLE}, else a prompt.")
]
RpcUrls = Annotated[list[str] | None, typer.Option("--rpc", help="URL of a node; may be repeated; else as configured.")]
WorkShared = Annotated[
    str | None,
    typer.Option(
        "--executor", metavar="URL", help="A Dask cluster that shares the work on many credentials, dask://HOST:PORT; else this machine."
    ),
]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON.")]

DEFAULT_DIRECTORY = Path("issuer")


def now() -> datetime:
    """Return the time."""
    return datetime.now(UTC)


def patience(seconds: float) -> Patience:
    """Wait for at most so long, by a clock that is never set back."""
    return Patience(max_wait=seconds, elapsed=time.monotonic, sleep=time.sleep)


def keyring(ctx: typer.Context, path: Path, file: Path | None) -> Keyring:
    """Return the keys of the directory at `path`; the passphrase is asked for when the first is needed."""
    new = not IssuerDirectory(path).signing_key(FIRST).exists()
    elsewhere = {name: partial(signer_of, name, found) for name, found in options(ctx).settings.signers.items()}
    return Keyring(IssuerDirectory(path), lambda: passphrase.obtain(file, VARIABLE, "the issuer's keys", new=new), elsewhere)


def signer_of(name: str, settings: SignerSettings) -> Signer:
    """Return the signer that the configuration names for a key; raises ConfigError when it is not there."""
    if settings.url is not None:
        return RemoteSigner(Rpc(settings.url))
    variable = settings.variable or ""
    if variable not in os.environ:
        raise ConfigError(f"the environment has no {variable}, which the configuration names for the key {name}")
    return account_of_secret(os.environ[variable])


def reach(ctx: typer.Context, issuer: Issuer, rpc: list[str] | None, *, max_fee: float | None = None) -> Chain:
    """Return the way to the issuer's chain; `max_fee` in gwei takes the place of the configured cap."""
    domain, settings = issuer.profile.domain, options(ctx).settings.issuing
    cap = settings.max_fee_gwei if max_fee is None else max_fee
    policy = SendPolicy(max_fee_per_gas=int(cap * GWEI), bump_seconds=settings.bump_after_seconds)
    return connect(options(ctx).rpc_of(domain.chain_id, rpc), domain, policy)


def outbox(ctx: typer.Context, issuer: Issuer) -> Outbox | None:
    """Return the way to the mail server that the configuration names; None when learners are not written to."""
    mail = options(ctx).settings.mail
    if mail is None or issuer.reach is None:
        return None
    password = None
    if mail.password_variable is not None:
        if mail.password_variable not in os.environ:
            raise ConfigError(f"the environment has no {mail.password_variable}, which the configuration names for the mail server")
        password = os.environ[mail.password_variable]
    return Outbox(issuer, Server(mail.host, mail.port, Security(mail.security), mail.user, password), mail.sender)


@contextmanager
def issuer_in(path: Path, *, work: str | None = None, actor: str = "cli", settings: Settings | None = None) -> Iterator[Issuer]:
    """Give the issuer in a directory; with the lock of a kind of `work`, when some is to be done that two must not do at once.

    What is issued or published depends on the `settings`; the rest does without.
    """
    with opened(path, now) as found:
        issuer = replace(found, actor=actor)
        if settings is not None:
            issuer = replace(
                issuer,
                reach=settings.reach,
                signatures=settings.issuing.signatures,
                staples=settings.issuing.staples,
                statuses=settings.statuses,
                blockcerts=settings.blockcerts_folder,
            )
        if work is None:
            yield issuer
        else:
            with issuer.lock(work):
                yield issuer


@contextmanager
def desk_in(ctx: typer.Context, path: Path, rpc: list[str] | None, file: Path | None) -> Iterator[Desk]:
    """Give what the admin's acts on the chain need, one at a time."""
    with issuer_in(path, work="admin") as issuer:
        yield Desk(issuer, reach(ctx, issuer, rpc), keyring(ctx, path, file), output.talk)
