"""The words that a wallet's keys are made of (BIP-39), and the keys that are made of them (SLIP-0010, Ed25519)."""

import hmac
from dataclasses import dataclass, field
from difflib import get_close_matches
from hashlib import sha512
from unicodedata import normalize

from mnemonic import Mnemonic

from laurea.core.keys import KEY_BYTES, SigningKey
from laurea.errors import FormatError

ENTROPY_BYTES = 16  # twelve words: as much as an Ed25519 key is worth
COUNTS = (12, 15, 18, 21, 24)
SEED_BYTES = 64
MAX_CHARACTERS = 1_000  # 24 words have 215 at most; bounds the work on what was pasted by mistake

# Our branch of the tree: SLIP-0044 has no number for identifiers, and these letters ("la") collide with no coin that derives Ed25519 keys.
PURPOSE = 0x6C61
WALLET_BRANCH, ISSUER_BRANCH = 0, 1
HARDENED = 1 << 31

_MASTER = b"ed25519 seed"
_ENGLISH = Mnemonic("english")


@dataclass(frozen=True, slots=True)
class Phrase:
    """12 to 24 words of the English list of BIP-39 that fit together."""

    words: tuple[str, ...] = field(repr=False)

    @classmethod
    def of_entropy(cls, entropy: bytes) -> "Phrase":
        """Return the words of 16 to 32 random bytes."""
        return cls(tuple(_ENGLISH.to_mnemonic(entropy).split(" ")))

    @classmethod
    def parse(cls, text: str) -> "Phrase":
        """Read words as somebody typed them; raises FormatError that names the word that is wrong."""
        if len(text) > MAX_CHARACTERS:
            raise FormatError("this is no phrase: it is too long")
        words = tuple(normalize("NFKD", text).lower().split())
        if len(words) not in COUNTS:
            raise FormatError(f"a phrase has {COUNTS[0]} words (or {', '.join(map(str, COUNTS[1:]))}), not {len(words)}")
        for number, word in enumerate(words, start=1):
            _require_known(number, word)
        if not _ENGLISH.check(" ".join(words)):
            raise FormatError(
                "the words do not fit together", hint="two of them may be in the wrong order, or one is another word of the list"
            )
        return cls(words)

    def __str__(self) -> str:
        return " ".join(self.words)

    def root(self) -> "Node":
        """Return the node that all keys of the wallet come from."""
        return Node.of_seed(Mnemonic.to_seed(str(self)))


@dataclass(frozen=True, slots=True)
class Node:
    """A private key of the tree and its chain code, 32 bytes each: both are secret."""

    secret: bytes = field(repr=False)
    chain: bytes = field(repr=False)

    @classmethod
    def of_seed(cls, seed: bytes) -> "Node":
        """Return laurea's node of a seed: m/27745' (SLIP-0010)."""
        return _node(_MASTER, seed).child(PURPOSE)

    def child(self, index: int) -> "Node":
        """Return a hardened child, the only kind that Ed25519 has (SLIP-0010, private parent key to private child key)."""
        return _node(self.chain, b"\0" + self.secret + (index | HARDENED).to_bytes(4))

    def wallet_key(self) -> SigningKey:
        """Return the wallet's own key: m/27745'/0'."""
        return SigningKey.from_seed(self.child(WALLET_BRANCH).secret)

    def issuer_key(self, number: int) -> SigningKey:
        """Return the key that was made for one issuer alone, counted from 0: m/27745'/1'/number'."""
        return SigningKey.from_seed(self.child(ISSUER_BRANCH).child(number).secret)


def _node(key: bytes, data: bytes) -> Node:
    made = hmac.digest(key, data, sha512)
    return Node(made[:KEY_BYTES], made[KEY_BYTES:])


def _require_known(number: int, word: str) -> None:
    if word in _ENGLISH.wordlist:
        return
    near = get_close_matches(word, _ENGLISH.wordlist, n=3)
    raise FormatError(f"word {number} is not in the list", hint=f"is it {' or '.join(near)}?" if near else "look at what was written down")
