"""Whom a verifier accepts: the trust file (docs/trust-file.md) and what it means."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from laurea.core import canonical, did_document
from laurea.core.account import chain_name, parse_account, parse_address, parse_chain
from laurea.core.canonical import Json, JsonObject
from laurea.core.credential import format_time, parse_time
from laurea.core.identity import Accreditation, Keys, ReadDocument
from laurea.core.leaf import Domain
from laurea.core.presentation import Demand
from laurea.errors import FormatError

VERSION = 1


@dataclass(frozen=True, slots=True)
class TrustedIssuer:
    """An entry of the trust list: the issuer's DID, our name for it, what it anchors as, the keys that it signs with, as of `date`.

    `revoked` has the methods whose keys others hold, and since when. What it `accredits` are other issuers, whom its word makes known.
    """

    did: str
    name: str
    date: datetime
    accounts: frozenset[Domain]
    methods: Mapping[str, bytes] = field(default_factory=dict)
    revoked: Mapping[str, datetime] = field(default_factory=dict)
    accredits: bool = False


@dataclass(frozen=True, slots=True)
class Trust:
    """Whom and what a verifier accepts.

    `canonical` holds the registry's CREATE2 addresses, good on every chain; `registries` those that the verifier names for one.
    `demand` is what the holder was asked to sign, if anything. Of issuers that are not listed, and of no others, `documents` (by DID) and
    `accreditations` tell.
    """

    issuers: Mapping[str, TrustedIssuer] = field(default_factory=dict)
    canonical: frozenset[bytes] = frozenset()
    registries: frozenset[tuple[int, bytes]] = frozenset()
    demand: Demand | None = None
    documents: Mapping[str, ReadDocument] = field(default_factory=dict)
    accreditations: tuple[Accreditation, ...] = ()

    def accepts_registry(self, chain_id: int, registry: bytes) -> bool:
        """Tell whether a registry is one whose answers count; its code alone would not show who wrote to its storage first."""
        return registry in self.canonical or (chain_id, registry) in self.registries

    def about(self, account: Domain) -> "Trust":
        """Return the same, but of accreditations only those that name an account: of what it anchors, others tell no keys."""
        return replace(self, accreditations=tuple(each for each in self.accreditations if account in each.accounts))

    def keys_of(self, did: str) -> Keys:
        """Return the keys that an issuer signs with: as the list pins them; else as an accreditor vouches for them; else by its document."""
        entry = self.issuers.get(did)
        if entry is not None:
            return entry.methods, entry.revoked
        vouched = [each for each in self.accreditations if each.did == did and not each.problem and each.methods]
        if vouched:
            return _keys(vouched)
        read = self.documents.get(did)
        document = None if read is None else read.document
        # What a host serves may be the document of another, whose keys are not this issuer's.
        return (document.methods, document.revoked) if document is not None and document.did == did else ({}, {})


def parse_trust(data: bytes) -> tuple[dict[str, TrustedIssuer], frozenset[tuple[int, bytes]]]:
    """Return the issuers by DID and the registries that a trust file names; raises FormatError. Who has signed it is another matter."""
    value = _members(canonical.parse(data), "the trust file", {"laurea", "version", "issuers"}, {"registries", "proof"})
    if value["laurea"] != "trust" or value["version"] != VERSION or isinstance(value["version"], bool):
        raise FormatError(f"this is not a laurea trust file of version {VERSION}")
    entries = [_issuer(entry) for entry in _list(value["issuers"], "issuers")]
    issuers = {entry.did: entry for entry in entries}
    if len(issuers) != len(entries):
        raise FormatError("the trust file names one issuer twice")
    registries = [_registry(entry) for entry in _list(value.get("registries", []), "registries")]
    return issuers, frozenset(registries)


def trust_document(
    issuers: Sequence[tuple[str, JsonObject]], *, date: datetime, registries: Sequence[tuple[int, bytes]] = ()
) -> JsonObject:
    """Return a trust file that names issuers, each by a name and its DID document as of `date`."""
    return {
        "laurea": "trust",
        "version": VERSION,
        "issuers": [
            {"did": document["id"], "name": name, "date": format_time(date), "didDocument": document} for name, document in issuers
        ],
        "registries": [{"chain": chain_name(chain_id), "address": "0x" + address.hex()} for chain_id, address in registries],
    }


def _issuer(value: Json) -> TrustedIssuer:
    entry = _members(value, "an issuer of the trust file", {"did", "name", "date"}, {"accounts", "didDocument", "accredits"})
    did, name, date = (_text(entry[member], member) for member in ("did", "name", "date"))
    accounts = [parse_account(account) for account in _list(entry.get("accounts", []), "accounts")]
    accredits = entry.get("accredits", False)
    if not isinstance(accredits, bool):
        raise FormatError("accredits in the trust file is neither true nor false")
    methods: dict[str, bytes] = {}
    revoked: dict[str, datetime] = {}
    if "didDocument" in entry:
        document = did_document.DidDocument.of(entry["didDocument"])
        if document.did != did:
            raise FormatError(f"the DID document pinned for {did} is that of {document.did}")
        accounts.extend(document.accounts)
        methods, revoked = dict(document.methods), dict(document.revoked)
    return TrustedIssuer(did, name, parse_time(date), frozenset(accounts), methods, revoked, accredits)


def _keys(vouched: Sequence[Accreditation]) -> Keys:
    """Return the keys that some accreditations name: whoever counts may name one, and whoever counts may say that others hold it."""
    methods: dict[str, bytes] = {}
    revoked: dict[str, datetime] = {}
    for each in vouched:
        methods = {**each.methods, **methods}
        for method, since in each.revoked.items():
            revoked[method] = min(since, revoked.get(method, since))
    return methods, revoked


def _registry(value: Json) -> tuple[int, bytes]:
    entry = _members(value, "a registry of the trust file", {"chain", "address"}, set())
    return parse_chain(entry["chain"]), parse_address(entry["address"])


def _members(value: Json, what: str, required: set[str], optional: set[str]) -> JsonObject:
    if not isinstance(value, dict):
        raise FormatError(f"{what} is not a JSON object")
    missing, unknown = required - value.keys(), value.keys() - required - optional
    if missing or unknown:
        names = ", ".join([f"lacks {name}" for name in sorted(missing)] + [f"has an unknown member {name!r}" for name in sorted(unknown)])
        raise FormatError(f"{what} {names}")
    return value


def _list(value: Json, name: str) -> list[Json]:
    if not isinstance(value, list):
        raise FormatError(f"{name} in the trust file is not a list")
    return value


def _text(value: Json, name: str) -> str:
    if not isinstance(value, str) or not value:
        raise FormatError(f"{name} in the trust file is not a text")
    return value
