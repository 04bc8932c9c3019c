"""What a wallet keeps, and its JSON form: the content of the file, once it is decrypted."""

from dataclasses import dataclass, field
from hashlib import sha256
from typing import Annotated

import base58
from pydantic import BeforeValidator, JsonValue, PlainSerializer, TypeAdapter, ValidationError

from laurea.core.canonical import JsonObject, parse
from laurea.core.keys import KEY_BYTES, SigningKey
from laurea.core.phrase import Node
from laurea.errors import FormatError
from laurea.storage.wallet.form import FORM as _FORM
from laurea.storage.wallet.form import Document, Moment, Raw, bytes_of, text_of
from laurea.storage.wallet.history import Record
from laurea.storage.wallet.note import Note
from laurea.storage.wallet.portfolio import Collection, Kept
from laurea.storage.wallet.waiting import Waiting

ED25519_SECRET = b"\x80\x26"  # multicodec 0x1300 as a varint
MAX_BYTES = 64 << 20  # thousands of credentials; bounds the work on hostile input


def _key(secret: object) -> SigningKey:
    raw = base58.b58decode(str(secret).removeprefix("z"))
    if not raw.startswith(ED25519_SECRET):
        raise ValueError("the key is not an Ed25519 secret Multikey")
    return SigningKey.from_seed(raw[len(ED25519_SECRET) :])


def _multikey(key: SigningKey) -> str:
    return "z" + base58.b58encode(ED25519_SECRET + key.seed).decode()


def _node(text: object) -> Node:
    raw = bytes_of(str(text), 2 * KEY_BYTES)
    return Node(raw[:KEY_BYTES], raw[KEY_BYTES:])


Secret = Annotated[SigningKey, BeforeValidator(_key), PlainSerializer(_multikey)]
Root = Annotated[Node, BeforeValidator(_node), PlainSerializer(lambda node: text_of(node.secret + node.chain))]


@dataclass(frozen=True, slots=True)
class Checked:
    """What a verifier said of a credential, and when: the report as it is published (docs/report.schema.json)."""

    at: Moment
    report: dict[str, JsonValue]

    __pydantic_config__ = _FORM


@dataclass(frozen=True, slots=True)
class Attempted:
    """A later check that found out less than the one that is kept: when, and why."""

    at: Moment
    reason: str

    __pydantic_config__ = _FORM


@dataclass(frozen=True, slots=True)
class Held:
    """A credential in the wallet: the exact bytes that were received, when, how it was last found, and what the holder adds to it.

    `evidence` are the digests of attachments.
    """

    document: Document
    received: Moment
    checked: Checked | None = None
    note: Note | None = None
    evidence: tuple[Raw, ...] = ()
    attempted: Attempted | None = None

    __pydantic_config__ = _FORM

    @property
    def digest(self) -> bytes:
        """The SHA-256 of the document, by which it is known in the wallet."""
        return sha256(self.document).digest()


@dataclass(frozen=True, slots=True)
class IssuerKey:
    """A key that one issuer alone knows, by the origin of its links; `number` is its place under the root, none when it is random."""

    key: Secret
    origin: str
    made: Moment
    number: int | None = None

    __pydantic_config__ = _FORM


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file that is evidence for what a credential says; credentials name it by its digest."""

    name: str
    media_type: str
    data: Raw = field(repr=False)

    __pydantic_config__ = _FORM

    @property
    def digest(self) -> bytes:
        """The SHA-256 of the file."""
        return sha256(self.data).digest()


@dataclass(frozen=True, slots=True)
class Shared:
    """A link that was shared: where what it shows is kept, until when, and the token that ends it. `about` are digests of credentials."""

    url: str = field(repr=False)
    deletion_token: str = field(repr=False)
    made: Moment
    expires: Moment
    about: tuple[Raw, ...]
    label: str = ""

    __pydantic_config__ = _FORM


@dataclass(frozen=True, slots=True)
class Removed:
    """A credential that the holder took out of the wallet, or what is not waited for any more, by its digest: no other copy brings it back."""

    digest: Raw
    at: Moment

    __pydantic_config__ = _FORM


@dataclass(frozen=True, slots=True)
class Wallet:
    """What the file keeps: the holder's keys, when they were made, and the credentials in the order they came.

    `root` is what all keys were made of; a wallet of version 1 has none, and its further keys are random.
    """

    key: Secret
    created: Moment
    held: tuple[Held, ...] = ()
    root: Root | None = None
    issuer_keys: tuple[IssuerKey, ...] = ()
    attachments: tuple[Attachment, ...] = ()
    shared: tuple[Shared, ...] = ()
    removed: tuple[Removed, ...] = ()
    waiting: tuple[Waiting, ...] = ()
    history: tuple[Record, ...] = ()
    collections: tuple[Collection, ...] = ()
    catalogues: tuple[Kept, ...] = ()

    __pydantic_config__ = _FORM

    @property
    def keys(self) -> tuple[SigningKey, ...]:
        """All of the holder's keys, the wallet's own first."""
        return (self.key, *(each.key for each in self.issuer_keys))


_ADAPTER = TypeAdapter(Wallet)


def document_of(wallet: Wallet) -> JsonObject:
    """Return the content of the file that keeps a wallet."""
    found: JsonObject = _ADAPTER.dump_python(wallet, mode="json", by_alias=True, exclude_defaults=True)
    return {"credentials": [], **found}


def parse_content(data: bytes) -> Wallet:
    """Return what the content of a file says; raises FormatError when it is not that of a wallet.

    What version 1 wrote is a part of what version 2 may say.
    """
    parse(data, max_bytes=MAX_BYTES)
    try:
        return _ADAPTER.validate_json(data)
    except ValidationError as error:
        raise FormatError("the content is not that of a wallet") from error
