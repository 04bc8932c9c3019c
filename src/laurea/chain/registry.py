"""The registry contract as typed Python: what it can be told, and what it can be asked.

The functions build the calldata of transactions; `Registry` asks the views. IAnchorRegistry.sol is the manual of both.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeVar

from eth_hash.auto import keccak

from laurea.chain.abi import encode
from laurea.chain.artefact import FUNCTIONS, RUNTIME_HASH
from laurea.chain.pool import Pool
from laurea.chain.reverts import decode_revert
from laurea.chain.rpc import NodeRefused, Rpc, to_hex
from laurea.chain.views import Height, Key, Question, admin, batch, call, code, key, profile, revoked
from laurea.core import registry_storage
from laurea.core.anchor import Anchor
from laurea.errors import Refused, WrongChain

ANCHOR = 1  # roles of a key
REVOKE = 2
CREDENTIALS_A_WORD = registry_storage.CREDENTIALS_A_WORD

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Revocation:
    """Credentials to revoke: those of `root` with index 256 * word + i, for every bit 1 << i of `mask`."""

    root: bytes
    word: int
    mask: int


def issuer_id(chain_id: int, sender: bytes, salt: bytes) -> bytes:
    """Return the 20-byte id of the issuer that `sender` creates with a 32-byte `salt`."""
    return keccak(encode(["uint256", "address", "bytes32"], [chain_id, sender, salt]))[12:]


def create_issuer(admin: bytes, salt: bytes) -> bytes:
    """Create the issuer whose id is `issuer_id(chain_id, sender, salt)`."""
    return FUNCTIONS["createIssuer"].encode(admin, salt)


def propose_admin(issuer: bytes, proposed: bytes) -> bytes:
    """Offer the issuer to another admin; 20 zero bytes withdraw the offer."""
    return FUNCTIONS["proposeAdmin"].encode(issuer, proposed)


def accept_admin(issuer: bytes) -> bytes:
    """Become the admin that was proposed."""
    return FUNCTIONS["acceptAdmin"].encode(issuer)


def set_profile(issuer: bytes, did: str) -> bytes:
    """State the issuer's DID."""
    return FUNCTIONS["setProfile"].encode(issuer, did)


def serve(issuer: bytes) -> bytes:
    """Bind the sending key to the issuer, for ever."""
    return FUNCTIONS["serve"].encode(issuer)


def set_key(issuer: bytes, key: bytes, roles: int, until: int = 0) -> bytes:
    """Let a key that serves the issuer act in `roles` while the time is before `until`."""
    return FUNCTIONS["setKey"].encode(issuer, key, roles, until)


def set_compromised(issuer: bytes, key: bytes, since: int) -> bytes:
    """Declare that others hold the key since a time: its anchors from then on are void."""
    return FUNCTIONS["setCompromised"].encode(issuer, key, since)


def anchor(root: bytes, size: int) -> bytes:
    """Anchor the root of a batch of `size` credentials."""
    return FUNCTIONS["anchor"].encode(root, size)


def anchor_many(batches: Sequence[tuple[bytes, int]]) -> bytes:
    """Anchor several (root, size), all or none."""
    return FUNCTIONS["anchorMany"].encode([root for root, _ in batches], [size for _, size in batches])


def revoke(items: Sequence[Revocation], reason: int) -> bytes:
    """Revoke single credentials, all or none."""
    return FUNCTIONS["revoke"].encode([(item.root, item.word, item.mask) for item in items], reason)


def revoke_batch(root: bytes, reason: int) -> bytes:
    """Revoke all credentials of a batch."""
    return FUNCTIONS["revokeBatch"].encode(root, reason)


def revocations(root: bytes, indices: Sequence[int]) -> tuple[Revocation, ...]:
    """Return the fewest items that revoke the credentials of `root` with these indices."""
    masks: dict[int, int] = {}
    for index in indices:
        word, bit = divmod(index, CREDENTIALS_A_WORD)
        masks[word] = masks.get(word, 0) | 1 << bit
    return tuple(Revocation(root, word, mask) for word, mask in sorted(masks.items()))


class Registry:
    """The registry at one address, as one node sees it, or a majority of several."""

    def __init__(self, rpc: Rpc | Pool, address: bytes) -> None:
        """Ask nothing yet."""
        self.rpc = rpc
        self.address = address

    def check(self, block: Height = "latest") -> None:
        """Raise WrongChain unless the address holds exactly the code that we know."""
        check_code(self.rpc.ask(code(self.address, block)), self.address, self.rpc.host)

    def batch_of(self, issuer: bytes, root: bytes, block: Height = "latest") -> Anchor | None:
        """Return the anchor of a root, void or not; None if there is none."""
        stored = self._ask(batch(issuer, root), block)
        return stored and with_compromise(stored, self.key_of(stored.key, block))

    def key_of(self, address: bytes, block: Height = "latest") -> Key:
        """Return what is stored about a key; all zero if it serves no issuer."""
        return self._ask(key(address), block)

    def profile_of(self, issuer: bytes, block: Height = "latest") -> str:
        """Return the DID that the issuer states; empty if there is none."""
        return self._ask(profile(issuer), block)

    def admin_of(self, issuer: bytes, block: Height = "latest") -> tuple[bytes, bytes]:
        """Return the admin and the proposed admin; 20 zero bytes for nobody."""
        return self._ask(admin(issuer), block)

    def revoked_word(self, issuer: bytes, root: bytes, word: int, block: Height = "latest") -> int:
        """Return 256 revocation bits: bit i is the credential with index 256 * word + i."""
        return self._ask(revoked(issuer, root, word), block)

    def _ask(self, question: Question[T], block: Height) -> T:
        try:
            answer = self.rpc.ask(call(self.address, question.data, block))
            return question.read(answer)
        except NodeRefused as error:
            raise Refused(f"{self.rpc.host}: {decode_revert(error.data)}" if error.data else str(error)) from error
        except ValueError as error:
            raise self.rpc.unreadable("eth_call") from error


def check_code(found: bytes, address: bytes, host: str) -> None:
    """Raise WrongChain unless `found` is exactly the code that we know."""
    if not found:
        raise WrongChain(f"{host} has no contract at {to_hex(address)}", hint="deploy it there: laurea chain deploy")
    if keccak(found) != RUNTIME_HASH:
        raise WrongChain(f"{host} has another contract than the registry at {to_hex(address)}")


def with_compromise(stored: Anchor, holder: Key) -> Anchor:
    """Return the anchor with what the registry says about its key."""
    return Anchor(stored.key, stored.time, stored.size, stored.revoked, stored.reason, compromised_from=holder.compromised_from)
