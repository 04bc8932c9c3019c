"""Transcripts of `laurea share`: put, look after, get, end; and the host as its operator meets it."""

import io
import json
import os
import signal
import socket
import stat
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
import pytest

from laurea.cli.main import main
from laurea.core import canonical
from tests.anvil import ROOT
from tests.core import world
from tests.shared_examples import partial
from tests.web.share_host import ShareHost, share_host

LAUREA = Path(sys.executable).with_name("laurea")
DOCUMENT = json.dumps(partial(), indent=1).encode()
TOKEN = "an-upload-token-of-a-school"


@dataclass(frozen=True)
class Done:
    """What a command did."""

    code: int
    out: str
    err: str


class Desk:
    """A folder in which commands are typed."""

    def __init__(self, folder: Path, host: ShareHost, patch: pytest.MonkeyPatch, capture: pytest.CaptureFixture[str]) -> None:
        self.folder, self.host, self.patch, self.capture = folder, host, patch, capture
        (folder / "partial.json").write_bytes(DOCUMENT)
        patch.chdir(folder)
        for name in [name for name in os.environ if name.startswith("LAUREA_")]:
            patch.delenv(name)

    def types(self, *arguments: str, stdin: bytes = b"") -> Done:
        self.patch.setattr(sys, "argv", ["laurea", "share", *arguments])
        self.patch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(stdin)))
        self.capture.readouterr()
        with pytest.raises(SystemExit) as caught:
            main()
        assert isinstance(caught.value.code, int)
        return Done(caught.value.code, *self.capture.readouterr())

    def puts(self, *options: str, file: str = "partial.json", receipt: str = "receipt.json") -> Done:
        return self.types("put", file, "--host", self.host.url, "--receipt", receipt, *options)


@pytest.fixture(scope="module")
def host(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ShareHost]:
    with share_host(tmp_path_factory.mktemp("share")) as running:
        yield running


@pytest.fixture
def desk(tmp_path: Path, host: ShareHost, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> Desk:
    return Desk(tmp_path, host, monkeypatch, capfd)


def test_a_document_is_shared_looked_after_got_and_ended(desk: Desk) -> None:
    made = desk.puts("--days", "7")
    assert made.code == 0, made.err
    url = made.out.strip()
    assert url.startswith(f"{desk.host.url}/s/")
    until = (desk.host.clock.now.replace(microsecond=0) + timedelta(days=7)).strftime("%Y-%m-%dT%H:%M:%SZ")
    assert made.err == f"laurea: shared until {until}; whoever has the link can read it; laurea share end receipt.json ends it\n"
    receipt = desk.folder / "receipt.json"
    assert stat.S_IMODE(receipt.stat().st_mode) == 0o600
    assert set(json.loads(receipt.read_text())) == {"url", "deletionToken", "expires"}

    assert desk.types("status", "receipt.json").out == f"opened 0 times\nuntil {until}\n"
    assert desk.types("get", url).out.encode() == DOCUMENT + b"\n"
    hour = desk.host.clock.now.strftime("%Y-%m-%dT%H:00:00Z")
    assert desk.types("status", "receipt.json").out == f"opened 1 time, last in the hour of {hour}\nuntil {until}\n"
    got = desk.types("get", "-", "--output", "got.json", stdin=url.encode() + b"\n")
    assert got.err == "laurea: wrote got.json; laurea verify got.json checks it\n"
    assert (desk.folder / "got.json").read_bytes() == DOCUMENT, "to the byte"
    assert json.loads(desk.types("status", "receipt.json", "--json").out) == {"views": 2, "lastViewed": hour, "expires": until}

    assert desk.types("end", "receipt.json").err == "laurea: the share has ended; its host keeps nothing of it\n"
    for words in (("get", url), ("status", "receipt.json"), ("end", "receipt.json")):
        done = desk.types(*words)
        assert (done.code, done.out) == (2, "")
        assert done.err.startswith("laurea: error: this link has ended or never was\n")


def test_a_receipt_is_not_overwritten_and_what_has_none_is_not_shared(desk: Desk) -> None:
    (desk.folder / "receipt.json").write_text("of another share")
    before = len(list(desk.host.folder.rglob("*")))

    assert "receipt.json exists: it may be what ends another share" in desk.puts().err
    assert (desk.folder / "receipt.json").read_text() == "of another share"
    done = desk.puts(receipt="none/receipt.json")
    assert (done.code, done.out) == (2, "")
    assert "cannot be written" in done.err
    assert len(list(desk.host.folder.rglob("*"))) == before, "it was ended at once"


def test_a_complete_credential_is_shared_with_a_warning(desk: Desk) -> None:
    (desk.folder / "complete.json").write_bytes(canonical.encode(world.anchored().secured()))

    done = desk.puts(file="complete.json")

    assert done.code == 0
    assert done.err.startswith("laurea: warning: this is a complete credential: whoever has the link can show all of it on")


def test_what_is_no_credential_is_shared_too(desk: Desk) -> None:
    (desk.folder / "note.txt").write_text("not JSON")
    two_proofs = {**partial(), "proof": [world.anchored().proofs[0]] * 2}
    (desk.folder / "two.json").write_text(json.dumps(two_proofs))

    assert "warning" not in desk.puts(file="note.txt").err
    assert "warning" not in desk.puts(file="two.json", receipt="second.json").err


def test_an_upload_token_comes_from_a_file(desk: Desk, tmp_path: Path) -> None:
    (desk.folder / "token").write_text(TOKEN + "\n")
    for name, text in (("short", "short"), ("blank", "an upload token with blanks"), ("accent", "é" * 30)):
        (desk.folder / name).write_text(text)
        assert "has no upload token: at least 20 characters of ASCII" in desk.puts("--upload-token-file", name).err
    with share_host(tmp_path / "other", upload_token=TOKEN) as other:
        desk.host = other
        refused = desk.puts()
        assert refused.code == 2
        assert "takes uploads with its upload token only" in refused.err
        assert desk.puts("--upload-token-file", "token").code == 0


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (("put", "none.json", "--host", "https://share.example", "--receipt", "r"), 2),
        (("put", "partial.json", "--host", "http://share.example", "--receipt", "r"), 2),
        (("put", "partial.json", "--host", "http://127.0.0.1:9", "--receipt", "r"), 75),
        (("put", "partial.json", "--host", "https://share.example", "--receipt", "r", "--days", "366"), 2),
        (("get", "https://share.example/s/x"), 2),
        (("get", f"http://127.0.0.1:9/s/{'A' * 22}#k={'A' * 43}"), 75),
        (("status", "partial.json"), 2),
        (("end", "none.json"), 2),
        (("serve", "--directory", "d", "--url", "http://share.example"), 2),
        (("serve", "--directory", "partial.json/d", "--url", "https://share.example"), 2),
    ],
)
def test_what_cannot_be_done_ends_with_its_code_and_no_result(desk: Desk, words: tuple[str, ...], code: int) -> None:
    done = desk.types(*words)

    assert (done.code, done.out) == (code, ""), done.err
    assert not (desk.folder / "r").exists()


def test_the_host_starts_sweeps_serves_and_ends_when_it_is_told_to(desk: Desk, tmp_path: Path) -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    directory = tmp_path / "kept"
    (directory / "shares").mkdir(parents=True)
    left = directory / "shares" / f"{'A' * 22}.sealed"
    left.write_bytes(b"left by a kill")
    (tmp_path / "token").write_text(TOKEN)
    url = f"http://127.0.0.1:{port}"
    options = ["--directory", str(directory), "--url", url, "--port", str(port), "--upload-token-file", str(tmp_path / "token")]
    environment = {name: value for name, value in os.environ.items() if not name.startswith("LAUREA_")}
    with subprocess.Popen(
        [str(LAUREA), "share", "serve", *options], cwd=ROOT, env=environment, stderr=subprocess.PIPE, text=True
    ) as service:
        try:
            wait_for(f"{url}/healthz")
            assert not left.exists()
            made = desk.types("put", "partial.json", "--host", url, "--receipt", "r", "--upload-token-file", "token")
            assert made.code == 0, made.err
            assert datetime.fromisoformat(json.loads((tmp_path / "r").read_text())["expires"]) - datetime.now(UTC) > timedelta(days=29)
            assert desk.types("get", made.out.strip()).out.encode() == DOCUMENT + b"\n"
        finally:
            service.send_signal(signal.SIGTERM)
        assert service.stderr is not None
        said = service.stderr.read()
        assert service.wait(30) in (0, -signal.SIGTERM)
    first, *lines = said.splitlines()
    assert first == f"laurea: keeping shares in {directory} for {url}, at {url}"
    assert {json.loads(line)["event"] for line in lines} == {"request"}
    name = made.out.partition("/s/")[2][:22]
    assert name[:6] not in said
    assert TOKEN not in said


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
