"""The chain of the vectors, replayed on nodes of one's own."""

import json
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime
from typing import Any

from tests.anvil import Anvil
from tests.conformance.shown import FOLDER

EPOCH_SLOTS = 32
FINALITY = 2 * EPOCH_SLOTS  # blocks by which `finalized` is behind the latest
SILENT = "http://127.0.0.1:9"  # the port of the discard service, which nobody runs

CHAIN: dict[str, Any] = json.loads((FOLDER / "chain.json").read_bytes())


def _seconds(text: str) -> int:
    return int(datetime.fromisoformat(text).timestamp())


def replay(node: Anvil, chain: dict[str, Any] = CHAIN, *, fresh: bool = True) -> None:
    """Let a fresh node of the chain's id live through chain.json; at last a block of now, unless it is to be stale."""
    for step in chain["final"]:
        _send(node, step)
    node.mine(FINALITY)
    for step in chain["recent"]:
        _send(node, step)
    if fresh:
        node.rpc("evm_setNextBlockTimestamp", int(datetime.now(UTC).timestamp()))
        node.mine()


def _send(node: Anvil, step: dict[str, Any]) -> None:
    node.rpc("evm_setNextBlockTimestamp", _seconds(step["time"]))
    receipt = node.receipt(node.rpc("eth_sendRawTransaction", step["raw"]))
    assert receipt["status"] == "0x1", f"{step['about']}: {receipt}"


def new_node() -> Anvil:
    """Return a node on which the chain can be replayed."""
    arguments = ("--timestamp", str(_seconds(CHAIN["genesis"])))
    return Anvil(chain_id=CHAIN["chainId"], slots_in_an_epoch=EPOCH_SLOTS, arguments=arguments)


@contextmanager
def chains() -> Iterator[dict[str, str]]:
    """Give the RPC URL of each state of the chain that vectors name."""
    with ExitStack() as stack:
        live, stale, other = (stack.enter_context(node) for node in (new_node(), new_node(), Anvil(chain_id=1)))
        replay(live)
        replay(stale, fresh=False)
        yield {"replayed": live.url, "stale": stale.url, "other": other.url, "silent": SILENT}
