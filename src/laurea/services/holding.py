"""The holder's use cases: make a wallet, receive, list and present credentials, keep copies of the wallet."""

import secrets
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path

from laurea.core.canonical import Json, JsonObject
from laurea.core.claims import DISCLOSABLE, ENVELOPE, Claim, split
from laurea.core.credential import Credential
from laurea.core.disclosure import derive, integrity_problem
from laurea.core.keys import KEY_BYTES, SigningKey
from laurea.core.presentation import MAX_LIFE, Demand, present
from laurea.core.proof import DerivedProof, anchor_proof
from laurea.errors import FormatError, InputError, NotFound
from laurea.services import exchange
from laurea.storage import files, wallet
from laurea.storage.wallet import DEFAULT_KDF, Held, Kdf, Wallet

SUBJECT_ID = "/credentialSubject/id"
URN = "urn:uuid:"


@dataclass(frozen=True, slots=True)
class Choice:
    """Which claims to show: those at or under the pointers in `show` (all when empty), without those at or under `hide`."""

    show: tuple[str, ...] = ()
    hide: tuple[str, ...] = ()

    def of(self, credential: Credential) -> frozenset[str]:
        """Return the pointers of the claims to show; raises InputError for a pointer that names none or cannot be hidden."""
        pointers = [claim.pointer for claim in split(credential.document)]
        for given in (*self.show, *self.hide):
            _refuse_unknown(given, pointers, credential)
        for given in self.hide:
            _refuse_hiding(given, pointers)
        shown = {pointer for pointer in pointers if not self.show or pointer in {ENVELOPE, SUBJECT_ID} or _covered(pointer, self.show)}
        with_types = shown.union(*(_types_above(pointer) for pointer in shown))
        return frozenset(pointer for pointer in pointers if pointer in with_types and not _covered(pointer, self.hide))


@dataclass(frozen=True, slots=True)
class Entry:
    """A credential of the wallet as its holder sees it; `number` counts from 1 in the order in which they came."""

    number: int
    held: Held
    credential: Credential
    holder: str

    @property
    def name(self) -> str:
        """What the credential calls itself, or its achievement; "" when it does not say."""
        document = self.credential.document
        return _text(document.get("name")) or _text(_member(document, "credentialSubject", "achievement", "name"))

    @property
    def bound(self) -> bool:
        """Whether the credential names the wallet's key as its holder."""
        return self.credential.subject_id == self.holder

    @property
    def partial(self) -> bool:
        """Whether the wallet was given only some of the credential's claims."""
        return isinstance(anchor_proof(self.credential), DerivedProof)

    @property
    def claims(self) -> tuple[Claim, ...]:
        """The claims, the envelope first."""
        return split(self.credential.document)


@dataclass(frozen=True, slots=True)
class Holding:
    """One wallet file and the passphrase to it."""

    path: Path
    passphrase: str = field(repr=False)
    kdf: Kdf = DEFAULT_KDF

    @staticmethod
    def expect(path: Path, *, there: bool) -> None:
        """Raise NotFound when a wallet should be at `path` and is not, InputError when none should; nobody types a passphrase in vain."""
        if there:
            wallet.read(path)
        else:
            wallet.refuse_existing(path)

    def new(self, *, at: datetime) -> str:
        """Make a wallet with a fresh key and return its DID; raises InputError when the file exists."""
        key = SigningKey.from_seed(secrets.token_bytes(KEY_BYTES))
        wallet.create(self.path, wallet.seal(Wallet(key, at), self.passphrase, kdf=self.kdf))
        return key.did

    def receive(self, data: bytes, *, at: datetime) -> tuple[Entry, bool]:
        """Keep a credential, to the byte; return it and whether it is new here.

        Raises FormatError when it is damaged or not anchored, InputError when it was issued to somebody else.
        """
        credential = Credential.parse(data)
        problem = integrity_problem(credential)
        if problem:
            raise FormatError(f"the credential was not taken: {problem}", hint="ask the issuer for it again")

        def add(kept: Wallet) -> Wallet:
            _refuse_others(credential, kept.key.did)
            known = any(entry.credential == credential for entry in _entries(kept))
            return kept if known else replace(kept, held=(*kept.held, Held(data, at)))

        before, after = wallet.update(self.path, self.passphrase, add, kdf=self.kdf)
        return next(entry for entry in _entries(after) if entry.credential == credential), before is not after

    def answer(self, link: str, *, at: datetime) -> exchange.Invited | exchange.Fetched:
        """Answer an issuer's link as this wallet; raises what `exchange.answer` does."""
        return exchange.answer(link, wallet.load(self.path, self.passphrase).key, at=at)

    def entries(self) -> tuple[Entry, ...]:
        """Return the credentials in the order in which they came."""
        return _entries(wallet.load(self.path, self.passphrase))

    def find(self, name: str) -> Entry:
        """Return the credential that a number, an id or the beginning of one names; raises NotFound or InputError."""
        return _find(self.entries(), name)

    def present(self, name: str, choice: Choice, *, demand: Demand, at: datetime, life: timedelta = MAX_LIFE) -> JsonObject:
        """Return a presentation of a credential, signed over audience and challenge; the seed never leaves the wallet."""
        opened = wallet.load(self.path, self.passphrase)
        credential = _find(_entries(opened), name).credential
        shown = choice.of(credential)
        return present(derive(credential, shown.__contains__), opened.key, demand=demand, created=at, life=life)

    def export(self, target: Path) -> int:
        """Copy the wallet to another file, open the copy, and return how many credentials are in it.

        Raises Locked when it does not open, InputError when another file is there already.
        """
        data = wallet.read(self.path)
        wallet.open_(data, self.passphrase)
        if target.resolve() == self.path.resolve():
            raise InputError(f"{target} is the wallet itself", hint="name another file, best on another disk")
        with files.lock(target, create=True):
            if files.read(target, limit=wallet.MAX_BYTES) != data:
                wallet.refuse_existing(target)
                files.replace(target, data)
        return len(wallet.load(target, self.passphrase).held)

    def restore(self, source: Path) -> str:
        """Put an exported file in the wallet's place, having opened it, and return its DID; raises InputError when a wallet exists."""
        data = files.read(source, limit=wallet.MAX_BYTES)
        did = wallet.open_(data, self.passphrase).key.did
        wallet.create(self.path, data)
        return did


def _entries(opened: Wallet) -> tuple[Entry, ...]:
    return tuple(Entry(number, held, Credential.parse(held.document), opened.key.did) for number, held in enumerate(opened.held, start=1))


def _find(entries: Sequence[Entry], name: str) -> Entry:
    ids = [(entry, entry.credential.id or "") for entry in entries]
    by_number = [entry for entry in entries if str(entry.number) == name]
    exact = [entry for entry, found in ids if name in {found, found.removeprefix(URN)}]
    begun = [entry for entry, found in ids if found.startswith(name) or found.removeprefix(URN).startswith(name)]
    # A number beyond the list is a slip: it must not name the credential whose id happens to begin with that digit.
    matches = by_number if name.isdecimal() else exact or begun
    if not matches:
        raise NotFound(f"there is no credential {name!r} in the wallet", hint="laurea wallet list shows what there is")
    if len(matches) > 1:
        numbers = ", ".join(str(entry.number) for entry in matches)
        raise InputError(f"{name!r} names {len(matches)} credentials", hint=f"name one by its number: {numbers}")
    return matches[0]


def _refuse_others(credential: Credential, did: str) -> None:
    subject = credential.subject_id
    if subject is not None and subject != did:
        raise InputError(
            f"the credential was issued to {subject}, this wallet is {did}",
            hint="receive it into the wallet that it was issued to, or ask the issuer for one to this DID",
        )


def _refuse_unknown(given: str, pointers: Sequence[str], credential: Credential) -> None:
    if not _in_envelope(given, credential) and not any(_covered(pointer, [given]) for pointer in pointers):
        raise InputError(f"there is no claim {given!r}", hint=f"the claims are {', '.join(filter(None, pointers))}; a list is one claim")


def _refuse_hiding(given: str, pointers: Sequence[str]) -> None:
    if not any(_covered(pointer, [given]) for pointer in pointers if pointer != ENVELOPE):
        raise InputError(f"{given!r} cannot be hidden: who issued what, and for how long, is always shown")
    if SUBJECT_ID in pointers and _covered(SUBJECT_ID, [given]):
        raise InputError(
            f"{SUBJECT_ID} cannot be hidden: it ties the presentation to its holder",
            hint=f"hide the other claims one by one, or name what to show: --show {SUBJECT_ID} shows the least",
        )


def _in_envelope(given: str, credential: Credential) -> bool:
    member = given.removeprefix("/").split("/")[0].replace("~1", "/").replace("~0", "~")
    return given == ENVELOPE or (given.startswith("/") and member in credential.document and member not in DISCLOSABLE)


def _covered(pointer: str, given: Iterable[str]) -> bool:
    return any(pointer == above or (above != ENVELOPE and pointer.startswith(f"{above}/")) for above in given)


def _types_above(pointer: str) -> set[str]:
    # What is shown of an object can only be read when its type is there as well.
    parts = pointer.split("/")
    return {"/".join([*parts[:end], "type"]) for end in range(2, len(parts))}


def _member(value: Json, *names: str) -> Json:
    for name in names:
        value = value.get(name) if isinstance(value, dict) else None
    return value


def _text(value: Json) -> str:
    if isinstance(value, dict):  # in several languages: the first will do
        value = value.get("@value", next(iter(value.values()), ""))
    return value if isinstance(value, str) else ""
