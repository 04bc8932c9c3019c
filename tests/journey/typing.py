"""Commands as people type them, in this process: starting another takes a second each."""

import json
import os
import sys
from collections.abc import Mapping
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass
from io import BytesIO, TextIOWrapper
from typing import Any
from unittest.mock import patch

from laurea.cli import main


@dataclass(frozen=True)
class Said:
    """How a command ended, and what it wrote."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)


def typed(*arguments: str, env: Mapping[str, str], code: int | None = 0) -> Said:
    """Type `laurea …` and return what came of it; that it ends otherwise than expected is a failure (None: whatever comes)."""
    out, err = (TextIOWrapper(BytesIO(), encoding="utf-8", write_through=True) for _ in range(2))
    with patch.dict(os.environ, env), patch.object(sys, "argv", ["laurea", *arguments]), redirect_stdout(out), redirect_stderr(err):
        try:
            main.main()
            ended = 0
        except SystemExit as exit_:
            ended = int(exit_.code or 0)
    said = Said(ended, *(each.buffer.getvalue().decode() for each in (out, err)))
    assert code is None or said.code == code, f"laurea {' '.join(arguments)}: {said.code}\n{said.out}\n{said.err}"
    return said
