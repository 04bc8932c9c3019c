"""`laurea issuer access` and `serve` as the operator meets them."""

import json
import os
import re
import signal
import socket
import subprocess
import time
from pathlib import Path

import httpx
import pytest

from laurea.services.issuing import enrolment
from tests.anvil import ROOT, Anvil
from tests.cli.test_issuer import LAUREA, Operator, environment
from tests.mail.smtp import Smtp
from tests.services.issuing_world import World
from tests.web.backpack import until


@pytest.fixture
def operator(tmp_path: Path, node: Anvil, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Operator:
    return Operator(tmp_path, node, monkeypatch, capsys)


def test_access_keys_are_shown_once_listed_and_revoked(world: World, operator: Operator) -> None:
    made = operator.types("access", "new", "the registry", "--access", "registrar", "--expires", "2099-01-01")

    assert re.fullmatch(r"laurea_[0-9a-f]{12}_[A-Za-z0-9_-]{43}\n", made.out)
    assert made.err == "laurea: this is the access key the registry; it is not shown again\n"
    listed = operator.types("access", "list")
    assert re.fullmatch(r"[0-9a-f]{12}  registrar  the registry  until 2099-01-01T00:00:00Z\n", listed.out)
    assert operator.types("access", "new", "the registry", "--access", "auditor").code == 2
    assert operator.types("access", "new", "late", "--access", "auditor", "--expires", "2020-01-01").code == 2
    assert operator.types("access", "new", "\n", "--access", "auditor").code == 2
    assert operator.types("access", "revoke", "nobody").code == 2
    assert operator.types("access", "revoke", "the registry").err == "laurea: the access key the registry works no more\n"
    (key,) = json.loads(operator.types("access", "list", "--json").out)
    assert (key["access"], key["revoked"] is not None) == ("registrar", True)
    assert "  revoked " in operator.types("access", "list").out


def test_the_service_starts_answers_and_ends_when_it_is_told_to(world: World, operator: Operator, tmp_path: Path) -> None:
    key = operator.types("access", "new", "me", "--access", "auditor").out.strip()
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    env = {**os.environ, **environment(tmp_path, tmp_path / "laurea.toml")}
    command = [str(LAUREA), "issuer", "serve", "--port", str(port)]
    with subprocess.Popen(command, env=env, cwd=ROOT, stderr=subprocess.PIPE, text=True) as service:
        try:
            assert answer(f"http://127.0.0.1:{port}/v1/me", key)["access"] == "auditor"
        finally:
            service.send_signal(signal.SIGTERM)
        assert service.stderr is not None
        said = service.stderr.read()
        assert service.wait(30) in (0, -signal.SIGTERM)

    first, *lines = said.splitlines()
    assert first.startswith("laurea: serving did:web:badges.example.edu at http://127.0.0.1:")
    facts = [json.loads(line) for line in lines]
    assert ("/v1/me", 200) in {(fact.get("route"), fact.get("status")) for fact in facts}


@pytest.mark.slow
def test_a_code_is_mailed_while_somebody_waits_for_it(world: World, operator: Operator, tmp_path: Path) -> None:
    with world.issuer() as issuer:
        enrolment.enrol(issuer, b"learner,name,achievement,email\nL-1,Ada,sql,ada@example.org\n")
    world.run()
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{probe.getsockname()[1]}"
    key = operator.types("access", "new", "me", "--access", "auditor").out.strip()
    with Smtp() as smtp:
        config = tmp_path / "laurea.toml"
        pages = f'url = "{url}"\nopenbadges_api = true\nterms_url = "https://x.example/t"\nprivacy_url = "https://x.example/p"\n'
        mail = f'[mail]\nhost = "127.0.0.1"\nport = {smtp.port}\nsecurity = "none"\nsender = "badges@example.edu"\n'
        config.write_text(f"{config.read_text()}[service]\n{pages}{mail}")
        env = {**os.environ, **environment(tmp_path, config)}
        command = [str(LAUREA), "issuer", "serve", "--port", url.rpartition(":")[2]]
        with subprocess.Popen(command, env=env, cwd=ROOT, stderr=subprocess.PIPE, text=True) as service:
            try:
                answer(f"{url}/v1/me", key)
                time.sleep(1)  # the first round of the chores is over, the next one is nineteen seconds away
                asked = time.monotonic()
                said = httpx.post(f"{url}/oauth/consents", data={"email": "ada@example.org"}, headers={"Origin": url}, trust_env=False)
                assert said.status_code == 200
                until(lambda: smtp.recipients == ["ada@example.org"])
                assert time.monotonic() - asked < 15
            finally:
                service.send_signal(signal.SIGTERM)
            assert service.stderr is not None
            assert "ada@example.org" not in service.stderr.read()
            service.wait(30)


def answer(url: str, key: str) -> dict[str, object]:
    deadline = time.monotonic() + 20
    while True:
        try:
            found: dict[str, object] = httpx.get(url, headers={"Authorization": f"Bearer {key}"}, trust_env=False).json()
            return found
        except httpx.TransportError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.05)


def test_a_service_without_an_issuer_does_not_start(operator: Operator) -> None:
    assert operator.types("serve").code == 2
