"""A wallet fetches what a verifier asks, and sees by whose key it is signed."""

import json
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler
from typing import Any
from urllib.parse import parse_qs, quote

import pytest

from laurea.core import jws
from laurea.core.did_document import verification_key
from laurea.core.jwk import jwk_of
from laurea.core.keys import SigningKey, multikey
from laurea.core.vp_request import TYPE, VpRequest, unsigned
from laurea.errors import InputError, LaureaError, NotFound, Unreachable
from laurea.fetch.guard import PUBLIC, FetchPolicy, NotAllowed
from laurea.services import vp_exchange
from tests.chain.http_node import HttpNode, send
from tests.core.test_vp_request import QUERY
from tests.fetch.site import Site

AT = datetime(2026, 11, 27, 12, tzinfo=UTC)
KEY, OTHER = SigningKey.from_seed(b"k" * 32), SigningKey.from_seed(b"o" * 32)


def asked(client_id: str, **more: Any) -> dict[str, Any]:
    said = {"client_id": client_id, "response_type": "vp_token", "response_mode": "direct_post", "nonce": "n", "state": "s"}
    return {**said, "response_uri": "http://127.0.0.1:9/post", "dcql_query": QUERY, **more}


DID = asked(f"decentralized_identifier:{KEY.did}")


def served(
    said: dict[str, Any], key: SigningKey | None, *, by: str = "", nonce: bool = True, status: int = 200, policy: FetchPolicy | None = None
) -> VpRequest:
    """Return what a wallet makes of a request object that somebody serves to those who send a nonce."""

    def answer(handler: BaseHTTPRequestHandler, body: bytes) -> None:
        given = parse_qs(body.decode())["wallet_nonce"][0]
        content = {**said, "wallet_nonce": given if nonce else "of another wallet"}
        text = unsigned(content) if key is None else jws.sign(content, key, {"typ": TYPE, "kid": by or KEY.method})
        send(handler, text.encode(), status)

    with HttpNode(answer) as node:
        link = f"openid4vp://?client_id={quote(said['client_id'])}&request_uri={node.url}/object&request_uri_method=post"
        return vp_exchange.ask(link, at=AT, policy=policy)


def test_a_signed_request_names_its_did() -> None:
    assert served(DID, KEY).did == KEY.did


def test_a_request_that_another_key_signed_is_refused() -> None:
    with pytest.raises(InputError, match="is not signed by its key"):
        served(DID, OTHER)
    with pytest.raises(InputError, match="not signed by a key of the DID"):
        served(DID, OTHER, by=OTHER.method)


def test_an_unsigned_request_that_claims_a_did_is_refused() -> None:
    with pytest.raises(InputError, match="anybody could have written it"):
        served(DID, None)


def test_a_request_for_another_wallet_is_refused() -> None:
    with pytest.raises(InputError, match="wallet_nonce"):
        served(DID, KEY, nonce=False)


def test_an_answer_is_not_sent_where_others_could_read_it() -> None:
    with pytest.raises(InputError, match="not https"):
        served(asked(DID["client_id"], response_uri="http://verifier.example/post"), KEY)
    with pytest.raises(InputError, match="not https"):
        vp_exchange.ask("openid4vp://?client_id=a&request_uri=http://verifier.example/object", at=AT, policy=None)


def test_a_redirect_is_not_followed_and_what_is_gone_is_said_to_be() -> None:
    with pytest.raises(Unreachable, match="302"):
        served(DID, KEY, status=302)
    with pytest.raises(NotFound):
        served(DID, KEY, status=404)


def test_the_document_of_a_did_web_is_fetched_under_the_guards() -> None:
    inside = asked("decentralized_identifier:did:web:localhost")
    with pytest.raises(InputError, match="nothing is fetched"):
        served(inside, KEY, by="did:web:localhost#key-1")


def test_the_key_of_a_did_web_is_that_of_its_document(site: Site) -> None:
    did = f"did:web:localhost%3A{site.port}"
    method = {"id": f"{did}#key-1", "type": "JsonWebKey", "controller": did, "publicKeyJwk": jwk_of(KEY.public)}
    site.pages["/.well-known/did.json"] = json.dumps({"id": did, "verificationMethod": [method]}).encode()
    said = asked(f"decentralized_identifier:{did}")

    assert served(said, KEY, by=f"{did}#key-1", policy=site.policy()).did == did
    with pytest.raises(InputError, match="is not signed by its key"):
        served(said, OTHER, by=f"{did}#key-1", policy=site.policy())
    with pytest.raises(NotAllowed):
        served(said, KEY, by=f"{did}#key-1", policy=PUBLIC)


@pytest.mark.parametrize("change", ["none", "id", "controller", "method", "revoked", "key"])
def test_the_key_is_that_of_the_document(change: str) -> None:
    did = "did:web:verifier.example"
    method = {"id": f"{did}#key-1", "type": "Multikey", "controller": did, "publicKeyMultibase": multikey(KEY.public)}
    document: dict[str, Any] = {"id": did, "verificationMethod": [method]}
    match change:
        case "id":
            document["id"] = "did:web:other.example"
        case "controller":
            method["controller"] = "did:web:other.example"
        case "method":
            method["id"] = f"{did}#key-2"
        case "revoked":
            method["revoked"] = "2026-01-01T00:00:00Z"
        case "key":
            method["publicKeyMultibase"] = "z6Mk"
    found: bytes | str
    try:
        found = verification_key(document, did, f"{did}#key-1")
    except LaureaError as error:
        found = str(error)
    assert (found == KEY.public) == (change == "none")


def test_a_huge_request_is_not_read() -> None:
    with HttpNode(lambda handler, _body: send(handler, b"e" * (1 << 19))) as node, pytest.raises(Unreachable, match="more than"):
        vp_exchange.ask(f"openid4vp://?client_id=a&request_uri={node.url}/&request_uri_method=post", at=AT, policy=None)
