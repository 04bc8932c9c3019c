"""What each act costs, as whole transactions on a local node under the hard fork osaka.

`python -m tests.contracts.gas` writes docs/gas.json; test_contract.py compares it and holds the bars.
The arguments are the dearest: their bytes are not zero. The issuer and its keys exist before.
"""

import json
from typing import Any

from tests.anvil import Anvil
from tests.contracts.deployed import ROOT, Deployed

REPORT = ROOT / "docs/gas.json"
BARS = {
    "anchor": 50_000,
    "anchor, raw": 50_000,
    "anchorMany, 10 roots": 290_000,
    "revoke, 1 credential in a fresh word": 53_000,
    "revoke, 256 credentials in a fresh word": 53_000,
}
ROOTS = [bytes([255 - i]) * 32 for i in range(20)]
SIZE = 2**32 - 1
WORD = 0xFFFFFE
ALL = 2**256 - 1
END = 2**40 - 1
DID = "did:web:credentials.example.org"


def measure(registry: Deployed) -> dict[str, int]:
    """Do everything once and return the gas of each transaction."""
    admin, nightly, cold, issuer = registry.admin, registry.nightly, registry.cold, registry.issuer
    act = registry.act
    gas = {"deployment": registry.deployment_gas}
    gas["createIssuer"] = act(admin, "createIssuer", admin, bytes(32))
    gas["setProfile, a DID of 31 bytes"] = act(admin, "setProfile", issuer, DID)
    gas["serve"] = act(nightly, "serve", issuer)
    act(cold, "serve", issuer)
    gas["setKey"] = act(admin, "setKey", issuer, nightly, 1, END)
    act(admin, "setKey", issuer, cold, 2, END)
    gas["anchor"] = act(nightly, "anchor", ROOTS[0], SIZE)
    gas["anchor, raw"] = registry.send(nightly, ROOTS[1])
    gas["anchorMany, 10 roots"] = act(nightly, "anchorMany", ROOTS[2:12], [SIZE] * 10)
    gas["revoke, 1 credential in a fresh word"] = act(cold, "revoke", [(ROOTS[2], WORD, 1 << 255)], 255)
    gas["revoke, 256 credentials in a fresh word"] = act(cold, "revoke", [(ROOTS[3], WORD, ALL)], 255)
    gas["revoke, 1 more in the same word"] = act(cold, "revoke", [(ROOTS[2], WORD, 1)], 255)
    gas["revokeBatch"] = act(cold, "revokeBatch", ROOTS[0], 255)
    gas["setCompromised"] = act(admin, "setCompromised", issuer, nightly, 1)
    gas["proposeAdmin"] = act(admin, "proposeAdmin", issuer, cold)
    gas["acceptAdmin"] = act(cold, "acceptAdmin", issuer)
    return gas


def report(gas: dict[str, int]) -> dict[str, Any]:
    """Return the content of docs/gas.json."""
    return {
        "about": "gas of whole transactions, hard fork osaka, dearest arguments; python -m tests.contracts.gas writes this",
        "bars": BARS,
        "measured": gas,
    }


if __name__ == "__main__":
    with Anvil() as node:
        REPORT.write_text(json.dumps(report(measure(Deployed(node))), indent=2) + "\n")
