"""`laurea verifier page`: the page comes out as it is in the package, which is as its source makes it."""

import subprocess
import sys
from hashlib import sha256
from pathlib import Path

from tests.conftest import ROOT

LAUREA = Path(sys.executable).with_name("laurea")
PAGE = (ROOT / "src/laurea/web/static/verifier.html").read_bytes()
SAID = f"laurea: its SHA-256 is {sha256(PAGE).hexdigest()}\n"


def run(*arguments: str, cwd: Path) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run([LAUREA, "verifier", "page", *arguments], cwd=cwd, capture_output=True, check=False, timeout=60)


def test_the_page_is_written_with_its_hash(tmp_path: Path) -> None:
    done = run(cwd=tmp_path)
    assert (done.returncode, done.stdout) == (0, b"")
    assert done.stderr.decode() == f"laurea: wrote verifier.html\n{SAID}"
    assert (tmp_path / "verifier.html").read_bytes() == PAGE


def test_the_page_goes_to_stdout_when_it_is_asked_there(tmp_path: Path) -> None:
    done = run("-", cwd=tmp_path)
    assert (done.returncode, done.stdout, done.stderr.decode()) == (0, PAGE, SAID)


def test_where_it_cannot_be_written_it_says_so(tmp_path: Path) -> None:
    done = run("no/such/folder.html", cwd=tmp_path)
    assert done.returncode == 2
    assert done.stderr.decode().startswith("laurea: error: no/such/folder.html cannot be written")


def test_the_page_in_the_package_is_the_one_that_its_source_makes() -> None:
    done = subprocess.run([sys.executable, "scripts/build_verifier.py", "--check"], cwd=ROOT, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
