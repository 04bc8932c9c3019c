"""The registry on a real local node, called by its ABI alone: no code of the product is between."""

import json
from functools import cached_property
from pathlib import Path
from typing import Any

from eth_abi.abi import decode, encode
from eth_hash.auto import keccak

from tests.anvil import Anvil

ROOT = Path(__file__).resolve().parents[2]
ARTEFACT: dict[str, Any] = json.loads((ROOT / "src/laurea/chain/AnchorRegistry.json").read_text())
FUNCTIONS = {entry["name"]: entry for entry in ARTEFACT["abi"] if entry["type"] == "function"}


def type_of(parameter: dict[str, Any]) -> str:
    """Return a parameter's type as signatures spell it."""
    if not parameter["type"].startswith("tuple"):
        return str(parameter["type"])
    inner = ",".join(type_of(component) for component in parameter["components"])
    return f"({inner})" + str(parameter["type"]).removeprefix("tuple")


def selector(name: str) -> bytes:
    """Return the first four bytes of calls of a function."""
    types = ",".join(type_of(parameter) for parameter in FUNCTIONS[name]["inputs"])
    return keccak(f"{name}({types})".encode())[:4]


class Deployed:
    """The registry on a node, with four of the node's accounts: admin, nightly, cold and stranger."""

    def __init__(self, node: Anvil) -> None:
        """Put the registry on `node` through the deterministic deployer."""
        self.node = node
        self.address: str = ARTEFACT["address"]
        self.admin, self.nightly, self.cold, self.stranger = node.rpc("eth_accounts")[:4]
        self.deployment_gas = self.send(self.admin, bytes.fromhex(ARTEFACT["salt"][2:] + ARTEFACT["bytecode"][2:]), to=ARTEFACT["deployer"])

    @cached_property
    def issuer(self) -> str:
        """The id that `admin` gets with the salt 0."""
        return "0x" + keccak(encode(["uint256", "address", "bytes32"], [self.node.chain_id, self.admin, bytes(32)]))[12:].hex()

    def send(self, sender: str, data: bytes, *, to: str | None = None) -> int:
        """Send a transaction, see that it succeeds, and return the gas it used."""
        call = {"from": sender, "to": to or self.address, "data": "0x" + data.hex(), "gas": hex(10_000_000)}
        receipt = self.node.receipt(self.node.rpc("eth_sendTransaction", call))
        assert receipt["status"] == "0x1", receipt
        return int(receipt["gasUsed"], 16)

    def act(self, sender: str, name: str, *arguments: object) -> int:
        """Send a call of a function and return the gas it used."""
        return self.send(sender, self.encoded(name, *arguments))

    def ask(self, name: str, *arguments: object) -> tuple[Any, ...]:
        """Call a view and return its answers."""
        answer = self.node.rpc("eth_call", {"to": self.address, "data": "0x" + self.encoded(name, *arguments).hex()}, "latest")
        return decode([type_of(output) for output in FUNCTIONS[name]["outputs"]], bytes.fromhex(answer[2:]))

    def encoded(self, name: str, *arguments: object) -> bytes:
        """Return the calldata of a call."""
        return selector(name) + encode([type_of(parameter) for parameter in FUNCTIONS[name]["inputs"]], arguments)

    def at(self, slot: bytes) -> int:
        """Return what a storage slot holds."""
        return int(self.node.rpc("eth_getStorageAt", self.address, "0x" + slot.hex(), "latest"), 16)

    def begin(self) -> None:
        """Create the issuer and its two keys, as every issuer does once."""
        self.act(self.admin, "createIssuer", self.admin, bytes(32))
        for key, role in ((self.nightly, 1), (self.cold, 2)):
            self.act(key, "serve", self.issuer)
            self.act(self.admin, "setKey", self.issuer, key, role, 0)
