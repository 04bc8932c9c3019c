"""The accreditation that an issuer writes: an EndorsementCredential (Open Badges 3.0) that names accounts and keys (docs/accreditation.md).

Its terms beyond Open Badges are defined in the credential itself, so that every suite can sign it and whoever checks it needs no other context.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from laurea.core import openbadge
from laurea.core.account import account_document
from laurea.core.badge import IssuerProfile
from laurea.core.canonical import Json, JsonObject
from laurea.core.credential import format_time
from laurea.core.did_document import DidDocument
from laurea.core.keys import multikey
from laurea.core.leaf import Domain
from laurea.errors import InputError

_OURS = "urn:laurea:terms:"
_SECURITY = "https://w3id.org/security#"

TERMS: Mapping[str, str] = {
    **{name: _OURS + name for name in ("accounts", "chain", "didDocument", "issuerId", "mayAccredit", "registry")},
    **{
        name: _SECURITY + name
        for name in ("Multikey", "assertionMethod", "controller", "publicKeyMultibase", "revoked", "verificationMethod")
    },
}
"""Members of an accreditation that Open Badges does not define, and the IRIs that they stand for."""


@dataclass(frozen=True, slots=True)
class Endorsing:
    """Who is accredited, from when until when; with what accounts and keys; and how many links below it it may make issuers known."""

    did: str
    name: str
    valid_from: datetime
    valid_until: datetime | None = None
    accounts: tuple[Domain, ...] = ()
    document: DidDocument | None = None
    may_accredit: int = 0
    comment: str = ""

    def __post_init__(self) -> None:
        """Refuse what would make nobody known; raises InputError."""
        if not self.did.startswith("did:"):
            raise InputError(f"{self.did[:60]!r} is not a DID", hint="for example did:web:college.example")
        if self.document is not None and self.document.did != self.did:
            raise InputError(f"the DID document is that of {self.document.did[:200]}", hint=f"get the one of {self.did[:200]}")
        if not self.every_account:
            raise InputError("no account is named, so it would make nobody known", hint="pass --did-document, or --account CHAIN:ISSUER-ID")
        if self.valid_until is not None and self.valid_until <= self.valid_from:
            raise InputError("it would end before it begins", hint="give an end that is later")

    @property
    def every_account(self) -> tuple[Domain, ...]:
        """All accounts, of the DID document, too, in an order that is always the same."""
        named = frozenset(self.accounts) | (self.document.accounts if self.document else frozenset())
        return tuple(sorted(named, key=lambda each: (each.chain_id, each.registry, each.issuer_id)))


def build(endorsing: Endorsing, issuer: IssuerProfile, credential_id: str) -> JsonObject:
    """Return the credential, without proofs."""
    subject: JsonObject = {"id": endorsing.did, "type": ["EndorsementSubject"]}
    if endorsing.comment:
        subject["endorsementComment"] = endorsing.comment
    subject["accounts"] = [account_document(each) for each in endorsing.every_account]
    if endorsing.document is not None and endorsing.document.methods:
        subject["didDocument"] = _keys(endorsing.document)
    if endorsing.may_accredit:
        subject["mayAccredit"] = endorsing.may_accredit
    document: JsonObject = {
        "@context": [openbadge.CONTEXT, openbadge.BADGE_CONTEXT, {**TERMS}],
        "id": credential_id,
        "type": ["VerifiableCredential", openbadge.ENDORSEMENT_CREDENTIAL],
        "name": f"Accreditation of {endorsing.name}",
        "issuer": issuer.document(),
        "validFrom": format_time(endorsing.valid_from),
    }
    if endorsing.valid_until is not None:
        document["validUntil"] = format_time(endorsing.valid_until)
    return document | {"credentialSubject": subject}


def _keys(document: DidDocument) -> JsonObject:
    """Return of a DID document what a verifier reads of it beside the accounts: whatever else it has would be vouched for, too."""
    since: dict[str, JsonObject] = {method: {"revoked": format_time(at)} for method, at in document.revoked.items()}
    methods: list[Json] = [
        {
            "id": method,
            "type": "Multikey",
            "controller": document.did,
            "publicKeyMultibase": multikey(public),
            **since.get(method, {}),
        }
        for method, public in document.methods.items()
    ]
    used: list[Json] = [method for method in document.methods if method not in since]
    return {"id": document.did, "verificationMethod": methods, "assertionMethod": used}
