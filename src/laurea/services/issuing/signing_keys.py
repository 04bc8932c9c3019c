"""The keys that sign credentials: which one does now, a new one in its place, and one that others hold."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from laurea.core import p256
from laurea.core.credential import format_time
from laurea.core.did_pkh import DID_PKH
from laurea.core.keys import DID_KEY, KEY_BYTES, did_key, multikey
from laurea.core.signature import SignatureKey
from laurea.errors import InputError, NotFound
from laurea.services.issuing.founding import require_name
from laurea.services.issuing.issuer import Issuer
from laurea.services.issuing.keyring import Keyring
from laurea.services.issuing.signatures import Signatures
from laurea.storage.issuer.keys import Keys
from laurea.storage.issuer.signing_keys import SigningKeys
from laurea.storage.issuer.tables import SigningKeyRow

ROLE = "sign"  # what it may do, in the operator's words
TO_COME = "to come"


@dataclass(frozen=True, slots=True)
class Signer:
    """A signing key that is unlocked, the method that it is known by, and since when it signs."""

    key: SignatureKey
    method: str
    since: datetime

    def signatures(self, issuer: Issuer, created: datetime) -> Signatures:
        """Return what signs documents that were made at a time, in the suites of the issuer."""
        # Nobody can find an Ed25519 key of a did:pkh, which is an account: its credentials rest on their anchor.
        suites = () if issuer.profile.did.startswith(DID_PKH) else issuer.signatures
        return Signatures(self.key, self.method, suites, max(created, self.since))


class Kind(StrEnum):
    """Which keys there are: those of Ed25519 sign all that is released, those of P-256 what is asked for in an ECDSA suite."""

    ED25519 = "ed25519"
    P256 = "p256"

    @property
    def public_bytes(self) -> int:
        """How long a public key is, by which kinds are told apart."""
        return KEY_BYTES if self is Kind.ED25519 else p256.PUBLIC_BYTES


def current(issuer: Issuer, kind: Kind = Kind.ED25519) -> SigningKeyRow:
    """Return the key that signs now: of those that have begun to and are not compromised, the last; raises InputError when there is none."""
    return signing(issuer, kind)[0]


def signing(issuer: Issuer, kind: Kind = Kind.ED25519) -> list[SigningKeyRow]:
    """Return the key that signs now, and the one before it if that is good still; raises InputError when there is none."""
    good = [row for row in listed(issuer) if row.compromised_from is None and len(row.public) == kind.public_bytes]
    # Where none has begun yet, the clock was set back: the first of them did not wait for the time.
    begun = [row for row in good if row.signs_from <= issuer.now()] or good[:1]
    if not begun:
        option = "" if kind is Kind.ED25519 else f" --kind {kind}"
        raise InputError(f"no key of this issuer signs now ({kind})", hint=f"make one: laurea issuer key new NAME --roles sign{option}")
    return begun[:-3:-1]


def signer(issuer: Issuer, keyring: Keyring, kind: Kind = Kind.ED25519) -> Signer:
    """Return the key that signs now, unlocked; raises Locked without its passphrase."""
    return _signer(issuer, keyring, current(issuer, kind))


def did_with(issuer: Issuer, public: bytes) -> str:
    """Return the DID under which a key signs: the issuer's, but where that is a did:key of another key, the key's own."""
    return did_key(public) if issuer.profile.did.startswith(DID_KEY) else issuer.profile.did


def list_signers(issuer: Issuer, keyring: Keyring) -> list[Signer]:
    """Return the keys that sign status lists: that of now, and for verifiers who know no newer one the one before it."""
    return [_signer(issuer, keyring, row) for row in signing(issuer)]


def rotate(issuer: Issuer, keyring: Keyring, name: str, *, signs_from: datetime | None = None, kind: Kind = Kind.ED25519) -> SigningKeyRow:
    """Make a key that signs from a time on (None: at once) in the place of those before it; what they signed stays good.

    Those before it of its kind, that is. Run again after a kill it goes on with the same key. Raises InputError when there is a key of that
    name, and for an Ed25519 key of an issuer whose DID is that.
    """
    if kind is Kind.ED25519:
        _require_replaceable(issuer)
    require_name(name)
    now = issuer.now()
    with issuer.database.read() as session:
        if Keys(session).named(name) is not None or SigningKeys(session).named(name) is not None:
            raise InputError(f"there is a key {name} already", hint="choose another name")
    public = keyring.make_signing_key(name).public if kind is Kind.ED25519 else keyring.make_p256_key(name).public
    with issuer.database.write() as session:
        same = [each for each in SigningKeys(session).all() if len(each.public) == kind.public_bytes]
        begun = [each.signs_from for each in same if each.signs_from <= now]
        # Not before the one that signs now, of which the time is known to the second only.
        begins = max(signs_from or now, now, *begun).replace(microsecond=0)
        row = SigningKeyRow(public=public, name=name, created_at=now, signs_from=max([begins, *begun]))
        SigningKeys(session).add(row)
        issuer.record(session, "signing-key.make", f"signing-key:{name}")
    return row


def compromise(issuer: Issuer, name: str, since: datetime) -> None:
    """Declare that others hold a signing key since a time: from now on it signs nothing, and verifiers are told so.

    Raises InputError while no other key could sign in its place, and when it counts as compromised from an earlier time already.
    """
    _require_replaceable(issuer)
    since = since.replace(microsecond=0)
    with issuer.database.write() as session:
        rows = SigningKeys(session).all()
        row = next((row for row in rows if row.name == name), None)
        if row is None:
            raise NotFound(f"there is no signing key {name}", hint="laurea issuer key list")
        if since > issuer.now():
            raise InputError("a key cannot be compromised from a time to come")
        others = [other for other in rows if other is not row and len(other.public) == len(row.public)]
        if not any(other.compromised_from is None and other.signs_from <= issuer.now() for other in others):
            raise InputError("no other key could sign in its place", hint="make one first: laurea issuer key new NAME --roles sign")
        if row.compromised_from is not None and since > row.compromised_from:
            raise InputError(
                f"it counts as compromised from {format_time(row.compromised_from)} already", hint="it can be moved earlier only"
            )
        row.compromised_from = since
        issuer.record(session, "signing-key.compromise", f"signing-key:{name}")


def is_one(issuer: Issuer, name: str) -> bool:
    """Tell whether a key is one that signs credentials."""
    with issuer.database.read() as session:
        return SigningKeys(session).named(name) is not None


def listed(issuer: Issuer) -> list[SigningKeyRow]:
    """Return every signing key, in the order in which they begin to sign."""
    with issuer.database.read() as session:
        return SigningKeys(session).all()


def _signer(issuer: Issuer, keyring: Keyring, row: SigningKeyRow) -> Signer:
    method = f"{did_with(issuer, row.public)}#{multikey(row.public)}"
    return Signer(keyring.signing_key(row.name, row.public), method, row.signs_from)


def _require_replaceable(issuer: Issuer) -> None:
    if issuer.profile.did.startswith(DID_KEY):
        raise InputError(
            "this issuer's DID is its signing key: with another key it would be another issuer",
            hint="found a new issuer with a did:web, which can change its keys; what this one has anchored stays good",
        )
