"""A batch that is released, with the issuer's signatures and without, and what signing adds to what the batch cost from rows to sealed."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from itertools import islice
from typing import Any, cast

from pyld import jsonld

from benchmarks.figures import Figure
from benchmarks.issuance import Issuing, issuing
from benchmarks.material import MOMENT
from benchmarks.meter import cost_of
from benchmarks.parts import Asked
from laurea.core import canonical, signature
from laurea.core.canonical import JsonObject
from laurea.core.cryptosuites import SUITES
from laurea.core.keys import SigningKey
from laurea.core.linked_data import contexts
from laurea.services.issuing.signatures import Signatures

MOST = 10_000  # credentials
TIMES = {"eddsa-jcs-2022": 2.5, "eddsa-rdfc-2022": 8}  # what the batch cost without
SIGNED = 5_000
BY_PYLD = 100
MICROSECONDS = 300
SUITE = "eddsa-rdfc-2022"
KEY = SigningKey.from_seed(b"\1" * 32)


def figures(asked: Asked) -> Iterator[Figure]:
    """Measure a batch that is released with one suite, then another, in one run; then the signing alone, beside PyLD."""
    count = min(asked.credentials, MOST)
    with issuing(on_disk=False) as measured:
        sealed = (measured.enrol(0, count) + measured.seal()).work
        yield Figure(f"{count:,} from rows to sealed, CPU each", sealed / count * 1e6, "µs")
        unsigned = measured.release(1, ()).work
        yield Figure(f"{count:,} released without signature, CPU each", unsigned / count * 1e6, "µs")
        for suite, most in TIMES.items():
            released = measured.release(1, (suite,)).work
            yield Figure(f"{count:,} released with {suite}, CPU each", released / count * 1e6, "µs")
            # What a signature adds to that; the files of the credentials are written without it, too.
            yield Figure(
                f"rows to sealed and signed with {suite}, by rows to sealed, CPU", (sealed + released - unsigned) / sealed, "times", most
            )
        documents = _documents(measured)
    yield from _alone(documents)


def _documents(measured: Issuing) -> list[JsonObject]:
    return [cast("JsonObject", canonical.parse(data)) for data in islice(measured.documents(1), SIGNED)]


def _alone(documents: list[JsonObject]) -> Iterator[Figure]:
    """Sign alone, as a release does and by PyLD; raises ValueError when the signatures are not the same."""
    signatures = Signatures(KEY, KEY.method, [SUITE], MOMENT)
    options = signature.proof_options(SUITE, method=KEY.method, purpose="assertionMethod", created=MOMENT)
    slow = replace(SUITES[SUITE], transform=_by_pyld)
    few = documents[:BY_PYLD]
    _by_pyld(few[0])  # contexts are read
    ours, fast = _each(lambda document: signatures.under(document)[0], documents)
    theirs, pyld = _each(lambda document: signature.secure(document, KEY, options, suite=slow), few)
    if ours[: len(few)] != theirs:
        raise ValueError("PyLD leads to other signatures")
    yield Figure(f"{SUITE}, canonicalise + hash + sign, CPU", fast, "µs", MICROSECONDS)
    yield Figure(f"{SUITE}, the same by PyLD, CPU", pyld, "µs")


def _each(sign: Callable[[JsonObject], JsonObject], documents: list[JsonObject]) -> tuple[list[JsonObject], float]:
    proofs: list[JsonObject] = []
    cost = cost_of(lambda: proofs.extend(map(sign, documents)))
    return proofs, cost.cpu / len(documents) * 1e6


def _by_pyld(document: JsonObject) -> bytes:
    def load(url: str, _: Any) -> Any:
        return {"contentType": "application/ld+json", "contextUrl": None, "documentUrl": url, "document": contexts.bundled()[url]}

    form: str = jsonld.normalize(document, {"algorithm": "URDNA2015", "format": "application/n-quads", "documentLoader": load})
    return form.encode()
