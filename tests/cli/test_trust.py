"""`laurea trust` and `laurea verify --trust-signer`: files put together, and whose signature is demanded."""

import json
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from laurea.core import canonical
from laurea.core.keys import SigningKey
from laurea.core.trust_file import sign
from tests.core.world import STRANGER, badge

LAUREA = Path(sys.executable).with_name("laurea")
KEY = SigningKey.from_seed(b"\5" * 32)
USAGE, UNDECIDED = 2, 3


def run(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run([LAUREA, *arguments], capture_output=True, text=True, check=False, timeout=60)


def write(folder: Path, name: str, *dids: str, date: str = "2026-11-23T12:00:00Z", signed: bool = False) -> Path:
    document: Any = {"laurea": "trust", "version": 1, "issuers": [{"did": did, "name": name, "date": date} for did in dids]}
    if signed:
        document = sign(canonical.dump(document), KEY, method=KEY.method, created=datetime(2026, 11, 24, tzinfo=UTC))
    path = folder / f"{name}.json"
    path.write_bytes(canonical.dump(document))
    return path


def test_files_are_merged_and_read(tmp_path: Path) -> None:
    old, new = (
        write(tmp_path, "old", "did:web:a.example", "did:web:b.example"),
        write(tmp_path, "new", "did:web:b.example", date="2026-11-24T12:00:00Z"),
    )

    done = run("trust", "merge", old, new)
    assert (done.returncode, [entry["name"] for entry in json.loads(done.stdout)["issuers"]]) == (0, ["old", "new"])
    merged = tmp_path / "merged.json"
    merged.write_text(done.stdout)
    checked = run("trust", "check", merged)
    assert checked.stdout.splitlines()[1] == "did:web:b.example  new  0 accounts, 0 keys"
    assert checked.stderr == "laurea: 2 issuers, 0 registries\n"

    again = run("trust", "merge", old, write(tmp_path, "third", "did:web:a.example"))
    assert (again.returncode, again.stdout) == (USAGE, "")
    assert "different entries for did:web:a.example" in again.stderr


def test_a_signature_is_looked_at_when_it_is_demanded(tmp_path: Path) -> None:
    signed, unsigned = write(tmp_path, "signed", "did:web:a.example", signed=True), write(tmp_path, "unsigned", "did:web:a.example")
    shown = tmp_path / "shown.json"
    shown.write_bytes(canonical.dump(badge()))

    assert run("trust", "check", signed, "--signer", KEY.did).stderr.endswith(f"signed by {KEY.did}\n")
    for path, signer, words in (
        (unsigned, KEY.did, "is not signed"),
        (signed, STRANGER.did, "is not signed by"),
        (signed, "did:web:x", "did:key"),
    ):
        refused = run("trust", "check", path, "--signer", signer)
        assert (refused.returncode, words in refused.stderr) == (USAGE, True)
        refused = run("verify", shown, "--trust", path, "--trust-signer", signer)
        assert (refused.returncode, refused.stdout, words in refused.stderr) == (USAGE, "", True)
    assert run("verify", shown, "--trust", signed, "--trust-signer", KEY.did).returncode == UNDECIDED
    mixed = run("verify", shown, "--trust", signed, "--trust", unsigned, "--trust-signer", KEY.did)
    assert (mixed.returncode, mixed.stdout) == (USAGE, "")


@pytest.mark.parametrize("arguments", [("merge",), ("check",), ()])
def test_without_a_file_it_says_what_it_wants(arguments: tuple[str, ...]) -> None:
    assert run("trust", *arguments).returncode == USAGE
