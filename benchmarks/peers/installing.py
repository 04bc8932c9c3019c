"""The peers are installed in build/peers, by the lock files beside this one; laurea's own environment has none of them."""

import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

from benchmarks.processes import ROOT

LOCKS = Path(__file__).parent
TARGET = ROOT / "build/peers"
PYTHON = TARGET / "venv/bin/python"
NPM = TARGET / "npm"
UV = ROOT / "build/tools/bin/uv"


def install() -> None:
    """Install what the lock files say; does nothing when they have not changed since."""
    TARGET.mkdir(parents=True, exist_ok=True)
    _unless_there(TARGET / "venv", ("requirements.txt",), _python)
    _unless_there(NPM, ("package.json", "package-lock.json"), _node)


def _unless_there(folder: Path, locks: tuple[str, ...], make: Callable[[Path], None]) -> None:
    wanted = b"".join((LOCKS / name).read_bytes() for name in locks)
    installed = folder / "installed-by"
    if installed.is_file() and installed.read_bytes() == wanted:
        return
    shutil.rmtree(folder, ignore_errors=True)
    make(folder)
    installed.write_bytes(wanted)  # last: what was broken off is done again


def _python(folder: Path) -> None:
    _run(UV, "venv", "--quiet", "--python", sys.executable, folder)
    _run(UV, "pip", "sync", "--quiet", "--require-hashes", "--python", PYTHON, LOCKS / "requirements.txt")


def _node(folder: Path) -> None:
    folder.mkdir()
    for name in ("package.json", "package-lock.json"):
        shutil.copy(LOCKS / name, folder / name)
    _run("npm", "ci", "--prefix", folder, "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error")


def _run(*command: str | Path) -> None:
    subprocess.run([str(word) for word in command], check=True, cwd=ROOT, stdout=sys.stderr)
