"""Credentials as an issuer releases them, anchored in a tree that no chain knows: enough for whoever holds them."""

import json
from collections.abc import Sequence
from hashlib import sha256

from laurea.core import claims, leaf, tree
from laurea.core.canonical import JsonObject
from laurea.core.leaf import Domain
from laurea.core.proof import Anchoring, BaseProof, proof_object

DOMAIN = Domain(31337, b"\x11" * 20, b"\x22" * 20)
ISSUER = "did:web:issuer.example"


def badge(number: int, subject: str | None, **more: object) -> JsonObject:
    """Return an Open Badge about a subject, without proof."""
    who: JsonObject = {} if subject is None else {"id": subject}
    document: JsonObject = {
        "@context": ["https://www.w3.org/ns/credentials/v2", "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json"],
        "id": f"urn:uuid:00000000-0000-4000-8000-{number:012}",
        "type": ["VerifiableCredential", "OpenBadgeCredential"],
        "issuer": {"id": ISSUER, "type": ["Profile"], "name": "Example University"},
        "validFrom": "2026-11-22T00:00:00Z",
        "name": f"SQL for Analysts {number}",
        "credentialSubject": {
            **who,
            "type": ["AchievementSubject"],
            "achievement": {
                "id": "https://issuer.example/sql",
                "type": ["Achievement"],
                "name": "SQL — запросы 查询",
                "criteria": {"narrative": "Joins and windows.", "id": "https://issuer.example/sql#criteria"},
            },
            "result": [{"type": ["Result"], "value": "92"}],
            "a/b~c": {"type": "Odd", "note": 1.5},
        },
        "evidence": [{"type": ["Evidence"], "name": "a project"}],
    }
    return {**document, **more}  # type: ignore[dict-item]


def release(documents: Sequence[JsonObject], domain: Domain = DOMAIN) -> list[bytes]:
    """Anchor credentials in one batch and return them as released, each as the bytes of a file."""
    seeds = [sha256(b"seed %d" % index).digest() for index in range(len(documents))]
    split = [claims.split(document) for document in documents]
    roots = [claims.claims_tree(found, seed).root for found, seed in zip(split, seeds, strict=True)]
    batch = tree.build([leaf.leaf_hash(domain, index, len(split[index]), root) for index, root in enumerate(roots)])
    return [_with_proof(document, seeds[index], batch, index, domain) for index, document in enumerate(documents)]


def _with_proof(document: JsonObject, seed: bytes, batch: tree.Levels, index: int, domain: Domain) -> bytes:
    place = Anchoring(domain.chain_id, domain.registry, domain.issuer_id, batch.root, batch.size, index, batch.path(index))
    proof = proof_object(BaseProof(place, seed), f"{ISSUER}#anchor")
    return json.dumps({**document, "proof": [proof]}, ensure_ascii=False, indent=1).encode() + b"\n"
