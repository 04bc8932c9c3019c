#!/usr/bin/env python3
"""Compile the registry contract and write what the Python package ships of it.

Writes src/laurea/chain/AnchorRegistry.json and deployments/11155111.json (the predicted address);
`--check` writes nothing, and ends 1 if they differ from this build or this build from forge's.
The compiler is npm's pinned one; set SOLC to the path of a native solc of the same version to use that.
"""

import argparse
import json
import os
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any

import solcx
from eth_hash.auto import keccak
from eth_utils.address import to_checksum_address

ROOT = Path(__file__).resolve().parent.parent
NAME = "AnchorRegistry"
SOURCE = f"contracts/{NAME}.sol"
ARTEFACT = ROOT / f"src/laurea/chain/{NAME}.json"
FORGE_OUTPUT = ROOT / "build/forge-check"

# Nick's method put this proxy at one address on every chain: it calls CREATE2 with salt || init code.
DEPLOYER = "0x4e59b44847b379578588920cA78FbF26c0B4956C"
SALT = bytes(32)
SEPOLIA = 11155111


def main() -> int:
    """Build, then write the files or compare them; return the exit code."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--check", action="store_true", help="compare instead of writing")
    parser.add_argument("--input", action="store_true", help="print the compiler's standard JSON input, for block explorers, and stop")
    arguments = parser.parse_args()
    if arguments.input:
        print(json.dumps(standard_input(["*"])))
        return 0
    artefact = build()
    files = {
        ARTEFACT: artefact,
        ROOT / f"deployments/{SEPOLIA}.json": predicted(artefact, SEPOLIA),
    }
    if arguments.check:
        return report([*stale(files), *forge_differences(artefact)])
    for path, content in files.items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text(content), encoding="utf-8")
    return 0


def build() -> dict[str, Any]:
    """Compile the contract and describe it."""
    output = compile_standard(["abi", "evm.bytecode.object", "evm.deployedBytecode.object", "metadata"])
    init_code = bytes.fromhex(output["evm"]["bytecode"]["object"])
    runtime_code = bytes.fromhex(output["evm"]["deployedBytecode"]["object"])
    return {
        "contract": NAME,
        "address": create2_address(init_code),
        "deployer": DEPLOYER,
        "salt": "0x" + SALT.hex(),
        "initCodeHash": "0x" + keccak(init_code).hex(),
        "runtimeCodeHash": "0x" + keccak(runtime_code).hex(),
        "compiler": json.loads(output["metadata"])["compiler"]["version"],
        "settings": settings(),
        "abi": output["abi"],
        "bytecode": "0x" + init_code.hex(),
    }


def compile_standard(outputs: list[str]) -> dict[str, Any]:
    """Return the compiler's `outputs` for the contract, refusing warnings."""
    answer = solcx.compile_standard(standard_input(outputs), solc_binary=os.environ.get("SOLC", ROOT / "scripts/solc.mjs"))
    if answer.get("errors"):
        raise SystemExit("\n".join(error["formattedMessage"] for error in answer["errors"]))
    compiled: dict[str, Any] = answer["contracts"][SOURCE][NAME]
    return compiled


def standard_input(outputs: list[str]) -> dict[str, Any]:
    """Return what the compiler is given: sources and settings, as explorers and slither take them too."""
    sources = sorted((ROOT / "contracts").rglob("*.sol"))
    return {
        "language": "Solidity",
        "sources": {path.relative_to(ROOT).as_posix(): {"content": path.read_text(encoding="utf-8")} for path in sources},
        "settings": {**settings(), "outputSelection": {"*": {"*": outputs, "": ["ast"]}}},
    }


def settings() -> dict[str, Any]:
    """Return the compiler settings that foundry.toml states."""
    profile = tomllib.loads((ROOT / "foundry.toml").read_text(encoding="utf-8"))["profile"]["default"]
    (contract,) = profile["additional_compiler_profiles"]
    return {
        "evmVersion": profile["evm_version"],
        "viaIR": contract["via_ir"],
        "optimizer": {"enabled": contract["optimizer"], "runs": contract["optimizer_runs"]},
        "metadata": {"bytecodeHash": profile["bytecode_hash"]},
    }


def create2_address(init_code: bytes) -> str:
    """Return the address at which DEPLOYER puts `init_code` (EIP-1014)."""
    digest = keccak(b"\xff" + bytes.fromhex(DEPLOYER[2:]) + SALT + keccak(init_code))
    return to_checksum_address(digest[12:])


def predicted(artefact: dict[str, Any], chain_id: int) -> dict[str, Any]:
    """Return the deployment record of a chain on which we have not deployed."""
    kept = (
        *("contract", "address", "deployer", "salt", "initCodeHash", "runtimeCodeHash"),
        *("compiler", "settings"),
    )
    return {
        "chainId": chain_id,
        "deployed": False,
        "note": "predicted, not deployed by us: whoever sends salt and bytecode to the deployer puts it there",
        **{name: artefact[name] for name in kept},
        "transaction": None,
        "block": None,
    }


def text(content: dict[str, Any]) -> str:
    """Return `content` as the text of its file."""
    return json.dumps(content, indent=2, ensure_ascii=False) + "\n"


def stale(files: dict[Path, dict[str, Any]]) -> list[str]:
    """Name the files that do not hold what this build gives."""
    return [
        f"{path.relative_to(ROOT)} is out of date: run scripts/build_contract.py"
        for path, content in files.items()
        if not path.is_file() or path.read_text(encoding="utf-8") != text(content)
    ]


def forge_differences(artefact: dict[str, Any]) -> list[str]:
    """Build with forge too, and name what differs."""
    forge = next(ROOT.glob("node_modules/@foundry-rs/forge-*/bin/forge*"))
    subprocess.run(
        [forge, "build", "--quiet", "--no-cache", "--out", FORGE_OUTPUT, SOURCE],
        cwd=ROOT,
        check=True,
    )
    output = json.loads((FORGE_OUTPUT / f"{NAME}.sol/{NAME}.json").read_text(encoding="utf-8"))
    runtime_code = bytes.fromhex(output["deployedBytecode"]["object"].removeprefix("0x"))
    theirs = {
        "bytecode": output["bytecode"]["object"],
        "runtimeCodeHash": "0x" + keccak(runtime_code).hex(),
        "abi": canonical(output["abi"]),
    }
    ours = {**artefact, "abi": canonical(artefact["abi"])}
    return [f"forge builds another {name}" for name, value in theirs.items() if value != ours[name]]


def canonical(abi: list[dict[str, Any]]) -> list[str]:
    """Return the entries of `abi` in an order that does not depend on who wrote them."""
    return sorted(json.dumps(entry, sort_keys=True) for entry in abi)


def report(problems: list[str]) -> int:
    """Write the problems and return the exit code that tells of them."""
    for problem in problems:
        sys.stderr.write(f"build_contract: {problem}\n")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
