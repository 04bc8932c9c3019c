"""What is done for every credential costs no more than so many times some plain hashing and encoding, on whatever machine.

Each act stands beside the way that it must not fall back to: that one is over the bound, or the bound would notice nothing.
"""

import gc
import json
import time
from collections.abc import Callable
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from benchmarks import material
from laurea.core import badge, canonical, claims, signature, tree
from laurea.core.achievement import Achievement
from laurea.core.badge import IssuerProfile, Making
from laurea.core.badge_form import BadgeForms
from laurea.core.checks import examine
from laurea.core.claims_form import ClaimsForms
from laurea.core.credential import Credential
from laurea.core.presentation import Presentation
from laurea.core.shown_form import ShownForms
from laurea.core.verify import evaluate
from laurea.storage import levels
from tests.core import world

ROUNDS, FEW_ROUNDS = 15, 4  # the least of them counts: whatever else the machine does only adds
SMALL = {"id": "urn:uuid:00000000-0000-4000-8000-000000000001", "type": ["Achievement"], "name": "SQL", "credits": 3}
LEARNT = 3  # credentials, after which the form of the others is known
MANY = 10_000  # leaves
ISSUER = IssuerProfile("did:web:example.edu", "Example University", "https://example.edu")
ACHIEVEMENT = Achievement.parse(material.achievement())
ROWS = list(material.rows(0, 40))
MAKING = Making("urn:uuid:00000000-0000-4000-8000-000000000001", world.NOON, "5f" * 16)


@dataclass(frozen=True, slots=True)
class Hot:
    """An act, the way that it must not fall back to, and how many calibration loops it may take at most."""

    act: Callable[[], object]
    long_way: Callable[[], object]
    most: float


def calibration() -> None:
    """A hundred hashes of 64 bytes, and twenty small objects as JSON."""
    block = bytes(64)
    for _ in range(100):
        sha256(block).digest()
    for _ in range(20):
        json.dumps(SMALL)


def seconds(act: Callable[[], object]) -> float:
    start = time.thread_time()
    act()
    return time.thread_time() - start


def least(act: Callable[[], object], *, rounds: int) -> float:
    """Return how many calibration loops an act takes: the least of several rounds of both, in turns."""
    gc.collect()
    gc.disable()
    try:
        pairs = [(seconds(act), seconds(calibration)) for _ in range(rounds)]
    finally:
        gc.enable()
    return min(cost for cost, _ in pairs) / min(loop for _, loop in pairs)


def holds(hot: Hot) -> None:
    taken, long = least(hot.act, rounds=ROUNDS), least(hot.long_way, rounds=FEW_ROUNDS)

    assert taken <= hot.most, f"it takes {taken:.1f} loops"
    assert long > hot.most, f"the long way takes {long:.1f} loops, which this bound does not notice"


def documents() -> list[bytes]:
    return [canonical.dump(badge.build(ACHIEVEMENT, row, ISSUER, MAKING)) for row in ROWS]


def test_the_claims_root_of_a_credential_of_a_known_form() -> None:
    known, stored, seed = ClaimsForms(), documents(), world.seed_of(1)
    for document in stored[:LEARNT]:
        known.root(document, seed)

    def long_way() -> None:
        for document in stored:
            value = canonical.parse(document)
            assert isinstance(value, dict)
            claims.claims_tree(claims.split(value), seed)

    holds(Hot(lambda: [known.root(document, seed) for document in stored], long_way, 40))


def test_a_badge_of_a_known_form() -> None:
    known = BadgeForms(ISSUER, lambda _: [])
    for row in ROWS:
        known.write(ACHIEVEMENT, row, MAKING)

    holds(Hot(lambda: [known.write(ACHIEVEMENT, row, MAKING) for row in ROWS], documents, 8))


def test_a_tree() -> None:
    leaves = material.leaves(MANY)
    each = {number: leaves[at : at + tree.HASH_BYTES] for number, at in enumerate(range(0, len(leaves), tree.HASH_BYTES))}

    holds(Hot(lambda: tree.build(leaves), lambda: tree.root_from_cover(MANY, each, ()), 60))


def test_a_proof_from_the_file_of_a_batch(tmp_path: Path) -> None:
    levels.grow(tmp_path / "batch.levels", material.leaves(MANY))

    with levels.mapped(tmp_path / "batch.levels", MANY) as stored:
        leaves = bytes(stored.nodes[: MANY * tree.HASH_BYTES])
        holds(Hot(lambda: [stored.path(index) for index in range(50)], lambda: tree.build(leaves).path(1), 3.2))


def test_a_shown_credential_of_a_known_form() -> None:
    forms = ShownForms()
    shown = [canonical.dump(each.secured()) for each in world.anchor_all([badge.build(ACHIEVEMENT, row, ISSUER, MAKING) for row in ROWS])]
    for data in shown:
        forms.examine(data)

    holds(Hot(lambda: [forms.examine(data) for data in shown], lambda: [examine(Presentation.parse(data)) for data in shown], 60))


def signed(suite: str) -> Credential:
    anchored = world.anchored()
    options = signature.proof_options(suite, method=world.METHOD, purpose="assertionMethod", created=world.ANCHORED)
    return Credential(anchored.document, (signature.secure(anchored.document, world.ISSUER_KEY, options), *anchored.proofs))


def judging(credential: Credential) -> Callable[[], object]:
    shown, facts, trust = Presentation(credential), world.facts_of(credential), world.trust_of()
    assert evaluate(shown, facts, trust, at=world.NOON)
    return lambda: evaluate(shown, facts, trust, at=world.NOON)


def test_the_evaluation_of_a_credential_that_needs_no_json_ld() -> None:
    holds(Hot(judging(signed("eddsa-jcs-2022")), judging(signed("eddsa-rdfc-2022")), 18))
