"""The vectors of what is invalid: each a valid one with one thing wrong."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import timedelta

from laurea.core.canonical import Json, JsonObject
from laurea.core.credential import Credential
from laurea.core.keys import SigningKey
from laurea.core.presentation import MAX_LIFE, Demand, present
from laurea.core.proof import BaseProof, proof_object
from tests.conformance.make import batches
from tests.conformance.make.actors import AT, HOLDER, OTHER_HOLDER, STRANGER, UNIVERSITY
from tests.conformance.make.batches import MAIN, sign
from tests.conformance.make.history import when
from tests.conformance.make.valid import DEMAND, END, JCS, NAME, bare, partial, presented, released, revoked
from tests.conformance.make.vector import ACTIVE, INACTIVE, UNPROVEN, Vector, fails, is_altered, text

PROOF = "proof"


def changed(document: JsonObject, *steps: str, to: Json) -> JsonObject:
    """Return a copy in which the member that the steps lead to has another value."""
    first, *rest = steps
    below = document.get(first)
    if not rest:
        return {**document, first: to}
    assert isinstance(below, dict)
    return {**document, first: changed(below, *rest, to=to)}


def with_anchor(credential: Credential, proof: BaseProof) -> Credential:
    """Return a credential with another anchor in place of its own."""
    return Credential(credential.document, (*credential.proofs[:-1], proof_object(proof, str(credential.proofs[-1]["verificationMethod"]))))


def moved(base: BaseProof, **members: object) -> BaseProof:
    """Return a proof that says something else of where the leaf is."""
    return replace(base, anchoring=replace(base.anchoring, **members))  # type: ignore[arg-type] # the names are those of Anchoring


def twins_of(vectors: list[Vector], damaged: set[str]) -> Iterator[Vector]:
    """Give a twin of each valid vector that is damaged nowhere yet: something was added to its envelope."""
    for vector in vectors:
        if vector.expect.verdict == "valid" and vector.name not in damaged:
            changed_text = text(vector.document).replace(
                '"type":["VerifiableCredential"', '"description":"altered","type":["VerifiableCredential"', 1
            )
            expected = is_altered(contract=vector.expect.contract and UNPROVEN)
            yield replace(
                vector,
                name=f"{vector.name}-altered",
                about=f"damaged: {vector.about}",
                document=changed_text,
                expect=expected,
                twin=vector.name,
            )


def altered() -> Iterator[Vector]:
    """Give credentials and proofs that do not belong together."""
    complete, twin = bare("complete"), "complete-anchor-only"
    better = changed(complete.document, "credentialSubject", "creditsEarned", to=30)
    yield Vector("altered-claim", "a claim was changed", Credential(better, complete.proofs), is_altered(), twin)
    added = changed(complete.document, "credentialSubject", "role", to="head of department")
    yield Vector("added-claim", "a claim was added", Credential(added, complete.proofs), is_altered(), twin)
    longer = changed(complete.document, "validUntil", to="2127-01-05T00:00:00Z")
    yield Vector("altered-envelope", "it was made to be valid for longer", Credential(longer, complete.proofs), is_altered(), twin)
    other = Credential(complete.document, bare("neighbour").proofs)
    yield Vector("proof-of-another", "the proof of another credential", other, is_altered(), twin, (3,))
    shown = partial(complete, *NAME)
    lied = changed(shown.document, "credentialSubject", "achievement", "name", to="SQL for Architects")
    yield Vector("partial-altered", "a shown claim was changed", Credential(lied, shown.proofs), is_altered(), "partial")
    hidden = {name: value for name, value in shown.document.items() if name != "credentialSubject"}
    yield Vector("partial-hides-more", "a shown claim was left out", Credential(hidden, shown.proofs), is_altered(contract=None), "partial")
    yield from _opened()
    yield from _places(complete, twin)


def _opened() -> Iterator[Vector]:
    quoting = bare("embedding")
    subject = quoting.document["credentialSubject"]
    assert isinstance(subject, dict)
    quoted = subject["quoted"]
    assert isinstance(quoted, dict)
    endless: JsonObject = {name: value for name, value in quoted.items() if name != "validUntil"}
    shown = partial(quoting, "/credentialSubject/quoted")
    without = changed(shown.document, "credentialSubject", "quoted", to=endless)
    about = "the quoted credential was opened, to hide when it ended"
    yield Vector("embedding-opened", about, Credential(without, shown.proofs), is_altered(), "embedding", (44,))
    odd = bare("odd names")
    about_names = odd.document["credentialSubject"]
    assert isinstance(about_names, dict)
    clean: JsonObject = {**odd.document, "credentialSubject": {name: value for name, value in about_names.items() if name != "__proto__"}}
    yield Vector("odd-names-no-proto", "the member __proto__ was lost", Credential(clean, odd.proofs), is_altered(), "odd-names", (45,))
    swapped: JsonObject = {**about_names, "\u00e9": about_names["e\u0301"], "e\u0301": about_names["\u00e9"]}
    mixed: JsonObject = {**odd.document, "credentialSubject": swapped}
    yield Vector(
        "odd-names-swapped", "two names that look the same, swapped", Credential(mixed, odd.proofs), is_altered(), "odd-names", (45,)
    )


def _places(complete: Credential, twin: str) -> Iterator[Vector]:
    base = MAIN.base("complete")
    at = base.anchoring
    path = at.path
    wrong: Mapping[str, tuple[str, Mapping[str, object], tuple[int, ...]]] = {
        "index-moved": ("the index of a neighbour, which is not revoked", {"index": at.index + 2}, (3,)),
        "index-and-path-moved": ("index and path of a neighbour", {"index": 2, "path": MAIN.levels.path(2)}, (3,)),
        "path-truncated": ("the last node of the path is missing", {"path": path[:-1]}, (1, 4)),
        "path-padded": ("the path has one node more", {"path": (*path, bytes(32))}, (4,)),
        "path-reordered": ("two nodes of the path are swapped", {"path": (path[1], path[0], *path[2:])}, (4,)),
        "path-reversed": ("the path is upside down", {"path": path[::-1]}, (4,)),
        "path-bit": ("one bit of the path is another", {"path": (bytes([path[0][0] ^ 1]) + path[0][1:], *path[1:])}, (10,)),
        "path-empty": ("no path: the root is passed off as a leaf's", {"path": (), "size": 1, "index": 0}, (1,)),
        "size-doubled": ("a size that asks for a longer path", {"size": 2 * at.size}, (3,)),
        "root-of-another": ("the root of another batch of the issuer", {"root": batches.ALONE.root}, (6,)),
        "registry-moved": ("another registry", {"registry": bytes(19) + b"\x01"}, (6, 36)),
        "chain-moved": ("another chain", {"chain_id": 1}, (6,)),
        "issuer-moved": ("another issuer, who has anchored the same root", {"issuer_id": STRANGER.id}, (6, 40)),
    }
    # The contract takes the size from itself, and knows nothing of other registries and chains.
    special = {"size-doubled": ACTIVE, "registry-moved": None, "chain-moved": None}
    for name, (about, members, rows) in wrong.items():
        expected = is_altered(contract=special.get(name, UNPROVEN))
        yield Vector(name, about, with_anchor(complete, moved(base, **members)), expected, twin, rows)
    reseeded = replace(base, seed=bytes([base.seed[0] ^ 1]) + base.seed[1:])
    yield Vector("seed-bit", "one bit of the seed is another", with_anchor(complete, reseeded), is_altered(), twin, (10, 12))


def misplaced() -> Iterator[Vector]:
    """Give credentials that fit their proofs, and anchors that do not hold what the proofs say."""
    nowhere = fails("anchor", open_=("revocation",), contract=INACTIVE)
    void = fails("anchor", contract=INACTIVE)
    yield Vector("not-anchored", "nobody has anchored the root", bare("badge", batches.NOWHERE), nowhere, "alone", (7,))
    yield Vector("anchored-by-a-stranger", "a stranger has, the issuer has not", bare("badge", batches.STOLEN), nowhere, "alone", (8, 40))
    yield Vector("void", "anchored after its key was compromised", bare("badge", batches.AFTER), void, "before-compromise", (8,))
    missized = fails("anchor", contract=ACTIVE)
    yield Vector("missized", "the registry has another size", bare("badge", batches.MISSIZED), missized, "alone", (3,))
    yield Vector("bare-root", "anchored as a bare root, which has the size 0", bare("badge", batches.RAW), void, "alone", (3,))
    four = with_anchor(bare("badge", batches.BEFORE), moved(batches.BEFORE.base("badge"), size=4))
    yield Vector("size-other", "the proof has another size, whose tree the path fits as well", four, missized, "before-compromise", (3,))
    about = "the registry's code at another address, which nobody named"
    expected = fails("anchor", "issuer", contract=None, open_=("revocation",))
    yield Vector("other-registry", about, bare("badge", batches.ELSEWHERE), expected, "named-registry", (36,))
    about = "the same, and the trust file has the account but does not name the registry"
    expected = fails("anchor", contract=None, open_=("revocation",))
    yield Vector("unnamed-registry", about, bare("badge", batches.ELSEWHERE), expected, "named-registry", (36,), trust="other-account")
    claimed = bare("badge", batches.CLAIMED)
    about = "a stranger whose registry profile is the university's DID"
    yield Vector("stranger-claims", about, claimed, fails("issuer", contract=ACTIVE), "alone", (39,))
    about = "the trust list has another account for the issuer"
    moved_away = fails("issuer", contract=ACTIVE)
    yield Vector("another-account", about, bare("complete"), moved_away, "complete-anchor-only", (39,), trust="another-account")
    yield from _withdrawn()


def _withdrawn() -> Iterator[Vector]:
    yield Vector("revoked", "its bit is set", bare("revoked"), revoked(), "neighbour")
    yield Vector("revoked-signed", "its bit is set, its signatures fit", released("revoked"), revoked(signed_by=("signature",)), "complete")
    yield Vector("revoked-second-word", "a bit in the second word", bare("revoked in the second word"), revoked(), "neighbour")
    yield Vector("revoked-batch", "its batch is revoked", bare("badge", batches.WITHDRAWN), revoked(), "neighbour")
    yield Vector("revoked-just-now", "revoked in a block that is not final", bare("badge", batches.JUST_REVOKED), revoked(), "neighbour")
    gone = fails("revocation", contract=None)
    now = when("two credentials of the main batch are revoked")
    yield Vector("past-just-revoked", "the very second in which it was revoked", bare("revoked"), gone, "past-not-yet-revoked", at=now)
    now = when("a batch is revoked")
    batch = bare("badge", batches.WITHDRAWN)
    yield Vector("past-batch-just-revoked", "the very second in which its batch was", batch, gone, "past-batch-not-yet-revoked", at=now)
    about = "revoked in a block that is not final: no final event shows that it was later"
    just = bare("badge", batches.JUST_REVOKED)
    before = when("a credential is revoked, and that is not final") - timedelta(hours=1)
    yield Vector("past-revoked-just-now", about, just, gone, "past-not-yet-revoked", at=before)
    shown = partial(released("revoked"), *NAME)
    yield Vector("revoked-partial", "a part of a revoked credential", shown, revoked(), "partial")
    suspended = fails("revocation", signed_by=("signature",), contract=ACTIVE)
    listed = MAIN.credential("suspendable", JCS)
    yield Vector("suspended", "its suspension list names it", listed, suspended, "status-clear", lists=("suspended",))
    about = "of two lists the one that counts names it"
    both = MAIN.credential("listed", JCS)
    yield Vector("suspended-and-listed", about, both, suspended, "status-revocation-list", lists=("suspended", "revoked"))
    expired = fails("validity", contract=ACTIVE)
    yield Vector("expired", "validUntil is over", bare("expired"), expired, "complete-anchor-only")
    yield Vector(
        "expired-just-now", "validUntil is this very moment", bare("expired"), fails("validity", contract=None), "not-quite-expired", at=END
    )
    yield Vector("not-yet", "validFrom is not yet", bare("early"), expired, "complete-anchor-only")
    yield Vector("vc-1.1-expired", "expirationDate is over", bare("legacy expired"), expired, "vc-1.1")


def signatures() -> Iterator[Vector]:
    """Give credentials whose anchor holds and whose signature does not."""
    good = MAIN.credential("complete", JCS)
    bad, twin = fails("signature", contract=ACTIVE), "signed-jcs"

    def signed(proof: JsonObject) -> Credential:
        return Credential(good.document, (proof, good.proofs[-1]))

    proof = good.proofs[0]
    value = str(proof["proofValue"])
    flipped = value[:20] + ("2" if value[20] != "2" else "3") + value[21:]
    yield Vector("signature-altered", "one character of it is another", signed({**proof, "proofValue": flipped}), bad, twin)
    yield Vector("signature-redated", "its date is another", signed({**proof, "created": "2026-01-06T12:00:00Z"}), bad, twin)
    forged = sign(good.document, STRANGER, method=str(proof["verificationMethod"]))
    yield Vector("signature-forged", "made with a stranger's key, in the issuer's name", signed(forged), bad, twin)
    beside = Credential(good.document, (*good.proofs[:-1], forged, good.proofs[-1]))
    yield Vector("signature-one-forged", "one that fits, and one that does not", beside, bad, twin)
    foreign = sign(bare("neighbour").document, UNIVERSITY)
    yield Vector("signature-of-another", "the issuer's, of another credential", signed(foreign), bad, twin)
    spaced = signed({**proof, "proofValue": value + " "})
    yield Vector("signature-spaced", "a space behind it, which some decoders overlook", spaced, bad, twin, (43,))
    lost = fails("signature", contract=ACTIVE)
    about = "signed with a key that was compromised before the credential was anchored"
    yield Vector("key-lost-before", about, good, lost, "key-lost-later", trust="key-lost-before")
    rdfc = MAIN.credential("complete", "eddsa-rdfc-2022")
    wrong = Credential(rdfc.document, ({**rdfc.proofs[0], "created": "2026-01-06T12:00:00Z"}, rdfc.proofs[-1]))
    about = "a signature of eddsa-rdfc-2022, whose date is another"
    yield Vector("signature-rdfc-redated", about, wrong, bad, "signed-rdfc", suites=("eddsa-rdfc-2022",))


def presentations() -> Iterator[Vector]:
    """Give presentations that are not by the holder, not for this verifier, or not of now."""
    part = partial(bare("complete"), *NAME)
    shown, twin = presented(part), "presented-partial"
    bad = fails("holder", contract=ACTIVE)

    def by(key: SigningKey, **options: timedelta) -> JsonObject:
        life = options.get("life", MAX_LIFE)
        return present(part, key, demand=DEMAND, created=AT - options.get("ago", timedelta(minutes=1)), life=life)

    yield Vector(
        "presented-for-another", "for another verifier", shown, bad, twin, (13,), demand=Demand("https://other.example", DEMAND.challenge)
    )
    again = Demand(DEMAND.audience, "another challenge")
    yield Vector("presented-again", "for another challenge", shown, bad, twin, (13,), demand=again)
    longer = Demand(DEMAND.audience + "/", DEMAND.challenge)
    yield Vector("presented-for-almost", "the audience has a slash more", shown, bad, twin, (13,), demand=longer)
    late = AT + timedelta(minutes=4)
    yield Vector("presented-late", "the presentation has expired, this very moment", shown, bad, twin, (13,), demand=DEMAND, at=late)
    early = by(HOLDER, ago=timedelta(seconds=-61))
    yield Vector("presented-early", "signed 61 seconds from now", early, bad, twin, (13,), demand=DEMAND)
    yield Vector("presented-by-another", "signed with another key than the subject's", by(OTHER_HOLDER), bad, twin, (15,), demand=DEMAND)
    yield Vector("presented-unsigned", "the credential alone, where a holder is demanded", part, bad, twin, (15,), demand=DEMAND)
    stripped: JsonObject = {name: value for name, value in shown.items() if name != PROOF}
    yield Vector("presented-no-proof", "a presentation that nobody signed", stripped, bad, twin, (15,), demand=DEMAND)
    nobody = presented(partial(bare("complete"), "/credentialSubject/achievement/name"))
    yield Vector("presented-id-hidden", "the subject's id is hidden", nobody, bad, twin, (15,), demand=DEMAND)
    bearer = presented(bare("of nobody"))
    yield Vector("presented-no-id", "the subject has no id", bearer, bad, twin, (15,), demand=DEMAND)
    array = presented(bare("of several subjects"))
    yield Vector("presented-array", "the subjects are an array", array, bad, twin, (15,), demand=DEMAND)
    signature = shown[PROOF]
    assert isinstance(signature, dict)
    eternal: JsonObject = {**shown, PROOF: {**signature, "expires": "2126-01-01T00:00:00Z"}}
    yield Vector("presented-forever", "it expires in a hundred years", eternal, bad, twin, (13,), demand=DEMAND)
    exchanged: JsonObject = {**shown, "verifiableCredential": [partial(bare("neighbour"), *NAME).secured()]}
    yield Vector("presented-exchanged", "another credential of the holder was put in", exchanged, bad, twin, (15,), demand=DEMAND)
    renamed: JsonObject = {**shown, "holder": OTHER_HOLDER.did}
    yield Vector("presented-renamed", "the presentation names another holder", renamed, bad, twin, (15,), demand=DEMAND)
    purpose = {**signature, "proofPurpose": "assertionMethod"}
    yield Vector("presented-purpose", "signed for another purpose", {**shown, PROOF: purpose}, bad, twin, (15,), demand=DEMAND)
