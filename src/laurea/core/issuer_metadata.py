"""What a credential issuer says of itself and of what it issues (OpenID for Verifiable Credential Issuance 1.0, 12.2), and its authorisation server (RFC 8414)."""

from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

from laurea.core.canonical import Json, JsonObject
from laurea.core.credential_offer import shown, texts
from laurea.errors import FormatError, InputError

DATA_INTEGRITY, JWT = "ldp_vc", "jwt_vc_json"
FORMATS = (DATA_INTEGRITY, JWT)  # that are taken here
JWT_PROOF, PRESENTATION_PROOF = "jwt", "di_vp"
EDDSA, EDDSA_JCS = "EdDSA", "eddsa-jcs-2022"
DID_KEY_METHOD, JWK_METHOD = "did:key", "jwk"

ISSUER_WELL_KNOWN = "openid-credential-issuer"
SERVER_WELL_KNOWN = "oauth-authorization-server"
MAX_CONFIGURATIONS = 1000  # that one issuer may list
MAX_SERVERS = 4  # that are looked at
ANOTHER_WALLET = "ask the issuer for an offer that wallets without this can take"


@dataclass(frozen=True, slots=True)
class Configuration:
    """One kind of credential that an issuer has: its name and types by the issuer's own word, and how a wallet proves its key for it.

    `proofs` are the algorithms by the types of proof; `methods` are how a key may be named; none of both means that no key is asked for.
    """

    id: str
    format: str
    name: str
    types: tuple[str, ...]
    methods: tuple[str, ...]
    proofs: Mapping[str, tuple[str, ...]]
    attested: bool

    @property
    def known(self) -> bool:
        """Whether it is of a format that is taken here."""
        return self.format in FORMATS

    @classmethod
    def of(cls, name: str, value: JsonObject) -> "Configuration":
        """Read an entry of `credential_configurations_supported`."""
        definition, metadata, proofs = (
            value.get("credential_definition"),
            value.get("credential_metadata"),
            value.get("proof_types_supported"),
        )
        # Drafts had `display` beside the format.
        called = _name(metadata.get("display") if isinstance(metadata, dict) else None) or _name(value.get("display"))
        kinds = {kind: each for kind, each in proofs.items() if isinstance(each, dict)} if isinstance(proofs, dict) else {}
        return cls(
            name,
            str(value.get("format")),
            called or shown(name),
            texts(definition.get("type")) if isinstance(definition, dict) else (),
            texts(value.get("cryptographic_binding_methods_supported")),
            {kind: texts(each.get("proof_signing_alg_values_supported")) for kind, each in kinds.items()},
            any("key_attestations_required" in each for each in kinds.values()),
        )


@dataclass(frozen=True, slots=True)
class IssuerMetadata:
    """An issuer: its identifier, its name by its own word, where it takes what, and what it has. Endpoints are "" when there are none."""

    issuer: str
    name: str
    servers: tuple[str, ...]
    credential_endpoint: str
    nonce_endpoint: str
    deferred_endpoint: str
    notification_endpoint: str
    configurations: Mapping[str, Configuration]

    @classmethod
    def of(cls, value: JsonObject, issuer: str) -> "IssuerMetadata":
        """Read the metadata of an issuer; raises FormatError for that of another (12.2.4), InputError when what it demands is not done here."""
        if value.get("credential_issuer") != issuer:
            raise FormatError(
                "what is published there is of another issuer than the offer names: nothing was sent", hint="do not take this offer"
            )
        found = value.get("credential_configurations_supported")
        if not isinstance(found, dict) or len(found) > MAX_CONFIGURATIONS:
            raise FormatError("the issuer does not say what it issues")
        for name in ("credential_request_encryption", "credential_response_encryption"):
            each = value.get(name)
            if isinstance(each, dict) and each.get("encryption_required") is True:
                raise InputError(
                    "the issuer wants what is sent to be encrypted once more, which this wallet does not do", hint=ANOTHER_WALLET
                )
        configurations = {name: Configuration.of(name, each) for name, each in found.items() if isinstance(each, dict)}
        return cls(
            issuer,
            _name(value.get("display")),
            texts(value.get("authorization_servers")),
            _endpoint(value, "credential_endpoint", issuer, required=True),
            _endpoint(value, "nonce_endpoint", issuer),
            _endpoint(value, "deferred_credential_endpoint", issuer),
            _endpoint(value, "notification_endpoint", issuer),
            configurations,
        )


def token_endpoint(value: JsonObject, server: str) -> str:
    """Return where an authorisation server hands out tokens; raises FormatError for the metadata of another (RFC 8414, 3.3)."""
    if value.get("issuer") != server:
        raise FormatError("the authorisation server says that it is another: nothing was sent", hint="do not take this offer")
    return _endpoint(value, "token_endpoint", server, required=True)


def well_known(identifier: str, name: str) -> str:
    """Return where the metadata of an issuer is: the well-known name stands between its host and its path (12.2.2; RFC 8414, 3.1)."""
    parts = urlsplit(identifier)
    if parts.query or parts.fragment or "?" in identifier or "#" in identifier:
        raise FormatError("the offer does not name its issuer by a URL without query and fragment")
    return f"{parts.scheme}://{parts.netloc}/.well-known/{name}{parts.path.rstrip('/')}"


def _endpoint(value: JsonObject, name: str, owner: str, *, required: bool = False) -> str:
    """Return an endpoint; raises FormatError when it is not at the very place whose metadata it is.

    An issuer that anybody may set up would else have a wallet send what it likes to hosts that only this machine reaches.
    """
    url = value.get(name)
    if url is None and not required:
        return ""
    if not isinstance(url, str) or not any(_origin(url)) or _origin(url) != _origin(owner):
        raise FormatError(
            f"the {name.replace('_', ' ')} is not at the host of the issuer that names it: nothing was sent", hint="ask the issuer"
        )
    return url


def _origin(url: str) -> tuple[str, str]:
    try:
        parts = urlsplit(url)
        _ = parts.port
    except ValueError:
        return ("", "")
    return (parts.scheme.lower(), parts.netloc.lower()) if parts.hostname else ("", "")


def _name(display: Json) -> str:
    entries = display if isinstance(display, list) else []
    return next((name for each in entries if isinstance(each, dict) and (name := shown(each.get("name")))), "")
