"""An issuer of Blockcerts on a real node with the chain id of Sepolia, and the published verifier, which is asked about what it issues."""

import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from laurea.services.issuing import blockcerts, enrolment
from tests.anvil import Anvil
from tests.judges.judge import ask
from tests.postgres import Postgres
from tests.services.issuing_world import Template, World, roster

SEPOLIA = 11155111
FOLDER = "https://badges.example.edu/blockcerts"


def enrol(world: World, size: int) -> None:
    """Import a roster of so many learners, whose credentials are of Blockcerts."""
    data = roster(size)
    with world.issuer() as issuer:
        enrolment.enrol(blockcerts.enrolling(issuer), data)


def pages(world: World) -> dict[str, str]:
    """Return what the issuer publishes, by where verifiers look for it."""
    with world.issuer() as issuer:
        found = {blockcerts.PROFILE_FILE: blockcerts.profile(issuer), blockcerts.REVOCATIONS_FILE: blockcerts.revocations(issuer)}
    return {f"{FOLDER}/{name}": json.dumps(document) for name, document in found.items()}


def released(world: World, batch: int = 1) -> list[Any]:
    """Return the released documents of a batch, in the order of their places."""
    files = world.released()
    return [json.loads(files[member.id]) for member in world.members(batch) if member.id in files]


def judged(world: World, documents: Sequence[Any], found: dict[str, str] | None = None) -> list[Any]:
    """Return what the published verifier says of documents, with what the issuer publishes or is said to."""
    question = {"rpc": world.node.url, "pages": pages(world) if found is None else found, "documents": list(documents)}
    answer = ask("blockcerts", question)
    assert answer["version"] == "6.35.0"
    answers: list[Any] = answer["answers"]
    return answers


def sepolia(folder: Path, postgres: Postgres | None = None) -> Iterator[Template]:
    """Give an issuer just founded, on a node of its own that has the chain id of Sepolia."""
    with Anvil(chain_id=SEPOLIA) as node:
        made = Template.on(node, folder, postgres)
        made.world.blockcerts = FOLDER
        yield made
