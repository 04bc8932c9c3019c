"""Who acts in the conformance vectors: every key is made from a published text, for these vectors alone, and protects nothing."""

from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256

from eth_account import Account
from eth_account.signers.local import LocalAccount
from eth_utils.address import to_canonical_address

from laurea.chain import artefact, registry
from laurea.core.keys import SigningKey
from laurea.core.leaf import Domain

CHAIN_ID = 31337  # that of a node of one's own: what is signed here can be sent to no public chain
AT = datetime(2026, 7, 1, 12, 0, tzinfo=UTC)  # when most vectors are judged
REGISTRY = artefact.canonical_address()
OTHER_SALT = sha256(b"laurea conformance: another registry").digest()
OTHER_REGISTRY = artefact.create2_address(artefact.DEPLOYER, OTHER_SALT, artefact.INIT_CODE_HASH)


def secret(name: str) -> bytes:
    """Return the 32 bytes that the key or seed of this name is: known to everybody."""
    return sha256(b"laurea conformance: " + name.encode()).digest()


def account(name: str) -> LocalAccount:
    """Return the account of this name."""
    made: LocalAccount = Account.from_key(secret(f"account {name}"))
    return made


def address(of: LocalAccount) -> bytes:
    """Return the 20-byte address of an account."""
    return to_canonical_address(of.address)


@dataclass(frozen=True, slots=True)
class Issuer:
    """An issuer: its DID, the account that is its admin and first key, the key that it signs credentials with, if any."""

    name: str
    did: str
    admin: LocalAccount
    key: SigningKey | None = None

    @property
    def salt(self) -> bytes:
        """What its id in the registry is made with."""
        return secret(f"salt {self.name}")

    @property
    def id(self) -> bytes:
        """Its 20-byte id in the registry."""
        return registry.issuer_id(CHAIN_ID, address(self.admin), self.salt)

    @property
    def domain(self) -> Domain:
        """What its leaves are bound to."""
        return Domain(CHAIN_ID, REGISTRY, self.id)

    @property
    def method(self) -> str:
        """The verification method of its signatures."""
        return self.key.method if self.key and self.did == self.key.did else f"{self.did}#key-1"


UNIVERSITY = Issuer("Example University", "did:web:university.example", account("university"), SigningKey.from_seed(secret("university")))
LATE_KEY = account("university, a key that others got hold of")
STRANGER = Issuer("a stranger", "did:web:stranger.example", account("stranger"), SigningKey.from_seed(secret("stranger")))
_COLLEGE = SigningKey.from_seed(secret("college"))
COLLEGE = Issuer("Example College", _COLLEGE.did, account("college"), _COLLEGE)
SCHOOL = Issuer("Example School", f"did:pkh:eip155:{CHAIN_ID}:{account('school').address}", account("school"))
ISSUERS = (UNIVERSITY, STRANGER, COLLEGE, SCHOOL)
HOLDER = SigningKey.from_seed(secret("holder"))
OTHER_HOLDER = SigningKey.from_seed(secret("another holder"))
