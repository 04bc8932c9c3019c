"""The vectors of what is valid, and of what cannot be told."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from laurea.core import disclosure
from laurea.core.canonical import JsonObject
from laurea.core.credential import Credential
from laurea.core.presentation import Demand, present
from laurea.core.proof import Hints, proof_object
from tests.conformance.make import batches
from tests.conformance.make.actors import AT, HOLDER
from tests.conformance.make.batches import MAIN, Batch
from tests.conformance.make.documents import FILLED
from tests.conformance.make.history import when
from tests.conformance.make.vector import (
    INACTIVE,
    NOT_ANCHORED,
    OLD,
    SILENT,
    WITHOUT,
    WRONG,
    Expect,
    Vector,
    fails,
    leaves_open,
    passes,
    text,
)

JCS, RDFC = "eddsa-jcs-2022", "eddsa-rdfc-2022"
END = datetime(2026, 2, 1, tzinfo=UTC)  # validUntil of what is called expired
SECOND = timedelta(seconds=1)
DEMAND = Demand("https://employer.example", "7f3a9c51d2b84e60")
NAME = ("/credentialSubject/id", "/credentialSubject/type", "/credentialSubject/achievement/name")


def released(name: str = "complete", batch: Batch = MAIN) -> Credential:
    """Return a credential with the signatures and the anchor that a released one carries."""
    return batch.credential(name, RDFC, JCS)


def bare(name: str = "badge", batch: Batch = MAIN) -> Credential:
    """Return a credential with its anchor alone."""
    return batch.credential(name)


def partial(credential: Credential, *kept: str) -> Credential:
    """Return the partial credential that shows the claims with these pointers."""
    return disclosure.derive(credential, lambda pointer: pointer in kept)


def presented(credential: Credential, demand: Demand = DEMAND) -> JsonObject:
    """Return a presentation by the holder, made a minute ago."""
    return present(credential, HOLDER, demand=demand, created=AT - timedelta(minutes=1))


def without_anchor(credential: Credential) -> Credential:
    """Return a credential stripped of its anchor proof."""
    return Credential(credential.document, credential.proofs[:-1])


def valid() -> Iterator[Vector]:
    """Give the vectors that are valid."""
    complete, signed = released(), passes("signature")
    yield Vector("complete", "a released credential: two signatures and the anchor", complete, signed)
    yield Vector("complete-anchor-only", "the same without signatures", bare("complete"), passes())
    yield Vector("complete-one-proof", "the anchor proof as an object, not in an array", _single(bare("complete")), passes())
    yield Vector("partial", "a part of its claims", partial(complete, *NAME), passes())
    yield Vector("partial-envelope", "nothing but the envelope", partial(complete), passes())
    everything = disclosure.derive(complete, lambda _: True)
    yield Vector("partial-everything", "a derived proof that shows every claim", everything, passes())
    yield Vector("alone", "a batch of one: the path is empty", bare("badge", batches.ALONE), passes())
    yield Vector("neighbour", "not revoked, though the credential next to it is", bare("neighbour"), passes())
    yield Vector("endless", "no validUntil and no evidence", bare("endless"), passes())
    yield Vector("vc-1.1", "a credential of VC 1.1 with its names of dates", MAIN.credential("legacy", JCS), signed)
    yield Vector("several-subjects", "credentialSubject is an array: one claim", bare("of several subjects"), passes())
    yield Vector("did-key", "the issuer is a did:key, its account is on the trust list", batches.COLLEGES.credential("badge", JCS), signed)
    yield Vector("did-pkh", "the issuer is a did:pkh, its account is on the trust list", bare("badge", batches.SCHOOLS), passes())
    yield Vector("before-compromise", "anchored before its key was compromised", bare("badge", batches.BEFORE), passes(), rows=(8,))
    yield Vector("anchored-again", "void, and anchored again by a good key", bare("badge", batches.AGAIN), passes())
    lying = replace(MAIN.base("complete"), hints=Hints(bytes(32), 1))
    hinted = Credential(MAIN.documents["complete"], (proof_object(lying, f"{MAIN.signer.did}#anchor"),))
    yield Vector("hints-lie", "hints that lead nowhere, and decide nothing", hinted, passes())
    yield Vector(
        "named-registry",
        "another registry, which the trust file names",
        bare("badge", batches.ELSEWHERE),
        passes(contract=None),
        trust="other-registry",
    )
    about = "a second before it expires"
    yield Vector("not-quite-expired", about, bare("expired"), passes(contract=None), at=END - SECOND)
    yield from _past()
    yield from _signatures()
    yield from _presentations()
    yield from _statuses()
    yield from _extremes()


def _past() -> Iterator[Vector]:
    before = when("two credentials of the main batch are revoked") - SECOND
    about = "a second before it was revoked, which a final event shows"
    yield Vector("past-not-yet-revoked", about, bare("revoked"), passes(contract=None), at=before)
    before = when("a batch is revoked") - SECOND
    about = "a second before its batch was revoked"
    yield Vector("past-batch-not-yet-revoked", about, bare("badge", batches.WITHDRAWN), passes(contract=None), at=before)
    about = "the very second in which it was anchored"
    yield Vector("past-just-anchored", about, bare("complete"), passes(contract=None), at=when("the batch 'main' is anchored"))


def _signatures() -> Iterator[Vector]:
    yield Vector("signed-jcs", "signed in eddsa-jcs-2022", MAIN.credential("complete", JCS), passes("signature"))
    rdfc = MAIN.credential("complete", RDFC)
    yield Vector("signed-rdfc", "signed in eddsa-rdfc-2022 alone", rdfc, passes("signature"), suites=(RDFC,))
    known = MAIN.credential("complete", JCS)
    foreign: JsonObject = {"type": "DataIntegrityProof", "cryptosuite": "example-suite-2099", "proofValue": "z1"}
    two = Credential(known.document, (foreign, *known.proofs))
    yield Vector("signed-beside-unknown", "a signature that fits, beside one of a suite that nobody knows", two, passes("signature"))
    yield Vector(
        "key-lost-later",
        "signed with a key that was compromised after the credential was anchored",
        known,
        passes("signature"),
        trust="key-lost-later",
    )


def _presentations() -> Iterator[Vector]:
    shown = presented(released())
    both = passes("signature", "holder")
    yield Vector("presented", "a complete credential, presented by its holder", shown, both, demand=DEMAND)
    yield Vector("presented-undemanded", "the same, to a verifier that demands no holder", shown, passes("signature"))
    part = presented(partial(released(), *NAME))
    yield Vector("presented-partial", "a part, presented by its holder", part, passes("holder"), demand=DEMAND)
    yield Vector(
        "presented-last-second",
        "a second before the presentation expires",
        part,
        passes("holder"),
        demand=DEMAND,
        at=AT + timedelta(minutes=4) - timedelta(seconds=1),
    )


def _statuses() -> Iterator[Vector]:
    listed, signed = MAIN.credential("suspendable", JCS), passes("signature")
    yield Vector("status-clear", "a suspension list that does not name it", listed, signed, lists=("clear",))
    both = MAIN.credential("listed", JCS)
    about = "a revocation list names it, and the chain, which decides, does not"
    yield Vector("status-revocation-list", about, both, signed, lists=("clear", "revoked"))


def _extremes() -> Iterator[Vector]:
    yield Vector("odd-names", "__proto__, NFC twins, astral and empty names", bare("odd names"), passes(), rows=(45,))
    about = "the same, part of it: claims sort by code units of UTF-16"
    kept = ("/credentialSubject/id", "/credentialSubject/e\u0301", "/credentialSubject/\U0001d11e", "/credentialSubject/__proto__/polluted")
    yield Vector("odd-names-partial", about, partial(bare("odd names"), *kept), passes(), rows=(45,))
    about = "quotes an expired credential, which is one claim and not judged"
    yield Vector("embedding", about, partial(bare("embedding"), "/credentialSubject/quoted"), passes(), rows=(44,))
    yield Vector("limit-depth", "nested 32 deep", bare("deep"), passes(), rows=(21,))
    yield Vector("limit-claims", "4,096 claims", bare("wide"), passes(), rows=(21,))
    yield Vector("limit-numbers", "the largest integer of I-JSON, an exponent", bare("numbers"), passes(), rows=(20,))
    short, filling = filled(text(bare("long")))
    yield Vector("limit-size", "262,144 bytes in its RFC 8785 form", short, passes(), rows=(21,), filling=filling)


def undecided() -> Iterator[Vector]:
    """Give the vectors that nobody can decide."""
    complete, twin = released(), "complete"
    quiet = leaves_open(*SILENT, signed_by=("signature",))
    yield Vector("node-silent", "no node answers", complete, quiet, twin, (9,), chain=WITHOUT)
    yield Vector("node-of-another-chain", "the node is one of another chain", complete, quiet, twin, (9,), chain=WRONG)
    yield Vector("node-stale", "the node's latest block is months old", complete, quiet, twin, (9,), chain=OLD)
    pending = leaves_open("anchor", contract=(True, True))
    yield Vector("pending", "anchored in a block that is not final", bare("badge", batches.RECENT), pending, "alone")
    nobody = leaves_open("issuer", "signature", contract=(True, True))
    yield Vector("unknown-issuer", "nobody on the trust list", complete, nobody, twin, (39,), trust="nobody")
    key = leaves_open("issuer", signed_by=("signature",), contract=(True, True))
    college = batches.COLLEGES.credential("badge", JCS)
    yield Vector("unknown-did-key", "a did:key that nobody vouches for signs for itself", college, key, "did-key", trust="nobody")
    claimed = leaves_open("issuer", contract=(True, True))
    about = "a stranger's registry profile names the university, and nothing else does"
    yield Vector("profile-alone", about, bare("badge", batches.CLAIMED), claimed, "alone", (39,), trust="nobody")
    revoked = without_anchor(released("revoked"))
    about = "a revoked credential stripped of its anchor proof"
    stripped = leaves_open(*NOT_ANCHORED, signed_by=("signature",))
    yield Vector("no-anchor", about, revoked, stripped, twin, (37,))
    yield Vector("no-proof", "no proof at all", Credential(complete.document, ()), leaves_open(*NOT_ANCHORED), twin, (37,))
    known = MAIN.credential("complete")
    foreign: JsonObject = {"type": "DataIntegrityProof", "cryptosuite": "example-suite-2099", "proofValue": "z1"}
    unknown = Credential(known.document, (foreign, *known.proofs))
    unsure = leaves_open("signature", contract=(True, True))
    yield Vector("unknown-suite", "signed in a suite that nobody knows, and in no other", unknown, unsure, "signed-jcs")
    before = when("the batch 'main' is anchored") - SECOND
    about = "a second before it was anchored: nothing shows that it was there"
    early = leaves_open("anchor")
    yield Vector("past-not-yet-anchored", about, bare("complete"), early, "past-just-anchored", at=before)
    yield from _unread_lists()


def _unread_lists() -> Iterator[Vector]:
    listed, twin = MAIN.credential("suspendable", JCS), "status-clear"
    unread = leaves_open("revocation", signed_by=("signature",), contract=(True, True))
    yield Vector("status-missing", "the suspension list was not read", listed, unread, twin, (35,))
    for name, about in (
        ("stale", "ended months ago"),
        ("forged", "is signed with a stranger's key"),
        ("unsigned", "is not signed"),
        ("short", "has half as many entries as it must"),
        ("of-another-place", "is the one of another URL"),
    ):
        yield Vector(f"status-{name}", f"the suspension list {about}", listed, unread, twin, (35,), lists=(name,))


def _single(credential: Credential) -> JsonObject:
    return {**credential.document, "proof": credential.proofs[0]}


def filled(whole: str) -> tuple[str, JsonObject]:
    """Return a text without its many x, and what a reader has to put there."""
    count = whole.count("x" * 1000) * 1000
    return whole.replace("x" * count, FILLED), {"token": FILLED, "unit": "x", "times": count}


def revoked(*, signed_by: tuple[str, ...] = ()) -> Expect:
    """Return what is expected of what the chain says is revoked."""
    return fails("revocation", signed_by=signed_by, contract=INACTIVE)
