"""A DID document: which keys its subject signs with and under which issuer id it anchors (DID 1.0, CID 1.0)."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from laurea.core import keys
from laurea.core.account import account_document, parse_account
from laurea.core.canonical import Json, JsonObject
from laurea.core.credential import format_time, parse_time
from laurea.core.jwk import public_of
from laurea.core.leaf import Domain
from laurea.errors import FormatError

CONTEXTS = ("https://www.w3.org/ns/did/v1", "https://w3id.org/security/multikey/v1")
OTHERS = ("authentication", "keyAgreement", "capabilityInvocation", "capabilityDelegation")
MEMBERS = ("verificationMethod", "assertionMethod")  # where methods stand
SERVICE = "MerkleAnchorRegistry"  # the service that names a registry and the issuer id in it


@dataclass(frozen=True, slots=True)
class DidDocument:
    """What a DID document says that matters here: keys for assertions by method id, since when some of them are revoked, and accounts.

    `authentication` has the keys with which its subject proves to be it.
    """

    did: str
    methods: Mapping[str, bytes]
    accounts: frozenset[Domain]
    revoked: Mapping[str, datetime] = field(default_factory=dict)
    authentication: Mapping[str, bytes] = field(default_factory=dict)

    @classmethod
    def of(cls, value: Json) -> "DidDocument":
        """Read a parsed DID document; keys of other kinds and other services are passed over. Raises FormatError."""
        if not isinstance(value, dict) or not isinstance(value.get("id"), str):
            raise FormatError("the DID document is not an object with an id")
        did = str(value["id"])
        known = {method: key for item in _objects(value, "verificationMethod") for method, key in _method(item, did)}
        # A method counts for credentials only when assertionMethod refers to it or holds it; so it is with authentication.
        named, held = _related(value, did, "assertionMethod")
        revoked = {method: since for member in MEMBERS for item in _objects(value, member) for method, since in _revoked(item, did)}
        # Others are told by assertionMethod, which a revoked key is in no more, that it is not to be used; here its date says so. A key
        # that is for something else was never one for assertions.
        elsewhere = {_absolute(_id(item), did) for member in OTHERS for item in _list(value, member)}
        methods = {
            method: key for method, key in known.items() if method in named or (method in revoked and method not in elsewhere)
        } | held
        proving, own = _related(value, did, "authentication")
        authentication = {method: key for method, key in known.items() if method in proving and method not in revoked} | own
        services = [item for item in _objects(value, "service") if item.get("type") == SERVICE]
        return cls(did, methods, frozenset(parse_account(item.get("serviceEndpoint")) for item in services), revoked, authentication)


def build(did: str, methods: Mapping[str, bytes], account: Domain, *, revoked: Mapping[str, datetime] | None = None) -> JsonObject:
    """Return the DID document of an issuer: its Ed25519 keys by method id, and the account that it anchors with.

    Those that are `revoked`, by method id since when, are told with that date, and are not for assertions any more.
    """
    since = {method: {"revoked": format_time(moment)} for method, moment in (revoked or {}).items()}
    return {
        "@context": list(CONTEXTS),
        "id": did,
        "verificationMethod": [
            {"id": method, "type": "Multikey", "controller": did, "publicKeyMultibase": keys.multikey(public), **since.get(method, {})}
            for method, public in methods.items()
        ],
        "assertionMethod": [method for method in methods if method not in since],
        "service": [{"id": f"{did}#anchors", "type": SERVICE, "serviceEndpoint": account_document(account)}],
    }


def verification_key(document: Json, did: str, method: str) -> bytes:
    """Return the public key that a DID's document has under the name of a method, for whatever it is; raises FormatError when there is none."""
    if not isinstance(document, dict) or document.get("id") != did:
        raise FormatError("the document is not that of the DID")
    found = [item for item in _objects(document, "verificationMethod") if _absolute(_id(item), did) == method]
    if len(found) != 1 or found[0].get("controller") != did or "revoked" in found[0]:
        raise FormatError("the document has no such key")
    if "publicKeyJwk" in found[0]:
        return public_of(found[0]["publicKeyJwk"])
    return keys.parse_multikey(str(found[0].get("publicKeyMultibase")))


def _method(item: JsonObject, did: str) -> list[tuple[str, bytes]]:
    name, key = item.get("id"), item.get("publicKeyMultibase")
    if item.get("type") != "Multikey" or item.get("controller") != did or not isinstance(name, str) or not isinstance(key, str):
        return []
    try:
        return [(_absolute(name, did), keys.parse_multikey(key))]
    except FormatError:
        return []  # a key of a kind that we do not know decides nothing


def _related(value: JsonObject, did: str, relation: str) -> tuple[set[str], dict[str, bytes]]:
    """Return the methods that a relation refers to, and the keys of those that it holds."""
    named = {_absolute(item, did) for item in _list(value, relation) if isinstance(item, str)}
    return named, {method: key for item in _objects(value, relation) for method, key in _method(item, did)}


def _revoked(item: JsonObject, did: str) -> list[tuple[str, datetime]]:
    """Return since when a method is revoked (CID 1.0, 2.2), if it is; raises FormatError for a date that is none."""
    if "revoked" not in item:
        return []
    return [(method, parse_time(str(item["revoked"]))) for method, _ in _method(item, did)]


def _absolute(name: str, did: str) -> str:
    return did + name if name.startswith("#") else name


def _id(item: Json) -> str:
    return str(item.get("id") if isinstance(item, dict) else item)


def _objects(value: JsonObject, name: str) -> list[JsonObject]:
    return [item for item in _list(value, name) if isinstance(item, dict)]


def _list(value: JsonObject, name: str) -> list[Json]:
    found = value.get(name, [])
    return found if isinstance(found, list) else []
