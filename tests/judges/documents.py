"""What the judges are asked about: credentials and presentations as we make them, and a damaged twin for each way to damage one."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from laurea.core import keys, signature, status_list
from laurea.core.canonical import JsonObject
from laurea.core.credential import format_time
from laurea.core.cryptosuites import SUITES
from laurea.core.keys import SigningKey
from laurea.core.p256 import P256Key
from laurea.core.proof import anchor_proof, proof_object
from laurea.core.status_list import REVOCATION, SUSPENSION, Entry
from laurea.services.issuing.signatures import DEFAULT, Signatures
from tests.core.world import anchored, badge

NOW = datetime.now(UTC).replace(microsecond=0)
SUITE = "eddsa-rdfc-2022"
STATUS_URL = "https://status.example/1"
CHALLENGE, DOMAIN = "c8f7a9d2e1", "employer.example"
ED25519, STRANGER = SigningKey.from_seed(b"\7" * 32), SigningKey.from_seed(b"\x08" * 32)
P256 = P256Key.from_scalar(b"\7" * 32)
KEYS: dict[int, SigningKey | P256Key] = {len(key.public): key for key in (ED25519, P256)}


@dataclass(frozen=True)
class Case:
    """A document that a judge is asked about, and whether it ought to be accepted."""

    what: str
    suite: str
    document: JsonObject
    damage: str = ""
    challenge: str = CHALLENGE
    lists: Mapping[str, JsonObject] = field(default_factory=dict)  # status lists by their URLs

    def question(self, judge: str) -> JsonObject:
        """Return it as the judges take it."""
        return {
            "judge": judge,
            "suite": self.suite,
            "document": self.document,
            "challenge": self.challenge,
            "domain": DOMAIN,
            "lists": {**self.lists},
        }


def method(key: SigningKey | P256Key) -> str:
    """Return the verification method of a key's did:key."""
    return f"{keys.did_key(key.public)}#{keys.multikey(key.public)}"


def unsigned(key: SigningKey | P256Key = ED25519, **members: Any) -> JsonObject:
    """Return a badge that the key's did:key has issued."""
    issuer: JsonObject = {"id": keys.did_key(key.public), "type": ["Profile"], "name": "Example University"}
    return badge(
        issuer=issuer, validFrom=format_time(NOW - timedelta(days=1)), validUntil=format_time(NOW + timedelta(days=365)), **members
    )


def released() -> JsonObject:
    """Return a credential with the proof set of a released one."""
    document = unsigned()
    anchor = anchor_proof(anchored(document))
    assert anchor is not None
    signatures = Signatures(ED25519, method(ED25519), DEFAULT, NOW).under(document)
    return {**document, "proof": [*signatures, proof_object(anchor, method(ED25519))]}


def signed(suite: str, **members: Any) -> JsonObject:
    """Return a credential with one proof."""
    key = KEYS[SUITES[suite].key_bytes]
    document = unsigned(key, **members)
    options = signature.proof_options(suite, method=method(key), purpose="assertionMethod", created=NOW)
    return {**document, "proof": signature.secure(document, key, options)}


def presented(suite: str, purpose: str) -> JsonObject:
    """Return a presentation of a released credential, with one proof."""
    key = KEYS[SUITES[suite].key_bytes]
    document: JsonObject = {
        "@context": ["https://www.w3.org/ns/credentials/v2"],
        "type": ["VerifiablePresentation"],
        "holder": keys.did_key(key.public),
        "verifiableCredential": [{**released(), "proof": released()["proof"]}],
    }
    extra = {"challenge": CHALLENGE, "domain": DOMAIN}
    options = signature.proof_options(suite, method=method(key), purpose=purpose, created=NOW, extra=extra)
    return {**document, "proof": signature.secure(document, key, options)}


def credential_cases() -> Iterator[Case]:
    """Every credential, and its twins."""
    for suite in ("eddsa-rdfc-2022", "eddsa-jcs-2022"):
        whole = Case("released credential", suite, released())
        yield whole
        yield from twins(whole)
    for suite in SUITES:
        alone = Case("credential with one proof", suite, signed(suite))
        yield alone
        yield from twins(alone)


def presentation_cases(purpose: str) -> Iterator[Case]:
    """Every presentation, and its twins."""
    for suite in SUITES:
        whole = Case(f"presentation ({purpose})", suite, presented(suite, purpose))
        yield whole
        yield Case(whole.what, suite, whole.document, damage="another challenge", challenge="another")
        yield Case(whole.what, suite, {**whole.document, "holder": keys.did_key(STRANGER.public)}, damage="another holder")
        credential: Any = released()
        credential["credentialSubject"]["achievement"]["name"] = "Another"
        yield Case(whole.what, suite, {**whole.document, "verifiableCredential": [credential]}, damage="another credential")


def status_cases() -> Iterator[Case]:
    """A credential with status entries whose lists do not name it, and with lists that do, or that do not hold."""
    what, index = "credential with status lists", 94_567
    entries = [Entry(purpose, index, f"{STATUS_URL}-{purpose}.json") for purpose in (REVOCATION, SUSPENSION)]
    document = signed(SUITE, credentialStatus=[entry.document() for entry in entries])
    clear = {entry.list_url: a_list(entry) for entry in entries}
    yield Case(what, SUITE, document, lists=clear)
    for entry in entries:
        changed: dict[str, JsonObject | None] = {
            f"{entry.purpose} in its list": a_list(entry, index),
            f"its list for {entry.purpose} by another": a_list(entry, key=STRANGER),
            f"its list for {entry.purpose} altered": {**a_list(entry), "validUntil": format_time(NOW + timedelta(days=99))},
            f"its list for {entry.purpose} not to be had": None,
        }
        for damage, found in changed.items():
            rest = {url: each for url, each in clear.items() if url != entry.list_url}
            yield Case(what, SUITE, document, damage=damage, lists=rest | ({} if found is None else {entry.list_url: found}))


def a_list(entry: Entry, *indices: int, key: SigningKey = ED25519) -> JsonObject:
    """Return a status list as it is published; with another `key` it says that it is by the same issuer."""
    period = (NOW - timedelta(hours=1), NOW + timedelta(days=1))
    document = status_list.build(entry.list_url, ED25519.did, entry.purpose, indices, period=period, ttl=timedelta(hours=1))
    signatures = Signatures(key, method(ED25519), DEFAULT, NOW).under(document)
    return {**document, "proof": [*signatures]}


def twins(case: Case) -> Iterator[Case]:
    """Return the twins of a credential, each damaged in one way."""
    subject: Any = case.document["credentialSubject"]
    documents: dict[str, JsonObject] = {
        "another name": {**case.document, "name": "Another"},
        "another holder": {**case.document, "credentialSubject": {**subject, "id": STRANGER.did}},
        "longer validity": {**case.document, "validUntil": format_time(NOW + timedelta(days=9999))},
        "a claim more": {**case.document, "credentialSubject": {**subject, "creditsEarned": 30}},
        "a claim less": {**case.document, "evidence": []},
    }
    for damage, document in documents.items():
        yield Case(case.what, case.suite, document, damage=damage)
    for damage, change in (
        ("an older proof", {"created": "2020-01-01T00:00:00Z"}),
        ("another purpose", {"proofPurpose": "authentication"}),
        ("another's key", {"verificationMethod": method(STRANGER)}),
        ("another's signature", {"proofValue": signed(case.suite, name="Another")["proof"]["proofValue"]}),  # type: ignore[index,call-overload]
    ):
        proofs: Any = case.document["proof"]
        damaged = [
            {**each, **change} if each["cryptosuite"] == case.suite else each for each in (proofs if isinstance(proofs, list) else [proofs])
        ]
        yield Case(case.what, case.suite, {**case.document, "proof": damaged}, damage=damage)
