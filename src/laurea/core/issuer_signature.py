"""Check 6: the issuer's own Data Integrity signatures, when the credential carries any (DESIGN.md section 4)."""

from collections.abc import Mapping
from datetime import datetime

from laurea.core import staple
from laurea.core.credential import Credential
from laurea.core.cryptosuites import SUITES
from laurea.core.cryptosuites.once import once_each
from laurea.core.cryptosuites.suite import Suite
from laurea.core.proof import CRYPTOSUITE
from laurea.core.proof_set import Signed, Signer, Standard, judge
from laurea.core.report import Check, CheckId, Outcome
from laurea.core.trust import Trust

# The worst answer decides, but a known good signature outweighs suites that we do not know.
_DECISIVE = (Outcome.FAILED, Outcome.PASSED, Outcome.UNKNOWN)


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
    standard = Standard(at, existed, once_each(suites, credential.document))
    methods, revoked = trust.keys_of(credential.issuer)
    issuer = Signer("the issuer", credential.issuer, methods=methods, revoked=revoked)
    signed = Signed(credential.document, credential.proofs)
    answers = [judge(proof, signed, issuer, standard) for proof in signatures]
    outcome = min((found for found, _ in answers), key=_DECISIVE.index)
    named = [reason for found, reason in answers if found is outcome]
    if outcome is Outcome.PASSED:
        named += [reason for found, reason in answers if found is Outcome.UNKNOWN]
    return Check(CheckId.SIGNATURE, outcome, "; ".join(named))
