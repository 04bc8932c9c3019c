"""What a wallet finds out about the issuer before it has an offer: the two documents of metadata of OpenID4VCI 1.0 (section 12).

Public, and about the issuer and its achievements alone: one configuration for each achievement, named as in rosters, so that a wallet shows what
it is offered by its own name. Nothing in it depends on who asks or on any learner.
"""

from urllib.parse import urlsplit

from laurea.core import canonical, key_proof
from laurea.core.canonical import JsonObject
from laurea.core.openbadge import BADGE_CONTEXT, CONTEXT
from laurea.core.proof import CRYPTOSUITE
from laurea.errors import FormatError
from laurea.services.issuing import achievements
from laurea.services.issuing.issuer import Issuer
from laurea.services.issuing.links import require_reach

FORMAT = "ldp_vc"
TOKEN_PATH, NONCE_PATH, CREDENTIAL_PATH, DEFERRED_PATH = (f"/openid/{name}" for name in ("token", "nonce", "credential", "deferred"))
SERVER = "/openid"  # of the name of the authorization server: at the URL itself is that of the Open Badges API, with other endpoints
PRE_AUTHORIZED = "urn:ietf:params:oauth:grant-type:pre-authorized_code"
REFRESH = "refresh_token"
BACKGROUND, TEXT = "#1f4e79", "#ffffff"  # those of our pages and mails


def credential_issuer(issuer: Issuer) -> JsonObject:
    """Return the metadata of the credential issuer (12.2.4); raises InputError when no learner can reach the service."""
    url = require_reach(issuer).url
    return {
        "credential_issuer": url,
        "authorization_servers": [url + SERVER],
        "credential_endpoint": url + CREDENTIAL_PATH,
        "nonce_endpoint": url + NONCE_PATH,
        "deferred_credential_endpoint": url + DEFERRED_PATH,
        "display": [{"name": issuer.profile.name}],
        "credential_configurations_supported": {key: _configuration(issuer, key, document) for key, document in _achievements(issuer)},
    }


def authorization_server(issuer: Issuer) -> JsonObject:
    """Return the metadata of the authorization server, which is the same service (12.3, RFC 8414); raises as `credential_issuer` does."""
    url = require_reach(issuer).url
    return {
        "issuer": url + SERVER,
        "token_endpoint": url + TOKEN_PATH,
        "token_endpoint_auth_methods_supported": ["none"],
        "grant_types_supported": [PRE_AUTHORIZED, REFRESH],
        "response_types_supported": [],
        "pre-authorized_grant_anonymous_access_supported": True,
    }


def credential_offer(url: str, configuration: str, code: str) -> JsonObject:
    """Return the offer of one credential for a pre-authorised code (4.1.1)."""
    return {
        "credential_issuer": url,
        "credential_configuration_ids": [configuration],
        "grants": {PRE_AUTHORIZED: {"pre-authorized_code": code}},
    }


def _achievements(issuer: Issuer) -> list[tuple[str, JsonObject]]:
    found = []
    for data in achievements.files(issuer):
        document = canonical.parse(data)
        if not isinstance(document, dict):
            raise FormatError("a stored achievement is not a JSON object")
        found.append((str(document["humanCode"]), document))
    return found


def _configuration(issuer: Issuer, key: str, achievement: JsonObject) -> JsonObject:
    return {
        "format": FORMAT,
        "scope": key,
        # Keys of both kinds become a did:key, which is the credential's subject; a wallet may send the key itself.
        "cryptographic_binding_methods_supported": ["did:key", "jwk"],
        "credential_signing_alg_values_supported": [*issuer.signatures, CRYPTOSUITE],
        "proof_types_supported": {kind: {"proof_signing_alg_values_supported": [*names]} for kind, names in key_proof.ALGORITHMS.items()},
        "credential_definition": {"@context": [CONTEXT, BADGE_CONTEXT], "type": ["VerifiableCredential", "OpenBadgeCredential"]},
        "credential_metadata": {"display": [_display(achievement)]},
    }


def _display(achievement: JsonObject) -> JsonObject:
    display: JsonObject = {
        "name": achievement["name"],
        "description": achievement["description"],
        "background_color": BACKGROUND,
        "text_color": TEXT,
    }
    image = achievement.get("image")
    address = image.get("id") if isinstance(image, dict) else image
    # Not one that is in the document itself, which may be large: all wallets read all configurations.
    if isinstance(address, str) and urlsplit(address).scheme == "https":
        display["logo"] = {"uri": address, "alt_text": achievement["name"]}
    return display
