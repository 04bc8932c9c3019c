"""Record what an Anvil proves about a registry into tests/vectors/state-proofs.json: python -m tests.chain.record_state_proofs.

The chain is a new one each time, so its keys, roots and hashes are others; the file is made anew only to hold more.
"""

import json
from pathlib import Path

from laurea.chain import registry
from laurea.chain.artefact import canonical_address
from laurea.chain.headers import read_header
from laurea.chain.rpc import to_hex
from laurea.core import registry_storage as storage
from tests.anvil import Anvil
from tests.chain.conftest import with_registry

FILE = Path(__file__).parents[1] / "vectors" / "state-proofs.json"
PROFILE = "did:web:a-university-with-a-rather-long-name.example:departments:continuing-education"


def main() -> None:
    """Write the file."""
    with Anvil() as node:
        chain = with_registry(node)
        issuer, other = chain.issuer(), chain.issuer()
        issuer.act(registry.set_profile(issuer.id, PROFILE))
        other.act(registry.set_profile(other.id, "did:web:b.example"))
        for _ in range(40):
            other.anchored()
            chain.account()
        ref, void = issuer.anchored(size=600), other.anchored()
        issuer.act(registry.revoke(registry.revocations(ref.root, [257, 258]), 1))
        issuer.act(b"\x7f" * 32)
        other.act(registry.set_compromised(other.id, other.address, 1))
        block = node.rpc("eth_getBlockByNumber", "latest", False)
        head = storage.profile_slot(issuer.id)
        wanted = {
            "a batch": storage.batch_slot(issuer.id, ref.root),
            "its key": storage.key_slot(issuer.address),
            "a revoked word": storage.revoked_slot(issuer.id, ref.root, 1),
            "a word without a revocation": storage.revoked_slot(issuer.id, ref.root, 2),
            "a batch of another issuer": storage.batch_slot(other.id, ref.root),
            "a root without a size": storage.batch_slot(issuer.id, b"\x7f" * 32),
            "a void batch": storage.batch_slot(other.id, void.root),
            "a compromised key": storage.key_slot(other.address),
            "a short profile": storage.profile_slot(other.id),
            "a long profile": head,
            **{f"part {number + 1} of it": slot for number, slot in enumerate(storage.text_slots(head, 2 * len(PROFILE) + 1))},
            "a slot of nobody": 5,
        }
        slots = [to_hex(slot.to_bytes(32)) for slot in wanted.values()]
        proof = node.rpc("eth_getProof", to_hex(canonical_address()), slots, block["number"])
    header = read_header(block)
    assert header is not None
    content = {
        "about": "a block of an Anvil, the registry's account in its state, and slots of it",
        "block": {"hash": block["hash"], "number": int(block["number"], 16), "time": int(block["timestamp"], 16), "header": to_hex(header)},
        "account": {"address": to_hex(canonical_address()), "codeHash": proof["codeHash"], "nodes": proof["accountProof"]},
        "slots": [
            {"about": about, "slot": slot, "value": each["value"], "nodes": each["proof"]}
            for about, slot, each in zip(wanted, slots, proof["storageProof"], strict=True)
        ],
    }
    FILE.write_text(json.dumps(content, indent=1) + "\n")


if __name__ == "__main__":
    main()
