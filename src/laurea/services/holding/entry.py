"""The credentials of a wallet as their holder sees them."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from laurea.core import jose
from laurea.core.assertion import is_blockcerts
from laurea.core.canonical import Json
from laurea.core.claims import Claim, split
from laurea.core.credential import Credential
from laurea.core.incoming import credential_of
from laurea.core.proof import CRYPTOSUITE, DerivedProof, anchor_proof
from laurea.core.renewal import replaced, stands_for
from laurea.core.report import Verdict
from laurea.core.summary import Standing, Summary
from laurea.errors import InputError, NotFound
from laurea.services.holding.checking import LastCheck
from laurea.storage.wallet import Held, Wallet

URN = "urn:uuid:"


class Remark(StrEnum):
    """What a holder should know of a credential before they rely on it; pages have the words in other languages by the name."""

    NOT_ANCHORED = "not anchored"
    BLOCKCERTS = "a document of Blockcerts, which can be shown as a whole alone"
    JWT = "its JWT signature was not checked"
    NO_HOLDER = "names no holder"
    OTHER_HOLDER = "names its holder otherwise than by a key of this wallet"
    PARTIAL = "only some of its claims"


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
    def lasting_name(self) -> str:
        """A name by which `find` finds this credential and no other, though another tab or computer changes the wallet meanwhile."""
        return self.held.digest.hex()

    @property
    def bound(self) -> bool:
        """Whether the credential names a key of the wallet as its holder."""
        return self.credential.subject_id in self.holders

    @property
    def anchored(self) -> bool:
        """Whether the credential has a proof that leads to a registry."""
        return is_anchored(self.credential)

    @property
    def blockcerts(self) -> bool:
        """Whether it is a document of Blockcerts, which is anchored in its own way: nothing of it can be hidden."""
        return is_blockcerts(self.credential)

    @property
    def jwt(self) -> bool:
        """Whether the credential is secured as a JWT."""
        return jose.is_compact(self.held.document)

    @property
    def partial(self) -> bool:
        """Whether the wallet was given only some of the credential's claims."""
        return self.anchored and isinstance(anchor_proof(self.credential), DerivedProof)

    @property
    def claims(self) -> tuple[Claim, ...]:
        """The claims, the envelope first."""
        return split(self.credential.document)

    @property
    def note(self) -> str:
        """What the holder says of it themselves, "" when nothing."""
        return self.held.note.text if self.held.note else ""

    @property
    def remarks(self) -> tuple[Remark, ...]:
        """What the holder should know of the credential."""
        return tuple(remarks(self.credential, self.held.document, bound=self.bound))

    def summary(self, language: str = "") -> Summary:
        """Return what a person reads of the credential, in a language if it has it."""
        return Summary.of(self.credential.document, language)

    def standing(self, at: datetime) -> Standing:
        """Tell what the credential's dates say of a moment."""
        return self.summary().standing(at)

    def last_check(self, at: datetime) -> LastCheck:
        """Return what the last verification found, as it is told at a moment; it is not made again."""
        return LastCheck.of(self.held, self.summary().valid_until, at)


def successors(entries: Sequence[Entry], at: datetime) -> dict[int, Entry]:
    """Return the credentials in the place of others, by the numbers of those: what a valid one says of another of the same issuer."""
    places = {entry.credential.id: entry for entry in entries}
    found: dict[int, Entry] = {}
    for new in entries:
        if new.last_check(at).verdict is Verdict.VALID:
            olds = (places.get(each) for each in replaced(new.credential.document))
            found |= {old.number: new for old in olds if old is not None and stands_for(new.credential.document, old.credential.document)}
    return found


def entries(opened: Wallet) -> tuple[Entry, ...]:
    """Return the credentials in the order in which they came."""
    holders = frozenset(key.did for key in opened.keys)
    return tuple(Entry(number, held, credential_of(held.document), holders) for number, held in enumerate(opened.held, start=1))


def is_anchored(credential: Credential) -> bool:
    """Tell whether a credential has a proof that leads to a registry."""
    return any(proof.get("cryptosuite") == CRYPTOSUITE for proof in credential.proofs)


def remarks(credential: Credential, data: bytes, *, bound: bool) -> Iterator[Remark]:
    """Give what a holder should know of a credential, whose exact bytes are `data`."""
    anchored = is_anchored(credential)
    if jose.is_compact(data):
        yield Remark.JWT
    if not anchored:
        yield Remark.BLOCKCERTS if is_blockcerts(credential) else Remark.NOT_ANCHORED
    if not bound:
        yield Remark.OTHER_HOLDER if _names_somebody(credential) else Remark.NO_HOLDER
    if anchored and isinstance(anchor_proof(credential), DerivedProof):
        yield Remark.PARTIAL


def find(entries: Sequence[Entry], name: str) -> Entry:
    """Return the credential that a number, an id, the beginning of one or its lasting name names; raises NotFound or InputError."""
    lasting = next((entry for entry in entries if entry.lasting_name == name), None)
    if lasting is not None:
        return lasting
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


def _names_somebody(credential: Credential) -> bool:
    subject = credential.document.get("credentialSubject")
    return isinstance(subject, dict) and bool(subject.get("id") or subject.get("identifier"))


def _member(value: Json, *names: str) -> Json:
    for name in names:
        value = value.get(name) if isinstance(value, dict) else None
    return value


def _text(value: Json) -> str:
    if isinstance(value, dict):  # in several languages: the first will do
        value = value.get("@value", next(iter(value.values()), ""))
    return value if isinstance(value, str) else ""
