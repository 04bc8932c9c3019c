"""The drill on a testnet: the whole journey on a chain with Sepolia's id and finality, then without any server of ours."""

import subprocess
import sys
from pathlib import Path

import pytest

from scripts.testnet_drill import parse
from tests.anvil import ROOT


def drill(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "scripts.testnet_drill", *arguments]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False, timeout=570)


@pytest.mark.slow  # some thirty commands, and 64 blocks until anything is final
def test_what_was_issued_verifies_when_every_server_of_ours_is_stopped(tmp_path: Path) -> None:
    done = drill("--folder", tmp_path / "drill")

    assert done.returncode == 0, done.stdout + done.stderr
    before, _, after = done.stdout.partition("Continuity drill:")
    assert "registry absent" in before
    assert (before.count("VALID: Issued by Example University"), before.count("INVALID: the credential was revoked")) == (3, 1)
    for name in ("issuer", "share", "wallet"):
        assert f"laurea {name} serve is stopped, and port" in after
    assert (after.count("VALID: Issued by Example University"), after.count("INVALID: the credential was revoked")) == (2, 1)
    assert [line.strip() for line in after.splitlines() if "the library says" in line] == [
        "the library says: VALID",
        "the library says: VALID",
        "the library says: INVALID",
    ]
    assert "cannot be reached" in after
    assert "on eip155:11155111: what was issued outlives what issued it" in after
    assert (tmp_path / "drill" / "issuer-is-gone").is_dir()
    assert (tmp_path / "drill" / "env.sh").stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--rpc", "http://127.0.0.1:9"], "--rpc needs --key"),
        (["--chain", "1"], "--key and --chain go with --rpc"),
        (["--folder", str(ROOT / "src")], "is there already"),
    ],
)
def test_a_drill_that_could_lose_anything_does_not_begin(arguments: list[str], said: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        parse(arguments)

    assert said in capsys.readouterr().err
