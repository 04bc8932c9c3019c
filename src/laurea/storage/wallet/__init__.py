"""The wallet file: one encrypted document that its owner holds (docs/wallet-file.md); no tables."""

from laurea.storage.wallet.content import MAX_BYTES, Attachment, Attempted, Checked, Held, IssuerKey, Removed, Shared, Wallet
from laurea.storage.wallet.envelope import DEFAULT_KDF, Kdf
from laurea.storage.wallet.file import change_passphrase, create, load, open_, read, refuse_existing, seal, update
from laurea.storage.wallet.history import Record
from laurea.storage.wallet.note import Note
from laurea.storage.wallet.portfolio import Chosen, Collection, Kept
from laurea.storage.wallet.waiting import Waiting

__all__ = [
    "DEFAULT_KDF",
    "MAX_BYTES",
    "Attachment",
    "Attempted",
    "Checked",
    "Chosen",
    "Collection",
    "Held",
    "IssuerKey",
    "Kdf",
    "Kept",
    "Note",
    "Record",
    "Removed",
    "Shared",
    "Waiting",
    "Wallet",
    "change_passphrase",
    "create",
    "load",
    "open_",
    "read",
    "refuse_existing",
    "seal",
    "update",
]
