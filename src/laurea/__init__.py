"""Micro-credentials that outlive their issuer.

from laurea import verify
report = verify(open("presentation.json").read(), chain="https://rpc.example", trust=open("trust.json").read())
print(report.verdict, report.headline)
"""

from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime
from typing import TypeVar

from laurea.core.credential import Credential
from laurea.core.presentation import Demand, Presentation
from laurea.core.proof import BaseProof, DerivedProof, Proof
from laurea.core.report import Check, CheckId, Outcome, Report, Reports, Verdict
from laurea.core.trust import Trust
from laurea.errors import InputError, LaureaError, VerificationFailed
from laurea.services.stapled import parse_block
from laurea.services.verifying import Verifying, blocks_at, read_lists, read_trust, readers_at

__all__ = [
    "BaseProof",
    "Check",
    "CheckId",
    "Credential",
    "DerivedProof",
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
    block_hashes: Sequence[str] = (),
    at: datetime | None = None,
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
        status_lists: The status lists that the credential names, as JSON text; those that it names and that are not given are unknown.
        block_hashes: Blocks that you know to be of the chain, as "eip155:1:0x…", for a credential that carries a proof of its anchor at one.
        at: The moment of the judgement, with a time zone; now by default.

    Raises:
        InputError: when the trust file is malformed or not signed as demanded, a status list or a block hash is none, `at` has no time zone, or only one of `audience` and
            `challenge` is given. What is wrong with the document or silent about the chain is said in the report.
    """
    moment = _moment(at)
    verifying = _verifying(chain, _trust(trust, trust_signer, audience, challenge), status_lists, block_hashes, proof=proof)
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
    block_hashes: Sequence[str] = (),
    at: datetime | None = None,
) -> Reports:
    """Return a report about each of the credentials that a presentation shows, at most 32; all is as `verify` takes it.

    The result is true only when each is valid. `audience` and `challenge` have to be signed by the subject of every one.
    """
    moment = _moment(at)
    verifying = _verifying(chain, _trust(trust, trust_signer, audience, challenge), status_lists, block_hashes, proof=proof)
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
    block_hashes: Sequence[str] = (),
    at: datetime | None = None,
) -> Iterator[tuple[K, Report]]:
    """Give the report about each of many credentials or presentations, in their order, as they are taken from `documents`.

    Each is what `verify` says, all as of one moment. The chain is asked once for what they have in common, and at the same two blocks
    as long as these are there. Some hundred documents are held at a time, however many there are. `documents` are pairs of whatever you call
    each, which comes back with its report, and its JSON text; all else is as `verify` takes it. Raises InputError as `verify` does, before the
    first report.
    """
    moment = _moment(at)
    verifying = _verifying(chain, _trust(trust, trust_signer, audience, challenge), status_lists, block_hashes, proof=proof)
    found = verifying.verify_many(((name, _bytes(text)) for name, text in documents), at=moment)
    return ((name, _report(report)) for name, report in found)


def _report(found: Report | InputError) -> Report:
    if isinstance(found, InputError):  # pragma: no cover - it is about a file that could not be read, and these are texts
        raise found
    return found


def _moment(at: datetime | None) -> datetime:
    if at is not None and at.tzinfo is None:
        raise InputError("the moment to judge at has no time zone", hint="for example datetime.now(UTC)")
    return at or datetime.now(UTC)


def _trust(trust: str | bytes | None, signer: str | None, audience: str | None, challenge: str | None) -> Trust:
    if (audience is None) != (challenge is None):
        raise InputError("audience and challenge go together: the holder signs both")
    demand = None if audience is None or challenge is None else Demand(audience, challenge)
    return read_trust([] if trust is None else [_bytes(trust)], demand, signer=signer)


def _verifying(
    chain: str | Sequence[str], trust: Trust, status_lists: Sequence[str | bytes], hashes: Sequence[str], *, proof: bool
) -> Verifying:
    urls = (chain,) if isinstance(chain, str) else tuple(chain)
    return Verifying(
        readers_at(urls, proof=proof),
        trust,
        read_lists(map(_bytes, status_lists)),
        known=[parse_block(each) for each in hashes],
        problem_of=blocks_at(urls),
    )


def _bytes(text: str | bytes) -> bytes:
    # A lone surrogate cannot be encoded; it reaches the parser as the bytes that it refuses.
    return text.encode("utf-8", "surrogatepass") if isinstance(text, str) else text
