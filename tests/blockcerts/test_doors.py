"""Documents of Blockcerts through every door that takes credentials: commands, tables, the service, its page, statements; the page in a browser takes none."""

import json
import subprocess
import sys
import urllib.parse
import urllib.request
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from laurea import Outcome, Verdict
from laurea.services.certificates import Blockcerts, read_profiles, transactions_at
from laurea.services.verifying import Verifying, read_trust, readers_at
from tests.blockcerts.world import Json, School, altered
from tests.browser.node import Node
from tests.core.test_report import VALIDATOR
from tests.web.verifier_host import VerifierHost, verifier_host

LAUREA = Path(sys.executable).with_name("laurea")


@pytest.fixture
def files(lasting: School, tmp_path: Path) -> Path:
    """A profile without a revocation list, and a folder with a good document of each version and an altered one."""
    (tmp_path / "profile.json").write_text(json.dumps(listless(lasting)))
    folder = tmp_path / "folder"
    folder.mkdir()
    for name, document in documents(lasting).items():
        (folder / f"{name}.json").write_text(json.dumps(document))
    return tmp_path


def listless(school: School) -> Json:
    return school.profile([{"id": f"ecdsa-koblitz-pubkey:{school.account}"}], revocationList="")


def documents(school: School) -> dict[str, Json]:
    v2, v3 = school.issue_v2(), school.issue_v3()
    return {"altered": altered(v2, "recipientProfile/name", "Eve Example"), "v2": v2, "v3": v3}


def run(school: School, files: Path, *arguments: str | Path) -> subprocess.CompletedProcess[str]:
    given: list[str | Path] = ["--rpc", school.anvil.url, "--issuer-profile", files / "profile.json"]
    return subprocess.run([LAUREA, "verify", *arguments, *given], capture_output=True, text=True, check=False, timeout=120)


def test_the_command_takes_one_and_tells_what_it_says(lasting: School, files: Path) -> None:
    for name, word in (("v2", "SQL for Analysts"), ("v3", "Ada Example")):
        done = run(lasting, files, files / f"folder/{name}.json")
        assert done.returncode == 0, done.stdout + done.stderr
        assert done.stdout.startswith(f"VALID: Issued by {lasting.url}")
        assert word in done.stdout
    assert run(lasting, files, files / "folder/altered.json").returncode == 1


def test_folders_and_zips_take_them_among_others(lasting: School, files: Path) -> None:
    with zipfile.ZipFile(files / "all.zip", "w") as packed:
        for path in sorted((files / "folder").iterdir()):
            packed.write(path, path.name)
    for collection in ("folder", "all.zip"):
        done = run(lasting, files, files / collection, "--json")
        found = {line["file"]: line["report"]["verdict"] for line in map(json.loads, done.stdout.splitlines())}
        assert found == {"altered.json": "invalid", "v2.json": "valid", "v3.json": "valid"}
        assert done.returncode == 1


def test_tables_take_them(lasting: School, files: Path) -> None:
    (files / "table.csv").write_text("name,file\nAda,v2.json\nEve,altered.json\n")
    done = run(lasting, files, files / "table.csv", "--files-from", files / "folder")
    assert done.returncode == 1
    rows = done.stdout.splitlines()
    assert ",valid," in rows[1]
    assert ",invalid," in rows[2]


def test_a_statement_has_the_transaction_and_what_was_said(lasting: School, files: Path) -> None:
    done = run(lasting, files, files / "folder/v2.json", "--statement", files / "statement.html")
    page = (files / "statement.html").read_text()
    assert done.returncode == 0, done.stderr
    assert all(word in page for word in ("Transaction", lasting.account.lower(), "SQL for Analysts", "Example School", "Ada Example"))


@pytest.fixture
def host(lasting: School, tmp_path: Path) -> Iterator[VerifierHost]:
    def verifying() -> Verifying:
        profiles = read_profiles([json.dumps(listless(lasting)).encode()])
        blockcerts = Blockcerts(transactions_at([lasting.anvil.url]), profiles)
        return Verifying(readers_at([lasting.anvil.url]), read_trust([]), blockcerts=blockcerts)

    with verifier_host(tmp_path / "log", lasting.anvil.url, verifying=verifying) as running:
        yield running


def test_the_service_answers_about_them(lasting: School, host: VerifierHost) -> None:
    for name, document in documents(lasting).items():
        request = urllib.request.Request(
            f"{host.url}/v1/verifications", json.dumps({"document": document}).encode(), {"Content-Type": "application/json"}
        )
        with urllib.request.urlopen(request) as answer:
            report: Any = json.load(answer)
        VALIDATOR.validate(report)
        assert report["verdict"] == ("invalid" if name == "altered" else "valid")


def test_its_page_shows_them(lasting: School, host: VerifierHost) -> None:
    form = urllib.parse.urlencode({"text": json.dumps(documents(lasting)["v2"])}).encode()
    request = urllib.request.Request(f"{host.url}/verify", form, {"Origin": host.url})
    with urllib.request.urlopen(request) as answer:
        page = answer.read().decode()
    assert "SQL for Analysts" in page
    assert "Ada Example" in page


def test_the_page_in_a_browser_never_calls_them_valid(lasting: School) -> None:
    with Node() as node:
        for name, document in documents(lasting).items():
            report = node.ask("verify", document=json.dumps(document), rpc=[lasting.anvil.url], at="2026-11-27T12:00:00Z")
            assert report["verdict"] == (Verdict.UNDECIDED if name == "v3" else Verdict.INVALID)
            reasons = {check["reason"] for check in report["checks"] if check["outcome"] in (Outcome.FAILED, Outcome.UNKNOWN)}
            assert any("not anchored" in reason or "@context" in reason for reason in reasons), reasons
