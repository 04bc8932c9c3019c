"""Check 6: the issuer's own Data Integrity signatures, when the credential carries any (DESIGN.md section 4)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from laurea.core import keys, signature, staple
from laurea.core.canonical import JsonObject
from laurea.core.credential import Credential, format_time, parse_time
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


@dataclass(frozen=True, slots=True)
class _Setting:
    """What signatures are judged by: whom the verifier trusts, as of when, since when the credential is known to be, and the suites."""

    trust: Trust
    at: datetime
    existed: datetime | None
    suites: Mapping[str, Suite]


def check_signature(
    credential: Credential, trust: Trust, *, at: datetime, existed: datetime | None = None, suites: Mapping[str, Suite] = SUITES
) -> Check:
    """Pass when one known suite verifies with a method of `credential.issuer` and none fails; unknown suites are named.

    `existed` is when the credential is known to have been there, by its anchor: a signature counts although its key was compromised
    later, since whoever holds the key cannot have made the credential. `suites` are those that are known.
    """
    signatures = [proof for proof in credential.proofs if proof.get("cryptosuite") not in (CRYPTOSUITE, staple.CRYPTOSUITE)]
    if not signatures:
        return Check(CheckId.SIGNATURE, Outcome.SKIPPED, "the credential carries no issuer signature")
    setting = _Setting(trust, at, existed, once_each(suites, credential.document))
    answers = [_judge(credential, proof, setting) for proof in signatures]
    outcome = min((found for found, _ in answers), key=_DECISIVE.index)
    named = [reason for found, reason in answers if found is outcome]
    if outcome is Outcome.PASSED:
        named += [reason for found, reason in answers if found is Outcome.UNKNOWN]
    return Check(CheckId.SIGNATURE, outcome, "; ".join(named))


def _judge(credential: Credential, proof: JsonObject, setting: _Setting) -> tuple[Outcome, str]:
    suite = str(proof.get("cryptosuite", proof.get("type")))[:60]
    if suite not in setting.suites:
        return Outcome.UNKNOWN, f"the suite {suite} is not known here"
    method, purpose = proof.get("verificationMethod"), proof.get("proofPurpose")
    if not isinstance(method, str) or not isinstance(purpose, str):  # Data Integrity 1.0, 4.4
        return Outcome.FAILED, f"a {suite} signature does not say by what method and for what purpose it was made"
    known = _public(method, credential.issuer, setting.trust)
    public = known or _named(method)
    if public is None:
        return Outcome.UNKNOWN, f"the key of a {suite} signature is not known to be the issuer's"
    try:
        previous = signature.previous_proofs(proof, credential.proofs)
        fits = signature.check(credential.document, proof, public, previous=previous, suites=setting.suites)
    except Undecidable as error:
        return Outcome.UNKNOWN, f"the issuer's {suite} signature cannot be checked: {error}"
    except FormatError as error:
        return Outcome.FAILED, f"the issuer's {suite} signature does not hold: {error}"
    if not fits:
        return Outcome.FAILED, f"the issuer's {suite} signature does not fit the credential"
    if known is None:
        return Outcome.UNKNOWN, f"a signature of {suite} fits the key that it names, which is not known to be the issuer's"
    return _judge_fitting(credential, proof, suite, setting)


def _judge_fitting(credential: Credential, proof: JsonObject, suite: str, setting: _Setting) -> tuple[Outcome, str]:
    """Judge a signature that fits a key of the issuer: whether it was made for this, and counts still."""
    problem = _options_problem(proof, setting.at)
    if problem:
        return Outcome.FAILED, problem
    _, revoked = setting.trust.keys_of(credential.issuer)
    since = revoked.get(str(proof["verificationMethod"]))
    if since is not None:
        return _compromised(suite, since, setting.existed)
    return Outcome.PASSED, f"the issuer's {suite} signature fits"


def _compromised(suite: str, since: datetime, existed: datetime | None) -> tuple[Outcome, str]:
    """Judge a signature that fits a key which others hold since a time."""
    words = f"the issuer's {suite} signature fits a key that is compromised from {format_time(since)}"
    if existed is None:
        return Outcome.UNKNOWN, f"{words}, and no anchor shows that the credential is older"
    if existed >= since:
        return Outcome.FAILED, f"{words}, and the credential was anchored at {format_time(existed)}"
    return Outcome.PASSED, f"{words}; the credential is older, as its anchor shows"


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


def _named(method: str) -> bytes | None:
    """Return the key that a method is named by, as those of did:key are: nobody but its owner has signed what fits it."""
    try:
        return keys.parse_multikey(method.rpartition("#")[2])
    except FormatError:
        return None


def _public(method: str, issuer: str, trust: Trust) -> bytes | None:
    """Return the key of a method that belongs to the issuer: by its did:key, else by what is known of the issuer."""
    if issuer.startswith(keys.DID_KEY):
        try:
            public = keys.public_of_did_key(issuer)
        except FormatError:
            return None
        return public if method == f"{issuer}#{keys.multikey(public)}" else None
    methods, _ = trust.keys_of(issuer)
    return methods.get(method)
