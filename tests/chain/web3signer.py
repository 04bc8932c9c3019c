"""A signer as a process of its own, speaking the part of Web3Signer's JSON-RPC that we use: eth_accounts and eth_signTransaction.

    python -m tests.chain.web3signer SECRET CHAIN_ID [SECRET...]

Prints its URL when it listens. As Web3Signer does, it signs for its own chain whatever the request says, and refuses senders that it does
not hold.
"""

import json
import subprocess
import sys
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from eth_account import Account

ROOT = Path(__file__).resolve().parents[2]


class Web3Signer:
    """A context manager around one such process; `url` is where it listens."""

    def __init__(self, *secrets: bytes, chain_id: int = 31337) -> None:
        self._command = [sys.executable, "-m", "tests.chain.web3signer", str(chain_id), *(secret.hex() for secret in secrets)]
        self._process: subprocess.Popen[str] | None = None
        self.url = ""

    def __enter__(self) -> Self:
        self._process = subprocess.Popen(self._command, stdout=subprocess.PIPE, text=True, cwd=ROOT)
        assert self._process.stdout is not None
        self.url = self._process.stdout.readline().strip()
        assert self.url, "the signer did not start"
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        if self._process is not None:
            self._process.kill()
            self._process.communicate()


def serve(chain_id: int, secrets: list[str]) -> None:
    accounts = {account.address: account for account in (Account.from_key(bytes.fromhex(secret)) for secret in secrets)}

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            request = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            answer = {"jsonrpc": "2.0", "id": request["id"], **answer_to(accounts, chain_id, request)}
            body = json.dumps(answer).encode()
            self.send_response(200)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *arguments: Any) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    print(f"http://127.0.0.1:{server.server_address[1]}", flush=True)
    server.serve_forever()


def answer_to(accounts: dict[str, Any], chain_id: int, request: dict[str, Any]) -> dict[str, Any]:
    if request["method"] == "eth_accounts":
        return {"result": [address.lower() for address in accounts]}
    if request["method"] != "eth_signTransaction":
        return {"error": {"code": -32601, "message": "Method not found"}}
    transaction = dict(request["params"][0])
    account = accounts.get(transaction.pop("from"))
    if account is None:
        return {"error": {"code": -32000, "message": "Signing from address is not an unlocked account"}}
    signed = account.sign_transaction({**transaction, "chainId": chain_id, **({"type": 2} if "maxFeePerGas" in transaction else {})})
    return {"result": "0x" + signed.raw_transaction.hex()}


if __name__ == "__main__":
    serve(int(sys.argv[1]), sys.argv[2:])
