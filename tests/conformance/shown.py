"""The vectors as a verifier is given them, read from their files alone."""

import base64
import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parent
NAMES = sorted(path.stem for path in (FOLDER / "vectors").glob("*.json"))


@dataclass(frozen=True, slots=True)
class Expected:
    """The verdict and the outcome of each check, by name."""

    verdict: str
    checks: dict[str, str]

    @classmethod
    def of(cls, report: dict[str, Any]) -> "Expected":
        """Take from a report what a vector says of it."""
        return cls(report["verdict"], {check["id"]: check["outcome"] for check in report["checks"]})


@dataclass(frozen=True, slots=True)
class Shown:
    """One vector: what is shown to a verifier, who asks what of whom and when, and what it has to answer."""

    name: str
    expected: Expected
    contract: tuple[bool, bool] | None  # isActive and verifyLeaf
    data: bytes
    trust: bytes
    lists: tuple[bytes, ...]
    accreditations: tuple[bytes, ...]
    blocks: tuple[str, ...]  # that are known to be of their chains
    asked: tuple[str, str] | None  # audience and challenge
    at: datetime
    chain: str
    suites: frozenset[str]


def load(name: str) -> Shown:
    """Read a vector."""
    content = json.loads((FOLDER / "vectors" / f"{name}.json").read_bytes())
    given, expect = content["input"], content["expect"]
    contract = expect["contract"]
    return Shown(
        name,
        Expected(expect["verdict"], expect["checks"]),
        contract and (contract["isActive"], contract["verifyLeaf"]),
        _document(given),
        (FOLDER / given["trust"]).read_bytes(),
        _files(given["statusLists"]),
        _files(given.get("accreditations", ())),
        tuple(given.get("blockHashes", ())),
        (given["audience"], given["challenge"]) if "audience" in given else None,
        datetime.fromisoformat(given["at"]),
        given["chain"],
        frozenset(content.get("suites", ())),
    )


def one_of_each(vectors: Iterable[Shown]) -> list[Shown]:
    """Return one vector for each combination of outcomes that there is."""
    return list({tuple(shown.expected.checks.values()): shown for shown in vectors}.values())


def _files(paths: Iterable[str]) -> tuple[bytes, ...]:
    return tuple((FOLDER / each).read_bytes() for each in paths)


def _document(given: dict[str, Any]) -> bytes:
    if "documentBase64" in given:
        return base64.b64decode(given["documentBase64"])
    text: str = given["document"]
    if "fill" in given:
        fill = given["fill"]
        text = text.replace(fill["token"], fill["unit"] * fill["times"])
    return text.encode()
