"""What a holder is given: any credential is read, what is none is named, and nothing that somebody made up breaks the reader."""

import contextlib
import json
from base64 import urlsafe_b64encode
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from laurea.core import jose
from laurea.core.canonical import JsonObject
from laurea.core.incoming import Parcel, credential_of
from laurea.core.presentation import MAX_CREDENTIALS
from laurea.errors import FormatError
from tests.core.world import anchored, badge, presented

V1 = "https://www.w3.org/2018/credentials/v1"
LEGACY: JsonObject = {"@context": [V1], "type": ["VerifiableCredential"], "credentialSubject": {"degree": "BSc"}}
REGISTERED: JsonObject = {
    "iss": "did:web:issuer.example",
    "jti": "urn:x:1",
    "nbf": 1_262_304_000,
    "exp": 4_102_444_800.5,
    "sub": "did:web:ada.example",
}


def b64(value: object) -> str:
    raw = value if isinstance(value, bytes) else json.dumps(value).encode()
    return urlsafe_b64encode(raw).rstrip(b"=").decode()


def jwt(said: object) -> bytes:
    return f"{b64({'alg': 'EdDSA', 'typ': 'vc+jwt'})}.{b64(said)}.c2lnbmF0dXJl".encode()


def only(data: bytes) -> JsonObject:
    (found,) = Parcel.parse(data).credentials
    assert found.credential == credential_of(found.data)
    return found.credential.document


def reason(document: object) -> str:
    data = document if isinstance(document, bytes) else json.dumps(document).encode()
    with pytest.raises(FormatError) as caught:
        Parcel.parse(data)
    return str(caught.value)


def test_a_credential_is_taken_to_the_byte() -> None:
    data = b" \n" + json.dumps(anchored().secured(), indent=3).encode() + b"\n"
    parcel = Parcel.parse(data)

    assert not parcel.presentation
    assert [(each.data, each.credential, each.jwt) for each in parcel.credentials] == [(data, anchored(), False)]


def test_a_jwt_of_vc_2_is_its_payload_and_is_kept_to_the_byte() -> None:
    data = jwt({**badge(), **REGISTERED}) + b"\n"
    (found,) = Parcel.parse(data).credentials

    assert (found.data, found.jwt) == (data, True)
    assert found.credential.document == badge()
    assert found.credential.proofs == ()


def test_a_jwt_of_vc_1_1_has_its_dates_and_names_in_other_claims() -> None:
    assert only(jwt({**REGISTERED, "vc": {**LEGACY, "proof": {"type": "?"}}})) == {
        **LEGACY,
        "id": "urn:x:1",
        "issuer": "did:web:issuer.example",
        "issuanceDate": "2010-01-01T00:00:00Z",
        "expirationDate": "2100-01-01T00:00:00Z",
        "credentialSubject": {"id": "did:web:ada.example", "degree": "BSc"},
    }


def test_what_a_claim_vc_says_itself_is_not_replaced() -> None:
    own: JsonObject = {**badge(), "credentialSubject": {"id": "did:web:bob.example", "a": 1}}

    assert only(jwt({**REGISTERED, "vc": own})) == own
    assert only(jwt({"iss": "urn:i", "vc": {**LEGACY, "credentialSubject": [{"a": 1}]}, "sub": "urn:s"}))["credentialSubject"] == [{"a": 1}]


@pytest.mark.parametrize("seconds", [True, "soon", None, 1e15, -1e15, [1]])
def test_a_date_of_a_jwt_that_is_none_is_left_out(seconds: object) -> None:
    assert "issuanceDate" not in only(jwt({"iss": "urn:i", "vc": LEGACY, "nbf": seconds}))


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"eyJ.x", "three parts with dots between"),
        (jwt(badge()) + b"~WyJz", "disclosed in parts (SD-JWT)"),
        (b"eyJh.e30.x", "a part of the JWT"),
        (b"eyJhb.e30.x", "not base64url"),
        (b"eyJ9.e30.x", "a part of the JWT is not readable"),
        (jwt([1]), "a part of the JWT is not a JSON object"),
        (jwt({"iss": "urn:i"}), "it has no type"),
        (b"eyJ" + b"h" * (1 << 20), "larger than 1,048,576 bytes"),
    ],
)
def test_a_jwt_that_cannot_be_read_says_why(data: bytes, words: str) -> None:
    assert words in reason(data)


OB2: JsonObject = {
    "@context": "https://w3id.org/openbadges/v2",
    "type": "Assertion",
    "id": "https://issuer.example/a/1",
    "badge": "https://issuer.example/b/1",
    "recipient": {"type": "email", "hashed": False, "identity": "ada@example.edu"},
}


@pytest.mark.parametrize(
    ("document", "words"),
    [
        (b"\x89PNG\r\n\x1a\n", "not UTF-8"),
        (b"<html>", "not JSON"),
        (b"[]", "not a JSON object"),
        (OB2, "Open Badges 2.0 assertion"),
        ({**OB2, "type": ["https://example.edu/Odd"]}, "Open Badges 2.0 assertion"),
        ({"type": ["Profile", "Thing"]}, "its type is Profile, Thing"),
        ({"type": "T" * 500}, "T" * 60),
        ({"type": [1]}, "it has no type"),
        (badge(issuer=None), "does not say who issued it"),
        (badge(credentialSubject=None), "no credentialSubject"),
        (badge(name="x" * (256 << 10)), "larger than 262,144 bytes"),
        (b'"' + b"x" * (1 << 20), "larger than 1,048,576 bytes"),
        ({"type": "VerifiablePresentation"}, "holds 0 credentials"),
        ({"type": "VerifiablePresentation", "verifiableCredential": [badge()] * (MAX_CREDENTIALS + 1)}, "holds 33 credentials"),
        ({"type": "VerifiablePresentation", "verifiableCredential": [OB2]}, "Open Badges 2.0"),
        ({"type": "VerifiablePresentation", "verifiableCredential": ["plain"]}, "not JSON"),
        ({"type": "EnvelopedVerifiableCredential", "id": "data:application/mdoc,abc"}, "in a form that is not read here"),
        ({"type": "EnvelopedVerifiableCredential"}, "in a form that is not read here"),
    ],
)
def test_what_is_no_credential_is_named(document: object, words: str) -> None:
    assert words in reason(document)


def test_a_presentation_in_a_presentation_is_refused() -> None:
    inner = {"type": "VerifiablePresentation", "verifiableCredential": badge()}

    assert "another presentation" in reason({"type": "VerifiablePresentation", "verifiableCredential": inner})


def enveloped(data: bytes) -> JsonObject:
    return {
        "@context": "https://www.w3.org/ns/credentials/v2",
        "type": "EnvelopedVerifiableCredential",
        "id": f"data:application/vc+jwt,{data.decode()}",
    }


def test_the_credentials_of_a_presentation_are_taken_out() -> None:
    plain, secured = jwt(badge()), anchored()
    parcel = Parcel.parse(
        json.dumps({**presented(secured), "verifiableCredential": [secured.secured(), plain.decode(), enveloped(plain)]}).encode()
    )

    assert parcel.presentation
    assert [each.credential.document for each in parcel.credentials] == [secured.document, badge(), badge()]
    assert [each.data for each in parcel.credentials][1:] == [plain, plain]
    assert credential_of(parcel.credentials[0].data) == secured


def test_a_presentation_comes_as_a_jwt_as_well() -> None:
    inner: JsonObject = {
        "@context": [V1],
        "type": ["VerifiablePresentation"],
        "verifiableCredential": jwt({**REGISTERED, "vc": LEGACY}).decode(),
    }
    for said in (inner, {"iss": "urn:h", "vp": inner}):
        parcel = Parcel.parse(jwt(said))
        assert parcel.presentation
        assert parcel.credentials[0].credential.issuer == "did:web:issuer.example"
    assert only(json.dumps(enveloped(jwt(badge()))).encode()) == badge()


values = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**60), 2**60) | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["id", "type", "a", "issuer"]), inner, max_size=3),
    max_leaves=8,
)
MEMBERS = [
    "@context",
    "type",
    "id",
    "issuer",
    "credentialSubject",
    "verifiableCredential",
    "vc",
    "vp",
    "iss",
    "sub",
    "nbf",
    "exp",
    "badge",
    "proof",
]
TYPES = st.sampled_from(["VerifiableCredential", "VerifiablePresentation", "EnvelopedVerifiableCredential", ["Assertion"]])


@given(st.dictionaries(st.sampled_from(MEMBERS), values, max_size=8), values | TYPES, st.booleans())
def test_whatever_is_given_is_taken_or_refused_with_a_reason(document: dict[str, Any], kind: object, as_jwt: bool) -> None:
    said = {**document, "type": kind}
    with contextlib.suppress(FormatError):
        parcel = Parcel.parse(jwt(said) if as_jwt else json.dumps(said).encode())
        assert all(credential_of(each.data) == each.credential for each in parcel.credentials)


@given(st.binary(max_size=60) | st.from_regex(rb"eyJ[A-Za-z0-9_-]{0,20}\.[A-Za-z0-9_-]{0,20}\.[A-Za-z0-9_-]{0,9}", fullmatch=True))
def test_no_bytes_break_the_reader(data: bytes) -> None:
    assert isinstance(jose.is_compact(data), bool)
    with pytest.raises(FormatError):
        Parcel.parse(data)
