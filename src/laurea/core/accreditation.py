"""Accreditations: anchored endorsements (Open Badges 3.0) by which an accreditor of the trust list makes an issuer known.

An accreditor vouches for issuers, not for other accreditors: who may vouch, the trust list alone says. So no chain of endorsements is ever
followed, and none can be made to turn in a circle.
"""

from dataclasses import replace

from laurea.core import openbadge
from laurea.core.account import parse_account
from laurea.core.canonical import Json
from laurea.core.credential import Credential
from laurea.core.did_document import DidDocument
from laurea.core.identity import Accreditation
from laurea.core.presentation import Presentation
from laurea.core.report import Report
from laurea.core.trust import Trust
from laurea.errors import FormatError

MAX_EMBEDDED = 4  # of one credential that are looked at


def embedded(credential: Credential) -> list[Presentation]:
    """Return the endorsements that a credential carries of its issuer (`issuer.endorsement`), as if each was shown alone."""
    issuer = credential.document.get("issuer")
    found = issuer.get("endorsement") if isinstance(issuer, dict) else None
    return [_shown(each) for each in (found if isinstance(found, list) else [found])[:MAX_EMBEDDED] if isinstance(each, dict)]


def endorsed(credential: Credential) -> str:
    """Return whom a credential endorses, "" when it is no endorsement."""
    kinds = credential.document.get("type")
    kind = openbadge.ENDORSEMENT_CREDENTIAL
    return (credential.subject_id or "") if kind in (kinds if isinstance(kinds, list) else [kinds]) else ""


def may_count(credential: Credential, did: str, trust: Trust) -> bool:
    """Tell whether a credential endorses a DID and is by an accreditor, by its own word: then it is worth to be checked."""
    entry = trust.issuers.get(credential.issuer)
    return entry is not None and entry.accredits and endorsed(credential) == did


def accredited(credential: Credential, report: Report, trust: Trust) -> Accreditation:
    """Return what an endorsement that may count says, and why it does not count unless its own report, with all eight checks, is valid."""
    found = Accreditation(endorsed(credential), trust.issuers[credential.issuer].name)
    if not report:
        return replace(found, problem=report.headline)
    try:
        return _read(found, credential)
    except FormatError as error:
        return replace(found, problem=str(error))


def _read(found: Accreditation, credential: Credential) -> Accreditation:
    """Add the accounts and keys that the endorsement names, as an entry of a trust file does: `accounts`, `didDocument` or both."""
    subject = credential.document.get("credentialSubject")
    members = subject if isinstance(subject, dict) else {}
    listed = members.get("accounts", [])
    accounts = [parse_account(each) for each in (listed if isinstance(listed, list) else [listed])]
    document = DidDocument.of(members["didDocument"]) if "didDocument" in members else DidDocument(found.did, {}, frozenset())
    if document.did != found.did:
        raise FormatError("the DID document in it is that of another")
    every = frozenset(accounts) | document.accounts
    if not every:
        raise FormatError("it names no issuer id")
    return replace(found, accounts=every, methods=document.methods, revoked=document.revoked)


def _shown(value: Json) -> Presentation:
    try:
        return Presentation(Credential.of(value))
    except FormatError as error:
        return Presentation(Credential({}, ()), problem=str(error))
