"""An issuer that others wrote (issuer.mjs), running beside a test."""

import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx

from tests.anvil import ROOT


@dataclass(frozen=True)
class Made:
    """An offer: its link for any wallet, and the URL where it is."""

    link: str
    page: str


@dataclass(frozen=True)
class Issuer:
    """An issuer that is up."""

    url: str

    @property
    def host(self) -> str:
        return self.url.partition("://")[2]

    def make(self, **wanted: Any) -> Made:
        said = self._ask("POST", "/make", wanted)
        return Made(said["link"], said["page"])

    def seen(self, member: str) -> list[Any]:
        """Return what it saw so far, of one kind: `path`, `proof`, `notified` or `error`."""
        return [each[member] for each in self._ask("GET", "/log") if member in each]

    def _ask(self, method: str, path: str, body: Any = None) -> Any:
        with httpx.Client(base_url=self.url, trust_env=False, timeout=30) as client:
            answer = client.request(method, path, json=body)
            assert answer.status_code == 200, answer.text
            return answer.json()


@contextmanager
def issuing() -> Iterator[Issuer]:
    """Run the issuer on a free port of this machine."""
    script = Path(__file__).parent / "issuer.mjs"
    with subprocess.Popen(["node", str(script)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, cwd=ROOT) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        url = process.stdout.readline().decode().strip()
        assert url.startswith("http://127.0.0.1:"), "the issuer did not start"
        try:
            yield Issuer(url)
        finally:
            process.stdin.close()
            process.wait(20)
