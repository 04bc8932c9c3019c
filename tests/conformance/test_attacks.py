"""The table of attacks in docs/reliability.md: every test and vector that it names exists, and no attack goes without."""

import ast
import json
import re
from functools import cache

import pytest

from laurea.chain.artefact import FUNCTIONS
from tests.conformance.shown import FOLDER, NAMES
from tests.conftest import ROOT

DOCUMENT = (ROOT / "docs/reliability.md").read_text()
ATTACKS = {int(number): line for number, line in re.findall(r"^\| (\d+) (\|.*)$", DOCUMENT, re.MULTILINE)}
ROWS = re.findall(r"^\| (?!#|---|A node|Option).*`(?:tests/|[a-z]).*$", DOCUMENT[DOCUMENT.index("## Attacks") :], re.MULTILINE)
VERIFIERS = [*range(1, 13), 13, 15, *range(19, 28), *range(35, 41), 43, 44, 45]  # the others are an issuer's or a wallet's


def named_tests(line: str) -> list[tuple[str, str]]:
    return re.findall(r"`(tests/[\w/.]+)::(\w+)`", line)


def named_vectors(line: str) -> list[str]:
    return re.findall(r"`([a-z0-9.-]+)`", line.rpartition(" vectors ")[2]) if " vectors " in line else []


@cache
def known_in(path: str) -> frozenset[str]:
    text = (ROOT / path).read_text()
    if path.endswith(".sol"):
        return frozenset(re.findall(r"function ((?:test|invariant)_\w+)", text))
    return frozenset(node.name for node in ast.parse(text).body if isinstance(node, ast.FunctionDef) and node.name.startswith("test_"))


def test_every_attack_on_a_verifier_has_its_row() -> None:
    assert [number for number in VERIFIERS if number not in ATTACKS] == []
    assert len(ROWS) > len(VERIFIERS)


@pytest.mark.parametrize("line", ROWS, ids=lambda line: line[2:40])
def test_every_test_and_vector_of_a_row_exists(line: str) -> None:
    tests, vectors = named_tests(line), named_vectors(line)

    assert tests or vectors, "nothing holds this"
    assert [f"{path}::{name}" for path, name in tests if name not in known_in(path)] == []
    assert [name for name in vectors if name not in NAMES] == []


@pytest.mark.parametrize("name", NAMES)
def test_a_vector_names_attacks_that_have_a_row(name: str) -> None:
    content = json.loads((FOLDER / "vectors" / f"{name}.json").read_bytes())

    assert set(content.get("attacks", [])) <= ATTACKS.keys()


def test_nothing_takes_a_proof_of_many_leaves_at_once() -> None:
    sources = [path for folder in ("src", "contracts") for kind in ("*.py", "*.sol", "*.js") for path in (ROOT / folder).rglob(kind)]
    taking_hashes = {name: item.inputs for name, item in FUNCTIONS.items() if "bytes32[]" in item.inputs}

    assert [path for path in sources if re.search("multi_?proof", path.read_text(), re.IGNORECASE)] == []
    assert taking_hashes == {
        "anchorMany": ("bytes32[]", "uint32[]"),
        "verifyLeaf": ("address", "bytes32", "uint256", "bytes32", "bytes32[]"),
    }
