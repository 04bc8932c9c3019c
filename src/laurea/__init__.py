"""Micro-credentials that outlive their issuer.

from laurea import verify
report = verify(open("presentation.json").read(), chain="https://rpc.example", trust=open("trust.json").read())
print(report.verdict, report.headline)
"""

from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple, TypeVar

from laurea.core.credential import Credential
from laurea.core.moment import judged_at
from laurea.core.presentation import Demand, Presentation
from laurea.core.proof import BaseProof, DerivedProof, Proof
from laurea.core.report import Check, CheckId, Outcome, Report, Reports, Verdict
from laurea.core.trust import Trust
from laurea.errors import InputError, LaureaError, VerificationFailed
from laurea.fetch.guard import PUBLIC, FetchPolicy
from laurea.services.certificates import Blockcerts, read_profiles, transactions_at
from laurea.services.sources import Sources
from laurea.services.stapled import Vouched, blocks_at, parse_block
from laurea.services.verifying import Verifying, read_accreditations, read_lists, read_trust, readers_at
from laurea.storage.finality import FinalityFile

__all__ = [
    "BaseProof",
    "Check",
    "CheckId",
    "Credential",
    "DerivedProof",
    "FetchPolicy",
    "LaureaError",
    "Outcome",
    "Presentation",
    "Proof",
    "Report",
    "Reports",
    "Verdict",
    "VerificationFailed",
    "verify",
    "verify_many",
    "verify_presentation",
]

K = TypeVar("K")


def verify(  # noqa: PLR0913 - all but the first are named by the caller
    document: str | bytes,
    *,
    chain: str | Sequence[str] = (),
    proof: bool = False,
    trust: str | bytes | None = None,
    trust_signer: str | None = None,
    audience: str | None = None,
    challenge: str | None = None,
    status_lists: Sequence[str | bytes] = (),
    accreditations: Sequence[str | bytes] = (),
    issuer_profiles: Sequence[str | bytes] = (),
    fetch: bool | FetchPolicy = True,
    block_hashes: Sequence[str] = (),
    at: datetime | None = None,
    memory: str | Path | None = None,
) -> Report:
    """Return the report about a credential or a presentation, both as JSON text.

    Args:
        document: What was shown.
        chain: RPC URL or URLs of the chain that it is anchored on. With several, a majority must answer and all agree.
        proof: Whether to believe nodes only which blocks there are, and have what is stored proven against them (`eth_getProof`).
        trust: The content of a trust file, which names the issuers that are accepted.
        trust_signer: The did:key whose key has to have signed the trust file, if anybody's.
        audience: Who the holder had to sign for, together with `challenge`; without both, no holder is demanded.
        challenge: What the holder had to sign.
        status_lists: Status lists that the credential names, as JSON text; they go before those that are fetched.
        accreditations: Endorsements of issuers by accreditors of the trust file, as JSON text.
        issuer_profiles: Profiles of issuers of Blockcerts, as JSON text; they go before those that are fetched.
        fetch: Whether status lists and the DID documents of issuers that the trust file does not name are fetched from the hosts that the
            credential names, under guards; or the policy of them. Without, what needs them is unknown: never a worse answer, and nobody is asked.
        block_hashes: Blocks that you know to be of the chain, as "eip155:1:0x…", for a credential that carries a proof of its anchor at one.
        at: The moment of the judgement, with a time zone and not in the future; now by default.
        memory: A file that outlasts the call, with the newest final block that was seen of each chain: one that is replaced is noticed.

    Raises:
        InputError: when the trust file is malformed or not signed as demanded, a status list or a block hash is none, `at` has no time zone or is in the future, or only one of `audience` and
            `challenge` is given. What is wrong with the document or silent about the chain is said in the report.
    """
    moment = judged_at(at, datetime.now(UTC))
    given = _Given(status_lists, accreditations, issuer_profiles, fetch, block_hashes, memory)
    verifying = _verifying(chain, _trust(trust, trust_signer, audience, challenge), given, proof=proof)
    return verifying.verify(_bytes(document), at=moment)


def verify_presentation(  # noqa: PLR0913 - all but the first are named by the caller
    document: str | bytes,
    *,
    chain: str | Sequence[str] = (),
    proof: bool = False,
    trust: str | bytes | None = None,
    trust_signer: str | None = None,
    audience: str | None = None,
    challenge: str | None = None,
    status_lists: Sequence[str | bytes] = (),
    accreditations: Sequence[str | bytes] = (),
    issuer_profiles: Sequence[str | bytes] = (),
    fetch: bool | FetchPolicy = True,
    block_hashes: Sequence[str] = (),
    at: datetime | None = None,
    memory: str | Path | None = None,
) -> Reports:
    """Return a report about each of the credentials that a presentation shows, at most 32; all is as `verify` takes it.

    The result is true only when each is valid. `audience` and `challenge` have to be signed by the subject of every one.
    """
    moment = judged_at(at, datetime.now(UTC))
    given = _Given(status_lists, accreditations, issuer_profiles, fetch, block_hashes, memory)
    verifying = _verifying(chain, _trust(trust, trust_signer, audience, challenge), given, proof=proof)
    return verifying.verify_presentation(_bytes(document), at=moment)


def verify_many(  # noqa: PLR0913 - all but the first are named by the caller
    documents: Iterable[tuple[K, str | bytes]],
    *,
    chain: str | Sequence[str] = (),
    proof: bool = False,
    trust: str | bytes | None = None,
    trust_signer: str | None = None,
    audience: str | None = None,
    challenge: str | None = None,
    status_lists: Sequence[str | bytes] = (),
    accreditations: Sequence[str | bytes] = (),
    issuer_profiles: Sequence[str | bytes] = (),
    fetch: bool | FetchPolicy = True,
    block_hashes: Sequence[str] = (),
    at: datetime | None = None,
    memory: str | Path | None = None,
) -> Iterator[tuple[K, Report]]:
    """Give the report about each of many credentials or presentations, in their order, as they are taken from `documents`.

    Each is what `verify` says, all as of one moment. The chain is asked once for what they have in common, and at the same two blocks
    as long as these are there. Some hundred documents are held at a time, however many there are. `documents` are pairs of whatever you call
    each, which comes back with its report, and its JSON text; all else is as `verify` takes it. Raises InputError as `verify` does, before the
    first report.
    """
    moment = judged_at(at, datetime.now(UTC))
    given = _Given(status_lists, accreditations, issuer_profiles, fetch, block_hashes, memory)
    verifying = _verifying(chain, _trust(trust, trust_signer, audience, challenge), given, proof=proof)
    found = verifying.verify_many(((name, _bytes(text)) for name, text in documents), at=moment)
    return ((name, _report(report)) for name, report in found)


def _report(found: Report | InputError) -> Report:
    if isinstance(found, InputError):  # pragma: no cover - it is about a file that could not be read, and these are texts
        raise found
    return found


def _trust(trust: str | bytes | None, signer: str | None, audience: str | None, challenge: str | None) -> Trust:
    if (audience is None) != (challenge is None):
        raise InputError("audience and challenge go together: the holder signs both")
    demand = None if audience is None or challenge is None else Demand(audience, challenge)
    return read_trust([] if trust is None else [_bytes(trust)], demand, signer=signer)


class _Given(NamedTuple):
    status_lists: Sequence[str | bytes]
    accreditations: Sequence[str | bytes]
    issuer_profiles: Sequence[str | bytes]
    fetch: bool | FetchPolicy
    block_hashes: Sequence[str]
    memory: str | Path | None


def _verifying(chain: str | Sequence[str], trust: Trust, given: _Given, *, proof: bool) -> Verifying:
    urls = (chain,) if isinstance(chain, str) else tuple(chain)
    policy = PUBLIC if given.fetch is True else given.fetch
    sources = Sources(lambda: datetime.now(UTC), policy) if isinstance(policy, FetchPolicy) else None
    lists, vouching = read_lists(map(_bytes, given.status_lists)), read_accreditations(map(_bytes, given.accreditations))
    kept = None if given.memory is None else FinalityFile(Path(given.memory))
    vouched = Vouched(tuple(map(parse_block, given.block_hashes)), blocks_at(urls))
    profiles = read_profiles(list(map(_bytes, given.issuer_profiles)))
    blockcerts = Blockcerts(transactions_at(urls, memory=kept, proof=proof), profiles)
    reading_of = readers_at(urls, memory=kept, proof=proof)
    return Verifying(reading_of, trust, lists, accreditations=vouching, sources=sources, vouched=vouched, blockcerts=blockcerts)


def _bytes(text: str | bytes) -> bytes:
    # A lone surrogate cannot be encoded; it reaches the parser as the bytes that it refuses.
    return text.encode("utf-8", "surrogatepass") if isinstance(text, str) else text
