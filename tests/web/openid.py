"""What the tests of OpenID4VCI share: offers of enrolled credentials, and keys as a wallet keeps them."""

import re
import time
from base64 import urlsafe_b64encode
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

import httpx

from laurea.core import jwk, jws
from laurea.core.keys import SigningKey
from laurea.core.p256 import P256Key
from tests.web.conftest import Api

PRE_AUTHORIZED = "urn:ietf:params:oauth:grant-type:pre-authorized_code"
SECRET = b"f" * 32
KEYS: dict[str, SigningKey | P256Key] = {"EdDSA": SigningKey.from_seed(SECRET), "ES256": P256Key.from_scalar(SECRET)}
ADA = {"learner": "L-1", "name": "Ada", "achievement": "sql", "email": "ada@example.org"}


def enrol(api: Api, **facts: str) -> str:
    """Enrol a learner, and return the credential's id."""
    credential: str = api.post("/v1/credentials", {**ADA, **facts})["credentials"][0]
    return credential


def link_of(api: Api, credential: str) -> str:
    """Return the link that the learner of a credential needs now."""
    url: str = api.post(f"/v1/credentials/{credential}/link", None)["url"]
    return url


def offer_of(link: str) -> str:
    """Return the credential offer of a link, by reference."""
    base, _, token = link.rpartition("/")
    return "openid-credential-offer://?credential_offer_uri=" + quote(f"{base.rpartition('/')[0]}/offers/{token}", safe="")


def private_jwk(alg: str) -> dict[str, Any]:
    """Return a private key of KEYS as a JWK."""
    return {**jwk.jwk_of(KEYS[alg].public), "d": urlsafe_b64encode(SECRET).rstrip(b"=").decode()}


@dataclass
class Steps:
    """What a wallet sends, step by step, with nothing that it would look after itself."""

    api: Api
    alg: str = "EdDSA"

    def ask(self, method: str, path: str, **options: Any) -> httpx.Response:
        return self.api.ask(method, path, who=None, **options)

    def post(self, path: str, body: Any, token: str) -> httpx.Response:
        return self.ask("POST", path, json=body, headers={"Authorization": f"Bearer {token}"})

    def code(self, link: str) -> str:
        """Look at the offer of a link."""
        answer = self.ask("GET", f"/offers/{link.rpartition('/')[2]}")
        assert answer.status_code == 200, answer.text
        return str(answer.json()["grants"][PRE_AUTHORIZED]["pre-authorized_code"])

    def redeem(self, code: str, **more: str) -> httpx.Response:
        return self.ask("POST", "/openid/token", data={"grant_type": PRE_AUTHORIZED, "pre-authorized_code": code, **more})

    def refresh(self, token: str) -> httpx.Response:
        return self.ask("POST", "/openid/token", data={"grant_type": "refresh_token", "refresh_token": token})

    def begin(self, link: str) -> dict[str, Any]:
        """Return the tokens for the code behind a link."""
        answer = self.redeem(self.code(link))
        assert answer.status_code == 200, answer.text
        return dict(answer.json())

    def nonce(self) -> str:
        return str(self.ask("POST", "/openid/nonce").json()["c_nonce"])

    def proof(self, **changes: Any) -> dict[str, Any]:
        """Return a proof with a fresh nonce."""
        key = KEYS[self.alg]
        said = {"aud": self.api.url, "iat": int(time.time()), **({} if "nonce" in changes else {"nonce": self.nonce()}), **changes}
        return {"jwt": [jws.sign(said, key, {"typ": "openid4vci-proof+jwt", "jwk": jwk.jwk_of(key.public)})]}

    def request(self, token: str, proofs: Any = None, **more: Any) -> httpx.Response:
        body = {"credential_configuration_id": "sql", "proofs": self.proof() if proofs is None else proofs, **more}
        return self.post("/openid/credential", body, token)

    def collect(self, token: str, transaction: str) -> httpx.Response:
        return self.post("/openid/deferred", {"transaction_id": transaction}, token)


def refusal(answer: httpx.Response) -> tuple[int, str]:
    """Return how something was refused, in the form of OAuth (RFC 6749, 5.2): the status and the word for it."""
    assert answer.headers["content-type"] == "application/json"
    assert answer.headers["cache-control"] == "no-store"
    said = answer.json()
    assert set(said) == {"error", "error_description"}
    assert re.fullmatch(r"[\x20-\x21\x23-\x5B\x5D-\x7E]+", said["error_description"])
    return answer.status_code, said["error"]
