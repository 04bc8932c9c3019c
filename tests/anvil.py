"""A real local node for tests: one Anvil process on a free port, ended when the block ends."""

import http.client
import json
import platform
import socket
import subprocess
import time
from itertools import count
from pathlib import Path
from types import TracebackType
from typing import Any, Self

ROOT = Path(__file__).resolve().parent.parent
START_SECONDS = 20
RPC_SECONDS = 30


def foundry_binary(name: str) -> Path:
    """Return the platform package's own binary of `name` (anvil, cast or forge).

    The npm wrapper hides exit codes and leaves its child behind when it is killed.
    """
    system = platform.system().lower()
    machine = "arm64" if platform.machine() in ("arm64", "aarch64") else "amd64"
    path = ROOT / f"node_modules/@foundry-rs/{name}-{system}-{machine}/bin/{name}"
    if not path.is_file():
        raise FileNotFoundError(f"{path} is missing: run `npm ci`")
    return path


class RpcError(Exception):
    """The node answered with a JSON-RPC error; `data` holds revert data, if any."""

    def __init__(self, error: dict[str, Any]) -> None:
        """Keep the code, the message and the data of `error`."""
        super().__init__(error.get("message"))
        self.code: int | None = error.get("code")
        self.data: Any = error.get("data")


class Anvil:
    """A context manager around one Anvil process.

    `slots_in_an_epoch` sets how far `finalized` trails behind the head (twice as many blocks);
    without `block_time` (in seconds) a block is mined for each transaction. Anvil's own
    deterministic accounts are funded, and the deterministic deployer is in its genesis.
    """

    def __init__(
        self,
        *,
        chain_id: int = 31337,
        slots_in_an_epoch: int = 1,
        block_time: int | None = None,
        hardfork: str = "osaka",
        arguments: tuple[str, ...] = (),
    ) -> None:
        """Remember the options; the process starts with the `with` block."""
        self.chain_id = chain_id
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self._ids = count(1)
        self._process: subprocess.Popen[bytes] | None = None
        self._command = [
            str(foundry_binary("anvil")),
            *("--silent", "--host", "127.0.0.1", "--port", str(self.port)),
            *("--chain-id", str(chain_id), "--hardfork", hardfork),
            *("--slots-in-an-epoch", str(slots_in_an_epoch)),
            *(("--block-time", str(block_time)) if block_time is not None else ()),
            *arguments,
        ]

    def __enter__(self) -> Self:
        """Start the node and wait until it answers for its own chain id."""
        self._process = subprocess.Popen(self._command, stdin=subprocess.DEVNULL)
        deadline = time.monotonic() + START_SECONDS
        while not self._answers():
            if self._process.poll() is not None or time.monotonic() > deadline:
                self.stop()
                raise RuntimeError(f"anvil did not start on port {self.port}")
            time.sleep(0.05)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """End the node."""
        self.stop()

    def stop(self) -> None:
        """End this process and no other; a second call does nothing."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            self._process = None

    def rpc(self, method: str, *params: Any) -> Any:
        """Send one JSON-RPC request and return its result."""
        request = {"jsonrpc": "2.0", "id": next(self._ids), "method": method, "params": params}
        # http.client ignores proxy variables, as a request to this machine must.
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=RPC_SECONDS)
        try:
            headers = {"Content-Type": "application/json"}
            connection.request("POST", "/", json.dumps(request), headers)
            answer = json.loads(connection.getresponse().read())
        finally:
            connection.close()
        if "error" in answer:
            raise RpcError(answer["error"])
        return answer["result"]

    def receipt(self, transaction: str) -> dict[str, Any]:
        """Return the receipt of `transaction`, which Anvil mines a moment after it answered."""
        deadline = time.monotonic() + RPC_SECONDS
        while time.monotonic() < deadline:
            found: dict[str, Any] | None = self.rpc("eth_getTransactionReceipt", transaction)
            if found is not None:
                return found
            time.sleep(0.01)
        raise TimeoutError(f"transaction {transaction} was not mined")

    def mine(self, blocks: int = 1) -> None:
        """Mine `blocks` empty blocks."""
        self.rpc("anvil_mine", hex(blocks))

    def _answers(self) -> bool:
        try:
            return bool(self.rpc("eth_chainId") == hex(self.chain_id))
        except (OSError, http.client.HTTPException):
            return False


def free_port() -> int:
    """Return a port that nobody uses now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
