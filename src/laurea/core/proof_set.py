"""The Data Integrity proofs of one document by one signer, each judged: the issuer's of a credential, the holder's of a presentation."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from laurea.core import keys, signature
from laurea.core.canonical import JsonObject
from laurea.core.credential import format_time, parse_time
from laurea.core.cryptosuites import SUITES
from laurea.core.cryptosuites.suite import Suite
from laurea.core.linked_data.work import Undecidable
from laurea.core.report import Outcome
from laurea.errors import FormatError

ASSERTION = "assertionMethod"
AUTHENTICATION = "authentication"

Judgement = tuple[Outcome, str]
"""What became of one proof: passed, failed or unknown, and why."""


@dataclass(frozen=True, slots=True)
class Signer:
    """Whose proofs are judged: `who` they are in words, their DID, for which purpose they sign, and their keys by method.

    Those of a did:key are known by it alone. `revoked` has since when others hold a key.
    """

    who: str
    did: str
    purpose: str = ASSERTION
    methods: Mapping[str, bytes] = field(default_factory=dict)
    revoked: Mapping[str, datetime] = field(default_factory=dict)

    def public(self, method: str) -> bytes | None:
        """Return the key of a method that belongs to the signer; None when it is not known to."""
        if not self.did.startswith(keys.DID_KEY):
            return self.methods.get(method)
        try:
            public = keys.public_of_did_key(self.did)
        except FormatError:
            return None
        return public if method == f"{self.did}#{keys.multikey(public)}" else None


@dataclass(frozen=True, slots=True)
class Signed:
    """A document without its proofs, and all proofs of its set, which may be made after others of them."""

    document: JsonObject
    proofs: Sequence[JsonObject]


@dataclass(frozen=True, slots=True)
class Standard:
    """What proofs are judged by: as of when, since when the document is known to be, and the suites that are known."""

    at: datetime
    existed: datetime | None = None
    suites: Mapping[str, Suite] = field(default_factory=lambda: SUITES)


def judge(proof: JsonObject, signed: Signed, signer: Signer, standard: Standard) -> Judgement:
    """Return what becomes of one proof: it passes only when it is by a key of the signer, for their purpose, and counts still."""
    suite = str(proof.get("cryptosuite", proof.get("type")))[:60]
    if suite not in standard.suites:
        return Outcome.UNKNOWN, f"the suite {suite} is not known here"
    method, purpose = proof.get("verificationMethod"), proof.get("proofPurpose")
    if not isinstance(method, str) or not isinstance(purpose, str):  # Data Integrity 1.0, 4.4
        return Outcome.FAILED, f"a {suite} signature does not say by what method and for what purpose it was made"
    known = signer.public(method)
    public = known or _named(method)
    if public is None:
        return Outcome.UNKNOWN, f"the key of a {suite} signature is not known to be {signer.who}'s"
    try:
        previous = signature.previous_proofs(proof, signed.proofs)
        fits = signature.check(signed.document, proof, public, previous=previous, suites=standard.suites)
    except Undecidable as error:
        return Outcome.UNKNOWN, f"{signer.who}'s {suite} signature cannot be checked: {error}"
    except FormatError as error:
        return Outcome.FAILED, f"{signer.who}'s {suite} signature does not hold: {error}"
    if not fits:
        return Outcome.FAILED, f"{signer.who}'s {suite} signature does not fit the {_noun(signer)}"
    if known is None:
        return Outcome.UNKNOWN, f"a signature of {suite} fits the key that it names, which is not known to be {signer.who}'s"
    return _judge_fitting(proof, suite, signer, standard)


def _judge_fitting(proof: JsonObject, suite: str, signer: Signer, standard: Standard) -> Judgement:
    """Judge a signature that fits a key of the signer: whether it was made for this, and counts still."""
    problem = _options_problem(proof, signer, standard.at)
    if problem:
        return Outcome.FAILED, problem
    since = signer.revoked.get(str(proof["verificationMethod"]))
    if since is not None:
        return _compromised(f"{signer.who}'s {suite}", since, standard.existed)
    return Outcome.PASSED, f"{signer.who}'s {suite} signature fits"


def _compromised(whose: str, since: datetime, existed: datetime | None) -> Judgement:
    """Judge a signature that fits a key which others hold since a time."""
    words = f"{whose} signature fits a key that is compromised from {format_time(since)}"
    if existed is None:
        return Outcome.UNKNOWN, f"{words}, and no anchor shows that the credential is older"
    if existed >= since:
        return Outcome.FAILED, f"{words}, and the credential was anchored at {format_time(existed)}"
    return Outcome.PASSED, f"{words}; the credential is older, as its anchor shows"


def _options_problem(proof: JsonObject, signer: Signer, at: datetime) -> str:
    if proof.get("proofPurpose") != signer.purpose:
        return f"{signer.who}'s signature was made for another purpose than {signer.purpose}"
    try:
        moments = {name: parse_time(str(proof[name])) for name in ("created", "expires") if name in proof}
    except FormatError as error:
        return f"{signer.who}'s signature has a wrong time: {error}"
    if "expires" in moments and at >= moments["expires"]:
        return f"{signer.who}'s signature has expired"
    return ""


def _noun(signer: Signer) -> str:
    return "credential" if signer.purpose == ASSERTION else "presentation"


def _named(method: str) -> bytes | None:
    """Return the key that a method is named by, as those of did:key are: nobody but its owner has signed what fits it."""
    try:
        return keys.parse_multikey(method.rpartition("#")[2])
    except FormatError:
        return None
