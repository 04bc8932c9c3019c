"""Access keys: 256 random bits that let a person or a program use the service, of which only the hash is kept."""

import base64
import hmac
import re
import secrets
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256

from laurea.errors import InputError, NotFound
from laurea.services.issuing.issuer import Issuer
from laurea.storage.issuer.access import AccessKeys
from laurea.storage.issuer.tables import Access, AccessKeyRow

PREFIX = "laurea"  # so that scanners for leaked secrets know one when they see it
SECRET_BYTES = 32
ID_BYTES = 6
NAME = re.compile(r"[^\x00-\x1f\x7f]{1,80}")
KEY = re.compile(rf"{PREFIX}_([0-9a-f]{{{2 * ID_BYTES}}})_([A-Za-z0-9_-]{{43}})")
RANKS = (Access.AUDITOR, Access.REGISTRAR, Access.OPERATOR)


@dataclass(frozen=True, slots=True)
class Identity:
    """Who asks: the public id of their access key, and what it lets them do."""

    key: str
    access: Access

    @property
    def actor(self) -> str:
        """What the audit log calls them."""
        return f"key:{self.key}"

    def may(self, access: Access) -> bool:
        """Tell whether they may do what takes this access; each includes those before it."""
        return RANKS.index(self.access) >= RANKS.index(access)


@dataclass(frozen=True, slots=True)
class Listed:
    """A key as a list shows it; the secret is nowhere."""

    id: str
    name: str
    access: Access
    created_at: datetime
    expires_at: datetime | None
    revoked_at: datetime | None


def make(issuer: Issuer, name: str, access: Access, *, expires_at: datetime | None = None) -> str:
    """Make a key and return it: it is shown this once. Raises InputError when the name is taken or none."""
    if NAME.fullmatch(name) is None or not name.strip():
        raise InputError(
            f"{name!r} cannot be the name of an access key", hint="use up to 80 printable characters, and name an office, not a person"
        )
    if expires_at is not None and expires_at <= issuer.now():
        raise InputError("the access key would have ended already", hint="give a time in the future")
    identifier, secret = secrets.token_hex(ID_BYTES), secrets.token_bytes(SECRET_BYTES)
    key = f"{PREFIX}_{identifier}_{base64.urlsafe_b64encode(secret).decode().rstrip('=')}"
    with issuer.database.write() as session:
        if AccessKeys(session).named(name) is not None:
            raise InputError(f"there is an access key {name!r} already", hint="choose another name, also for one that takes its place")
        row = AccessKeyRow(id=identifier, name=name, access=access, hash=_hash(key), created_at=issuer.now(), expires_at=expires_at)
        AccessKeys(session).add(row)
        issuer.record(session, "access.make", f"key:{identifier}", {"access": access.value})
    return key


def identify(issuer: Issuer, key: str) -> Identity | None:
    """Return who presents a key, None when it is none of ours, has ended, or was revoked."""
    match = KEY.fullmatch(key)
    with issuer.database.read() as session:
        row = None if match is None else AccessKeys(session).get(match[1])
    # Compared in constant time, though the hash of 256 random bits would tell nobody anything.
    if row is None or not hmac.compare_digest(row.hash, _hash(key)) or not acts(row, issuer.now()):
        return None
    return Identity(row.id, Access(row.access))


def revoke(issuer: Issuer, name: str) -> None:
    """End a key, and every session that was begun with it; raises NotFound."""
    with issuer.database.write() as session:
        row = AccessKeys(session).named(name)
        if row is None:
            raise NotFound(f"there is no access key {name!r}", hint="laurea issuer access list")
        if row.revoked_at is None:
            row.revoked_at = issuer.now()
            AccessKeys(session).end_sessions(row.id)
            issuer.record(session, "access.revoke", f"key:{row.id}")


def listed(issuer: Issuer) -> list[Listed]:
    """Return every key there ever was, oldest first."""
    with issuer.database.read() as session:
        rows = AccessKeys(session).all()
    return [Listed(row.id, row.name, Access(row.access), row.created_at, row.expires_at, row.revoked_at) for row in rows]


def acts(row: AccessKeyRow, now: datetime) -> bool:
    """Tell whether a key works now."""
    return row.revoked_at is None and (row.expires_at is None or now < row.expires_at)


def _hash(key: str) -> bytes:
    return sha256(key.encode()).digest()
