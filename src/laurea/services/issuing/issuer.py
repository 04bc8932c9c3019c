"""The issuer that a directory holds: who it is, and its open database."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from sqlmodel import Session

from laurea.core.canonical import Json
from laurea.core.keys import multikey
from laurea.core.leaf import Domain
from laurea.errors import InputError, NotFound
from laurea.services.issuing.reach import Reach
from laurea.services.issuing.signatures import DEFAULT
from laurea.services.issuing.status_policy import NO_STATUS, StatusPolicy
from laurea.storage.db import Database
from laurea.storage.issuer.audit import Audit
from laurea.storage.issuer.directory import IssuerDirectory
from laurea.storage.issuer.keys import Keys
from laurea.storage.issuer.profile import Profiles
from laurea.storage.issuer.tables import BatchProfile, IssuerRow, KeyRow, Role


@dataclass(frozen=True, slots=True)
class Profile:
    """Who the issuer is: towards readers (DID, name, URL), and in the registry."""

    did: str
    name: str
    url: str | None
    domain: Domain
    country: str | None = None  # ISO 3166-1 alpha-2

    def method(self, public: bytes) -> str:
        """The verification method of the issuer's signatures with a key."""
        return f"{self.did}#{multikey(public)}"


@dataclass(frozen=True, slots=True)
class Issuer:
    """An issuer's directory with its database open; every act of the issuer starts from it."""

    directory: IssuerDirectory
    database: Database
    profile: Profile
    now: Callable[[], datetime]
    actor: str = "cli"  # who acts, as the audit log names them
    signatures: Sequence[str] = DEFAULT  # the suites of the issuer's own proofs, in their order
    staples: bool = False  # whether credentials carry what proves that their anchor was there when it was final
    statuses: StatusPolicy = NO_STATUS
    blockcerts: str = ""  # the folder that verifiers of Blockcerts find the profile and the revocation list in; "": there is none
    enrols: BatchProfile = BatchProfile.LAUREA  # of which kind new credentials are
    reach: Reach | None = None  # None: learners cannot reach the service, so nobody is invited or written to

    def record(self, session: Session, action: str, target: str, detail: Mapping[str, Json] | None = None) -> None:
        """Write an act into the audit log, within the transaction that does it; ids and counts only, nothing about a person."""
        Audit(session).append(self.now(), actor=self.actor, action=action, target=target, detail=detail)

    @contextmanager
    def lock(self, name: str) -> Iterator[None]:
        """Hold the work called `name`, in this directory and in its database; raises Busy at once when it is being done elsewhere."""
        with self.directory.lock(name), self.database.lock(name):
            yield

    def acting_key(self, role: Role) -> KeyRow:
        """Return the newest key that may act in a role now; raises InputError when there is none."""
        with self.database.read() as session:
            keys = Keys(session).acting(role)
        now = self.now()
        key = next((key for key in keys if key.until is None or now < key.until), None)
        if key is None:
            word = (role.name or "").lower()
            hint = f"finish `laurea issuer init`, or add one: laurea issuer key new NAME --roles {word}"
            raise InputError(f"no key of this issuer may {word}", hint=hint)
        return key


@contextmanager
def opened(path: Path, now: Callable[[], datetime]) -> Iterator[Issuer]:
    """Open the issuer in the directory at `path`; raises NotFound when there is none."""
    directory = IssuerDirectory(path)
    database = directory.open()
    try:
        with database.read() as session:
            row = Profiles(session).issuer()
        if row is None:
            raise NotFound(f"the issuer in {path} was not made to the end", hint="run `laurea issuer init` again")
        yield Issuer(directory, database, profile_of(row), now)
    finally:
        database.close()


def profile_of(row: IssuerRow) -> Profile:
    """Return the profile that a row keeps."""
    domain = Domain(int(row.chain_id), row.registry_address, row.issuer_id)
    return Profile(row.did, row.name, row.url, domain, row.country)
