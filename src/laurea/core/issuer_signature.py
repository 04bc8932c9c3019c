"""Check 6: the issuer's own Data Integrity signatures, when the credential carries any (DESIGN.md section 4)."""

from collections.abc import Mapping
from datetime import datetime

from laurea.core import keys, signature
from laurea.core.canonical import Json, JsonObject
from laurea.core.credential import Credential, parse_time
from laurea.core.cryptosuites import SUITES
from laurea.core.cryptosuites.once import once_each
from laurea.core.cryptosuites.suite import Suite
from laurea.core.linked_data.work import Undecidable
from laurea.core.proof import CRYPTOSUITE
from laurea.core.report import Check, CheckId, Outcome
from laurea.core.trust import Trust
from laurea.errors import FormatError

# The worst answer decides, but a known good signature outweighs suites that we do not know.
_DECISIVE = (Outcome.FAILED, Outcome.PASSED, Outcome.UNKNOWN)


def check_signature(credential: Credential, trust: Trust, *, at: datetime) -> Check:
    """Pass when one known suite verifies with a method of `credential.issuer` and none fails; unknown suites are named."""
    signatures = [proof for proof in credential.proofs if proof.get("cryptosuite") != CRYPTOSUITE]
    if not signatures:
        return Check(CheckId.SIGNATURE, Outcome.SKIPPED, "the credential carries no issuer signature")
    suites = once_each(SUITES, credential.document)
    answers = [_judge(credential, proof, trust, at, suites) for proof in signatures]
    outcome = min((found for found, _ in answers), key=_DECISIVE.index)
    named = [reason for found, reason in answers if found is outcome]
    if outcome is Outcome.PASSED:
        named += [reason for found, reason in answers if found is Outcome.UNKNOWN]
    return Check(CheckId.SIGNATURE, outcome, "; ".join(named))


def _judge(credential: Credential, proof: JsonObject, trust: Trust, at: datetime, suites: Mapping[str, Suite]) -> tuple[Outcome, str]:
    suite = str(proof.get("cryptosuite", proof.get("type")))[:60]
    if suite not in suites:
        return Outcome.UNKNOWN, f"the suite {suite} is not known here"
    method = proof.get("verificationMethod")
    known = _public(method, credential.issuer, trust) if isinstance(method, str) else None
    public = known or _named(method)
    if public is None:
        return Outcome.UNKNOWN, f"the key of a {suite} signature is not known to be the issuer's"
    try:
        previous = signature.previous_proofs(proof, credential.proofs)
        fits = signature.check(credential.document, proof, public, previous=previous, suites=suites)
    except Undecidable as error:
        return Outcome.UNKNOWN, f"the issuer's {suite} signature cannot be checked: {error}"
    except FormatError as error:
        return Outcome.FAILED, f"the issuer's {suite} signature does not hold: {error}"
    if not fits:
        return Outcome.FAILED, f"the issuer's {suite} signature does not fit the credential"
    if known is None:
        return Outcome.UNKNOWN, f"a {suite} signature fits the key that it names, which is not known to be the issuer's"
    problem = _options_problem(proof, at)
    return (Outcome.FAILED, problem) if problem else (Outcome.PASSED, f"the issuer's {suite} signature fits")


def _options_problem(proof: JsonObject, at: datetime) -> str:
    if proof.get("proofPurpose") != "assertionMethod":
        return "the issuer's signature was made for another purpose than assertionMethod"
    try:
        moments = {name: parse_time(str(proof[name])) for name in ("created", "expires") if name in proof}
    except FormatError as error:
        return f"the issuer's signature has a wrong time: {error}"
    if "expires" in moments and at >= moments["expires"]:
        return "the issuer's signature has expired"
    return ""


def _named(method: Json) -> bytes | None:
    """Return the key that a method is named by, as those of did:key are: nobody but its owner has signed what fits it."""
    try:
        return keys.parse_multikey(method.rpartition("#")[2]) if isinstance(method, str) else None
    except FormatError:
        return None


def _public(method: str, issuer: str, trust: Trust) -> bytes | None:
    """Return the key of a method that belongs to the issuer: by its did:key, else as the trust list pins it."""
    if issuer.startswith(keys.DID_KEY):
        try:
            public = keys.public_of_did_key(issuer)
        except FormatError:
            return None
        return public if method == f"{issuer}#{keys.multikey(public)}" else None
    entry = trust.issuers.get(issuer)
    return entry.methods.get(method) if entry is not None else None
