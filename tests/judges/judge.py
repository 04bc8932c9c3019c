"""Asks a judge: gives it JSON, and takes its answer in JSON."""

import json
import subprocess
from pathlib import Path
from typing import Any

from tests.anvil import ROOT

SECONDS = 120


def ask(name: str, question: Any) -> Any:
    """Return the answer of tests/judges/<name>.mjs; fails when it cannot be started or breaks down."""
    script = Path(__file__).parent / f"{name}.mjs"
    done = subprocess.run(
        ["node", str(script)], input=json.dumps(question).encode(), capture_output=True, timeout=SECONDS, cwd=ROOT, check=False
    )
    assert done.returncode == 0, done.stderr.decode()
    return json.loads(done.stdout)
