"""Check 5: the issuer id speaks for `credential.issuer` (DESIGN.md section 4).

The trust list decides alone about whom it names. Of anybody else the DID document and the registry's `profile` have to name each other, for a
profile alone is what any stranger can claim, and a document alone does not show that the issuer id agrees. Or an accreditor of the trust list
vouches for it. Short of that it is unknown, never failed: a document may have changed, or its domain its owner.
"""

from collections.abc import Iterator

from laurea.core.anchor import Facts
from laurea.core.anchor_check import NOT_ANCHORED, facts_problem
from laurea.core.checks import MAX_QUOTED
from laurea.core.credential import Credential, format_time
from laurea.core.identity import Accreditation, ReadDocument
from laurea.core.proof import Proof
from laurea.core.report import Check, CheckId, failed, passed, unknown
from laurea.core.trust import Trust, TrustedIssuer

MAX_VOUCHING = 3  # accreditations that a reason tells about


def check_issuer(credential: Credential, proof: Proof | None, facts: Facts | None, trust: Trust) -> Check:
    """Check 5: by the trust list, else by the DID document and the profile, else by an accreditation; else unknown."""
    if proof is None:
        return unknown(CheckId.ISSUER, NOT_ANCHORED)
    did = credential.issuer
    entry = trust.issuers.get(did)
    if entry is not None:
        return _by_list(entry, proof)
    read = trust.documents.get(did)
    judged = [(each, _accreditation_problem(each, proof)) for each in trust.accreditations if each.did == did]
    vouching = next((_vouching(each) for each, problem in judged if not problem), "")
    problem = "" if read is None else document_problem(did, read, proof, facts)
    if read is not None and not problem:
        known = vouching or f"nobody on the trust list vouches for {did}"
        return passed(CheckId.ISSUER, f"{_named(read)} and the registry name each other; {known}")
    if vouching:
        return passed(CheckId.ISSUER, vouching)
    different = list(dict.fromkeys(filter(None, [problem, *(problem for _, problem in judged)])))[:MAX_VOUCHING]
    words = "; ".join([f"{did[:MAX_QUOTED]} is not on the trust list: a trust file that names it would decide", *different])
    return unknown(CheckId.ISSUER, words)


def document_problem(did: str, read: ReadDocument, proof: Proof, facts: Facts | None) -> str:
    """Return "" when a DID's document and the registry's profile name each other, else why that is not known."""
    if read.document is None:
        return f"its DID document could not be read: {read.trouble}"
    if read.document.did != did:
        return "its DID document is that of another"
    if proof.anchoring.domain not in read.document.accounts:
        return f"{_named(read)} does not name the issuer id that this is anchored with"
    problem = facts_problem(proof, facts)
    if problem:
        return f"what the registry says of it is not known: {problem}"
    if set(_profiles(facts)) != {did}:
        return f"{_named(read)} names the issuer id, but the registry does not have it speak for this DID"
    return ""


def _by_list(entry: TrustedIssuer, proof: Proof) -> Check:
    if proof.anchoring.domain not in entry.accounts:
        return failed(CheckId.ISSUER, f"the trust list has {entry.did} anchor with another issuer id, registry or chain")
    return passed(CheckId.ISSUER, f"the trust list names {entry.name} ({entry.did}), as of {format_time(entry.date)}")


def _accreditation_problem(accreditation: Accreditation, proof: Proof) -> str:
    if accreditation.problem:
        return f"its accreditation by {accreditation.name} does not count: {accreditation.problem}"
    if proof.anchoring.domain not in accreditation.accounts:
        return f"{accreditation.name} vouches for it with another issuer id, registry or chain"
    return ""


def _vouching(accreditation: Accreditation) -> str:
    """Name every link, from the trust list to the issuer."""
    whom = ", which vouches for ".join([each[:MAX_QUOTED] for each in (*accreditation.through, accreditation.did)])
    note = f"; {accreditation.note}" if accreditation.note else ""
    return f"{accreditation.name}, an accreditor on the trust list, vouches for {whom}{note}"


def _profiles(facts: Facts | None) -> Iterator[str]:
    """Give the issuer id's profile at both blocks: one that is not final yet does not count, nor one that was given up since."""
    for view in (facts.finalized, facts.latest) if facts is not None else ():
        yield "" if view is None else view.profile


def _named(read: ReadDocument) -> str:
    """Name a document by when it was read."""
    date = format_time(read.read_at) if read.read_at else "a time that nobody noted"
    return f"its DID document as it was kept at {date} ({read.trouble})" if read.trouble else f"its DID document as of {date}"
