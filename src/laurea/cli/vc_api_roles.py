"""What each role of `laurea vc-api serve` works with."""

import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import typer

from laurea.cli import output
from laurea.cli.context import options
from laurea.cli.issuer_options import issuer_in, keyring
from laurea.cli.wallet_options import holding_of, now
from laurea.errors import InputError
from laurea.services.holding import Holding
from laurea.services.issuing import access
from laurea.services.issuing.instant import Instant
from laurea.services.issuing.issuer import Issuer
from laurea.services.issuing.standing import change
from laurea.storage.issuer.tables import Access
from laurea.web import did, status
from laurea.web.limits import BackOff, Limiter
from laurea.web.problems import HttpProblem
from laurea.web.vc_api import holder as holder_role
from laurea.web.vc_api import issuer as issuer_role
from laurea.web.vc_api.app import Role
from laurea.web.vc_api.door import Door, Opens, the_one
from laurea.web.vc_api.holder import HolderService
from laurea.web.vc_api.issuer import IssuerService

MIN_KEY = 32  # characters
MAX_KEY_BYTES = 4096


@dataclass(frozen=True, slots=True)
class Doors:
    """How often one address may ask, and whether keys are asked for."""

    requests_a_minute: int
    open_: bool

    def door(self, opens: Opens) -> Door:
        """Return the door of a role."""
        return Door(None if self.open_ else opens, Limiter(self.requests_a_minute, time.monotonic), BackOff(time.monotonic))


@dataclass(frozen=True, slots=True)
class Issuing:
    """What is said about the issuer's role: its directory, the file with the passphrase, the suites, whether credentials are enrolled, and those of VC 1.1 issued."""

    directory: Path
    passphrase_file: Path | None
    suites: Sequence[str]
    enrols: bool
    legacy: bool


@contextmanager
def issuing(ctx: typer.Context, asked: Issuing, doors: Doors) -> Iterator[tuple[Role, dict[str, str]]]:
    """Give the issuer's role, and as whom it signs with each suite; the keys are unlocked."""
    with issuer_in(asked.directory, settings=options(ctx).settings, actor="vc-api") as issuer:
        instant = Instant(
            issuer, keyring(ctx, asked.directory, asked.passphrase_file), asked.suites, enrols=asked.enrols, legacy=asked.legacy
        )
        service = IssuerService(doors.door(partial(_opens, issuer)), instant, partial(change, instant))
        # What an issuer shows to everybody: its status lists, and the document of a did:web.
        yield Role("issuer", issuer_role.router(service), (status.router(issuer), did.router(issuer))), instant.dids()


def holding(wallet: Path, passphrase_file: Path | None, key: Opens, doors: Doors) -> Role:
    """Return the holder's role; raises Locked when the wallet does not open."""
    Holding.expect(wallet, there=True)
    found = holding_of(wallet, passphrase_file)
    found.opened()  # a wrong passphrase is told now
    return Role("holder", holder_role.router(HolderService(doors.door(key), found, now)))


def key_in(file: Path | None, *, open_: bool) -> Opens:
    """Return what lets in whoever has the key in a file; raises InputError without one, and for a short one."""
    if file is None:
        if open_:
            return lambda _: None
        raise InputError("nobody could use the holder's endpoints", hint="name a file with the key to them: --holder-key-file FILE")
    try:
        key = output.read(file, limit=MAX_KEY_BYTES).decode("ascii").strip()
    except UnicodeDecodeError:
        key = ""
    if len(key) < MIN_KEY or not key.isprintable() or " " in key:
        raise InputError(f"{file} is to have a key of at least {MIN_KEY} letters and digits", hint=f"openssl rand -hex 32 > {file}")
    return the_one(key, "holder")


def _opens(issuer: Issuer, key: str) -> str | None:
    """Tell who has an access key of the issuer; raises HttpProblem 403 when it may only look."""
    identity = access.identify(issuer, key)
    if identity is None:
        return None
    if not identity.may(Access.REGISTRAR):
        raise HttpProblem(403, f"this takes an access key of the kind {Access.REGISTRAR.value}")
    return identity.actor
