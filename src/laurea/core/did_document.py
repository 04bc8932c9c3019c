"""A DID document: which keys its subject signs with and under which issuer id it anchors (DID 1.0, CID 1.0)."""

from collections.abc import Mapping
from dataclasses import dataclass

from laurea.core import keys
from laurea.core.account import account_document, parse_account
from laurea.core.canonical import Json, JsonObject
from laurea.core.leaf import Domain
from laurea.errors import FormatError

CONTEXTS = ("https://www.w3.org/ns/did/v1", "https://w3id.org/security/multikey/v1")
SERVICE = "MerkleAnchorRegistry"  # the service that names a registry and the issuer id in it


@dataclass(frozen=True, slots=True)
class DidDocument:
    """What a DID document says that matters here: Ed25519 keys for assertions by method id, and the accounts it names."""

    did: str
    methods: Mapping[str, bytes]
    accounts: frozenset[Domain]

    @classmethod
    def of(cls, value: Json) -> "DidDocument":
        """Read a parsed DID document; keys of other kinds and other services are passed over. Raises FormatError."""
        if not isinstance(value, dict) or not isinstance(value.get("id"), str):
            raise FormatError("the DID document is not an object with an id")
        did = str(value["id"])
        known = {method: key for item in _objects(value, "verificationMethod") for method, key in _method(item, did)}
        # A method counts for credentials only when assertionMethod refers to it or holds it.
        referred = value.get("assertionMethod", [])
        named = {_absolute(item, did) for item in (referred if isinstance(referred, list) else []) if isinstance(item, str)}
        held = {method: key for item in _objects(value, "assertionMethod") for method, key in _method(item, did)}
        methods = {method: key for method, key in known.items() if method in named} | held
        services = [item for item in _objects(value, "service") if item.get("type") == SERVICE]
        return cls(did, methods, frozenset(parse_account(item.get("serviceEndpoint")) for item in services))


def build(did: str, methods: Mapping[str, bytes], account: Domain) -> JsonObject:
    """Return the DID document of an issuer: its Ed25519 keys by method id, and the account that it anchors with."""
    return {
        "@context": list(CONTEXTS),
        "id": did,
        "verificationMethod": [
            {"id": method, "type": "Multikey", "controller": did, "publicKeyMultibase": keys.multikey(public)}
            for method, public in methods.items()
        ],
        "assertionMethod": list(methods),
        "service": [{"id": f"{did}#anchors", "type": SERVICE, "serviceEndpoint": account_document(account)}],
    }


def _method(item: JsonObject, did: str) -> list[tuple[str, bytes]]:
    name, key = item.get("id"), item.get("publicKeyMultibase")
    if item.get("type") != "Multikey" or item.get("controller") != did or not isinstance(name, str) or not isinstance(key, str):
        return []
    try:
        return [(_absolute(name, did), keys.parse_multikey(key))]
    except FormatError:
        return []  # a key of a kind that we do not know decides nothing


def _absolute(name: str, did: str) -> str:
    return did + name if name.startswith("#") else name


def _objects(value: JsonObject, name: str) -> list[JsonObject]:
    found = value.get(name, [])
    return [item for item in found if isinstance(item, dict)] if isinstance(found, list) else []
