"""What Python sees of the registry contract: its build, its storage, its cost, and forge's own tests."""

import json
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from eth_hash.auto import keccak

from scripts import build_contract
from tests.anvil import Anvil, RpcError, foundry_binary
from tests.contracts import gas
from tests.contracts.deployed import ARTEFACT, FUNCTIONS, ROOT, Deployed, selector, type_of
from tests.contracts.trees import write_trees

ROOT_HASH = bytes(range(1, 33))

# Every finding of slither, as detector and function; docs/contract.md answers each.
ANSWERED = {
    ("incorrect-equality", "_leadsTo"),
    ("timestamp", "_issuerActing"),
    ("timestamp", "_leadsTo"),
    ("timestamp", "setCompromised"),
}

STORAGE = {
    "_issuers": ("0", "mapping(address => struct AnchorRegistry.Issuer)"),
    "_keys": ("1", "mapping(address => struct Key)"),
    "_records": ("2", "mapping(address => mapping(bytes32 => struct AnchorRegistry.Record))"),
}
MEMBERS = {
    "struct AnchorRegistry.Issuer": [("admin", 0, 0, 20), ("proposed", 1, 0, 20), ("profile", 2, 0, 32)],
    "struct Key": [("issuer", 0, 0, 20), ("roles", 0, 20, 1), ("until", 0, 21, 5), ("compromisedFrom", 0, 26, 5)],
    "struct AnchorRegistry.Record": [("batch", 0, 0, 32), ("revoked", 1, 0, 32)],
    "struct Batch": [("key", 0, 0, 20), ("time", 0, 20, 5), ("size", 0, 25, 4), ("revoked", 0, 29, 1), ("reason", 0, 30, 1)],
}


@pytest.fixture(scope="module")
def registry() -> Iterator[Deployed]:
    with Anvil() as node:
        deployed = Deployed(node)
        deployed.begin()
        yield deployed


@pytest.fixture(scope="module")
def compiled() -> dict[str, Any]:
    return build_contract.compile_standard(["storageLayout", "userdoc", "devdoc"])


# Forge


@pytest.mark.slow
def test_forge_passes_all_its_tests() -> None:
    write_trees()

    forge = subprocess.run([foundry_binary("forge"), "test"], cwd=ROOT, capture_output=True, text=True, timeout=900, check=False)

    assert forge.returncode == 0, forge.stdout + forge.stderr
    summary = re.search(r"(\d+) tests passed, 0 failed, 0 skipped", forge.stdout)
    assert summary is not None, forge.stdout
    assert int(summary[1]) >= 121


# Build


@pytest.mark.slow
def test_the_shipped_contract_is_the_source_as_both_compilers_build_it() -> None:
    check = subprocess.run(
        [sys.executable, ROOT / "scripts/build_contract.py", "--check"], capture_output=True, text=True, timeout=300, check=False
    )

    assert check.returncode == 0, check.stderr


def test_a_shipped_file_that_differs_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(build_contract, "ROOT", tmp_path)
    same, other, missing = (tmp_path / name for name in ("same.json", "other.json", "missing.json"))
    same.write_text(build_contract.text({"a": 1}))
    other.write_text(build_contract.text({"a": 2}))

    named = build_contract.stale({same: {"a": 1}, other: {"a": 1}, missing: {"a": 1}})

    assert [line.split()[0] for line in named] == ["other.json", "missing.json"]


def test_the_address_follows_from_deployer_salt_and_code() -> None:
    code = bytes.fromhex(ARTEFACT["bytecode"][2:])
    before = b"\xff" + bytes.fromhex(ARTEFACT["deployer"][2:]) + bytes.fromhex(ARTEFACT["salt"][2:])

    assert "0x" + keccak(code).hex() == ARTEFACT["initCodeHash"]
    assert keccak(before + keccak(code))[12:].hex() == ARTEFACT["address"][2:].lower()


def test_a_chain_we_have_not_deployed_on_says_so() -> None:
    record = json.loads((ROOT / "deployments/11155111.json").read_text())

    assert record["deployed"] is False
    assert (record["transaction"], record["block"]) == (None, None)
    assert {name: record[name] for name in record.keys() & ARTEFACT.keys()} == {
        name: ARTEFACT[name] for name in record.keys() & ARTEFACT.keys()
    }
    assert record["address"] == ARTEFACT["address"]


@pytest.mark.slow
def test_two_chains_have_the_same_registry_at_the_same_address() -> None:
    with Anvil(chain_id=31337) as one, Anvil(chain_id=11155111) as other:
        here, there = Deployed(one), Deployed(other)
        codes = [node.rpc("eth_getCode", ARTEFACT["address"], "latest") for node in (one, other)]
        for registry in (here, there):
            registry.begin()

        assert codes[0] == codes[1]
        assert "0x" + keccak(bytes.fromhex(codes[0][2:])).hex() == ARTEFACT["runtimeCodeHash"]
        assert here.admin == there.admin
        assert here.issuer != there.issuer, "the id names its chain"
        assert there.ask("adminOf", there.issuer)[0] == there.admin.lower()
        assert there.ask("adminOf", here.issuer)[0] == "0x" + "00" * 20


# Interface


def test_every_function_takes_arguments_and_no_money() -> None:
    kinds = {entry["type"] for entry in ARTEFACT["abi"]}
    fallback = next(entry for entry in ARTEFACT["abi"] if entry["type"] == "fallback")

    assert kinds == {"function", "event", "error", "fallback"}, "no constructor, and nothing that receives money"
    assert fallback["stateMutability"] == "nonpayable"
    assert [name for name, entry in FUNCTIONS.items() if not entry["inputs"]] == []
    assert {entry["stateMutability"] for entry in FUNCTIONS.values()} == {"nonpayable", "view", "pure"}


def test_forge_tries_every_selector_of_the_abi() -> None:
    listed = re.findall(r"= I\w+\.(\w+)\.selector;", (ROOT / "tests/contracts/BaseTest.sol").read_text())

    assert sorted(listed) == sorted(FUNCTIONS)


def test_a_root_that_begins_with_a_selector_reverts(registry: Deployed) -> None:
    for name in FUNCTIONS:
        for rest in (bytes(28), b"\xff" * 28, ROOT_HASH[:28]):
            call = {"from": registry.nightly, "to": registry.address, "data": "0x" + (selector(name) + rest).hex()}
            with pytest.raises(RpcError, match="revert"):
                registry.node.rpc("eth_call", call, "latest")


def test_a_bare_root_is_the_input_of_the_transaction_and_the_key_its_sender(registry: Deployed) -> None:
    root = keccak(b"bare")
    registry.send(registry.nightly, root)
    logs = registry.node.rpc("eth_getLogs", {"address": registry.address, "topics": [None, None, "0x" + root.hex()]})

    transaction = registry.node.rpc("eth_getTransactionByHash", logs[0]["transactionHash"])

    assert transaction["input"] == "0x" + root.hex()
    assert transaction["from"] == registry.nightly


def test_the_interface_is_the_manual(compiled: dict[str, Any]) -> None:
    documented = {**compiled["userdoc"]["methods"], **compiled["userdoc"]["events"], **compiled["userdoc"]["errors"]}
    silent = [
        signature
        for entry in ARTEFACT["abi"]
        if entry["type"] != "fallback"
        and (signature := f"{entry['name']}({','.join(type_of(parameter) for parameter in entry['inputs'])})") not in documented
    ]

    assert silent == []


def test_the_contract_is_plain_and_shorter_than_its_manual() -> None:
    contract = (ROOT / "contracts/AnchorRegistry.sol").read_text()
    manual = (ROOT / "contracts/interfaces/IAnchorRegistry.sol").read_text()
    code = [line for line in map(str.strip, contract.splitlines()) if line and not line.startswith("/")]

    assert len(code) < len(manual.splitlines())
    assert not re.search(r"\b(assembly|delegatecall|selfdestruct|unchecked|payable|owner|constructor)\b", contract)


# Storage


def test_the_storage_layout_is_the_specified_one(compiled: dict[str, Any]) -> None:
    layout = compiled["storageLayout"]
    types = {kind["label"]: kind for kind in layout["types"].values()}
    variables = {entry["label"]: (entry["slot"], layout["types"][entry["type"]]["label"]) for entry in layout["storage"]}

    assert variables == STORAGE
    for name, members in MEMBERS.items():
        sizes = [int(layout["types"][member["type"]]["numberOfBytes"]) for member in types[name]["members"]]
        found = [(member["label"], int(member["slot"]), member["offset"]) for member in types[name]["members"]]
        assert [(*place, size) for place, size in zip(found, sizes, strict=True)] == members


def test_a_verifier_reads_the_slots_that_the_specification_names(registry: Deployed) -> None:
    registry.act(registry.nightly, "anchor", ROOT_HASH, 1000)
    registry.act(registry.cold, "revoke", [(ROOT_HASH, 3, 0b101)], 2)
    registry.act(registry.cold, "revokeBatch", ROOT_HASH, 9)
    key, time, size, *_ = registry.ask("batchOf", registry.issuer, ROOT_HASH)[0]
    issuer = padded(registry.issuer)
    batch = keccak(ROOT_HASH + keccak(issuer + number(2)))
    word = keccak(number(3) + number(int.from_bytes(batch) + 1))

    assert registry.at(keccak(issuer + number(0))) == int(registry.admin, 16)
    assert registry.at(keccak(padded(registry.nightly) + number(1))) == int(registry.issuer, 16) | 1 << 160
    assert (key, size) == (registry.nightly.lower(), 1000)
    assert registry.at(batch) == int(key, 16) | time << 160 | size << 200 | 1 << 232 | 9 << 240
    assert registry.at(word) == 0b101


def padded(account: str) -> bytes:
    return bytes.fromhex(account[2:]).rjust(32, b"\0")


def number(value: int) -> bytes:
    return value.to_bytes(32)


# Cost


def test_the_gas_report_is_what_a_node_measures_and_within_the_bars() -> None:
    with Anvil() as node:
        measured = gas.measure(Deployed(node))

    assert json.loads(gas.REPORT.read_text()) == gas.report(measured), "run python -m tests.contracts.gas"
    assert {name: cost for name, cost in measured.items() if cost > gas.BARS.get(name, cost)} == {}
    assert gas.BARS.keys() <= measured.keys()


def test_the_gas_table_of_the_documents_is_the_report() -> None:
    table = re.findall(r"^\| (.+?) \| ([\d,]+) \| ([\d,]*) ?\|$", (ROOT / "docs/contract.md").read_text(), re.MULTILINE)
    report = json.loads(gas.REPORT.read_text())

    assert {name: int(cost.replace(",", "")) for name, cost, _ in table} == report["measured"]
    assert {name: int(bar.replace(",", "")) for name, _, bar in table if bar} == gas.BARS


# Slither


@pytest.mark.slow
def test_every_finding_of_slither_is_answered(tmp_path: Path) -> None:
    # Away from foundry.toml, for which slither would want a forge of its own choice.
    shutil.copytree(ROOT / "contracts", tmp_path / "contracts")
    given = build_contract.standard_input(["abi", "metadata", "devdoc", "userdoc", "evm.bytecode", "evm.deployedBytecode"])
    (tmp_path / "input.json").write_text(json.dumps(given))

    slither = subprocess.run(
        [
            *(Path(sys.executable).with_name("slither"), "input.json", "--json", "findings.json"),
            *("--compile-force-framework", "Solc-json", "--solc", ROOT / "scripts/solc.mjs"),
        ],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )

    answer = json.loads((tmp_path / "findings.json").read_text())
    assert answer["success"], slither.stderr
    assert "3 contracts" in slither.stderr
    findings = {(finding["check"], function_of(finding)) for finding in answer["results"].get("detectors", [])}
    assert findings == ANSWERED
    manual = (ROOT / "docs/contract.md").read_text()
    assert all(check in manual and function in manual for check, function in ANSWERED)


def function_of(finding: dict[str, Any]) -> str:
    return str(next(element["name"] for element in finding["elements"] if element["type"] == "function"))
