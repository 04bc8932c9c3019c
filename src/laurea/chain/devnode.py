"""A chain of one's own for trying things out: one Anvil process that ends with its block.

Nothing on it is worth anything, and its accounts' keys are known to everybody.
"""

import shutil
import signal
import socket
import subprocess
import tempfile
import time
from pathlib import Path
from types import TracebackType
from typing import IO, Self

from eth_account import Account
from eth_account.signers.local import LocalAccount

from laurea.chain.rpc import Rpc, to_hex
from laurea.errors import ConfigError, InputError, Refused, Unreachable

HOST = "127.0.0.1"
START_SECONDS = 20.0
STOP_SECONDS = 10.0  # writing the state of a long session takes a moment
BLOCK_SECONDS = 1
FUNDS_WEI = 100 * 10**18

# The first account of the mnemonic "test test test test test test test test test test test junk", which Anvil funds.
# Everybody has this key: it must never hold anything on another chain.
DEV_KEY = bytes.fromhex("ac0974bec39a17e36ba4a6b4d238ff944bacb478cbed5efcae784d7bf4f2ff80")


class DevNode:
    """A context manager around one Anvil process; a block a second, final two blocks later."""

    def __init__(self, anvil: Path, *, chain_id: int = 31337, port: int = 8545, state: Path | None = None) -> None:
        """Start nothing yet; port 0 is any free one, `state` a file that the chain is loaded from and kept in."""
        self.chain_id = chain_id
        self.port = _free_port(port)
        self.url = f"http://{HOST}:{self.port}"
        self._log: IO[bytes] | None = None
        self._process: subprocess.Popen[bytes] | None = None
        self._command = [
            *(str(anvil), "--quiet", "--host", HOST, "--port", str(self.port), "--chain-id", str(chain_id)),
            *("--hardfork", "osaka", "--slots-in-an-epoch", "1", "--block-time", str(BLOCK_SECONDS), "--mixed-mining"),
            *(("--state", str(state)) if state is not None else ()),
        ]

    def __enter__(self) -> Self:
        """Start the node and wait until it answers; raises Unreachable when it does not."""
        self._log = tempfile.TemporaryFile()
        try:
            # A group of its own: an interrupt at the terminal is ours to pass on, once.
            self._process = subprocess.Popen(  # noqa: S603 - the binary that the user named or installed
                self._command, stdin=subprocess.DEVNULL, stdout=self._log, stderr=self._log, start_new_session=True
            )
        except OSError as error:
            self.stop()
            raise ConfigError(f"{self._command[0]} cannot be started: {error.strerror}") from error
        try:
            self._await_start(self._process)
        except BaseException:  # an interrupt too: the process must not stay behind
            self.stop()
            raise
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        """End the node."""
        self.stop()

    def wait(self) -> None:
        """Wait until the node ends by itself; raises Unreachable then, because it should not."""
        if self._process is not None:
            self._process.wait()
            raise Unreachable(f"anvil ended: {self._last_words()}")

    def stop(self) -> None:
        """End this process and no other; a second call does nothing."""
        process, self._process = self._process, None
        if process is not None:
            process.send_signal(signal.SIGINT)  # on which it writes its state
            try:
                process.wait(STOP_SECONDS)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
        if self._log is not None:
            self._log.close()
            self._log = None

    def _await_start(self, process: subprocess.Popen[bytes]) -> None:
        deadline = time.monotonic() + START_SECONDS
        while not self._answers():
            if process.poll() is not None or time.monotonic() > deadline:
                raise Unreachable(f"anvil did not start: {self._last_words()}")
            time.sleep(0.05)

    def _answers(self) -> bool:
        try:
            return Rpc(self.url).chain_id() == self.chain_id
        except (Unreachable, Refused):
            return False

    def _last_words(self) -> str:
        if self._log is None:
            return "it was stopped"
        self._log.seek(0)
        lines = self._log.read().decode("utf-8", "replace").split("\n")
        return next((line.strip() for line in reversed(lines) if line.strip()), "it said nothing")[:300]


def find_anvil(given: Path | None, folder: Path) -> Path:
    """Return the Anvil to use: the one given, else npm's under `folder`, else the one on the PATH; raises ConfigError."""
    if given is not None:
        if not given.is_file():
            raise ConfigError(f"there is no file {given}")
        return given
    # The platform package's own binary: npm's wrapper around it leaves the node behind when it is killed.
    installed = sorted(folder.glob("node_modules/@foundry-rs/anvil-*/bin/anvil*"))
    on_path = shutil.which("anvil")
    if installed:
        return installed[0]
    if on_path is None:
        raise ConfigError(
            "there is no anvil, the local node of Foundry",
            hint="install Foundry (https://getfoundry.sh), run `npm ci` in a clone of laurea, or pass --anvil FILE",
        )
    return Path(on_path)


def dev_account() -> LocalAccount:
    """Return the account that has money on every development chain, and whose key everybody knows."""
    account: LocalAccount = Account.from_key(DEV_KEY)
    return account


def fund(rpc: Rpc, address: bytes, wei: int = FUNDS_WEI) -> None:
    """Set the balance of an account of a development chain; raises Refused by any other chain."""
    rpc.call("anvil_setBalance", to_hex(address), to_hex(wei))


def _free_port(wanted: int) -> int:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, wanted))
        except OSError as error:
            raise InputError(f"port {wanted} is in use", hint="choose another with --port; 0 takes any free one") from error
        return int(probe.getsockname()[1])
