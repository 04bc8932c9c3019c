"""`laurea verifier serve` as its operator meets it: it starts, follows its files, answers what it has begun, ends, and says nothing of anybody."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler
from pathlib import Path

import httpx
import pytest

from tests.anvil import ROOT, Anvil
from tests.chain.http_node import HttpNode, send
from tests.issued import TESTNET, Issued, issue

LAUREA = Path(sys.executable).with_name("laurea")
STOP_SECONDS = 40


@pytest.fixture(scope="module")
def issued(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Issued]:
    with Anvil(chain_id=TESTNET) as node:
        yield issue(tmp_path_factory.mktemp("issued"), node)


def environment() -> dict[str, str]:
    return {name: value for name, value in os.environ.items() if not name.startswith("LAUREA_")}


@contextmanager
def served(log: Path, *options: str | Path) -> Iterator[tuple[str, "subprocess.Popen[bytes]"]]:
    """Run the service, which says to `log` what it says; give its URL, and the process, which is ended."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [LAUREA, "verifier", "serve", "--port", str(port), *options]
    with log.open("wb") as said, subprocess.Popen(command, cwd=ROOT, env=environment(), stderr=said) as service:
        try:
            wait_for(f"http://127.0.0.1:{port}/healthz")
            yield f"http://127.0.0.1:{port}", service
        finally:
            service.send_signal(signal.SIGTERM)
            service.wait(STOP_SECONDS)


def wait_for(url: str) -> None:
    deadline = time.monotonic() + 60
    while True:
        try:
            assert httpx.get(url, trust_env=False).status_code == 200
            return
        except httpx.TransportError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.05)


def verdict(url: str, data: bytes) -> str:
    answer = httpx.post(f"{url}/v1/verifications", content=data, headers={"Content-Type": "application/vc"}, trust_env=False, timeout=60)
    return str(answer.json()["verdict"] if answer.status_code == 200 else answer.status_code)


def test_it_starts_follows_its_trust_file_and_ends_when_it_is_told_to(issued: Issued, tmp_path: Path) -> None:
    trust = tmp_path / "trust.json"
    trust.write_bytes(issued.trust.read_bytes())
    document = issued.file(1).read_bytes()
    with served(tmp_path / "log", "--rpc", issued.url, "--trust", trust, "--memory", tmp_path / "memory.json") as (url, service):
        answer = httpx.get(url, trust_env=False)
        assert (answer.status_code, "server" in answer.headers) == (200, False)
        assert verdict(url, document) == "valid"
        trust.write_text(json.dumps({**json.loads(trust.read_text()), "issuers": []}))
        assert verdict(url, document) == "undecided"
        trust.write_text("{}")
        assert verdict(url, document) == "500"
        trust.unlink()
        assert verdict(url, document) == "500"
        assert httpx.get(f"{url}/readyz", trust_env=False).status_code == 503
        trust.write_bytes(issued.trust.read_bytes())
        assert verdict(url, document) == "valid"
    assert "eip155:11155111" in (tmp_path / "memory.json").read_text(), "the newest final block that was seen"
    assert service.returncode in (0, -signal.SIGTERM)
    first, warning, *lines = (tmp_path / "log").read_text().splitlines()
    assert first == f"laurea: verifying for {url}, at {url}"
    assert warning.startswith("laurea: warning: whoever reaches this service can have wallets asked")
    assert {json.loads(line)["event"] for line in lines} == {"request", "trust"}
    assert not any(word in " ".join(lines) for word in ("Ada", "did:", "urn:uuid"))


def test_with_proof_nodes_are_believed_only_which_blocks_there_are(issued: Issued, tmp_path: Path) -> None:
    options = ("--rpc", issued.url, "--proof", "--trust", issued.trust, "--memory", "off")
    with served(tmp_path / "log", *options) as (url, _):
        answer = httpx.post(
            f"{url}/v1/verifications", content=issued.file(1).read_bytes(), headers={"Content-Type": "application/vc"}, trust_env=False
        ).json()
    assert (answer["verdict"], answer["facts"]["by"]) == ("valid", "proof")


def test_what_was_begun_is_answered_before_it_ends(issued: Issued, tmp_path: Path) -> None:
    node: list[HttpNode] = []

    def answer(handler: BaseHTTPRequestHandler, _body: bytes) -> None:
        node[0].stop.wait()
        send(handler, b"", 503)

    node.append(HttpNode(answer))
    with (
        node[0] as slow,
        ThreadPoolExecutor(1) as pool,
        served(tmp_path / "log", "--rpc", slow.url, "--trust", issued.trust, "--memory", "off") as (url, service),
    ):
        begun = pool.submit(verdict, url, issued.file(1).read_bytes())
        while not slow.bodies:
            time.sleep(0.01)
        service.send_signal(signal.SIGTERM)
        slow.stop.set()
        assert begun.result() == "undecided"
        service.wait(STOP_SECONDS)


def test_it_says_what_it_lacks(tmp_path: Path) -> None:
    with served(tmp_path / "log", "--url", "https://verify.employer.example") as (url, _):
        assert httpx.post(f"{url}/v1/challenges", trust_env=False).json()["audience"] == "https://verify.employer.example"
        policy = httpx.get(url, trust_env=False).headers["content-security-policy"]
        assert "connect-src https:;" in policy
    said = (tmp_path / "log").read_text().splitlines()
    assert said[1:3] == [
        "laurea: warning: no RPC URL is known: everything that is anchored stays undecided",
        "laurea: warning: no trust file is named: an issuer is known by its own website and the registry alone",
    ]


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (("--trust", "none.json"), "none.json"),
        (("--trust", "wrong.json"), "trust file"),
        (("--status-list", "wrong.json"), "BitstringStatusListCredential"),
        (("--url", "http://verify.employer.example"), "https"),
        (("--workers", "0"), "--workers"),
        (("--requests-a-minute", "0"), "--requests-a-minute"),
    ],
)
def test_what_it_cannot_work_with_ends_it_at_once(tmp_path: Path, options: tuple[str, ...], words: str) -> None:
    (tmp_path / "wrong.json").write_text('{"laurea": "trust"}')

    done = subprocess.run(
        [LAUREA, "verifier", "serve", *options], cwd=tmp_path, env=environment(), capture_output=True, text=True, check=False, timeout=60
    )

    assert (done.returncode, done.stdout) == (2, "")
    assert words in done.stderr
