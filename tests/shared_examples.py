"""Partial credentials as people share them: made from the achievements in examples/, anchored in a batch of a thousand."""

import json
from collections.abc import Callable
from hashlib import sha256
from typing import Any

from laurea.core.achievement import Achievement
from laurea.core.canonical import JsonObject
from laurea.core.disclosure import derive
from tests.anvil import ROOT
from tests.core import world

BATCH = 1000


def everything(_pointer: str) -> bool:
    return True


def for_an_employer(pointer: str) -> bool:
    """Keep what an employer wants to see: who, what, how it was earned and how well."""
    return pointer.rpartition("/")[2] in {
        "id",
        "type",
        "name",
        "description",
        "narrative",
        "identifier",
        "result",
        "resultDescription",
        "alignment",
    }


def partial(name: str = "sql-for-analysts", keep: Callable[[str], bool] = for_an_employer, **members: str) -> JsonObject:
    """Return a partial credential of one of the examples, with its proof."""
    return derive(world.anchored(badge(name, **members), size=BATCH, index=517), keep).secured()


def badge(name: str, *, learner: str = "Ada Lovelace", valid_until: str = "2029-11-22T00:00:00Z") -> JsonObject:
    achievement = json.loads((ROOT / f"examples/achievements/{name}.json").read_text())
    hashed = "sha256$" + sha256(b"L-1").hexdigest()
    contexts: Any = {"@context": Achievement.parse(json.dumps(achievement).encode()).contexts}
    return world.badge(
        **contexts,
        id="urn:uuid:7d2f8a54-9c1e-4b7a-8a55-2f4a8c8f3c77",
        issuer={"id": "did:web:example.edu", "type": ["Profile"], "name": "Example University", "url": "https://example.edu"},
        name=achievement["name"],
        validUntil=valid_until,
        evidence=None,
        credentialSubject={
            "id": world.HOLDER.did,
            "type": ["AchievementSubject"],
            "identifier": [
                {"type": "IdentityObject", "hashed": False, "identityHash": learner, "identityType": "name"},
                {
                    "type": "IdentityObject",
                    "hashed": True,
                    "identityHash": hashed,
                    "identityType": "identifier",
                    "salt": "2vPZp0c1Yk2d9s3N",
                },
            ],
            "achievement": achievement,
            "result": [{"type": ["Result"], "resultDescription": achievement["resultDescription"][0]["id"], "value": "84"}],
        },
    )
