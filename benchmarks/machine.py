"""The machine that was measured on, and what on it: versions, processors. Nothing that names it."""

import os
import platform
import ssl
import subprocess
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any


def facts() -> dict[str, Any]:
    """Return what the figures depend on."""
    return {
        "laurea": version("laurea"),
        "date": datetime.now(UTC).date().isoformat(),
        "machine": {
            "processors": len(os.sched_getaffinity(0)),
            "model": _model(),
            # What else it does: figures of CPU grow with it by some tenths, those of wall time manifold.
            "load": round(os.getloadavg()[0], 1),
            "system": f"{platform.system()} {platform.machine()}",
            "python": platform.python_version(),
            "node": subprocess.run(["node", "--version"], capture_output=True, text=True, check=True).stdout.strip().removeprefix("v"),
            "openssl": ssl.OPENSSL_VERSION,
        },
    }


def _model() -> str:
    lines = Path("/proc/cpuinfo").read_text().splitlines()
    return next((line.partition(":")[2].strip() for line in lines if line.startswith("model name")), platform.processor() or "unknown")
