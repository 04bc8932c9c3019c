"""What every command does when its answer cannot be given: no answer is ever taken for a verdict."""

import subprocess
import sys
from pathlib import Path

import pytest

import laurea
from laurea.errors import InputError
from tests.released import badge, release

LAUREA = Path(sys.executable).with_name("laurea")


@pytest.fixture(scope="module")
def credential(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("errors") / "credential.json"
    path.write_bytes(release([badge(1, None)])[0])
    return path


@pytest.mark.parametrize("redirect", [">/dev/full", ">&-", "| true"])
def test_a_report_that_cannot_be_written_is_no_verdict(credential: Path, redirect: str) -> None:
    done = subprocess.run(
        ["bash", "-c", f"set -o pipefail; sleep 0.1 | {LAUREA} verify {credential} {redirect}"],
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )

    assert done.returncode == 74
    assert "the result cannot be written" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_fault_of_our_own_is_no_verdict() -> None:
    program = "import laurea.cli.main as main; main.app = lambda: 1 / 0; main.main()"

    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False, timeout=60)

    assert done.returncode == 70
    assert "ZeroDivisionError" in done.stderr
    assert "a fault in laurea, and no answer" in done.stderr


@pytest.mark.parametrize("url", ["http://a..b", "http://.:1", f"http://{'a' * 64}.example"])
def test_a_host_that_cannot_be_is_a_silent_node(credential: Path, url: str) -> None:
    report = laurea.verify(credential.read_text(), chain=url)

    assert report["anchor"].outcome != "passed"  # type: ignore[index]
    assert report.verdict != "valid"


@pytest.mark.parametrize(("audience", "challenge"), [("", "c"), ("a", ""), ("", "")])
def test_demanding_nothing_is_refused(credential: Path, audience: str, challenge: str) -> None:
    with pytest.raises(InputError, match="must not be empty"):
        laurea.verify(credential.read_text(), audience=audience, challenge=challenge)


def test_an_error_of_several_lines_stays_several_lines(tmp_path: Path) -> None:
    (tmp_path / "wrong.json").write_text('{"id": "no url", "type": "x"}')
    arguments = ["issuer", "init", "--name", "X", "--chain", "eip155:1", "--rpc", "http://127.0.0.1:9", "--dir", str(tmp_path / "i")]
    environment = {"LAUREA_ISSUER_PASSPHRASE": "a phrase", "PATH": "/usr/bin:/bin"}
    subprocess.run([LAUREA, *arguments], env=environment, capture_output=True, check=False, timeout=120)

    done = subprocess.run(
        [LAUREA, "issuer", "achievement", "add", str(tmp_path / "wrong.json"), "--dir", str(tmp_path / "i")],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )

    assert done.returncode == 2
    assert "\N{REPLACEMENT CHARACTER}" not in done.stderr
    assert len(done.stderr.splitlines()) > 2


@pytest.mark.parametrize("options", [("--url", "javascript:alert(1)"), ("--url", "not a url"), ("--name", "a\nb"), ("--name", "x" * 201)])
def test_an_issuer_is_refused_what_could_not_stand_in_a_credential(tmp_path: Path, options: tuple[str, str]) -> None:
    base = ["issuer", "init", "--name", "X", "--chain", "eip155:1", "--rpc", "http://127.0.0.1:9", "--dir", str(tmp_path / "i")]

    done = subprocess.run([LAUREA, *base, *options], capture_output=True, text=True, check=False, timeout=60)

    assert done.returncode == 2
    assert not (tmp_path / "i").exists()
