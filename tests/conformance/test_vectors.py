"""The published vectors are what their script makes, and each valid one has a damaged twin."""

import json
from typing import Any

import pytest

from tests.conformance.make import __main__ as make
from tests.conformance.shown import FOLDER, NAMES

CONTENT: dict[str, dict[str, Any]] = {name: json.loads((FOLDER / "vectors" / f"{name}.json").read_bytes()) for name in NAMES}
CHECKS = ["format", "integrity", "anchor", "revocation", "issuer", "signature", "validity", "holder"]


def test_making_them_again_leaves_no_difference() -> None:
    made = make.files()
    there = {str(path.relative_to(FOLDER)): path.read_bytes() for part in make.PARTS for path in (FOLDER / part).iterdir()}

    assert made == there | {"chain.json": (FOLDER / "chain.json").read_bytes()}


def test_every_valid_vector_has_a_damaged_twin() -> None:
    damaged = {content["damages"] for content in CONTENT.values() if "damages" in content}
    valid = {name for name, content in CONTENT.items() if content["expect"]["verdict"] == "valid"}

    assert damaged <= valid
    assert valid - damaged == set()


def test_whatever_is_not_valid_says_which_valid_one_it_damages() -> None:
    assert [name for name, content in CONTENT.items() if content["expect"]["verdict"] != "valid" and "damages" not in content] == []


@pytest.mark.parametrize("name", NAMES)
def test_a_vector_says_what_it_is_and_its_verdict_follows_from_its_checks(name: str) -> None:
    content = CONTENT[name]
    checks = content["expect"]["checks"]
    found = set(checks.values())

    assert list(checks) == CHECKS
    assert content["about"]
    assert content["source"]
    assert content["expect"]["verdict"] == ("invalid" if "failed" in found else "undecided" if "unknown" in found else "valid")
