"""The credentials of a wallet as their holder sees them."""

from collections.abc import Sequence
from dataclasses import dataclass

from laurea.core.canonical import Json
from laurea.core.claims import Claim, split
from laurea.core.credential import Credential
from laurea.core.proof import DerivedProof, anchor_proof
from laurea.errors import InputError, NotFound
from laurea.storage.wallet import Held, Wallet

URN = "urn:uuid:"


@dataclass(frozen=True, slots=True)
class Entry:
    """A credential of the wallet as its holder sees it; `number` counts from 1 in the order in which they came."""

    number: int
    held: Held
    credential: Credential
    holders: frozenset[str]

    @property
    def name(self) -> str:
        """What the credential calls itself, or its achievement; "" when it does not say."""
        document = self.credential.document
        return _text(document.get("name")) or _text(_member(document, "credentialSubject", "achievement", "name"))

    @property
    def bound(self) -> bool:
        """Whether the credential names a key of the wallet as its holder."""
        return self.credential.subject_id in self.holders

    @property
    def partial(self) -> bool:
        """Whether the wallet was given only some of the credential's claims."""
        return isinstance(anchor_proof(self.credential), DerivedProof)

    @property
    def claims(self) -> tuple[Claim, ...]:
        """The claims, the envelope first."""
        return split(self.credential.document)


def entries(opened: Wallet) -> tuple[Entry, ...]:
    """Return the credentials in the order in which they came."""
    holders = frozenset(key.did for key in opened.keys)
    return tuple(Entry(number, held, Credential.parse(held.document), holders) for number, held in enumerate(opened.held, start=1))


def find(entries: Sequence[Entry], name: str) -> Entry:
    """Return the credential that a number, an id or the beginning of one names; raises NotFound or InputError."""
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


def _member(value: Json, *names: str) -> Json:
    for name in names:
        value = value.get(name) if isinstance(value, dict) else None
    return value


def _text(value: Json) -> str:
    if isinstance(value, dict):  # in several languages: the first will do
        value = value.get("@value", next(iter(value.values()), ""))
    return value if isinstance(value, str) else ""
