"""Write the conformance vectors: `python -m tests.conformance.make [FOLDER]`; the same bytes every time."""

import json
import sys
from pathlib import Path

from tests.conformance.make import accredited, damaged, malformed, model, staples, valid
from tests.conformance.make.endorsements import accreditations
from tests.conformance.make.history import chain_document
from tests.conformance.make.trust import status_lists, trust_files
from tests.conformance.make.vector import Vector

FOLDER = Path(__file__).resolve().parents[1]
PARTS = ("vectors", "trust", "lists", "accreditations")
MAKERS = (
    valid.valid,
    valid.undecided,
    damaged.altered,
    damaged.misplaced,
    damaged.signatures,
    damaged.presentations,
    malformed.not_json,
    malformed.beyond_limits,
    malformed.not_the_model,
    malformed.proofs,
    model.broken,
    model.presentations,
    model.signatures,
    accredited.vouched,
    accredited.chained,
    accredited.unvouched,
    accredited.unchained,
    staples.with_the_chain,
    staples.without_the_chain,
    staples.revoked_then,
    staples.damaged,
)


def vectors() -> list[Vector]:
    """Return every vector."""
    made = [vector for make in MAKERS for vector in make()]
    return [*made, *damaged.twins_of(made, {vector.twin for vector in made})]


def files() -> dict[str, bytes]:
    """Return everything that is made, by its path in the folder."""
    made: dict[str, object] = {"chain.json": chain_document()}
    made |= {f"trust/{name}.json": document for name, document in trust_files().items()}
    made |= {f"lists/{name}.json": document for name, document in status_lists().items()}
    made |= {f"accreditations/{name}.json": document for name, document in accreditations().items()}
    for vector in vectors():
        path = f"vectors/{vector.name}.json"
        assert path not in made, f"two vectors are called {vector.name}"
        made[path] = vector.file()
    return {path: json.dumps(document, indent=1).encode() + b"\n" for path, document in made.items()}


def write(folder: Path) -> None:
    """Write everything, and take away what is not made any more."""
    made = files()
    for path, data in made.items():
        place = folder / path
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(data)
    for part in PARTS:
        for place in (folder / part).iterdir():
            if f"{part}/{place.name}" not in made:
                place.unlink()


if __name__ == "__main__":
    write(Path(sys.argv[1]) if len(sys.argv) > 1 else FOLDER)
