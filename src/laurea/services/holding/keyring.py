"""Which of the holder's keys is used: the wallet's own, or one that a single issuer knows."""

import secrets
from dataclasses import replace
from datetime import datetime

from laurea.core.keys import DID_KEY, KEY_BYTES, SigningKey
from laurea.storage.wallet import IssuerKey, Wallet

LOOK_AHEAD = 64  # issuers' keys that a wallet made anew from its phrase looks through for that of a credential


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
    return _with(kept, origin, max((each.number for each in kept.issuer_keys if each.number is not None), default=-1) + 1, at)


def with_key_of(kept: Wallet, subject: str | None, *, at: datetime) -> Wallet:
    """Return the wallet with the key that a subject names, if it comes from the wallet's root: one made anew from a phrase knows no issuers.

    The same wallet when it has the key already, or cannot have it.
    """
    if subject is None or kept.root is None or not subject.startswith(DID_KEY) or any(key.did == subject for key in kept.keys):
        return kept
    found = next((number for number in range(LOOK_AHEAD) if kept.root.issuer_key(number).did == subject), None)
    return kept if found is None else _with(kept, "", found, at)


def _with(kept: Wallet, origin: str, number: int, at: datetime) -> Wallet:
    if kept.root is None:
        made = IssuerKey(SigningKey.from_seed(secrets.token_bytes(KEY_BYTES)), origin, at)
    else:
        made = IssuerKey(kept.root.issuer_key(number), origin, at, number)
    return replace(kept, issuer_keys=(*kept.issuer_keys, made))
