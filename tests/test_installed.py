"""What is installed by pip is enough: a wallet that another version wrote is restored by it, on its own."""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from tests.anvil import ROOT

UV = ROOT / "build/tools/bin/uv"
PASSPHRASE = "glacier typist nickel oboe"
VECTORS = ROOT / "tests/vectors"


def run(*command: object, **more: str) -> str:
    """Run a command in an environment that knows nothing of the source tree; return what it printed."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("LAUREA_", "PYTHON", "VIRTUAL_ENV", "COV"))}
    done = subprocess.run(
        [str(part) for part in command], cwd="/", env={**kept, **more}, capture_output=True, text=True, timeout=300, check=False
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def installed() -> Iterator[Path]:
    """The folder with the programs of a fresh environment that laurea was installed into, as a wheel."""
    with TemporaryDirectory() as name:
        folder = Path(name)
        run(UV, "build", "--wheel", "--quiet", "--out-dir", folder / "dist", ROOT)
        (wheel,) = (folder / "dist").glob("laurea-*.whl")
        run(UV, "venv", "--quiet", "--python", sys.executable, folder / "venv")
        run(UV, "export", "--quiet", "--locked", "--no-dev", "--no-emit-project", "--directory", ROOT, "--output-file", folder / "pins.txt")
        run(UV, "pip", "install", "--quiet", "--python", folder / "venv/bin/python", "--requirements", folder / "pins.txt", wheel)
        yield folder / "venv/bin"


@pytest.mark.slow
@pytest.mark.parametrize(("version", "count"), [(1, 1), (2, 2)])
def test_a_wallet_of_every_version_is_restored_where_only_the_package_is(installed: Path, tmp_path: Path, version: int, count: int) -> None:
    program, wallet = installed / "laurea", tmp_path / "wallet.laurea"
    secret = {"LAUREA_WALLET_PASSPHRASE": PASSPHRASE}
    did = run(program, "wallet", "restore", VECTORS / f"wallet-{version}.laurea", "--wallet", wallet, **secret)

    assert did.startswith("did:key:z6Mk")
    listed = run(program, "wallet", "list", "--wallet", wallet, **secret)
    assert listed.count("urn:uuid:") == count
    run(program, "wallet", "backup", tmp_path / "copy.laurea", "--wallet", wallet, **secret)
    shown = run(program, "wallet", "present", "1", "--audience", "a", "--challenge", "c", "--wallet", wallet, **secret)
    assert f'"holder": "{did.strip()}"' in shown


@pytest.mark.slow
def test_the_package_brings_all_that_it_reads(installed: Path) -> None:
    folder = Path(run(installed / "python", "-I", "-c", "import laurea; print(laurea.__path__[0])").strip())
    kept = [path for path in (ROOT / "src/laurea").rglob("*") if path.is_file() and "__pycache__" not in path.parts]

    assert folder.is_relative_to(installed.parent)
    assert [str(path) for path in kept if not (folder / path.relative_to(ROOT / "src/laurea")).is_file()] == []
