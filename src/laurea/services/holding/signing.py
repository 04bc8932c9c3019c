"""What a holder does for software that speaks the VC API: sign a presentation that it has put together, derive, and list."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from laurea.core import signature
from laurea.core.canonical import Json, JsonObject
from laurea.core.credential import Credential, format_time
from laurea.core.disclosure import derive
from laurea.core.keys import SigningKey
from laurea.core.presentation import MAX_LIFE
from laurea.core.proof_set import AUTHENTICATION
from laurea.core.vc_presentation import VcPresentation
from laurea.errors import InputError, ModelError, NotFound
from laurea.services.holding import keyring
from laurea.services.holding.choice import Choice
from laurea.services.holding.entry import URN, Entry
from laurea.storage.wallet import Wallet

SUITES = ("eddsa-jcs-2022", "eddsa-rdfc-2022")
CONTEXT = "https://www.w3.org/ns/credentials/v2"


@dataclass(frozen=True, slots=True)
class Signing:
    """How a presentation is signed: the suite, and what it is for, which the holder signs: a challenge, a domain."""

    suite: str = SUITES[0]
    purpose: Mapping[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Refuse a suite that the wallet's keys are none of; raises InputError."""
        if self.suite not in SUITES:
            raise InputError(f"the suite {self.suite[:60]!r} is none of {', '.join(SUITES)}")


def sign(opened: Wallet, presentation: JsonObject, signing: Signing, *, at: datetime) -> JsonObject:
    """Return a presentation, signed for five minutes by the key that it names as its holder, else that which its first credential names.

    Raises ModelError for what is no presentation, InputError for a holder who is not this wallet's, FormatError for what the suite cannot take.
    """
    found = VcPresentation.of(presentation)
    problems = ["/proof: leave it out, it is made here"] if "proof" in presentation else found.problems()
    if problems:
        raise ModelError(problems)
    key = _key(opened, found)
    document = presentation if "holder" in presentation else {**presentation, "holder": key.did}
    extra = {**signing.purpose, "expires": format_time(at + MAX_LIFE)}
    options = signature.proof_options(signing.suite, method=key.method, purpose=AUTHENTICATION, created=at, extra=extra)
    return {**document, "proof": signature.secure(document, key, options)}


def derived(value: JsonObject, pointers: Sequence[str]) -> JsonObject:
    """Return the part of an anchored credential that is at or under some JSON pointers, with what is always shown.

    Raises FormatError for a credential without an anchor proof, InputError for a pointer that leads to no claim.
    """
    wrong = [pointer for pointer in pointers if not pointer.startswith("/")]
    if wrong or not pointers:
        raise InputError("selectivePointers are JSON pointers to claims, such as /credentialSubject/achievement")
    credential = Credential.of(value)
    return derive(credential, Choice(tuple(pointers)).of(credential).__contains__).secured()


def document_of(entry: Entry) -> JsonObject:
    """Return a credential as it is kept; one that is secured as a JWT in its envelope (VC 2.0, 4.12.1)."""
    if entry.jwt:
        compact = entry.held.document.decode("ascii").strip()
        return {"@context": CONTEXT, "type": "EnvelopedVerifiableCredential", "id": f"data:application/vc+jwt,{compact}"}
    return entry.credential.secured()


def named(entries: Sequence[Entry], name: str) -> Entry:
    """Return the credential that has exactly this id, or UUID; raises NotFound: a program that asks does not guess."""
    found = [entry for entry in entries if name and name in {entry.credential.id, (entry.credential.id or "").removeprefix(URN)}]
    if len(found) != 1:
        raise NotFound(f"there are {len(found)} credentials of this id in the wallet")
    return found[0]


def _key(opened: Wallet, found: VcPresentation) -> SigningKey:
    if not found.holder:
        return keyring.key_of(opened, _subject(found.credentials[0]) if found.credentials else None)
    key = next((each for each in opened.keys if each.did == found.holder), None)
    if key is None:
        raise InputError("/holder: leave it out, or name a key of this wallet")
    return key


def _subject(credential: Json) -> str | None:
    subject = credential.get("credentialSubject") if isinstance(credential, dict) else None
    found = subject.get("id") if isinstance(subject, dict) else None
    return found if isinstance(found, str) else None
