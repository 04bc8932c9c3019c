"""Measure eddsa-rdfc-2022 over the credentials of a batch: canonicalise, hash and sign, beside the same with PyLD in one run."""

import sys
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from pyld import jsonld

from laurea.core import signature
from laurea.core.achievement import Achievement
from laurea.core.badge import IssuerProfile, Making, build
from laurea.core.canonical import JsonObject
from laurea.core.cryptosuites import SUITES
from laurea.core.keys import SigningKey
from laurea.core.linked_data import contexts
from laurea.core.roster import Row
from laurea.services.issuing.signatures import Signatures

CREDENTIALS = 5_000
BY_PYLD = 100
BUDGET_MICROSECONDS = 300
MOMENT = datetime(2026, 11, 1, tzinfo=UTC)
KEY = SigningKey.from_seed(b"\1" * 32)
ACHIEVEMENT = Path(__file__).parent.parent / "examples/achievements/sql-for-analysts.json"


def credential(achievement: Achievement, number: int) -> JsonObject:
    row = Row(
        learner=f"S-{number}",
        name=f"Łucja Król {number}",
        achievement=achievement.key,
        result=str(60 + number % 40),
        evidence=f"https://example.edu/evidence/{number}",
        evidence_name="Project report",
        holder=None,
        awarded=MOMENT,
    )
    issuer = IssuerProfile("did:web:example.edu", "Example University", "https://example.edu", "badges@example.edu")
    identifier = f"urn:uuid:00000000-0000-4000-8000-{number:012d}"
    return build(achievement, row, issuer, Making(identifier, MOMENT, f"{number:032x}"))


def by_pyld(document: JsonObject) -> bytes:
    def load(url: str, _: Any) -> Any:
        return {"contentType": "application/ld+json", "contextUrl": None, "documentUrl": url, "document": contexts.bundled()[url]}

    form: str = jsonld.normalize(document, {"algorithm": "URDNA2015", "format": "application/n-quads", "documentLoader": load})
    return form.encode()


def microseconds(act: Callable[[], object], count: int) -> float:
    start = time.process_time()
    act()
    return (time.process_time() - start) / count * 1e6


def main() -> None:
    achievement = Achievement.parse(ACHIEVEMENT.read_bytes())
    documents = [credential(achievement, number) for number in range(CREDENTIALS)]
    signatures = Signatures(KEY, KEY.method, ["eddsa-rdfc-2022"], MOMENT)
    options = signature.proof_options("eddsa-rdfc-2022", method=KEY.method, purpose="assertionMethod", created=MOMENT)
    slow = replace(SUITES["eddsa-rdfc-2022"], transform=by_pyld)
    by_pyld(documents[0])  # contexts are read

    proofs: list[JsonObject] = []
    fast = microseconds(lambda: proofs.extend(signatures.under(document)[0] for document in documents), CREDENTIALS)
    others: list[JsonObject] = []
    pyld = microseconds(lambda: others.extend(signature.secure(each, KEY, options, suite=slow) for each in documents[:BY_PYLD]), BY_PYLD)

    equal = proofs[:BY_PYLD] == others
    met = fast <= BUDGET_MICROSECONDS
    print(f"eddsa-rdfc-2022, canonicalise + hash + sign, of {CREDENTIALS:,} credentials: {fast:.0f} µs of CPU each,", end=" ")
    print(f"budget {BUDGET_MICROSECONDS} µs: {'met' if met else 'MISSED'}; with PyLD {pyld:.0f} µs; the same signatures: {equal}")
    sys.exit(0 if met and equal else 1)


if __name__ == "__main__":
    main()
