"""A document sealed for those who have a link: AES-256-GCM, with its length hidden in steps (docs/sharing.md)."""

from datetime import timedelta

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from laurea.errors import FormatError, InputError, Locked

VERSION = b"\x01"
PURPOSE = b"laurea/share"  # the associated data, with the version behind it: what was encrypted for another purpose is none of these
KEY_BYTES = 32
NONCE_BYTES = 12
TAG_BYTES = 16
END = b"\x80"  # of the document; zeros follow up to the step (ISO/IEC 7816-4)
SIZES = tuple(1 << power for power in range(12, 21))  # of a sealed document: 4 KiB, which most need, to 1 MiB, each twice the one before
MAX_DOCUMENT_BYTES = SIZES[-1] - len(VERSION) - NONCE_BYTES - TAG_BYTES - len(END)

# How long a host keeps it.
MIN_LIFE = timedelta(hours=1)
MAX_LIFE = timedelta(days=365)
DEFAULT_LIFE = timedelta(days=30)


def seal(document: bytes, key: bytes, nonce: bytes) -> bytes:
    """Return a document sealed; a key is for one document only. Raises InputError when it is too large."""
    if len(document) > MAX_DOCUMENT_BYTES:
        raise InputError(f"the document has {len(document):,} bytes; {MAX_DOCUMENT_BYTES:,} can be shared", hint="show less of it")
    around = len(VERSION) + NONCE_BYTES + TAG_BYTES
    size = next(size for size in SIZES if size >= around + len(document) + len(END))
    padded = (document + END).ljust(size - around, b"\0")
    return VERSION + nonce + AESGCM(key).encrypt(nonce, padded, PURPOSE + VERSION)


def require_sealed(data: bytes) -> None:
    """Refuse what cannot be a sealed document, by what can be seen without the key; raises FormatError."""
    if data[:1] != VERSION:
        raise FormatError("this is no sealed document, or one of another version")
    if len(data) not in SIZES:
        raise FormatError("a sealed document has 4 KiB, or twice as much, and so on up to 1 MiB")


def unseal(data: bytes, key: bytes) -> bytes:
    """Return the document; raises FormatError for what is no sealed document, Locked when the key is wrong or it was damaged."""
    require_sealed(data)
    if len(key) != KEY_BYTES:
        raise Locked("the key in the link is not whole")
    nonce = data[1 : 1 + NONCE_BYTES]
    try:
        padded = AESGCM(key).decrypt(nonce, data[1 + NONCE_BYTES :], PURPOSE + VERSION)
    except InvalidTag as error:
        raise Locked("the key in the link is wrong, or what was shared is damaged") from error
    document, end, _ = padded.rpartition(END)
    if not end or padded.rstrip(b"\0") != document + END:
        raise FormatError("what was shared does not end as it should")
    return document
