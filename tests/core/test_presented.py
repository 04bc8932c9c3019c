"""Several credentials in one presentation: each is judged by itself and by its own holder, and what the holder says is theirs alone."""

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from laurea.core import canonical, signature
from laurea.core.anchor import Facts
from laurea.core.canonical import Json, JsonObject
from laurea.core.credential import Credential
from laurea.core.keys import SigningKey
from laurea.core.openbadge import problems
from laurea.core.presentation import MAX_CREDENTIALS, NOTHING_SAID, Presentation, present_all
from laurea.core.presented import Presented
from laurea.core.proof import CRYPTOSUITE
from laurea.core.report import CheckId, Outcome, Reports, Verdict
from laurea.core.statement import MAX_FILES, MAX_NOTES, MAX_WORDS, FileNamed, Found, NoteOn, Statement
from laurea.core.verify import evaluate
from laurea.errors import FormatError, VerificationFailed
from tests.core.strategies import values
from tests.core.world import DEMAND, HOLDER, NOON, STRANGER, anchored, badge, facts_of, plain, trust_of

FILE = FileNamed.of("report.pdf", "application/pdf", b"%PDF-1.7")
STATEMENT = Statement("an application", (NoteOn("urn:uuid:1", "my first course"), NoteOn("", "and another")), (FILE,))
OURS = anchored()
THEIRS = anchored(badge(credentialSubject={**badge()["credentialSubject"], "id": STRANGER.did}))  # type: ignore[dict-item]
EXPIRED = anchored(badge(validUntil="2026-11-23T00:00:00Z"))


def shown(*credentials: Credential, key: SigningKey = HOLDER, statement: Statement = NOTHING_SAID) -> JsonObject:
    return present_all(credentials, key, demand=DEMAND, created=NOON, statement=statement)


def read(document: object) -> Presented:
    return Presented.parse(json.dumps(document).encode())


def resigned(document: JsonObject, key: SigningKey = HOLDER) -> JsonObject:
    """The same, with other members, signed anew."""
    unsigned = {name: value for name, value in document.items() if name != "proof"}
    extra: dict[str, Json] = {"expires": "2026-11-23T12:05:00Z", "domain": DEMAND.audience, "challenge": DEMAND.challenge}
    return {**unsigned, "proof": signature.sign(unsigned, key, method=key.method, purpose="authentication", created=NOON, extra=extra)}


def test_each_credential_of_a_presentation_is_read_with_the_whole_around_it() -> None:
    document = shown(OURS, EXPIRED)
    found = read(document)

    assert [each.credential for each in found.shown] == [OURS, EXPIRED]
    assert {json.dumps(each.document) for each in found.shown} == {json.dumps({k: v for k, v in document.items() if k != "proof"})}
    assert not found.says
    assert "holds 2 credentials" in Presentation.parse(json.dumps(document).encode()).problem


def test_one_credential_is_read_as_it_always_was() -> None:
    for document in (OURS.secured(), shown(OURS)):
        data = json.dumps(document).encode()
        assert Presented.parse(data).shown == (Presentation.parse(data),)


@pytest.mark.parametrize(
    ("document", "words"),
    [
        ("text", "neither a credential nor a presentation"),
        ({**shown(OURS), "verifiableCredential": []}, "holds 0 credentials"),
        ({**shown(OURS), "verifiableCredential": [OURS.secured()] * (MAX_CREDENTIALS + 1)}, "holds 33 credentials"),
        ({**shown(OURS), "proof": [1]}, "one proof, an object"),
    ],
)
def test_what_cannot_be_read_is_one_problem(document: object, words: str) -> None:
    (only,) = read(document).shown

    assert words in only.problem


def test_a_credential_that_cannot_be_read_spoils_no_other() -> None:
    held: list[Json] = [OURS.secured(), "eyJ", {"proof": [1]}]
    found = read({**shown(OURS), "verifiableCredential": held})

    assert [each.problem for each in found.shown] == ["", "the credential is not a JSON object", "a proof is not a JSON object"]


@pytest.mark.parametrize("count", [0, MAX_CREDENTIALS + 1])
def test_no_other_number_of_credentials_is_presented(count: int) -> None:
    with pytest.raises(FormatError, match="1 to 32 credentials"):
        shown(*[OURS] * count)


# What the holder says


def test_what_the_holder_says_comes_back_and_stands_among_no_credentials() -> None:
    found = read(shown(OURS, statement=STATEMENT))

    assert (found.statement, found.says, found.trouble, found.statement_problem()) == (STATEMENT, True, "", "")
    assert [each.credential for each in found.shown] == [OURS]
    assert Presentation.parse(json.dumps(shown(OURS, statement=STATEMENT)).encode()).credential == OURS


@pytest.mark.parametrize("statement", [Statement("why"), Statement(notes=STATEMENT.notes), Statement(files=(FILE,))])
def test_a_part_of_it_is_enough(statement: Statement) -> None:
    assert read(shown(OURS, statement=statement)).statement == statement


def test_what_the_holder_says_is_a_credential_of_vc_2_and_signed_in_terms_that_its_context_has() -> None:
    document = shown(OURS, statement=STATEMENT)
    held = document["verifiableCredential"]
    assert isinstance(held, list)
    said = held[-1]
    assert isinstance(said, dict)
    assert problems(said) == []
    # An rdfc suite refuses every member that no context defines.
    unsigned = {name: value for name, value in document.items() if name != "proof"} | {"verifiableCredential": [said]}
    options = signature.proof_options("eddsa-rdfc-2022", method=HOLDER.method, purpose="authentication", created=NOON)
    assert signature.check(unsigned, signature.secure(unsigned, HOLDER, options), HOLDER.public)


@pytest.mark.parametrize(
    ("document", "words"),
    [
        ({k: v for k, v in shown(OURS, statement=STATEMENT).items() if k != "proof"}, "nobody signed it"),
        (shown(OURS, key=STRANGER, statement=STATEMENT), "is not the subject of all credentials"),
        (shown(OURS, THEIRS, statement=STATEMENT), "is not the subject of all credentials"),
        ({**shown(OURS, statement=STATEMENT), "description": "another purpose"}, "does not fit"),
        (
            {**shown(OURS), "holder": "did:key:z6M", "description": "why", "verifiableCredential": [plain({"id": "did:key:z6M"})]},
            "cannot be checked",
        ),
        ({**OURS.secured(), "type": "VerifiableCredential"}, "nobody signed it"),
    ],
)
def test_what_was_not_signed_by_the_subject_of_all_is_nobodys_word(document: Any, words: str) -> None:
    assert words in read(document).statement_problem()


def said(**members: Json) -> JsonObject:
    """A presentation whose holder's own credential has other members."""
    document = shown(OURS, statement=STATEMENT)
    held = document["verifiableCredential"]
    assert isinstance(held, list)
    assert isinstance(held[-1], dict)
    return resigned({**document, "verifiableCredential": [held[0], {**held[-1], **members}]})


RESOURCE = FILE.document()


@pytest.mark.parametrize(
    ("document", "words"),
    [
        (resigned({**shown(OURS), "description": {"en": "why"}}), "no short text"),
        (resigned({**shown(OURS), "description": "x" * (MAX_WORDS + 1)}), "no short text"),
        (said(credentialSubject=[{"description": "x"}] * (MAX_NOTES + 1)), "more than 32 notes"),
        (said(credentialSubject=["text"]), "not an object"),
        (said(credentialSubject={"description": 7}), "no short text"),
        (said(credentialSubject={"description": "x" * (MAX_WORDS + 1)}), "no short text"),
        (said(credentialSubject={"id": 7, "description": "x"}), "no short text"),
        (said(relatedResource=RESOURCE), "no list of at most 32 files"),
        (said(relatedResource=[RESOURCE] * (MAX_FILES + 1)), "no list of at most 32 files"),
        (said(relatedResource=[RESOURCE, RESOURCE]), "two files alike"),
        (said(relatedResource=[{**RESOURCE, "name": "../report.pdf"}]), "no plain name"),
        (said(relatedResource=[{**RESOURCE, "digestSRI": "sha1-abc"}]), "no digest"),
        (said(relatedResource=["https://a.example"]), "no plain name"),
    ],
)
def test_what_the_holder_says_is_all_read_or_none_of_it(document: JsonObject, words: str) -> None:
    found = read(document)

    assert words in found.trouble
    assert (found.says, found.statement, found.statement_problem()) == (True, NOTHING_SAID, found.trouble)
    assert [each.credential for each in found.shown] == [OURS]


@pytest.mark.parametrize(
    "members",
    [
        {"proof": {"type": "x"}},
        {"issuer": STRANGER.did},
        {"type": ["VerifiableCredential", "Other"]},
        {"validFrom": "2026-01-01T00:00:00Z"},
    ],
)
def test_what_looks_otherwise_is_a_credential_like_any_other(members: dict[str, Any]) -> None:
    document = said(**members)

    assert len(read(document).shown) == 2
    assert not judged(document)


def test_a_file_matches_or_differs_or_is_missing() -> None:
    assert FILE.found(b"%PDF-1.7") is Found.MATCHES
    assert FILE.found(b"%PDF-1.7\n") is Found.DIFFERS
    assert FILE.found(None) is Found.MISSING
    assert FileNamed("a", "text/plain", "none").found(b"") is Found.DIFFERS
    assert FileNamed("a", "text/plain", "none").document()["id"] == "ni:///sha-256;"


# The verdict


def judged(document: object, *, demand: bool = True) -> Reports:
    trust = trust_of(demand=DEMAND if demand else None)
    return Reports(tuple(evaluate(each, facts(each.credential), trust, at=NOON) for each in read(document).shown))


def facts(credential: Credential) -> Facts | None:
    return facts_of(credential) if credential.proofs and credential.proofs[0].get("cryptosuite") == CRYPTOSUITE else None


@given(
    st.lists(st.sampled_from(["ours", "theirs", "expired", "altered"]), min_size=1, max_size=5),
    st.booleans(),
    st.sampled_from([HOLDER, STRANGER]),
)
@settings(max_examples=60, deadline=None)
def test_no_combination_makes_a_credential_valid_whose_own_checks_or_holder_fail(kinds: list[str], demand: bool, key: SigningKey) -> None:
    altered = Credential({**OURS.document, "name": "Law"}, OURS.proofs)
    made = {"ours": (OURS, HOLDER), "theirs": (THEIRS, STRANGER), "expired": (EXPIRED, HOLDER), "altered": (altered, HOLDER)}
    reports = judged(shown(*(made[kind][0] for kind in kinds), key=key, statement=STATEMENT), demand=demand)

    assert len(reports) == len(kinds)
    for kind, report in zip(kinds, reports, strict=True):
        held = not demand or made[kind][1] is key
        assert bool(report) == (kind in {"ours", "theirs"} and held)
        if demand and kind in {"ours", "theirs"}:
            assert (report[CheckId.HOLDER].outcome is Outcome.PASSED) == held
    assert bool(reports) == all(reports)
    assert reports.verdict in {report.verdict for report in reports}


@given(values)
@settings(max_examples=50, deadline=None)
def test_reading_never_raises_and_nothing_made_up_is_valid(value: Json) -> None:
    for document in (
        value,
        {**shown(OURS), "verifiableCredential": value},
        {**shown(OURS), "description": value},
        said(credentialSubject=value),
    ):
        found = Presented.parse(canonical.encode(document))
        assert found.shown
        assert isinstance(found.statement_problem(), str)


def test_reports_are_true_only_together() -> None:
    reports = judged(shown(OURS, OURS))
    assert (reports.verdict, bool(reports), len(reports.document())) == (Verdict.VALID, True, 2)
    assert reports.require() is reports

    mixed = judged(shown(OURS, EXPIRED))
    assert (mixed.verdict, bool(mixed)) == (Verdict.INVALID, False)
    with pytest.raises(VerificationFailed, match="expired"):
        mixed.require()
    with pytest.raises(ValueError, match="at least one"):
        Reports(())
