"""Found an issuer: its directory, its keys, its row. All of it is local; `registration` tells the chain."""

import re
import secrets
from dataclasses import dataclass
from datetime import datetime

from laurea.chain.registry import issuer_id
from laurea.core.did_pkh import DID_PKH, did_of
from laurea.core.did_web import DID_WEB, location
from laurea.core.keys import DID_KEY, SigningKey
from laurea.errors import FormatError, InputError
from laurea.services.issuing.keyring import Keyring
from laurea.storage.db import Database
from laurea.storage.issuer.directory import IssuerDirectory
from laurea.storage.issuer.keys import Keys
from laurea.storage.issuer.profile import Profiles
from laurea.storage.issuer.signing_keys import SigningKeys
from laurea.storage.issuer.tables import IssuerRow, KeyRow, Role, SigningKeyRow

DID = re.compile(r"did:[a-z0-9]+:[A-Za-z0-9._:%-]+")
MAX_DID_BYTES = 255  # what readers of the registry accept as a profile
SALT_BYTES = 32
MAX_NAME_CHARACTERS = 200
NAME = re.compile(r"[a-z0-9][a-z0-9-]{0,31}")  # of a key; a file name too
WEB_PAGE = re.compile(r"https?://[^\s\x00-\x20\x7f<>\"{}|\\^`]+", re.ASCII)  # it stands in every credential, for people to follow
ADMIN = "admin"
FIRST = "signing"  # the key that signs credentials at first
PKH = "did:pkh"  # in the place of a DID: that of the admin's account
# The nightly key can anchor and nothing else; the one that revokes stays cold (DESIGN.md section 3).
FIRST_KEYS = (("anchor", Role.ANCHOR), ("revoke", Role.REVOKE))


@dataclass(frozen=True, slots=True)
class Founding:
    """What a new issuer is: DID, name, URL, and where it anchors.

    Without a DID it is the did:key of its signing key, with "did:pkh" that of the account that administers it.
    """

    did: str | None
    name: str
    url: str | None
    chain_id: int
    registry: bytes
    country: str | None = None  # ISO 3166-1 alpha-2

    def __post_init__(self) -> None:
        """Refuse what could not stand in a credential; raises InputError."""
        if not self.name.strip() or len(self.name) > MAX_NAME_CHARACTERS or not self.name.isprintable():
            raise InputError("an issuer needs a name", hint=f"one line of at most {MAX_NAME_CHARACTERS} characters")
        if self.url is not None and WEB_PAGE.fullmatch(self.url) is None:
            raise InputError(f"{self.url!r} is not a web page", hint="for example https://badges.example.org")
        if self.did is not None and self.did != PKH and (DID.fullmatch(self.did) is None or len(self.did) > MAX_DID_BYTES):
            raise InputError(f"{self.did!r} is not a DID", hint="for example did:web:example.org")
        if self.did is not None and self.did.startswith(DID_WEB):
            _require_place(self.did)


def require_name(name: str) -> None:
    """Refuse what could not be the name of a new key; raises InputError."""
    if NAME.fullmatch(name) is None or name in (ADMIN, FIRST):
        raise InputError(f"{name!r} cannot be a key's name", hint="use small letters, digits and hyphens, up to 32")


def _require_place(did: str) -> None:
    try:
        location(did)
    except FormatError as error:
        raise InputError(
            str(error), hint="for example did:web:example.org, or did:web:example.org:badges for https://example.org/badges"
        ) from error


def found(
    directory: IssuerDirectory, founding: Founding | None, keyring: Keyring, now: datetime, *, database_url: str | None = None
) -> None:
    """Make what is missing of an issuer in a directory; what a run that was killed has made is used, and made once.

    With `database_url` the tables are kept in that PostgreSQL database and not in the directory.

    Raises InputError when the issuer there is another one, or when there is none and `founding` does not say what it is to be.
    """
    if founding is not None:
        directory.create(database_url)
    database = directory.open()
    try:
        with database.read() as session:
            row = Profiles(session).issuer()
        if row is not None:
            _require_same(row, founding)
        elif founding is None:
            raise InputError("it is not said who the issuer is", hint="pass --name and --chain, and --did unless it is to be a did:key")
        else:
            _make(database, founding, keyring, now)
    finally:
        database.close()


def _make(database: Database, founding: Founding, keyring: Keyring, now: datetime) -> None:
    signing = keyring.make_signing_key(FIRST)
    admin = keyring.make_account(ADMIN)
    # The salt is on disk before createIssuer is sent, so the issuer that it makes is found again after a kill.
    salt = secrets.token_bytes(SALT_BYTES)
    row = IssuerRow(
        did=_did(founding, signing, admin),
        name=founding.name,
        url=founding.url,
        country=founding.country,
        chain_id=str(founding.chain_id),
        registry_address=founding.registry,
        salt=salt,
        issuer_id=issuer_id(founding.chain_id, admin, salt),
        admin=admin,
        created_at=now,
    )
    keys = [KeyRow(name=name, address=keyring.make_account(name), roles=roles, created_at=now) for name, roles in FIRST_KEYS]
    with database.write() as session:
        Profiles(session).add_issuer(row)
        SigningKeys(session).add(SigningKeyRow(public=signing.public, name=FIRST, created_at=now, signs_from=now.replace(microsecond=0)))
        for key in keys:
            Keys(session).add(key)


def _did(founding: Founding, signing: SigningKey, admin: bytes) -> str:
    if founding.did is None:
        return signing.did
    own = {DID_KEY: signing.did, DID_PKH: did_of(founding.chain_id, admin)}
    if founding.did == PKH:
        return own[DID_PKH]
    for kind, did in own.items():
        if founding.did.startswith(kind) and founding.did != did:
            raise InputError(f"this issuer's {kind.rstrip(':')} is {did}", hint=f"pass --did {PKH}, or leave --did out for a did:key")
    return founding.did


def _require_same(row: IssuerRow, founding: Founding | None) -> None:
    if founding is None:
        return
    same = founding.did is None or (founding.did == PKH and row.did.startswith(DID_PKH))
    given = (
        row.did if same else founding.did,
        founding.name,
        founding.url,
        str(founding.chain_id),
        founding.registry,
    )
    if given != (row.did, row.name, row.url, row.chain_id, row.registry_address):
        raise InputError(
            f"this directory holds the issuer {row.did} ({row.name}) on eip155:{row.chain_id}, and it cannot become another one",
            hint="leave the options out to go on with it, or name another directory with --dir",
        )
    if founding.country not in (None, row.country):
        raise InputError("this issuer is there already, with another country or none", hint=f"laurea issuer country {founding.country}")
