"""Which of the holder's keys is used: the wallet's own, or one that a single issuer knows."""

import secrets
from dataclasses import replace
from datetime import datetime
from hashlib import sha256
from itertools import chain, count

from laurea.core.keys import KEY_BYTES, SigningKey, is_ed25519_did, public_of_did_key
from laurea.storage.wallet import IssuerKey, Wallet

PLACES = 1024  # of issuers' keys under the root: a wallet made anew from its phrase looks through them in a tenth of a second


def key_of(kept: Wallet, subject: str | None) -> SigningKey:
    """Return the key that a credential's subject names, else the wallet's own."""
    return next((key for key in kept.keys if key.did == subject), kept.key)


def key_for(kept: Wallet, origin: str, *, own_key: bool | None) -> SigningKey:
    """Return the key to answer an issuer with: its own if there is one and nothing else was said, else the wallet's."""
    own = next((each.key for each in kept.issuer_keys if each.origin == origin), None)
    return kept.key if own is None or own_key is False else own


def with_key_for(kept: Wallet, origin: str, *, at: datetime) -> Wallet:
    """Return the wallet with a key for the issuer at an origin alone; the same wallet when it has one."""
    if any(each.origin == origin for each in kept.issuer_keys):
        return kept
    return _with(kept, origin, _place(kept, origin), at)


def with_key_of(kept: Wallet, subject: str | None, *, at: datetime) -> Wallet:
    """Return the wallet with the key that a subject names, if it comes from the wallet's root: one made anew from a phrase knows no issuers.

    The same wallet when it has the key already, or cannot have it.
    """
    if subject is None or kept.root is None or not is_ed25519_did(subject) or any(key.did == subject for key in kept.keys):
        return kept
    root, public = kept.root, public_of_did_key(subject)
    found = next((number for number in range(PLACES) if root.issuer_key(number).public == public), None)
    return kept if found is None else _with(kept, "", found, at)


def _place(kept: Wallet, origin: str) -> int:
    """Return where an issuer's key is: by its origin, so that no two issuers know one key through two copies, or a wallet made anew."""
    taken = {each.number for each in kept.issuer_keys}
    first = int.from_bytes(sha256(origin.encode()).digest()[:8]) % PLACES
    return next(number for number in chain(range(first, PLACES), range(first), count(PLACES)) if number not in taken)


def _with(kept: Wallet, origin: str, number: int, at: datetime) -> Wallet:
    if kept.root is None:
        made = IssuerKey(SigningKey.from_seed(secrets.token_bytes(KEY_BYTES)), origin, at)
    else:
        made = IssuerKey(kept.root.issuer_key(number), origin, at, number)
    return replace(kept, issuer_keys=(*kept.issuer_keys, made))
