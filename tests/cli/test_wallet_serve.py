"""`laurea wallet serve` as its owner starts it: on this machine alone, with a link that works once."""

import os
import re
import signal
import socket
import stat
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest

from tests.anvil import free_port
from tests.cli.test_issuer import LAUREA
from tests.web.wallet_world import PASSPHRASE, wallet_with

START_SECONDS = 60
BROWSER = '#!/bin/sh\ncp "$(echo "$1" | sed s,^file://,,)" {seen}\nls -l "$(echo "$1" | sed s,^file://,,)" > {seen}.mode\n'


@contextmanager
def started(folder: Path, *arguments: str, **variables: str) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """Start the service; give the process and the first link."""
    command = [str(LAUREA), "wallet", "serve", *arguments]
    env = {**os.environ, "LAUREA_CONFIG": str(folder / "laurea.toml"), **variables}
    with subprocess.Popen(command, cwd=folder, env=env, stderr=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as service:
        try:
            assert service.stderr is not None
            yield service, service.stderr.readline()
        finally:
            service.send_signal(signal.SIGTERM)
            service.communicate(timeout=30)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "laurea.toml").write_text('[wallet]\ntrust = ["trust.json"]\nshare_host = "https://share.example.edu"\n')
    wallet_with(tmp_path / "wallet.laurea", "First Aid")
    return tmp_path


@pytest.mark.slow
def test_it_serves_this_machine_alone_by_a_link_that_works_once(folder: Path) -> None:
    port = free_port()
    with started(folder, "--no-open", "--port", str(port), "--lock-after", "3") as (service, said):
        link = re.fullmatch(rf"laurea: the wallet wallet\.laurea is at (http://127\.0\.0\.1:{port}/[\w-]+/start\?token=[\w-]+)\n", said)
        assert link, said
        with httpx.Client(trust_env=False, headers={"Sec-Fetch-Site": "same-origin"}, timeout=START_SECONDS) as client:
            answer = client.get(link[1])
            assert answer.status_code == 200
            root = link[1].partition("/start")[0]
            page = client.get(f"{root}/unlock").text
            assert "for 3 minutes" in page
            token = re.findall(r'name="form_token" value="([\w-]+)"', page)[0]
            assert client.post(f"{root}/unlock", data={"form_token": token, "passphrase": PASSPHRASE}).status_code == 303
            assert "First Aid" in client.get(f"{root}/").text
            settings = client.get(f"{root}/settings").text
            assert str(folder / "trust.json") in settings
            assert str(folder / "laurea.toml") in settings
        assert service.stderr is not None
        assert service.stderr.readline().startswith(f"laurea: for another browser: http://127.0.0.1:{port}/")
        others = [str(address[4][0]) for address in socket.getaddrinfo(socket.gethostname(), port) if address[4][0] != "127.0.0.1"]
        for address in others:
            with pytest.raises(OSError, match=""), socket.create_connection((address, port), timeout=5):
                pass


@pytest.mark.slow
def test_the_browser_is_led_there_by_a_file_that_only_its_owner_can_read(folder: Path) -> None:
    seen = folder / "seen"
    (folder / "browser").write_text(BROWSER.format(seen=seen))
    (folder / "browser").chmod(stat.S_IRWXU)
    with started(folder, "--port", str(free_port()), BROWSER=f"{folder / 'browser'} %s") as (_, said):
        link = said.split()[-1]
        deadline = time.monotonic() + START_SECONDS
        while not (folder / "seen.mode").exists() and time.monotonic() < deadline:
            time.sleep(0.05)
        assert link in seen.read_text()
        assert (folder / "seen.mode").read_text().startswith("-rw------- ")


@pytest.mark.slow
def test_a_port_that_is_taken_is_said(folder: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        command = [str(LAUREA), "wallet", "serve", "--no-open", "--port", str(taken.getsockname()[1])]
        env = {**os.environ, "LAUREA_CONFIG": str(folder / "laurea.toml")}
        done = subprocess.run(command, cwd=folder, env=env, capture_output=True, text=True, timeout=START_SECONDS, check=False)
    assert done.returncode == 2
    assert "cannot be used: Address already in use" in done.stderr
    assert "name another with --port" in done.stderr
