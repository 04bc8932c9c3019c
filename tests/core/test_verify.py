"""evaluate: each situation has its answers; whatever is generated, it answers; and nothing short of everything is valid."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import product
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from laurea.core import canonical
from laurea.core.anchor import Block, Facts, View
from laurea.core.anchor_check import MAX_STALENESS
from laurea.core.canonical import Json, JsonObject
from laurea.core.credential import Credential, format_time
from laurea.core.disclosure import derive
from laurea.core.leaf import Domain
from laurea.core.presentation import Demand, Presentation
from laurea.core.proof import Hints, proof_object
from laurea.core.report import CheckId, Outcome, Report, Verdict
from laurea.core.trust import Trust
from laurea.core.verify import evaluate
from tests.core.strategies import values
from tests.core.world import (
    ANCHORED,
    CHAIN,
    DEMAND,
    DOMAIN,
    HOLDER,
    ISSUER,
    ISSUER_ID,
    ISSUER_KEY,
    METHOD,
    NOON,
    REGISTRY,
    STRANGER,
    an_anchor,
    anchor_all,
    anchored,
    badge,
    base_of,
    changed,
    entry,
    facts_of,
    fails,
    judge,
    outcomes,
    partial,
    plain,
    presented,
    proof_of,
    read,
    revise,
    short_of_passed,
    sign,
    trust_of,
    with_document,
    with_proof,
)

COMPLETE = anchored()
FACTS = facts_of(COMPLETE)
SIGNED = anchored(signed=True)
PARTIAL = partial(COMPLETE, "/credentialSubject/id")
DEMANDING = trust_of(demand=DEMAND)
FINE = {check_id.value: "passed" for check_id in CheckId} | {"signature": "skipped", "holder": "skipped"}
ISSUED = "Issued by Example University, unaltered, not revoked as of block 1000 at 2026-11-23T11:59:54Z"


def answers(report: Report, **other: str) -> None:
    """Every check passed, the optional ones skipped, but for these; and the verdict is what follows."""
    expected = FINE | other
    assert outcomes(report) == expected
    found = set(expected.values())
    assert report.verdict.value == ("invalid" if "failed" in found else "undecided" if "unknown" in found else "valid")


def without(view: View | None, **members: Any) -> View:
    assert view is not None
    return replace(view, **members)


def resigned(document: JsonObject, *proofs: JsonObject) -> Credential:
    """A credential that carries these proofs and its anchor proof."""
    complete = anchored(document)
    return Credential(document, (*proofs, *complete.proofs))


# 0: what is good


def test_a_complete_credential_is_valid_and_says_what_was_established() -> None:
    report = judge(COMPLETE, FACTS)

    answers(report)
    assert report.headline == ISSUED
    assert report.require() is report


def test_a_partial_credential_is_valid() -> None:
    for shown in (PARTIAL, partial(COMPLETE), partial(COMPLETE, "/evidence", "/credentialSubject/achievement/name")):
        report = judge(shown, FACTS)
        answers(report)
        assert report.headline == ISSUED
        assert report[CheckId.FORMAT].reason == "a partial credential, well formed"


def test_a_signed_credential_is_valid() -> None:
    answers(judge(SIGNED, facts_of(SIGNED)), signature="passed")


def test_a_presented_credential_is_valid_for_who_asked() -> None:
    for shown in (COMPLETE, PARTIAL):
        answers(judge(read(presented(shown)), FACTS, DEMANDING), holder="passed")
        answers(judge(read(presented(shown)), FACTS))


@pytest.mark.parametrize("size", [1, 2, 3, 4, 5, 7, 8, 9])
def test_every_credential_of_a_batch_is_valid_at_its_index(size: int) -> None:
    for credential in anchor_all([plain({"name": str(at)}) for at in range(size)]):
        answers(judge(credential, facts_of(credential)))


def test_a_report_is_the_same_however_often_it_is_asked_for() -> None:
    assert judge(SIGNED, facts_of(SIGNED)) == judge(SIGNED, facts_of(SIGNED))


# 1: format

SKIPPED = {"integrity": "skipped", "anchor": "skipped", "revocation": "skipped", "issuer": "skipped", "validity": "skipped"}


@pytest.mark.parametrize(
    "data", [b"", b"{", b"[]", b"\xff", b'{"a":1,"a":2}', b'{"type":"VerifiablePresentation"}', b"[" * 100_000, b"NaN"]
)
def test_what_cannot_be_read_is_invalid(data: bytes) -> None:
    shown = Presentation.parse(data)
    report = judge(shown, FACTS)

    answers(report, format="failed", **SKIPPED)
    assert report.headline == shown.problem


def twice() -> JsonObject:
    return {**COMPLETE.document, "proof": [*COMPLETE.proofs, *COMPLETE.proofs]}


def too_many_claims() -> JsonObject:
    return {**plain({str(at): at for at in range(4096)}), "proof": list(COMPLETE.proofs)}


@pytest.mark.parametrize(
    "document",
    [
        twice(),
        {**COMPLETE.document, "proof": [*COMPLETE.proofs, {**COMPLETE.proofs[0], "proofValue": "uAA"}]},
        {**COMPLETE.document, "proof": {**COMPLETE.proofs[0], "created": "2026-11-22T00:00:00Z"}},
        {**COMPLETE.document, "proof": {**COMPLETE.proofs[0], "proofValue": str(COMPLETE.proofs[0]["proofValue"]) + "="}},
        {**COMPLETE.document, "proof": {**COMPLETE.proofs[0], "proofPurpose": "authentication"}},
        {**COMPLETE.document, "proof": [None]},
        {**COMPLETE.document, "proof": [{}] * 17},
        too_many_claims(),
        {**badge(name="x" * (256 << 10)), "proof": list(COMPLETE.proofs)},
        {**badge(issuer=None), "proof": list(COMPLETE.proofs)},
        {**badge(validFrom="yesterday"), "proof": list(COMPLETE.proofs)},
        {**badge(validUntil="2026-11-23T12:00:00"), "proof": list(COMPLETE.proofs)},
        {**plain(validUntil=7), "proof": list(COMPLETE.proofs)},
        {**badge(credentialSubject=None), "proof": list(COMPLETE.proofs)},
    ],
    ids=lambda document: str(sorted(document))[:20],
)
def test_what_breaks_the_format_is_invalid_and_nothing_else_is_asked(document: JsonObject) -> None:
    report = judge(read(document), FACTS)

    answers(report, format="failed", **SKIPPED)
    assert report[CheckId.ANCHOR].reason == "not run, since format failed"
    assert report.headline == report[CheckId.FORMAT].reason


def test_the_format_names_five_problems_and_counts_the_others() -> None:
    members: JsonObject = {"issuer": 7, "id": 7, "name": 7, "description": 7, "evidence": 7, "refreshService": 7, "termsOfUse": 7}
    wrong = [plain(**dict(list(members.items())[:count])) for count in range(1, len(members) + 1)]
    reasons = [judge(Credential(document, ()), None)[CheckId.FORMAT].reason for document in wrong]

    assert [reason.count(";") for reason in reasons] == [0, 1, 2, 3, 4, 4, 4]
    assert ["more)" in reason for reason in reasons] == [False] * 5 + [True] * 2


def test_a_complete_credential_may_lack_nothing() -> None:
    # Only a derived proof that hides something excuses what is missing.
    document: Any = badge()
    del document["credentialSubject"]["achievement"]
    lacking = anchored(document)
    fully_shown = derive(lacking, lambda _: True)

    assert fails(judge(lacking, facts_of(lacking))) == {"format"}
    assert fails(judge(fully_shown, facts_of(lacking))) == {"format"}
    shown = partial(lacking, *(f"/credentialSubject/{name}" for name in ("id", "type", "creditsEarned")), "/evidence")
    assert fails(judge(shown, facts_of(lacking))) == {"format"}


# 2: integrity


@pytest.mark.parametrize("credential", [COMPLETE, PARTIAL], ids=["complete", "partial"])
def test_an_altered_credential_is_invalid_and_nothing_else_is_asked(credential: Credential) -> None:
    report = judge(with_document(credential, {**credential.document, "name": "Law"}), FACTS)

    answers(report, **SKIPPED | {"integrity": "failed"})
    assert report.headline == "the credential or its proof was altered: they do not lead to the anchored root"


def test_a_claim_too_many_or_too_few_under_a_derived_proof_is_invalid() -> None:
    document: JsonObject = {**PARTIAL.document, "credentialSubject": {"id": HOLDER.did, "name": "Ada"}}

    answers(judge(with_document(PARTIAL, document), FACTS), **SKIPPED | {"integrity": "failed"})


# 2 to 5 without an anchor proof


@pytest.mark.parametrize("proofs", [(), (sign(badge()),), ({"type": "Ed25519Signature2020"},)], ids=["bare", "signed", "unknown"])
def test_a_credential_without_an_anchor_proof_is_undecided(proofs: tuple[JsonObject, ...]) -> None:
    # Attack 37: one that was revoked and stripped to its issuer's signature is still not valid.
    report = judge(Credential(badge(), proofs), FACTS)
    unknown = dict.fromkeys(("integrity", "anchor", "revocation", "issuer"), "unknown")

    assert outcomes(report) | {"signature": ""} == FINE | unknown | {"signature": ""}
    assert report.verdict is Verdict.UNDECIDED
    assert report.headline == "the credential carries no anchor proof: it is not anchored"


def test_a_good_issuer_signature_does_not_stand_in_for_the_anchor() -> None:
    report = judge(Credential(badge(), (sign(badge()),)), FACTS)

    assert report[CheckId.SIGNATURE].outcome is Outcome.PASSED
    assert report.verdict is Verdict.UNDECIDED


# 3: anchor


def test_without_facts_the_anchor_and_revocation_are_unknown() -> None:
    report = judge(COMPLETE, None)

    answers(report, anchor="unknown", revocation="unknown")
    assert report.headline == "nothing was read from chain eip155:11155111"
    assert report.facts == {}


def test_a_silent_node_is_undecided_and_never_invalid() -> None:
    silent = replace(FACTS, finalized=None, latest=None, read_at=None, trouble="no node of chain 11155111 answered")

    answers(judge(COMPLETE, silent), anchor="unknown", revocation="unknown")
    assert judge(COMPLETE, silent).headline == "no node of chain 11155111 answered"


@pytest.mark.parametrize("missing", [{"finalized": None}, {"latest": None}, {"read_at": None}, {"trouble": "the nodes disagree"}])
def test_half_an_answer_is_no_answer(missing: dict[str, Any]) -> None:
    answers(judge(COMPLETE, replace(FACTS, **missing)), anchor="unknown", revocation="unknown")


@pytest.mark.parametrize(
    ("age", "outcome"),
    [
        (timedelta(0), "passed"),
        (MAX_STALENESS, "passed"),
        (MAX_STALENESS + timedelta(seconds=1), "unknown"),
        (timedelta(days=900), "unknown"),
    ],
)
def test_a_node_whose_latest_block_is_older_than_an_hour_is_stale(age: timedelta, outcome: str) -> None:
    assert FACTS.latest is not None
    assert timedelta(hours=1) == MAX_STALENESS
    report = judge(COMPLETE, replace(FACTS, read_at=FACTS.latest.block.time + age))

    answers(report, anchor=outcome, revocation=outcome)
    assert (report.verdict is Verdict.VALID) == (outcome == "passed")


def test_a_root_that_the_registry_does_not_hold_is_invalid() -> None:
    empty = replace(FACTS, finalized=without(FACTS.finalized, anchor=None), latest=without(FACTS.latest, anchor=None))
    report = judge(COMPLETE, empty)

    answers(report, anchor="failed", revocation="unknown")
    assert report.headline == f"the registry holds no such root for issuer 0x{ISSUER_ID.hex()}"


def test_an_anchor_that_is_not_final_is_pending() -> None:
    report = judge(COMPLETE, replace(FACTS, finalized=without(FACTS.finalized, anchor=None)))

    answers(report, anchor="unknown")
    assert report.headline == "the anchor is pending: it is in a recent block that is not final yet"


def test_a_pending_anchor_can_already_be_revoked_void_or_of_another_size() -> None:
    pending = replace(FACTS, finalized=without(FACTS.finalized, anchor=None))

    answers(judge(COMPLETE, revise(pending, at="latest", revoked=True)), anchor="unknown", revocation="failed")
    answers(judge(COMPLETE, revise(pending, anchor=True, at="latest", compromised_from=1)), anchor="failed")
    answers(judge(COMPLETE, revise(pending, anchor=True, at="latest", size=4)), anchor="failed")


def test_an_anchor_in_the_finalized_block_alone_contradicts_itself() -> None:
    report = judge(COMPLETE, replace(FACTS, latest=without(FACTS.latest, anchor=None)))

    answers(report, anchor="unknown", revocation="unknown")


def test_an_anchor_may_be_made_in_the_finalized_block_itself() -> None:
    assert FACTS.finalized is not None
    answers(judge(COMPLETE, revise(FACTS, anchor=True, time=int(FACTS.finalized.block.time.timestamp()))))


@pytest.mark.parametrize("time", [int(NOON.timestamp()), 2**40 - 1, 2**63])
def test_an_anchor_from_after_its_finalized_block_contradicts_itself(time: int) -> None:
    answers(judge(COMPLETE, revise(FACTS, anchor=True, time=time)), anchor="unknown")


MADE = int(ANCHORED.timestamp())


@pytest.mark.parametrize(
    ("compromised_from", "outcome"),
    [(0, "passed"), (MADE + 1, "passed"), (MADE + 10**9, "passed"), (MADE, "failed"), (MADE - 1, "failed"), (1, "failed")],
)
def test_a_key_that_was_compromised_by_then_voids_its_anchor(compromised_from: int, outcome: str) -> None:
    report = judge(COMPLETE, revise(FACTS, anchor=True, compromised_from=compromised_from))

    answers(report, anchor=outcome)
    if outcome == "failed":
        since = format_time(datetime.fromtimestamp(compromised_from, UTC))
        made = "it was made at 2026-11-22T12:00:00Z with a key that was declared compromised"
        assert report.headline == f"the anchor is void: {made} from {since}"
    elif compromised_from:
        assert report[CheckId.ANCHOR].reason.endswith("and this anchor is older and stands")


def test_a_compromise_in_the_latest_block_counts_at_once() -> None:
    answers(judge(COMPLETE, revise(FACTS, anchor=True, at="latest", compromised_from=MADE)), anchor="failed")


def test_a_void_anchor_that_was_made_again_is_pending_until_that_is_final() -> None:
    void = revise(FACTS, anchor=True, at="finalized", compromised_from=1)
    again = revise(void, anchor=True, at="latest", key=b"\x34" * 20, time=MADE + 86_000)

    answers(judge(COMPLETE, again), anchor="unknown")
    answers(judge(COMPLETE, replace(again, finalized=without(again.latest, block=FACTS.latest and FACTS.latest.block))))


def test_an_anchor_that_was_never_made_is_no_anchor() -> None:
    answers(judge(COMPLETE, revise(FACTS, anchor=True, time=0)), anchor="failed")


@pytest.mark.parametrize("size", [1, 2, 4, 2**32 - 1])
def test_another_size_than_the_proof_says_is_invalid(size: int) -> None:
    report = judge(COMPLETE, revise(FACTS, anchor=True, size=size))

    answers(report, anchor="failed")
    assert report.headline == f"the registry holds this root with the size {size}, the proof says 3"


def test_a_root_that_was_anchored_without_a_size_is_invalid() -> None:
    for credential in (COMPLETE, anchored(size=1, index=0)):
        answers(judge(credential, facts_of(credential, size=0)), anchor="failed")


ELSEWHERE: dict[str, dict[str, Any]] = {
    "another issuer": {"issuer_id": b"\x23" * 20},
    "another root": {"root": b"\x00" * 32},
    "another chain": {"chain_id": 1},
    "another registry": {"registry": b"\x12" * 20},
}


@pytest.mark.parametrize("name", ELSEWHERE)
def test_facts_about_something_else_count_as_absent(name: str) -> None:
    # Attack 40: another issuer may have anchored the same root.
    report = judge(COMPLETE, replace(FACTS, ref=replace(FACTS.ref, **ELSEWHERE[name])))

    answers(report, anchor="unknown", revocation="unknown")
    assert report.headline == "nothing was read from chain eip155:11155111"


@pytest.mark.parametrize("index", [0, 2, 257, -1])
def test_facts_about_another_index_count_as_absent_even_when_it_is_revoked(index: int) -> None:
    other = replace(FACTS, index=index)

    answers(judge(COMPLETE, other), anchor="unknown", revocation="unknown")
    answers(judge(COMPLETE, revise(other, revoked=True)), anchor="unknown", revocation="unknown")


@pytest.mark.parametrize(
    "trust",
    [
        trust_of(canonical=frozenset()),
        trust_of(canonical=frozenset({b"\x12" * 20})),
        trust_of(canonical=frozenset(), registries=frozenset({(1, REGISTRY)})),
    ],
)
def test_another_registry_than_the_canonical_or_a_named_one_is_invalid(trust: Trust) -> None:
    # Attack 36: its code may be the known one, but who wrote to its storage first is not known.
    report = judge(COMPLETE, FACTS, trust)

    answers(report, anchor="failed")
    assert report.headline == f"0x{REGISTRY.hex()} is neither the canonical registry nor one that the trust file names"


def test_a_registry_that_the_trust_file_names_for_the_chain_is_accepted() -> None:
    answers(judge(COMPLETE, FACTS, trust_of(canonical=frozenset(), registries=frozenset({(CHAIN, REGISTRY)}))))


def test_hints_decide_nothing() -> None:
    base = base_of(COMPLETE)
    for hints in (Hints(), Hints(b"\xff" * 32, 0), Hints(None, 2**64 - 1)):
        assert outcomes(judge(with_proof(COMPLETE, replace(base, hints=hints)), FACTS)) == FINE


def test_the_report_says_by_when_the_credential_existed() -> None:
    reason = judge(COMPLETE, FACTS)[CheckId.ANCHOR].reason

    assert reason == "anchored on eip155:11155111 at 2026-11-22T12:00:00Z, final at block 936"


# 4: revocation


@pytest.mark.parametrize("at", ["latest", "finalized", "both"])
def test_a_revoked_credential_is_invalid_and_says_so(at: str) -> None:
    report = judge(COMPLETE, revise(FACTS, at=at, revoked=True))

    answers(report, revocation="failed")
    assert report.headline == f"the credential was revoked by the issuer, as of block {936 if at == 'finalized' else 1000}"


@pytest.mark.parametrize("at", ["latest", "finalized", "both"])
def test_a_revoked_batch_is_invalid_and_says_so(at: str) -> None:
    report = judge(COMPLETE, revise(FACTS, anchor=True, at=at, revoked=True, reason=3))

    answers(report, revocation="failed")
    assert report.headline.startswith("the whole batch was revoked by the issuer")


def test_a_revocation_that_was_seen_counts_however_old_or_troubled_the_answer_is() -> None:
    revoked = revise(FACTS, at="latest", revoked=True)

    for facts in (
        replace(revoked, read_at=NOON + timedelta(days=9)),
        replace(revoked, trouble="a node fell silent"),
        replace(revoked, finalized=None),
    ):
        answers(judge(COMPLETE, facts), anchor="unknown", revocation="failed")


def test_a_revocation_counts_for_every_moment_that_is_asked_about() -> None:
    revoked = revise(FACTS, at="latest", revoked=True)

    for at in (ANCHORED, NOON, NOON + timedelta(days=365)):
        assert fails(evaluate(Presentation(COMPLETE), revoked, trust_of(), at=at)) == {"revocation"}


@pytest.mark.parametrize(
    ("status", "outcome"),
    [
        ({"statusPurpose": "revocation"}, "passed"),
        ([{"statusPurpose": "revocation"}, {"statusPurpose": "revocation"}], "passed"),
        ({"statusPurpose": "suspension"}, "unknown"),
        ([{"statusPurpose": "revocation"}, {"statusPurpose": "suspension"}], "unknown"),
        ([{"statusPurpose": "refresh"}, {"statusPurpose": "suspension"}], "unknown"),
        ({}, "unknown"),
        ({"statusPurpose": ["revocation"]}, "unknown"),
        ({"statusPurpose": None}, "unknown"),
    ],
)
def test_a_status_list_for_another_purpose_than_revocation_leaves_it_undecided(status: Any, outcome: str) -> None:
    entries = status if isinstance(status, list) else [status]
    named: list[Json] = [
        {"id": f"https://issuer.example/status#{at}", "type": "BitstringStatusListEntry", **each} for at, each in enumerate(entries)
    ]
    for written in [named, *([named[0]] if len(named) == 1 else [])]:
        credential = anchored(badge(credentialStatus=written))
        answers(judge(credential, facts_of(credential)), revocation=outcome)
        revoked = judge(credential, revise(facts_of(credential), revoked=True))
        answers(revoked, revocation="failed")


# 5: issuer


def test_an_issuer_that_is_not_on_the_list_is_undecided() -> None:
    other = entry(did="did:web:other.example")

    for trust in (Trust(canonical=frozenset({REGISTRY})), trust_of(other)):
        report = judge(COMPLETE, FACTS, trust)
        answers(report, issuer="unknown")
        assert report.headline == "did:web:issuer.example is not on the trust list: a trust file that names it would decide"


@pytest.mark.parametrize(
    "accounts",
    [
        frozenset(),
        frozenset({Domain(1, REGISTRY, ISSUER_ID)}),
        frozenset({Domain(CHAIN, b"\x12" * 20, ISSUER_ID)}),
        frozenset({Domain(CHAIN, REGISTRY, b"\x23" * 20)}),
    ],
)
def test_the_list_decides_alone_which_issuer_id_speaks_for_an_issuer(accounts: frozenset[Domain]) -> None:
    # Attack 39: the registry's profile names the DID, and still the list's word counts.
    assert FACTS.latest is not None
    assert FACTS.latest.profile == ISSUER

    answers(judge(COMPLETE, FACTS, trust_of(entry(accounts=accounts))), issuer="failed")


def test_the_profile_in_the_registry_neither_helps_nor_hurts() -> None:
    for profile in ("", "did:web:other.example"):
        answers(judge(COMPLETE, revise(FACTS, profile=profile)))
        answers(judge(COMPLETE, revise(FACTS, profile=profile), Trust(canonical=frozenset({REGISTRY}))), issuer="unknown")


def test_one_of_several_accounts_is_enough() -> None:
    several = frozenset({DOMAIN, Domain(1, REGISTRY, ISSUER_ID)})

    answers(judge(COMPLETE, FACTS, trust_of(entry(accounts=several), entry(did="did:web:other.example"))))


def test_an_issuer_speaks_only_for_its_own_credentials() -> None:
    # A trusted issuer anchors a credential that names another trusted issuer: that one's entry decides.
    other = entry(did="did:web:other.example", name="Another University", accounts=frozenset({Domain(CHAIN, REGISTRY, b"\x23" * 20)}))
    forged = anchored(badge(issuer={"id": "did:web:other.example", "type": ["Profile"]}))

    answers(judge(forged, facts_of(forged), trust_of(entry(), other)), issuer="failed")


def test_the_issuer_may_be_named_by_its_did_alone() -> None:
    credential = anchored(badge(issuer={"id": ISSUER, "type": ["Profile"]}))

    assert judge(credential, facts_of(credential)).headline == ISSUED


@pytest.mark.parametrize("name", ["Massachusetts Institute of Technology", "Example University\nVALID", "x" * 10_000])
def test_the_name_in_the_credential_never_reaches_the_headline(name: str) -> None:
    credential = anchored(badge(issuer={"id": ISSUER, "type": ["Profile"], "name": name}))

    assert judge(credential, facts_of(credential)).headline == ISSUED
    for report in (judge(credential, None), judge(credential, facts_of(credential), Trust(canonical=frozenset({REGISTRY})))):
        assert name not in "".join([report.headline, *(check.reason for check in report.checks)])


# 6: signature


def answers_signature(credential: Credential, outcome: str, reason: str = "", trust: Trust | None = None) -> None:
    report = judge(credential, facts_of(credential), trust)
    answers(report, signature=outcome)
    assert reason in report[CheckId.SIGNATURE].reason


def test_a_signature_that_does_not_fit_is_invalid() -> None:
    bad = {**sign(badge()), "created": "2026-11-22T12:00:01Z"}

    answers_signature(resigned(badge(), bad), "failed", "does not fit")
    answers_signature(resigned(badge(), sign(badge()), bad), "failed")
    answers_signature(resigned(badge(), sign(badge(name="Another"))), "failed")


def test_a_signature_by_a_key_that_is_not_known_to_be_the_issuers_is_undecided() -> None:
    for proof in (
        sign(badge(), key=STRANGER, method=STRANGER.method),
        sign(badge(), method=f"{ISSUER}#key-2"),
        sign(badge(), method="did:web:x#1"),
    ):
        answers_signature(resigned(badge(), proof), "unknown", "is not known to be the issuer's")
    answers_signature(SIGNED, "unknown", "is not known to be the issuer's", trust_of(entry(methods={})))


def test_a_strangers_signature_under_the_issuers_method_is_invalid() -> None:
    answers_signature(resigned(badge(), sign(badge(), key=STRANGER)), "failed")


@pytest.mark.parametrize(
    "proof",
    [
        {"type": "DataIntegrityProof", "cryptosuite": "bbs-2023", "proofValue": "z1"},
        {"type": "Ed25519Signature2020"},
        {"type": "DataIntegrityProof", "cryptosuite": ["eddsa-jcs-2022"]},
        {"type": "DataIntegrityProof", "cryptosuite": None},
        {"cryptosuite": "x" * 100_000},
        {},
    ],
    ids=lambda proof: str(proof)[:40],
)
def test_an_unknown_suite_alone_is_undecided_and_beside_a_good_one_named(proof: JsonObject) -> None:
    answers_signature(resigned(badge(), proof), "unknown", "is not known here")
    answers_signature(resigned(badge(), proof, sign(badge())), "passed", "is not known here")
    answers_signature(resigned(badge(), sign(badge()), proof), "passed", "is not known here")


def test_the_reason_names_each_unknown_suite_once() -> None:
    bbs: JsonObject = {"type": "DataIntegrityProof", "cryptosuite": "bbs-2023"}
    fits, unknown = "the issuer's eddsa-jcs-2022 signature fits", "the suite bbs-2023 is not known here"
    for proofs, reason in (((bbs,), unknown), ((sign(badge()),), fits), ((bbs, sign(badge())), f"{fits}; {unknown}")):
        credential = resigned(badge(), *proofs)
        assert judge(credential, facts_of(credential))[CheckId.SIGNATURE].reason == reason


def test_a_signature_after_a_proof_that_is_not_there_is_invalid() -> None:
    answers_signature(resigned(badge(), {**sign(badge()), "previousProof": "urn:uuid:1"}), "failed", "a proof before it is missing")


@pytest.mark.parametrize("member", ["verificationMethod", "proofPurpose"])
def test_a_signature_without_a_method_or_a_purpose_is_none(member: str) -> None:
    said = "does not say by what method and for what purpose"
    for value in (None, 7, [METHOD], {"id": METHOD}):
        found: Any = value
        answers_signature(resigned(badge(), {**sign(badge()), member: found}), "failed", said)
    without = {name: value for name, value in sign(badge()).items() if name != member}
    answers_signature(resigned(badge(), without), "failed", said)


@pytest.mark.parametrize(
    ("options", "reason"),
    [
        ({"proofPurpose": "authentication"}, "for another purpose"),
        ({"expires": "2026-11-23T12:00:00Z"}, "has expired"),
        ({"expires": "2020-01-01T00:00:00Z"}, "has expired"),
        ({"expires": "soon"}, "has a wrong time"),
        ({"created": "2026-11-22"}, "has a wrong time"),
    ],
)
def test_a_signature_for_another_purpose_or_out_of_time_is_invalid_though_it_fits(options: dict[str, Any], reason: str) -> None:
    answers_signature(resigned(badge(), sign(badge(), **options)), "failed", reason)


def test_a_signature_that_expires_later_or_says_no_time_is_good() -> None:
    answers_signature(resigned(badge(), sign(badge(), expires="2026-11-23T12:00:01Z")), "passed")


def test_a_did_key_issuer_signs_with_its_own_key_without_being_pinned() -> None:
    document = badge(issuer={"id": ISSUER_KEY.did, "type": ["Profile"]})
    trust = trust_of(entry(did=ISSUER_KEY.did, methods={}))

    answers_signature(resigned(document, sign(document, method=ISSUER_KEY.method)), "passed", trust=trust)
    answers_signature(resigned(document, sign(document, method=f"{ISSUER_KEY.did}#1")), "unknown", trust=trust)
    answers_signature(resigned(document, sign(document, key=STRANGER, method=STRANGER.method)), "unknown", trust=trust)
    answers_signature(resigned(document, sign(document, key=STRANGER, method=ISSUER_KEY.method)), "failed", trust=trust)


def test_a_did_key_of_another_kind_leaves_the_signature_undecided() -> None:
    did = "did:key:zQ3shVc2UkAfJCdc1TR8E66J85h48P43r93q8jGPkPpjF9Ef9"
    document = badge(issuer={"id": did, "type": ["Profile"]})

    answers_signature(resigned(document, sign(document, method=f"{did}#1")), "unknown", trust=trust_of(entry(did=did)))


def test_a_signature_over_the_whole_under_a_partial_credential_is_invalid() -> None:
    shown = Credential(PARTIAL.document, (sign(badge()), *PARTIAL.proofs))

    answers(judge(shown, FACTS), signature="failed")


def test_an_issuer_that_is_not_on_the_list_has_no_known_key() -> None:
    answers(judge(SIGNED, facts_of(SIGNED), Trust(canonical=frozenset({REGISTRY}))), issuer="unknown", signature="unknown")


# 7: validity

FROM, UNTIL = datetime(2026, 11, 22, tzinfo=UTC), datetime(2029, 11, 22, tzinfo=UTC)


@pytest.mark.parametrize(
    ("at", "outcome"),
    [
        (FROM - timedelta(microseconds=1), "failed"),
        (FROM, "passed"),
        (UNTIL - timedelta(microseconds=1), "passed"),
        (UNTIL, "failed"),
        (datetime(9999, 12, 31, tzinfo=UTC), "failed"),
        (datetime(1, 1, 1, tzinfo=UTC), "failed"),
    ],
)
def test_a_credential_holds_from_valid_from_until_before_valid_until(at: datetime, outcome: str) -> None:
    report = evaluate(Presentation(COMPLETE), FACTS, trust_of(), at=at)

    answers(report, validity=outcome, **({"anchor": "unknown"} if at < ANCHORED else {}))  # it was not anchored before
    assert report.at == at


def test_no_expiry_passes_and_says_so() -> None:
    for members in ({"validUntil": None}, {"validUntil": None, "validFrom": "2026-11-23T12:00:00Z"}):
        credential = anchored(badge(**members))
        assert judge(credential, facts_of(credential))[CheckId.VALIDITY].reason == "no expiry set"
    credential = anchored(plain())
    answers(judge(credential, facts_of(credential)))


def test_expiry_and_beginning_are_named() -> None:
    expired, early = anchored(badge(validUntil="2026-11-23T13:00:00+01:00")), anchored(badge(validFrom="2027-01-01T00:00:00Z"))

    assert judge(expired, facts_of(expired)).headline == "expired at 2026-11-23T12:00:00Z"
    assert judge(early, facts_of(early)).headline == "not valid before 2027-01-01T00:00:00Z"


# 8: holder


def test_a_holder_that_was_demanded_must_sign() -> None:
    for shown in (
        Presentation(COMPLETE),
        Presentation(PARTIAL),
        read({name: value for name, value in presented(COMPLETE).items() if name != "proof"}),
    ):
        answers(judge(shown, FACTS, DEMANDING), holder="failed")


@pytest.mark.parametrize(
    "document",
    [
        presented(COMPLETE, key=STRANGER),
        presented(COMPLETE, demand=Demand(DEMAND.audience, "another challenge")),
        presented(COMPLETE, demand=Demand("https://evil.example", DEMAND.challenge)),
        presented(COMPLETE, created=NOON - timedelta(minutes=5)),
        presented(COMPLETE, created=NOON + timedelta(minutes=2)),
        presented(partial(COMPLETE)),
        changed(presented(COMPLETE), "proof", "proofPurpose", to="assertionMethod"),
        changed(presented(COMPLETE), "proof", "expires", to="2026-11-23T13:00:00Z"),
        changed(presented(COMPLETE), "proof", "proofValue", to="z"),
        changed(presented(COMPLETE), "proof", to={}),
        changed(presented(COMPLETE), "holder", to=STRANGER.did),
        changed(presented(COMPLETE), "proof", "created", to="0001-01-01T00:00:00Z"),
    ],
)
def test_another_signature_than_was_demanded_is_invalid(document: JsonObject) -> None:
    answers(judge(read(document), FACTS, DEMANDING), holder="failed")
    answers(judge(read(document), FACTS), holder="skipped")


def test_a_presentation_that_is_replayed_later_is_invalid() -> None:
    shown = read(presented(COMPLETE))

    answers(evaluate(shown, FACTS, DEMANDING, at=NOON + timedelta(minutes=4, seconds=59)), holder="passed")
    answers(evaluate(shown, FACTS, DEMANDING, at=NOON + timedelta(minutes=5)), holder="failed")


def test_the_ids_of_an_array_subject_are_no_holder() -> None:
    shown = anchored(plain([{"id": HOLDER.did}]))

    answers(judge(read(presented(shown)), facts_of(shown), DEMANDING), holder="failed")


# All together


def test_failures_add_up_and_the_headline_is_the_first() -> None:
    expired = resigned(badge(validUntil="2026-11-22T01:00:00Z"), sign(badge()))
    report = judge(
        expired, revise(facts_of(expired), revoked=True), trust_of(entry(accounts=frozenset()), canonical=frozenset(), demand=DEMAND)
    )

    answers(report, anchor="failed", revocation="failed", issuer="failed", signature="failed", validity="failed", holder="failed")
    assert report.headline == report[CheckId.ANCHOR].reason


FAULTS: dict[str, tuple[str, Any]] = {
    "anchor": ("facts", lambda facts: revise(facts, anchor=True, size=9)),
    "revocation": ("facts", lambda facts: revise(facts, at="latest", revoked=True)),
    "issuer": ("trust", lambda trust: replace(trust, issuers={ISSUER: entry(accounts=frozenset(), methods={METHOD: ISSUER_KEY.public})})),
    "signature": (
        "trust",
        lambda trust: replace(trust, issuers={ISSUER: replace(trust.issuers[ISSUER], methods={METHOD: STRANGER.public})}),
    ),
    "validity": ("at", lambda _: NOON + timedelta(days=4000)),
    "holder": ("trust", lambda trust: replace(trust, demand=DEMAND)),
}


@given(st.sets(st.sampled_from(sorted(FAULTS))))
def test_each_fault_fails_its_own_check_alone(faults: set[str]) -> None:
    state: dict[str, Any] = {"facts": facts_of(SIGNED), "trust": trust_of(), "at": NOON}
    for name in sorted(faults):
        part, damage = FAULTS[name]
        state[part] = damage(state[part])
    report = evaluate(Presentation(SIGNED), state["facts"], state["trust"], at=state["at"])

    assert fails(report) == faults
    assert (report.verdict is Verdict.VALID) == (not faults)


STATES: list[Facts | None] = [
    None,
    FACTS,
    replace(FACTS, trouble="silent"),
    replace(FACTS, finalized=None),
    replace(FACTS, latest=None),
    replace(FACTS, read_at=None),
    replace(FACTS, read_at=NOON + timedelta(days=1)),
    replace(FACTS, index=0),
    *(replace(FACTS, ref=replace(FACTS.ref, **other)) for other in ELSEWHERE.values()),
    replace(FACTS, finalized=without(FACTS.finalized, anchor=None)),
    replace(FACTS, latest=without(FACTS.latest, anchor=None)),
    *(revise(FACTS, at=at, revoked=True) for at in ("latest", "finalized")),
    *(revise(FACTS, anchor=True, at=at, revoked=True) for at in ("latest", "finalized")),
    *(revise(FACTS, anchor=True, at=at, compromised_from=MADE) for at in ("latest", "finalized")),
    *(revise(FACTS, anchor=True, at=at, size=size) for at, size in product(("latest", "finalized"), (0, 4))),
    *(revise(FACTS, anchor=True, at=at, time=0) for at in ("latest", "finalized")),
]
TRUSTS = [
    trust_of(),
    DEMANDING,
    Trust(),
    trust_of(canonical=frozenset()),
    trust_of(entry(did="did:web:other.example")),
    trust_of(entry(accounts=frozenset())),
]
SHOWN = [
    Presentation(COMPLETE),
    read(presented(COMPLETE)),
    read(presented(PARTIAL)),
    Presentation(with_document(COMPLETE, badge(name="Law"))),
    Presentation(Credential(COMPLETE.document, ())),
    Presentation.parse(b"{"),
]


def test_only_the_good_among_all_combinations_are_valid() -> None:
    valid = set()
    for (shown_at, shown), (facts_at, facts), (trust_at, trust) in product(enumerate(SHOWN), enumerate(STATES), enumerate(TRUSTS)):
        report = judge(shown, facts, trust)
        assert (report.verdict is Verdict.VALID) == (short_of_passed(report) == {})
        if report:
            valid.add((shown_at, facts_at, trust_at))

    assert valid == {(0, 1, 0), (1, 1, 0), (2, 1, 0), (1, 1, 1), (2, 1, 1)}


# Whatever is generated


def hostile_documents() -> st.SearchStrategy[JsonObject]:
    """A presentation or credential with some values replaced by anything."""
    sources: list[JsonObject] = [
        presented(COMPLETE),
        presented(PARTIAL),
        SIGNED.secured(),
        PARTIAL.secured(),
        {**plain(), "proof": [sign(plain())]},
    ]

    @st.composite
    def draw_one(draw: st.DrawFn) -> JsonObject:
        document = draw(st.sampled_from(sources))
        for _ in range(draw(st.integers(1, 3))):
            path = draw(st.sampled_from(list(paths_of(document))))
            document = changed(document, *path, to=draw(values | st.just(path[-1]) | st.sampled_from([ISSUER, HOLDER.did, METHOD, [], {}])))
        return document

    return draw_one()


def paths_of(value: Any, path: tuple[str | int, ...] = ()) -> Iterator[tuple[str | int, ...]]:
    if path:
        yield path
    items: Any = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for step, below in items:
        yield from paths_of(below, (*path, step))


TIMES = st.sampled_from([NOON, datetime(1, 1, 1, tzinfo=UTC), datetime(9999, 12, 31, 23, 59, 59, tzinfo=UTC)])
VIEWS = st.builds(
    lambda anchor, time, revoked: View(Block(1, b"\x00" * 32, time), anchor, revoked, "x"),
    st.none()
    | st.builds(
        an_anchor,
        time=st.sampled_from([0, 1, MADE, 2**40 - 1]),
        size=st.sampled_from([0, 1, 3, 2**32 - 1]),
        revoked=st.booleans(),
        compromised_from=st.sampled_from([0, 1, MADE, 2**40 - 1]),
    ),
    TIMES,
    st.booleans(),
)
ANSWERS = st.none() | st.builds(
    replace,
    st.just(FACTS),
    finalized=st.none() | VIEWS,
    latest=st.none() | VIEWS,
    read_at=st.none() | TIMES,
    trouble=st.sampled_from(["", "", "silent"]),
)


@given(hostile_documents(), ANSWERS | st.just(FACTS), st.sampled_from(TRUSTS), TIMES)
def test_evaluating_never_raises_and_never_calls_a_changed_document_valid(
    document: JsonObject, facts: Facts | None, trust: Trust, at: datetime
) -> None:
    report = evaluate(read(document), facts, trust, at=at)

    assert report.headline
    assert len(report.headline) < 1000
    canonical.encode(report.document())
    if report:
        assert read(document).credential.document in (COMPLETE.document, PARTIAL.document)


@given(values)
def test_evaluating_any_json_at_all_never_raises(value: Json) -> None:
    report = judge(Presentation.parse(canonical.encode(value)), FACTS)

    assert report.verdict is not Verdict.VALID


@given(
    st.lists(st.tuples(st.integers(0), st.integers(0, 255)), min_size=1, max_size=3),
    st.sampled_from([SIGNED.secured(), presented(PARTIAL)]),
)
def test_a_file_with_damaged_bytes_is_valid_only_when_it_says_the_same(damages: list[tuple[int, int]], document: JsonObject) -> None:
    raw = bytearray(canonical.encode(document))
    for at, byte in damages:
        raw[at % len(raw)] = byte
    report = judge(Presentation.parse(bytes(raw)), facts_of(read(document).credential))

    if report:
        assert read(document).credential.document == Presentation.parse(bytes(raw)).credential.document


def test_reasons_quote_no_more_of_a_credential_than_people_read() -> None:
    long = "x" * 100_000
    hostile: list[JsonObject] = [
        badge(issuer={"id": "did:web:" + long, "type": ["Profile"]}),
        badge(validFrom=long),
        {**badge(), long: {long: None}},
        badge(credentialSubject={long: 1}),
        badge(**{"@context": long}),
        badge(credentialStatus=[{"id": "urn:x", "type": "x", "statusPurpose": f"{at}{long[:90]}"} for at in range(900)]),
        badge(credentialStatus=[{"id": "urn:x", "type": long, "statusPurpose": f"{at}{long}"} for at in range(16)]),
    ]
    for document in hostile:
        credential = anchored(document)
        for report in (judge(credential, facts_of(credential)), judge(resigned(document, {"cryptosuite": long}), facts_of(credential))):
            assert all(0 < len(check.reason) < 1000 for check in report.checks)
    twice_named = b'{"' + long.encode() + b'":1,"' + long.encode() + b'":2}'
    assert len(judge(Presentation.parse(twice_named), None).headline) < 500


def test_a_credential_at_its_limits_is_judged_in_time() -> None:
    credential = anchored(plain({f"claim {at}": "x" * 40 for at in range(4095)}))
    shown = partial(credential, *(f"/credentialSubject/claim {at}" for at in range(0, 4095, 2)))

    answers(judge(read(credential.secured()), facts_of(credential)))
    answers(judge(read(shown.secured()), facts_of(credential)))


def test_the_report_writes_times_as_the_rest_does() -> None:
    assert format_time(judge(COMPLETE, FACTS).at) == judge(COMPLETE, FACTS).document()["at"]


def test_the_facts_of_a_report_are_those_that_were_read() -> None:
    facts: Any = judge(COMPLETE, FACTS).facts

    assert (facts["root"], facts["index"]) == ("0x" + proof_of(COMPLETE).anchoring.root.hex(), 1)
    assert "trouble" in judge(COMPLETE, replace(FACTS, trouble="silent")).facts
    assert {"finalized", "latest", "readAt"}.isdisjoint(judge(COMPLETE, Facts(FACTS.ref, 1)).facts)


def test_the_proof_object_of_another_method_is_as_good() -> None:
    other = Credential(COMPLETE.document, (proof_object(base_of(COMPLETE), "did:web:elsewhere.example#1"),))

    answers(judge(other, FACTS))
