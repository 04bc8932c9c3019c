"""From a roster to a credential in a wallet of others, by commands, a served issuer, a real node, and OpenID4VCI in node."""

import os
import signal
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest

from laurea.core import canonical
from laurea.core.keys import did_key
from tests.anvil import ROOT, Anvil, free_port
from tests.cli.test_issuer import LAUREA, Operator, environment, mining_every_second, write
from tests.judges.judge import ask
from tests.services.issuing_world import World
from tests.web.openid import KEYS, offer_of, private_jwk

START_SECONDS = 120


@contextmanager
def served(folder: Path, port: int) -> Iterator[subprocess.Popen[str]]:
    """Run `laurea issuer serve`."""
    env = {**os.environ, **environment(folder, folder / "laurea.toml")}
    with subprocess.Popen(
        [str(LAUREA), "issuer", "serve", "--port", str(port)], env=env, cwd=ROOT, stderr=subprocess.PIPE, text=True
    ) as service:
        try:
            deadline = time.monotonic() + START_SECONDS
            while True:
                try:
                    httpx.get(f"http://127.0.0.1:{port}/healthz", trust_env=False)
                    break
                except httpx.TransportError:
                    assert time.monotonic() < deadline
                    assert service.poll() is None
                    time.sleep(0.05)
            yield service
        finally:
            service.send_signal(signal.SIGTERM)


@pytest.fixture
def operator(tmp_path: Path, node: Anvil, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Operator:
    return Operator(tmp_path, node, monkeypatch, capsys)


@pytest.mark.slow
@pytest.mark.parametrize("alg", list(KEYS))
def test_from_the_roster_to_a_valid_credential_in_a_wallet_of_others(
    world: World, operator: Operator, node: Anvil, tmp_path: Path, alg: str
) -> None:
    port = free_port()
    with (tmp_path / "laurea.toml").open("a") as config:
        config.write(f'[service]\nurl = "http://127.0.0.1:{port}"\n')
    assert operator.types("enrol", write(tmp_path / "a.csv", b"learner,name,achievement\nL-1,Ada,sql\n")).code == 0
    credential = world_credential(operator)
    key = private_jwk(alg)

    with served(tmp_path, port):
        invitation = operator.types("link", credential).out.strip()
        begun = ask("openid_wallet", {"key": key, "begin": {"offer": offer_of(invitation), "alg": alg}})
        asked = {"issuer": begun["issuer"], "transactionId": begun["answer"]["transaction_id"]}
        tokens = begun["tokens"]
        with mining_every_second(world):
            assert operator.types("run").code == 0
        found = ask("openid_wallet", {"collect": {**asked, "refreshToken": tokens["refresh_token"]}})["answer"]

    (delivered,) = found["credentials"]
    assert delivered["credential"]["credentialSubject"]["id"] == did_key(KEYS[alg].public)
    file = write(tmp_path / "credential.json", canonical.dump(delivered["credential"]))
    trust = write(tmp_path / "trust.json", world.trust().encode())
    command = [str(LAUREA), "verify", file, "--trust", trust, "--rpc", node.url]
    verified = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, timeout=START_SECONDS, check=False)
    assert (verified.returncode, verified.stdout.partition("\n")[0].lower().startswith("valid")) == (0, True), verified.stdout


def world_credential(operator: Operator) -> str:
    """Return the id of the one credential that is enrolled."""
    said = operator.types("show", "L-1", "--json")
    credential: str = canonical.parse(said.out.encode())[0]["id"]  # type: ignore[index,call-overload,assignment] # a list of objects
    return credential
