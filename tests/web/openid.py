"""What the tests of OpenID4VCI share: offers of enrolled credentials, and keys as a wallet keeps them."""

from base64 import urlsafe_b64encode
from typing import Any
from urllib.parse import quote

from laurea.core import jwk
from laurea.core.keys import SigningKey
from laurea.core.p256 import P256Key
from tests.web.conftest import Api

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
