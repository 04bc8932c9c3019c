"""A credential and its claims: split it, in order; salt them; join what is shown (DESIGN.md section 2, "Claims")."""

from collections.abc import Iterable, Sequence
from hashlib import sha256
from typing import NamedTuple

from laurea.core import canonical, tree
from laurea.core.canonical import Json, JsonObject
from laurea.errors import FormatError

ENVELOPE = ""  # the pointer of claim 0
DISCLOSABLE = ("credentialSubject", "evidence")
MAX_CLAIMS = 4096
SEED_BYTES = 32
SALT_BYTES = 16


class Claim(NamedTuple):
    """One disclosable member: its RFC 6901 pointer and its value; the envelope has the pointer ""."""

    pointer: str
    value: Json


def split(document: JsonObject) -> tuple[Claim, ...]:
    """Return the claims of a credential without `proof`, the envelope first; raises FormatError beyond 4,096."""
    envelope = {name: value for name, value in document.items() if name not in DISCLOSABLE}
    claims = [Claim(ENVELOPE, envelope)]
    if "evidence" in document:
        claims.append(Claim("/evidence", document["evidence"]))
    if "credentialSubject" in document:
        _open("/credentialSubject", document["credentialSubject"], claims)
    if len(claims) > MAX_CLAIMS:
        raise FormatError(f"the credential has more than {MAX_CLAIMS:,} claims")
    return tuple(sorted(claims, key=lambda claim: order(claim.pointer)))


def join(claims: Iterable[Claim]) -> JsonObject:
    """Return the credential that has just these claims; the opposite of `split`. The envelope must be among them."""
    document: JsonObject = {}
    for claim in claims:
        if claim.pointer == ENVELOPE:
            document.update(claim.value if isinstance(claim.value, dict) else {})
            continue
        *parents, last = [_unescape(token) for token in claim.pointer.split("/")[1:]]
        place = document
        for name in parents:
            below = place.setdefault(name, {})
            if not isinstance(below, dict):
                raise FormatError(f"the claim {claim.pointer} lies under another claim")
            place = below
        place[last] = claim.value
    return document


def salt(seed: bytes, index: int) -> bytes:
    """Return the 16-byte salt of a claim: H("laurea/salt" || seed || be32(index))[0:16]."""
    return sha256(b"laurea/salt" + seed + index.to_bytes(4, "big")).digest()[:SALT_BYTES]


def leaf_hash(claim: Claim, claim_salt: bytes) -> bytes:
    """Return the leaf hash of a claim: over salt || JCS([pointer, value])."""
    return leaf_hashes([claim], [claim_salt])[0]


def leaf_hashes(claims: Sequence[Claim], salts: Iterable[bytes]) -> list[bytes]:
    """Return the leaf hashes of one or more claims, each with its salt."""
    written = canonical.dump_each([[claim.pointer, claim.value] for claim in claims])
    return [tree.leaf_hash(salt + text) for salt, text in zip(salts, written, strict=True)]


def claims_tree(claims: Sequence[Claim], seed: bytes) -> tree.Levels:
    """Return the tree over all claims of a credential; its root is the claims root. The seed has 32 bytes."""
    return tree.build(_salted(claims, seed))


def claims_root(claims: Sequence[Claim], seed: bytes) -> bytes:
    """Return the claims root alone."""
    return tree.root_of(_salted(claims, seed))


def _salted(claims: Sequence[Claim], seed: bytes) -> list[bytes]:
    if len(seed) != SEED_BYTES:
        raise FormatError(f"a seed has {SEED_BYTES} bytes, not {len(seed)}")
    return leaf_hashes(claims, [salt(seed, index) for index in range(len(claims))])


def is_atomic(value: Json) -> bool:
    """Tell whether a value is one claim: all but non-empty objects that are no embedded credentials."""
    # An embedded credential that could be opened could lose its own validUntil.
    return not isinstance(value, dict) or not value or "issuer" in value or "@context" in value


def order(pointer: str) -> bytes:
    """Return by what claims are sorted: as RFC 8785 compares names, by UTF-16 code units, in which astral characters come before U+E000."""
    return pointer.encode("utf-16-be")


def _open(pointer: str, value: Json, claims: list[Claim]) -> None:
    """Add the claims that a value at a pointer makes."""
    if not isinstance(value, dict) or is_atomic(value):
        claims.append(Claim(pointer, value))
        return
    for name, member in value.items():
        _open(f"{pointer}/{_escape(name)}", member, claims)


def _escape(name: str) -> str:
    return name.replace("~", "~0").replace("/", "~1")


def _unescape(token: str) -> str:
    return token.replace("~1", "/").replace("~0", "~")
