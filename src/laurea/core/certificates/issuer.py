"""Check 5 of a document of Blockcerts: whoever sent the transaction anchors for the issuer that the document names.

By the profile at the very URL that the document names, which is Blockcerts' own rule; the trust list decides before it about whom it names.
"""

from datetime import datetime

from laurea.core.anchor import Facts
from laurea.core.certificates.profile import IssuerProfile, ReadProfile
from laurea.core.certificates.shown import Certificate
from laurea.core.certificates.transaction import Sent, TransactionFacts
from laurea.core.checks import MAX_QUOTED
from laurea.core.credential import format_time
from laurea.core.leaf import Domain
from laurea.core.report import Check, CheckId, failed, passed, unknown
from laurea.core.trust import TrustedIssuer


def accounts_at(entry: TrustedIssuer | None, facts: TransactionFacts | None) -> list[Domain]:
    """Return the accounts of a trust list's entry that a transaction may have anchored with: those at the registry that it was sent to."""
    sent = None if facts is None else facts.sent
    if entry is None or facts is None or sent is None or sent.to is None:
        return []
    return [each for each in entry.accounts if (each.chain_id, each.registry) == (facts.ref.chain_id, sent.to)]


def check_issuer(
    certificate: Certificate, facts: TransactionFacts | None, entry: TrustedIssuer | None, read: ReadProfile | None, registry: Facts | None
) -> Check:
    """Check 5: by the trust list's accounts, else by the profile; unknown where there is neither."""
    sent = None if facts is None else facts.final
    if sent is None:
        return unknown(CheckId.ISSUER, "who has anchored it is not known")
    if entry is not None and entry.accounts:
        return _by_list(entry, facts, sent, registry)
    url = certificate.issuer[:MAX_QUOTED]
    if read is None or read.profile is None:
        why = f": {read.trouble}" if read is not None and read.trouble else ""
        return unknown(CheckId.ISSUER, f"the profile of its issuer, {url}, is not known{why}")
    if read.profile.id != certificate.issuer:
        return unknown(CheckId.ISSUER, f"the profile at {url} is that of another, {read.profile.id[:MAX_QUOTED]}")
    return _by_profile(read.profile, read.read_at, sent, entry)


def _by_profile(profile: IssuerProfile, read_at: datetime | None, sent: Sent, entry: TrustedIssuer | None) -> Check:
    url, account, time = profile.id[:MAX_QUOTED], f"0x{sent.sender.hex()}", sent.block.time
    keys = profile.keys.get(sent.sender, ())
    if not keys:
        return failed(CheckId.ISSUER, f"{account}, which has anchored it, is no key of its issuer: the profile at {url} does not list it")
    bad = [each.problem(time) for each in keys if each.problem(time)]
    if bad:
        return failed(CheckId.ISSUER, f"{account} was a key of {url} {bad[0]}, and the transaction is of {format_time(time)}")
    open_ = [each.trouble for each in keys if each.trouble]
    if open_:
        return unknown(CheckId.ISSUER, f"since when and until when {account} is a key of {url} cannot be told: {open_[0]}")
    dated = "as it came as a file" if read_at is None else f"as of {format_time(read_at)}"
    vouched = f"the trust list names {entry.name}" if entry is not None else "nobody on the trust list vouches for it"
    return passed(CheckId.ISSUER, f"the profile at {url} {dated} lists {account}; {vouched}")


def _by_list(entry: TrustedIssuer, facts: TransactionFacts | None, sent: Sent, registry: Facts | None) -> Check:
    if not accounts_at(entry, facts):
        return failed(CheckId.ISSUER, f"the trust list has {entry.did[:MAX_QUOTED]} anchor in another registry or on another chain")
    problem = "it was not read" if registry is None else registry.trouble or registry.memory
    view = None if registry is None else registry.finalized
    if registry is None or view is None or problem:
        return unknown(CheckId.ISSUER, f"what the registry says of the key that has anchored it is not known: {problem}")
    if view.anchor is None or view.anchor.key != sent.sender:
        return failed(CheckId.ISSUER, f"the registry does not hold the root for {entry.did[:MAX_QUOTED]} by the key 0x{sent.sender.hex()}")
    if not view.anchor.good:
        return failed(CheckId.ISSUER, "the anchor is void: its key was declared compromised")
    return passed(CheckId.ISSUER, f"the trust list names {entry.name} ({entry.did[:MAX_QUOTED]}), as of {format_time(entry.date)}")
