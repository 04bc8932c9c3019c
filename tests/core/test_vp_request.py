"""What a wallet reads of a verifier's request, and what it must not answer (OpenID4VP 1.0, section 5)."""

import contextlib
import json
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlencode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from laurea.core import jws
from laurea.core.jws import Jws
from laurea.core.keys import SigningKey
from laurea.core.vp_request import TYPE, Invocation, VpRequest, did_of, require_same, unsigned
from laurea.errors import InputError

AT = datetime(2026, 11, 27, 12, tzinfo=UTC)
KEY, OTHER = SigningKey.from_seed(b"k" * 32), SigningKey.from_seed(b"o" * 32)
URI = "https://verifier.example/post"
QUERY = {"credentials": [{"id": "badge", "format": "ldp_vc", "meta": {"type_values": [["OpenBadgeCredential"]]}}]}
UNBOUND = {"credentials": [{**QUERY["credentials"][0], "require_cryptographic_holder_binding": False}]}
ASKED: dict[str, Any] = {
    "client_id": f"redirect_uri:{URI}",
    "response_type": "vp_token",
    "response_mode": "direct_post",
    "response_uri": URI,
    "nonce": "n-0S6_WzA2Mj",
    "state": "af0ifjsldkj",
    "dcql_query": QUERY,
}
BY_DID = {**ASKED, "client_id": f"decentralized_identifier:{KEY.did}"}


def link(said: dict[str, Any]) -> str:
    return "openid4vp://?" + urlencode({name: value if isinstance(value, str) else json.dumps(value) for name, value in said.items()})


def test_a_request_by_value_is_read_whole() -> None:
    found = Invocation.parse(link({**ASKED, "client_metadata": {"client_name": "Employer"}, "unknown": "passed over"}))

    assert found.parameters is not None
    request = VpRequest.of(found.parameters, at=AT)
    assert (request.client_id, request.response_uri, request.host) == (ASKED["client_id"], URI, "verifier.example")
    assert (request.nonce, request.state, request.name, request.did) == ("n-0S6_WzA2Mj", "af0ifjsldkj", "Employer", "")
    assert request.query.credentials[0].id == "badge"


def test_a_redirect_uri_alone_says_where_the_answer_goes() -> None:
    assert VpRequest.of({name: value for name, value in ASKED.items() if name != "response_uri"}, at=AT).response_uri == URI


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"response_uri": "https://elsewhere.example/post"}, "elsewhere than to the one who asks"),
        ({"response_mode": "direct_post.jwt"}, "in another way than direct_post"),
        ({"response_mode": "fragment"}, "in another way than direct_post"),
        ({"response_type": "vp_token id_token"}, "another answer than a vp_token"),
        ({"transaction_data": ["e30"]}, "transaction_data"),
        ({"transaction_data": []}, "transaction_data"),
        ({"redirect_uri": URI}, "redirect_uri"),
        ({"scope": "com.example.badge"}, "dcql_query"),
        ({"nonce": "with blanks"}, "no usable nonce"),
        ({"nonce": ""}, "no nonce"),
        ({"state": "with blanks"}, "no usable nonce or state"),
        ({"dcql_query": {}}, "cannot be read"),
        ({"dcql_query": UNBOUND, "state": ""}, "no state"),
        ({"client_id": "x509_san_dns:verifier.example"}, "x509_san_dns"),
        ({"client_id": "x509_hash:Uvo3"}, "x509_hash"),
        ({"client_id": "verifier_attestation:verifier"}, "verifier_attestation"),
        ({"client_id": "openid_federation:https://verifier.example"}, "openid_federation"),
        ({"client_id": "origin:https://verifier.example"}, "origin"),
        ({"client_id": "https://verifier.example"}, "not named in a way"),
        ({"client_id": "verifier"}, "not named in a way"),
        ({"client_id": f"decentralized_identifier:{KEY.did}"}, "not signed by it"),
        ({"exp": int((AT - timedelta(minutes=2)).timestamp())}, "has expired"),
        ({"nbf": int((AT + timedelta(minutes=2)).timestamp())}, "not good yet"),
        ({"exp": "tomorrow"}, "is no time"),
    ],
)
def test_what_a_wallet_must_not_answer(change: dict[str, Any], words: str) -> None:
    VpRequest.of(ASKED, at=AT)
    with pytest.raises(InputError, match=words):
        VpRequest.of({**ASKED, **change}, at=AT)


def test_presentation_exchange_is_told_apart() -> None:
    old = {**{name: value for name, value in ASKED.items() if name != "dcql_query"}, "presentation_definition": {"id": "x"}}

    with pytest.raises(InputError, match="DCQL"):
        VpRequest.of(old, at=AT)


def test_a_signed_request_is_by_the_did_that_it_names() -> None:
    found = Jws.parse(jws.sign(BY_DID, KEY, {"typ": TYPE, "kid": KEY.method}))

    assert did_of(found) == (KEY.did, KEY.method)
    assert VpRequest.of(found.payload, signed_by=KEY.did, at=AT).did == KEY.did
    with pytest.raises(InputError, match="not signed by it"):
        VpRequest.of(found.payload, signed_by=OTHER.did, at=AT)


@pytest.mark.parametrize(
    ("said", "header", "words"),
    [
        (BY_DID, {"typ": "JWT", "kid": KEY.method}, "its type is not"),
        (BY_DID, {"kid": KEY.method}, "its type is not"),
        (BY_DID, {"typ": TYPE, "kid": OTHER.method}, "not signed by a key of the DID"),
        (BY_DID, {"typ": TYPE}, "not signed by a key of the DID"),
        (BY_DID, {"typ": TYPE, "kid": KEY.did}, "not signed by a key of the DID"),
        (BY_DID, {"typ": TYPE, "kid": KEY.method, "crit": ["exp"]}, "not signed by a key of the DID"),
        (ASKED, {"typ": TYPE, "kid": KEY.method}, "names nobody by whose key"),
        ({**ASKED, "client_id": "x509_hash:Uvo3"}, {"typ": TYPE, "kid": KEY.method}, "x509_hash"),
    ],
)
def test_a_signature_that_proves_nothing_is_none(said: dict[str, Any], header: dict[str, Any], words: str) -> None:
    with pytest.raises(InputError, match=words):
        did_of(Jws.parse(jws.sign(said, KEY, header)))


def test_only_a_redirect_uri_comes_unsigned() -> None:
    assert did_of(Jws.parse(unsigned(ASKED))) == ("", "")
    with pytest.raises(InputError, match="anybody could have written it"):
        did_of(Jws.parse(unsigned(BY_DID)))


def test_the_request_behind_a_link_is_the_one_that_was_meant() -> None:
    meant = Invocation.parse(f"openid4vp://?client_id=redirect_uri%3A{URI}&request_uri={URI}&request_uri_method=post")
    assert meant.by_post

    require_same(meant, {**ASKED, "wallet_nonce": "w"}, wallet_nonce="w")
    with pytest.raises(InputError, match="different verifiers"):
        require_same(meant, BY_DID)
    with pytest.raises(InputError, match="wallet_nonce"):
        require_same(meant, ASKED, wallet_nonce="w")


@pytest.mark.parametrize(
    "text",
    [
        "openid4vp://",
        "openid4vp://?client_id=a&client_id=b",
        "openid4vp://?client_id=a&request=e30.e30.&request_uri=https://a.example",
        "openid4vp://?client_id=a&request_uri=https://a.example&request_uri_method=POST",
        "openid4vp://?client_id=a&dcql_query={",
        "openid-credential-offer://?credential_offer={}",
        "wallet.laurea",
        "openid4vp://?client_id=" + "a" * (1 << 16),
    ],
)
def test_what_is_no_request_is_none(text: str) -> None:
    with pytest.raises(InputError):
        Invocation.parse(text)


@given(
    st.dictionaries(
        st.sampled_from([*ASKED, "exp", "nbf", "client_metadata", "wallet_nonce"]),
        st.recursive(
            st.none() | st.booleans() | st.integers() | st.text(max_size=8) | st.floats(allow_nan=False),
            lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
            max_leaves=6,
        ),
    )
)
def test_whatever_a_request_holds_it_is_read_or_refused(change: dict[str, Any]) -> None:
    with contextlib.suppress(InputError):
        VpRequest.of({**ASKED, **change}, at=AT)
