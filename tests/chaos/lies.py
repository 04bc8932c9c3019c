"""What a lying node says: that a root is anchored or is not, receipts, nonces, heads and prices that do not exist."""

import time
from random import Random
from typing import Any

from eth_hash.auto import keccak

from laurea.chain.artefact import FUNCTIONS
from laurea.chain.transaction import fields_of, sender_of

THEME_SECONDS = 0.8  # for which it tells one story, in which all its lies agree
THEMES = (
    ("eth_call",),
    ("eth_call", "eth_getTransactionReceipt"),
    ("eth_getTransactionReceipt",),
    ("eth_getTransactionCount",),
    ("eth_getBlockByNumber",),
    ("eth_gasPrice", "eth_maxPriorityFeePerGas", "eth_estimateGas", "eth_getBalance"),
    ("eth_chainId", "eth_getCode"),
    ("eth_getLogs",),
    (),
)
ANCHOR = FUNCTIONS["anchor"]
BATCH_OF = FUNCTIONS["batchOf"]


class Liar:
    """Forges answers, each plausible by itself: it has read every transaction that it was handed."""

    def __init__(self, random: Random) -> None:
        """Lie at random."""
        self._random = random
        self._theme: tuple[str, ...] = ()
        self._until = 0.0
        self._anchors: dict[bytes, tuple[bytes, int]] = {}  # (key, size) by the root that a transaction anchors
        self._hashes: set[str] = set()
        self._lies: dict[str, Any] = {
            "eth_call": self._call,
            "eth_getTransactionReceipt": self._receipt,
            "eth_getTransactionCount": lambda _, true: hex(self._random.choice([0, 99, int(true, 16) + 1])),
            "eth_getBlockByNumber": self._block,
            "eth_gasPrice": lambda *_: hex(10**12),
            "eth_maxPriorityFeePerGas": lambda *_: hex(10**11),
            "eth_estimateGas": lambda *_: hex(self._random.choice([21_000, 29_000_000])),
            "eth_getBalance": lambda *_: hex(self._random.choice([0, 10**24])),
            "eth_chainId": lambda _, true: self._random.choice(["0x1", true, true, true]),
            "eth_getCode": lambda _, true: self._random.choice(["0x00", true, true]),
            "eth_getLogs": lambda _, true: [] if true else true,
        }

    def learn(self, raw: bytes) -> None:
        """Read a transaction that it was handed, to tell tales about it."""
        data = bytes(fields_of(raw)["data"])
        self._hashes.add("0x" + keccak(raw).hex())
        if data.startswith(ANCHOR.selector):
            root, size = ANCHOR.decode_inputs(data)
            if isinstance(root, bytes) and isinstance(size, int):
                self._anchors[root] = (sender_of(raw), size)

    def answer(self, request: dict[str, Any], true: dict[str, Any]) -> dict[str, Any]:
        """Return the true answer or a lie."""
        if time.monotonic() > self._until:
            self._theme, self._until = self._random.choice(THEMES), time.monotonic() + THEME_SECONDS
        if request["method"] not in self._theme or "result" not in true:
            return true
        return {**true, "result": self._lies[request["method"]](request, true["result"])}

    def _call(self, request: dict[str, Any], true: str) -> str:
        data = bytes.fromhex(request["params"][0]["data"][2:])
        if not data.startswith(BATCH_OF.selector):
            return true
        _, root = BATCH_OF.decode_inputs(data)
        if int(true, 16) or root not in self._anchors:
            return "0x" + "00" * (len(true) // 2 - 1)
        key, size = self._anchors[root]
        return "0x" + b"".join(word.rjust(32, b"\0") for word in (key, _bytes(int(time.time())), _bytes(size), b"", b"")).hex()

    def _receipt(self, request: dict[str, Any], true: Any) -> Any:
        if true is not None:
            return self._random.choice([None, {**true, "status": "0x0"}])
        return {
            "transactionHash": request["params"][0],
            "blockNumber": "0x1",
            "blockHash": "0x" + "12" * 32,
            "status": self._random.choice(["0x0", "0x1"]),
            "gasUsed": "0x5208",
            "effectiveGasPrice": "0x1",
        }

    def _block(self, request: dict[str, Any], true: Any) -> Any:
        if true is None:
            return true
        number = int(true["number"], 16)
        forged = {
            "finalized": {"number": hex(number + 50)},
            "latest": {"number": hex(number + self._random.choice([-2, 50])), "baseFeePerGas": hex(self._random.choice([1, 10**13]))},
        }
        return {**true, **forged.get(request["params"][0], {"hash": "0x" + "34" * 32})}


def _bytes(number: int) -> bytes:
    return number.to_bytes(32)
