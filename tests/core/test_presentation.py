"""The holder's signature: for one verifier, one challenge, five minutes, by the key of the subject; nothing else will do."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from laurea.core import canonical, keys, signature
from laurea.core.authentication import holder_of, prove
from laurea.core.canonical import Json, JsonObject
from laurea.core.credential import Credential, format_time
from laurea.core.keys import SigningKey
from laurea.core.presentation import MAX_LIFE, MAX_SKEW, Demand, Presentation, holder_problem, present
from laurea.errors import FormatError, InputError
from tests.core.strategies import values
from tests.core.world import (
    DEMAND,
    HOLDER,
    NOON,
    STRANGER,
    anchored,
    badge,
    changed,
    partial,
    plain,
    presented,
    read,
)

COMPLETE = anchored()
SECOND = timedelta(seconds=1)
MINUTE = timedelta(minutes=1)


def problem(document: JsonObject, *, demand: Demand = DEMAND, at: datetime = NOON) -> str:
    shown = read(document)
    assert shown.problem == ""
    return holder_problem(shown, demand, at=at)


def signed(
    *, key: SigningKey = HOLDER, method: str = "", purpose: str = "authentication", document: JsonObject | None = None, **options: Any
) -> JsonObject:
    """A presentation with some options other than `present` would choose; None leaves one out."""
    unsigned = {name: value for name, value in presented(COMPLETE).items() if name != "proof"} if document is None else document
    chosen = {"expires": "2026-11-23T12:05:00Z", "domain": DEMAND.audience, "challenge": DEMAND.challenge, **options}
    created = chosen.pop("created", NOON)
    extra = {name: value for name, value in chosen.items() if value is not None}
    return {**unsigned, "proof": signature.sign(unsigned, key, method=method or key.method, purpose=purpose, created=created, extra=extra)}


def test_a_presentation_is_signed_by_the_holder_for_audience_challenge_and_five_minutes() -> None:
    document = presented(COMPLETE)
    proof = document["proof"]
    assert isinstance(proof, dict)

    assert (timedelta(minutes=5), timedelta(minutes=1)) == (MAX_LIFE, MAX_SKEW)
    assert document["holder"] == HOLDER.did
    assert document["verifiableCredential"] == [COMPLETE.secured()]
    assert (proof["domain"], proof["challenge"]) == (DEMAND.audience, DEMAND.challenge)
    assert (proof["created"], proof["expires"]) == ("2026-11-23T12:00:00Z", "2026-11-23T12:05:00Z")
    assert (proof["proofPurpose"], proof["verificationMethod"]) == ("authentication", HOLDER.method)
    assert problem(document) == ""
    assert problem(signed()) == ""


def test_a_partial_credential_that_shows_the_subject_can_be_presented() -> None:
    assert problem(presented(partial(COMPLETE, "/credentialSubject/id"))) == ""


@pytest.mark.parametrize("demand", [Demand("https://other.example", DEMAND.challenge), Demand(DEMAND.audience + "/", DEMAND.challenge)])
def test_a_presentation_for_another_audience_is_refused(demand: Demand) -> None:
    assert problem(presented(COMPLETE), demand=demand) == "the presentation is signed for another audience"


@pytest.mark.parametrize("challenge", ["other", DEMAND.challenge + " ", DEMAND.challenge.upper(), DEMAND.challenge[:-1]])
def test_a_presentation_for_another_challenge_is_refused(challenge: str) -> None:
    assert problem(presented(COMPLETE), demand=Demand(DEMAND.audience, challenge)) == "the presentation is signed for another challenge"


@pytest.mark.parametrize(
    "options", [{"challenge": None}, {"challenge": [DEMAND.challenge]}, {"domain": None}, {"domain": [DEMAND.audience]}]
)
def test_a_presentation_without_audience_and_challenge_is_refused(options: dict[str, Any]) -> None:
    assert problem(signed(**options)).startswith("the presentation is signed for another ")


def test_a_presentation_for_another_purpose_is_refused() -> None:
    assert problem(signed(purpose="assertionMethod")) == "the presentation is signed for another purpose than authentication"


def test_a_presentation_by_a_stranger_is_refused() -> None:
    wrong = "the presentation is not signed by the key of the credential's subject"

    assert problem(presented(COMPLETE, key=STRANGER)) == wrong
    assert problem(signed(method=STRANGER.method)) == wrong
    assert problem(signed(method=HOLDER.did)) == wrong
    assert problem(signed(method=f"{HOLDER.did}#key-1")) == wrong
    assert problem(signed(key=STRANGER, method=HOLDER.method)) == "the holder's signature does not fit the presentation"


def test_another_holder_than_the_subject_is_refused() -> None:
    wrong = "the presentation names another holder than the credential's subject"
    unsigned = {name: value for name, value in presented(COMPLETE).items() if name != "proof"}

    for holder in (STRANGER.did, {"id": STRANGER.did}):
        other: Json = holder  # type: ignore[assignment] # mypy takes the union of the items
        assert problem(signed(document={**unsigned, "holder": other})) == wrong
    assert problem(signed(document={name: value for name, value in unsigned.items() if name != "holder"})) == ""
    assert problem(signed(document={**unsigned, "holder": {"id": HOLDER.did, "name": "whatever"}})) == ""


@pytest.mark.parametrize(
    ("after", "message"),
    [
        (-MAX_SKEW - SECOND, "the presentation is signed in the future"),
        (-MAX_SKEW, ""),
        (timedelta(0), ""),
        (MAX_LIFE - SECOND, ""),
        (MAX_LIFE, "the presentation expired at 2026-11-23T12:05:00Z"),
        (timedelta(days=1), "the presentation expired at 2026-11-23T12:05:00Z"),
        (timedelta(days=-400), "the presentation is signed in the future"),
    ],
)
def test_a_presentation_is_good_from_a_minute_before_its_signature_until_it_expires(after: timedelta, message: str) -> None:
    assert problem(presented(COMPLETE), at=NOON + after) == message


@pytest.mark.parametrize(
    "expires", ["2026-11-23T12:05:01Z", "2026-11-23T12:00:00Z", "2026-11-23T11:59:59Z", "2026-11-24T12:01:00Z", "9999-12-31T23:59:59Z"]
)
def test_a_presentation_that_lives_longer_or_not_at_all_is_refused(expires: str) -> None:
    assert problem(signed(expires=expires)) == "the presentation does not expire within 5 minutes of its signature"


@pytest.mark.parametrize("name", ["created", "expires"])
@pytest.mark.parametrize(
    "text", [None, 1, "", "soon", "2026-11-23", "2026-11-23T12:00:00", "2026-11-23T12:00:00+25:00", "0000-01-01T00:00:00Z"]
)
def test_a_presentation_without_a_time_is_refused(name: str, text: Json) -> None:
    document = presented(COMPLETE)

    assert problem(changed(document, "proof", name, to=text)).startswith("the holder's signature cannot be checked: ")


@pytest.mark.parametrize(
    ("created", "expires"), [("0001-01-01T00:00:00Z", "0001-01-01T00:01:00Z"), ("9999-12-31T23:58:00Z", "9999-12-31T23:59:00Z")]
)
def test_times_at_the_ends_of_the_calendar_are_times_like_any(created: str, expires: str) -> None:
    document = changed(changed(presented(COMPLETE), "proof", "created", to=created), "proof", "expires", to=expires)

    assert problem(document) in (f"the presentation expired at {expires}", "the presentation is signed in the future")


def test_for_a_challenge_that_is_taken_once_a_signature_need_not_say_how_long_it_is_good() -> None:
    once = Demand(DEMAND.audience, DEMAND.challenge, once=True)
    bare = signed(expires=None)

    assert problem(bare, demand=once) == ""
    assert "cannot be checked" in problem(bare), "where the challenge is somebody else's care it must"
    assert "another challenge" in problem(signed(expires=None, challenge="other"), demand=once)
    assert "in the future" in problem(signed(expires=None, created=NOON + 2 * MINUTE), demand=once)
    assert "within 5 minutes" in problem(signed(expires="2026-11-23T13:00:00Z"), demand=once), "what it says counts"
    assert "expired" in problem(signed(), demand=once, at=NOON + 5 * MINUTE)


def test_a_signature_that_says_only_until_when_it_is_good_is_held_to_it() -> None:
    once = Demand(DEMAND.audience, DEMAND.challenge, once=True)
    document = signed()
    unsigned = {name: value for name, value in document.items() if name != "proof"}
    options = {name: value for name, value in signed()["proof"].items() if name not in {"created", "proofValue"}}  # type: ignore[union-attr]
    timed: JsonObject = {**unsigned, "proof": signature.secure(unsigned, HOLDER, options)}

    assert problem(timed, demand=once) == ""
    assert "expired" in problem(timed, demand=once, at=NOON + 5 * MINUTE)


def test_every_damaged_value_of_a_presentation_is_refused() -> None:
    document = presented(COMPLETE)
    proof = document["proof"]
    assert isinstance(proof, dict)

    for name in proof:
        if name != "@context":
            assert problem(changed(document, "proof", name, to="other")) != ""
    assert problem(changed(document, "verifiableCredential", 0, "name", to="Law")) == "the holder's signature does not fit the presentation"
    assert problem({**document, "more": 1}) == "the holder's signature does not fit the presentation"
    assert problem(changed(document, "type", to=["VerifiablePresentation", "More"])) != ""
    assert problem(changed(document, "proof", "proofValue", to=signed(document=plain())["proof"]["proofValue"])) != ""  # type: ignore[index,call-overload] # an object


def test_a_credential_cannot_be_swapped_under_a_signature() -> None:
    other = anchored(badge(name="Another"))

    assert problem(changed(presented(COMPLETE), "verifiableCredential", to=[other.secured()])) != ""


def test_a_bare_credential_has_no_holder() -> None:
    assert problem(COMPLETE.secured()) == "a holder's signature was demanded, but the credential was shown without one"
    unsigned = {name: value for name, value in presented(COMPLETE).items() if name != "proof"}
    assert problem(unsigned) == "a holder's signature was demanded, but the credential was shown without one"


@pytest.mark.parametrize(
    "shown",
    [
        partial(COMPLETE),
        anchored(plain({"name": "nobody"})),
        anchored(plain({"id": None, "name": "nobody"})),
        anchored(plain({"id": [HOLDER.did]})),
        anchored(plain([{"id": HOLDER.did}])),
        anchored(plain([{"id": HOLDER.did}, {"id": STRANGER.did}])),
        anchored(plain(HOLDER.did)),
    ],
    ids=["hidden", "absent", "null", "array id", "array subject", "two subjects", "text subject"],
)
def test_a_hidden_absent_or_arrayed_subject_has_no_holder(shown: Credential) -> None:
    assert problem(presented(shown)) == "a holder's signature was demanded, but the subject's id is hidden, absent or in an array"


@pytest.mark.parametrize(
    "subject", ["did:web:holder.example", "did:key:zQ3shVc2UkAfJCdc1TR8E66J85h48P43r93q8jGPkPpjF9Ef9", "", f"{HOLDER.did} "]
)
def test_a_subject_that_is_no_did_key_of_a_known_kind_cannot_be_checked(subject: str) -> None:
    shown = anchored(plain({"id": subject}))

    assert problem(presented(shown)).startswith("the holder's signature cannot be checked: ")


def test_a_holder_signs_the_text_and_not_what_json_ld_makes_of_it() -> None:
    """Over RDF, options could be added to a proof of another day that leave its data as they are (DESIGN.md section 4, check 8)."""
    unsigned: JsonObject = {
        "@context": ["https://www.w3.org/ns/credentials/v2"],
        "type": ["VerifiablePresentation"],
        "holder": HOLDER.did,
        "verifiableCredential": [anchored().document],
    }
    extra = {"expires": format_time(NOON + MAX_LIFE), "domain": DEMAND.audience, "challenge": DEMAND.challenge}
    options = signature.proof_options("eddsa-rdfc-2022", method=HOLDER.method, purpose="authentication", created=NOON, extra=extra)
    proof = signature.secure(unsigned, HOLDER, options)

    assert signature.check(unsigned, proof, HOLDER.public)
    assert problem({**unsigned, "proof": proof}) == "the holder's signature does not fit the presentation"


def test_whoever_proves_to_have_a_key_signs_the_text_too() -> None:
    proven = prove(HOLDER, DEMAND, created=NOON)
    assert holder_of(proven, DEMAND, at=NOON) == HOLDER.did
    assert isinstance(proven["proof"], dict)
    unsigned = {name: value for name, value in proven.items() if name != "proof"}
    options = {name: value for name, value in proven["proof"].items() if name not in ("proofValue", "@context")}
    proof = signature.secure(unsigned, HOLDER, {**options, "cryptosuite": "eddsa-rdfc-2022"})

    assert signature.check(unsigned, proof, HOLDER.public)
    with pytest.raises(FormatError, match="does not fit"):
        holder_of({**unsigned, "proof": proof}, DEMAND, at=NOON)


@pytest.mark.parametrize("life", [timedelta(0), -SECOND, MAX_LIFE + SECOND])
def test_the_holder_signs_for_five_minutes_at_most(life: timedelta) -> None:
    with pytest.raises(FormatError, match="between 1 second and 5 minutes"):
        present(COMPLETE, HOLDER, demand=DEMAND, created=NOON, life=life)


def test_a_shorter_life_is_the_holders_choice() -> None:
    document = present(COMPLETE, HOLDER, demand=DEMAND, created=NOON, life=MINUTE)

    assert problem(document, at=NOON + MINUTE - SECOND) == ""
    assert problem(document, at=NOON + MINUTE) != ""


@given(
    st.sampled_from([DEMAND, Demand("https://a.example", "1"), Demand("https://a.example", "2"), Demand("https://b.example", "1")]),
    st.sampled_from([DEMAND, Demand("https://a.example", "1"), Demand("https://a.example", "2"), Demand("https://b.example", "1")]),
    st.integers(-700, 700),
)
def test_a_presentation_passes_for_its_demand_within_its_time_and_never_else(made_for: Demand, asked: Demand, after: int) -> None:
    # Attack 13: replay to another verifier, with another challenge, or later.
    document = presented(COMPLETE, demand=made_for)

    assert (problem(document, demand=asked, at=NOON + after * SECOND) == "") == (made_for == asked and -60 <= after < 300)


# Reading what was shown


def test_a_credential_is_read_bare_and_within_a_presentation() -> None:
    bare, wrapped = read(COMPLETE.secured()), read(presented(COMPLETE))

    assert (bare.credential, bare.document, bare.proof) == (COMPLETE, None, None)
    assert wrapped.credential == COMPLETE
    assert wrapped.document is not None
    assert "proof" not in wrapped.document


@pytest.mark.parametrize("kind", ["VerifiablePresentation", ["VerifiablePresentation"], ["Other", "VerifiablePresentation"]])
def test_a_presentation_is_told_by_its_type_and_may_hold_one_credential_bare(kind: Json) -> None:
    document = {**presented(COMPLETE), "type": kind, "verifiableCredential": COMPLETE.secured()}

    assert read(document).credential == COMPLETE


def test_a_presentation_may_have_more_contexts_behind_the_first() -> None:
    document = {name: value for name, value in presented(COMPLETE).items() if name != "proof"}
    more: list[Json] = ["https://www.w3.org/ns/credentials/v2", "https://more.example/v1"]

    assert problem(signed(document={**document, "@context": more})) == ""


@pytest.mark.parametrize(
    ("members", "message"),
    [
        ({"verifiableCredential": []}, "holds 0 credentials"),
        ({"verifiableCredential": [badge(), badge()]}, "holds 2 credentials"),
        ({"verifiableCredential": None}, "the credential is not a JSON object"),
        ({"verifiableCredential": "eyJ"}, "the credential is not a JSON object"),
        ({"verifiableCredential": [{"a": {}, "proof": [1]}]}, "a proof is not a JSON object"),
        ({"@context": "https://www.w3.org/ns/credentials/v2"}, "@context is a list"),
        ({"@context": ["https://www.w3.org/ns/did/v1"]}, "@context is a list"),
        ({"@context": []}, "@context is a list"),
        ({"@context": None}, "@context is a list"),
        ({"proof": None}, "carries one proof"),
        ({"proof": []}, "carries one proof"),
        ({"proof": [{}]}, "carries one proof"),
        ({"proof": "z"}, "carries one proof"),
    ],
)
def test_a_malformed_presentation_is_a_problem_and_no_error(members: JsonObject, message: str) -> None:
    shown = read({**presented(COMPLETE), **members})

    assert message in shown.problem
    assert shown.credential == Credential({}, ())


def test_a_presentation_without_a_credential_is_a_problem() -> None:
    document = {name: value for name, value in presented(COMPLETE).items() if name != "verifiableCredential"}

    assert read(document).problem == "the credential is not a JSON object"


@pytest.mark.parametrize(
    "data", [b"", b"[]", b"null", b'"text"', b"1", b"\xff", b"[" * 100_000, b'{"a":1,"a":1}', b" " * (1 << 20) + b"{}"]
)
def test_what_cannot_be_read_is_a_problem_and_no_error(data: bytes) -> None:
    shown = Presentation.parse(data)

    assert shown.problem
    assert shown.document is None


@given(
    values
    | st.fixed_dictionaries(
        {"type": st.just("VerifiablePresentation")}, optional={"@context": values, "verifiableCredential": values, "proof": values}
    )
)
def test_reading_never_raises(value: Json) -> None:
    shown = read(value)  # type: ignore[arg-type] # any JSON at all

    assert shown.problem or isinstance(shown.credential.document, dict)


def test_nesting_that_fits_a_presentation_fits_its_credential_only_to_32() -> None:
    deep: Json = []
    for _ in range(30):
        deep = {"a": deep}
    document = plain(None, evidence=deep)

    assert canonical.encode(document)
    assert read({**presented(COMPLETE), "verifiableCredential": [document]}).problem == ""
    assert "deeper than 32" in read({**presented(COMPLETE), "verifiableCredential": [{**document, "evidence": {"a": deep}}]}).problem


def test_the_holder_of_the_tests_is_a_did_key() -> None:
    assert keys.public_of_did_key(HOLDER.did) == HOLDER.public


@pytest.mark.parametrize(("audience", "challenge"), [("", "c"), ("a", "")])
def test_nothing_cannot_be_demanded(audience: str, challenge: str) -> None:
    with pytest.raises(InputError, match="must not be empty"):
        Demand(audience, challenge)
