"""A credential that somebody asks an issuer to sign: judged before it is, so that nothing is signed that is no VC 2.0 or says less than it seems to."""

from collections.abc import Sequence

from laurea.core import claims, linked_data, openbadge
from laurea.core.canonical import Json, JsonObject
from laurea.core.credential import Credential
from laurea.core.openbadge import CONTEXT
from laurea.errors import FormatError, ModelError

STATUS = "credentialStatus"
PROOF_TERMS = "https://w3id.org/security/data-integrity/v2"


def issuer_of(value: JsonObject) -> Json:
    """Return who is named as the issuer: by the object's id, or alone; None when nobody is."""
    issuer = value.get("issuer")
    return issuer.get("id") if isinstance(issuer, dict) else issuer


def is_legacy(value: JsonObject) -> bool:
    """Tell whether a credential is one of VC 1.1."""
    return Credential(value, ()).is_legacy


def draft(value: JsonObject, did: str, *, legacy: bool = False) -> JsonObject:
    """Return the credential as the issuer with a DID would sign it, whom it names if it names nobody.

    One of VC 1.1 is taken if `legacy` is true, and gets the context of the proof's terms, which its own lacks. Raises ModelError with every place where it breaks the data model, is for another issuer, has terms that its contexts do not define,
    or contexts that are not bundled: these would be dropped by whoever reads it as JSON-LD.
    """
    document: JsonObject = {**value}
    if "issuer" not in document:
        document["issuer"] = did
    elif isinstance(document["issuer"], dict) and "id" not in document["issuer"]:
        document["issuer"] = {"id": did, **document["issuer"]}
    problems = [*_asked_problems(document, did, legacy=legacy), *openbadge.problems(document)]
    if not problems:
        document = _with_proof_terms(document)
        problems = _unsignable(document)
    if problems:
        raise ModelError(problems)
    return document


def with_status(document: JsonObject, entries: Sequence[Json]) -> JsonObject:
    """Return the credential with more status entries, behind those that it has; raises ModelError where it becomes too large by them."""
    if not entries:
        return document
    had = document.get(STATUS, [])
    found: JsonObject = {**document, STATUS: [*(had if isinstance(had, list) else [had]), *entries]}
    try:
        Credential.of(found)
    except FormatError as error:
        raise ModelError([f"the document, with its status entries: {error}"]) from error
    return found


def _with_proof_terms(document: JsonObject) -> JsonObject:
    context = document["@context"]
    if not is_legacy(document) or not isinstance(context, list) or PROOF_TERMS in context:
        return document
    return {**document, "@context": [*context, PROOF_TERMS]}


def _asked_problems(document: JsonObject, did: str, *, legacy: bool) -> list[str]:
    found = []
    if "proof" in document:
        found.append("/proof: leave it out, it is made here")
    if is_legacy(document) and not legacy:
        found.append(f"/@context: give an array of contexts that begins with {CONTEXT}; credentials of version 1.1 are not issued here")
    named = issuer_of(document)
    if isinstance(named, str) and named != did:
        found.append(f"/issuer: leave it out, or name {did}, who signs here")
    return found


def _unsignable(document: JsonObject) -> list[str]:
    try:
        Credential.of(document)
        claims.split(document)
        linked_data.check(document)
    except FormatError as error:
        return [f"the document: {error}"]
    return []
