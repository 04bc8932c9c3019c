"""`laurea vc-api serve` as its operator meets it: https from nothing, keys asked for, and nothing served by mistake."""

import signal
import socket
import ssl
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
import pytest

from laurea.services.holding import Holding
from tests.cli.test_verifier_serve import STOP_SECONDS, environment
from tests.fetch.site import certificate
from tests.services import issuing_world
from tests.web.vc_api.host import CHEAP, world_offline

START_SECONDS = 120
LAUREA = Path(sys.executable).with_name("laurea")
PASSPHRASE = {"LAUREA_ISSUER_PASSPHRASE": issuing_world.PASSPHRASE, "LAUREA_WALLET_PASSPHRASE": "four unlikely words together"}
CREDENTIAL = {
    "@context": ["https://www.w3.org/ns/credentials/v2"],
    "type": ["VerifiableCredential"],
    "credentialSubject": {"id": "did:example:a", "name": "Alice"},
}


def laurea(folder: Path, *words: str | Path) -> "subprocess.CompletedProcess[str]":
    given = {**environment(), **PASSPHRASE, "LAUREA_NO_FETCH": "1"}
    return subprocess.run([LAUREA, *words], cwd=folder, env=given, capture_output=True, text=True, timeout=600, check=False)


@contextmanager
def served(folder: Path, *options: str | Path) -> Iterator[httpx.Client]:
    """Serve https; give a client that trusts the certificate."""
    pem = certificate(folder, ("localhost", "127.0.0.1"))
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [LAUREA, "vc-api", "serve", "--port", str(port), "--tls-certificate", pem, "--tls-key", pem, *options]
    given = {**environment(), **PASSPHRASE, "LAUREA_NO_FETCH": "1"}
    with (folder / "said").open("wb") as said, subprocess.Popen(command, cwd=folder, env=given, stderr=said) as service:
        try:
            transport = httpx.HTTPTransport(verify=ssl.create_default_context(cafile=str(pem)), retries=0)
            with httpx.Client(base_url=f"https://localhost:{port}", transport=transport, trust_env=False, timeout=60) as client:
                _wait(client, service)
                yield client
        finally:
            service.send_signal(signal.SIGTERM)
            service.wait(STOP_SECONDS)


def _wait(client: httpx.Client, service: "subprocess.Popen[bytes]") -> None:
    deadline = time.monotonic() + START_SECONDS
    while True:
        try:
            assert client.get("/healthz").status_code == 200
            return
        except httpx.TransportError:
            if service.poll() is not None or time.monotonic() > deadline:
                raise
            time.sleep(0.1)


@pytest.fixture(scope="module")
def offline(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An issuer that no chain knows, with keys that open fast, and a wallet."""
    folder = tmp_path_factory.mktemp("offline")
    world_offline(folder / "issuer")
    Holding(folder / "wallet.laurea", PASSPHRASE["LAUREA_WALLET_PASSPHRASE"], CHEAP).new(at=datetime(2026, 11, 23, tzinfo=UTC))
    return folder


@pytest.mark.slow
def test_an_issuer_is_made_offline_and_gets_a_key_of_p256(tmp_path: Path) -> None:
    made = laurea(tmp_path, "issuer", "init", "--name", "Example", "--chain", "eip155:31337", "--offline")
    key = laurea(tmp_path, "issuer", "key", "new", "p256", "--roles", "sign", "--kind", "p256")
    listed = laurea(tmp_path, "issuer", "key", "list")

    assert (made.returncode, key.returncode) == (0, 0)
    assert made.stdout.startswith("did:key:z6Mk")
    assert "no chain knows" in made.stderr
    assert "did:key:zDn" in key.stderr
    assert [line.split()[0] for line in listed.stdout.splitlines() if "sign credentials" in line] == ["signing", "p256"]


@pytest.mark.slow
def test_a_credential_is_issued_and_verified_over_https(offline: Path) -> None:
    key = laurea(offline, "issuer", "access", "new", "office", "--access", "registrar").stdout.strip()
    looks = laurea(offline, "issuer", "access", "new", "audit", "--access", "auditor").stdout.strip()
    (offline / "holder.key").write_text("k" * 40)
    body: Any = {"credential": CREDENTIAL, "options": {"cryptosuite": "ecdsa-rdfc-2019"}}

    with served(offline, "--dir", "issuer", "--wallet", "wallet.laurea", "--holder-key-file", "holder.key") as client:
        nobody = client.post("/credentials/issue", json=body)
        looking = client.post("/credentials/issue", json=body, headers={"Authorization": f"Bearer {looks}"})
        issued = client.post("/credentials/issue", json=body, headers={"Authorization": f"Bearer {key}"})
        verified = client.post("/credentials/verify", json=issued.json())
        shown = client.post(
            "/presentations",
            json={"presentation": {"@context": CREDENTIAL["@context"], "type": ["VerifiablePresentation"]}},
            headers={"Authorization": f"Bearer {'k' * 40}"},
        )

    assert (nobody.status_code, looking.status_code, issued.status_code, verified.status_code) == (401, 403, 201, 200)
    assert issued.json()["verifiableCredential"]["issuer"].startswith("did:key:zDn")
    assert shown.status_code == 201
    said = (offline / "said").read_text()
    assert "issuing as did:key:z6Mk" in said
    assert "Alice" not in said


@pytest.mark.slow
def test_open_needs_no_key_and_a_role_that_is_not_named_is_not_there(offline: Path) -> None:
    with served(offline, "--dir", "issuer", "--open", "--no-verifier") as client:
        assert client.post("/credentials/issue", json={"credential": CREDENTIAL}).status_code == 201
        assert client.post("/credentials/verify", json={}).status_code in {404, 405}
        assert client.post("/presentations", json={}).status_code == 404
        # A site of others, by a name of its own that leads to this machine.
        rebound = client.post("/credentials/issue", json={"credential": CREDENTIAL}, headers={"Host": "attacker.example"})
        assert (rebound.status_code, "Invalid host" in rebound.text) == (400, True)


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--open", "--host", "0.0.0.0"], "everybody"),
        (["--open", "--host", "example.org"], "everybody"),
        (["--no-verifier"], "no role"),
        (["--tls-certificate", "missing.pem"], "go together"),
        (["--tls-certificate", "wallet.laurea", "--tls-key", "wallet.laurea"], "no certificate"),
        (["--wallet", "wallet.laurea"], "holder's endpoints"),
        (["--wallet", "wallet.laurea", "--holder-key-file", "short.key"], "at least 32"),
        (["--dir", "issuer", "--suite", "bbs-2023"], "suites"),
        (["--dir", "issuer", "--suite", "eddsa-rdfc-2022", "--suite", "ecdsa-rdfc-2019"], "one kind"),
        (["--dir", "nowhere"], "no issuer"),
    ],
    ids=lambda each: " ".join(each) if isinstance(each, list) else None,
)
def test_what_would_be_served_by_mistake_is_refused_before_anything_listens(offline: Path, options: list[str], said: str) -> None:
    (offline / "short.key").write_text("short")

    found = laurea(offline, "vc-api", "serve", *options)

    assert found.returncode == 2
    assert said in found.stderr
