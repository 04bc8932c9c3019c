#!/usr/bin/env python3
"""Break the registry contract in every small way, and see that forge's tests notice.

Every check, condition, comparison, modifier, effect, event and number of the contract is removed or
changed in turn. One run of the compiler builds all of these mutants, and the tests, compiled once,
run against each. Ends 1 and names the survivors if any mutant passes.
"""

import argparse
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from queue import SimpleQueue
from typing import Any

import solcx

ROOT = Path(__file__).resolve().parent.parent
NAME = "AnchorRegistry"
SOURCE = f"contracts/{NAME}.sol"
SECONDS = 300

SUITES = ("Issuers", "Keys", "Anchors", "Fallback", "Revocations", "Storage", "VerifyLeaf", "Invariants")

# The operator that differs least: at a boundary, or by its sign.
CHANGED = dict(
    pair.split()
    for pair in (
        *("< <=", "<= <", "> >=", ">= >", "== !=", "!= =="),
        *("+ -", "- +", "* /", "/ *", "% /", "& |", "| &", "<< >>"),
    )
)


@dataclass(frozen=True, slots=True)
class Mutant:
    """The contract with the bytes from `start` to `end` replaced."""

    what: str
    start: int
    end: int
    replacement: str

    def applied(self, source: bytes) -> str:
        """Return the source of this mutant."""
        return (source[: self.start] + self.replacement.encode() + source[self.end :]).decode()

    def described(self, source: bytes) -> str:
        """Say where it is and what it does, on one line."""
        line = source[: self.start].count(b"\n") + 1
        old = " ".join(source[self.start : self.end].decode().split())
        return f"line {line}: {self.what}: `{old}` -> `{self.replacement.replace('0' * 60, '..')}`"


def main() -> int:
    """Build the mutants, run the tests against each, and return the exit code."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("--list", action="store_true", help="name the mutants and stop")
    parser.add_argument("--only", metavar="TEXT", default="", help="those whose name contains TEXT")
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1)
    arguments = parser.parse_args()
    source = (ROOT / SOURCE).read_bytes()
    mutants = [mutant for mutant in find_mutants(source) if arguments.only in mutant.described(source)]
    if arguments.list:
        print("\n".join(mutant.described(source) for mutant in mutants))
        return 0
    return run(source, mutants, arguments.jobs)


def run(source: bytes, mutants: list[Mutant], jobs: int) -> int:
    """Test every mutant; the contract with a harmless change comes first, and must pass."""
    harmless = Mutant("nothing", 0, 0, "/* harmless */")
    codes = compile_all([mutant.applied(source) for mutant in [harmless, *mutants]])
    subprocess.run([sys.executable, ROOT / "tests/contracts/trees.py"], check=True)
    benches: SimpleQueue[Bench] = SimpleQueue()
    for i in range(jobs):
        benches.put(Bench(ROOT / f"build/mutants/{i}"))

    def tests_pass(code: str) -> bool:
        bench = benches.get()
        try:
            return bench.passes(code)
        finally:
            benches.put(bench)

    if not tests_pass(codes[0]):
        sys.stderr.write("mutants: the tests fail for the contract itself: run forge test\n")
        return 1
    with ThreadPoolExecutor(jobs) as pool:
        passed = list(pool.map(tests_pass, codes[1:]))
    survivors = [mutant for mutant, survived in zip(mutants, passed, strict=True) if survived]
    for mutant in survivors:
        print(f"survived: {mutant.described(source)}")
    print(f"{len(mutants) - len(survivors)} of {len(mutants)} mutants killed")
    return 1 if survivors or not mutants else 0


def find_mutants(source: bytes) -> list[Mutant]:
    """Return every mutant of the contract, in the order of the source."""
    answer = compile_standard({SOURCE: source.decode()}, {"": ["ast"]})
    contract = next(node for node in answer["sources"][SOURCE]["ast"]["nodes"] if node["nodeType"] == "ContractDefinition")
    found = {mutant for node in nodes(contract) for mutant in mutants_of(node, source)}
    return sorted(found, key=lambda mutant: (mutant.start, mutant.end, mutant.replacement))


def nodes(tree: Any) -> Iterator[dict[str, Any]]:
    """Walk over all nodes of a syntax tree."""
    if isinstance(tree, list):
        for item in tree:
            yield from nodes(item)
    elif isinstance(tree, dict):
        if "nodeType" in tree:
            yield tree
        for item in tree.values():
            yield from nodes(item)


def mutants_of(node: dict[str, Any], source: bytes) -> Iterator[Mutant]:
    """Yield the mutants that one node of the syntax tree gives."""
    yield from removals(node, source)
    yield from changes(node, source)


def removals(node: dict[str, Any], source: bytes) -> Iterator[Mutant]:
    """Yield the mutants that lack what the node stands for."""
    start, end = span(node)
    match node:
        case {"nodeType": "IfStatement"} if not node.get("falseBody"):
            # The node of an `if` leaves out the semicolon of what it guards.
            yield Mutant("check removed", start, end + (source[end : end + 1] == b";"), "{}")
        case {"nodeType": "ModifierInvocation"}:
            yield Mutant("modifier removed", start, end, "")
        case {"nodeType": "EmitStatement"}:
            yield Mutant("event removed", start, end + 1, "{}")
        case {"nodeType": "ExpressionStatement"} if source[end : end + 1] == b";":
            yield Mutant("effect removed", start, end + 1, "{}")
        case {"nodeType": "UnaryOperation", "operator": "!" | "~"}:
            yield Mutant("negation removed", start, start + 1, "")


def changes(node: dict[str, Any], source: bytes) -> Iterator[Mutant]:
    """Yield the mutants in which the node is another one."""
    start, end = span(node)
    match node:
        case {"nodeType": "BinaryOperation", "operator": "||" | "&&"}:
            for side in ("leftExpression", "rightExpression"):
                low, high = span(node[side])
                yield Mutant("condition dropped", start, end, f"({source[low:high].decode()})")
        case {"nodeType": "BinaryOperation"}:
            yield changed_operator(node, source)
        case {"nodeType": "Literal", "kind": "number", "value": value}:
            # All 64 digits, so that bytes32(...) takes it too.
            yield Mutant("number changed", start, end, f"0x{int(value) + 1:064x}")


def changed_operator(node: dict[str, Any], source: bytes) -> Mutant:
    """Return the mutant with another operator between the same two sides."""
    operator = node["operator"]
    start = source.index(operator.encode(), span(node["leftExpression"])[1])
    return Mutant("operator changed", start, start + len(operator), CHANGED[operator])


def span(node: dict[str, Any]) -> tuple[int, int]:
    """Return where a node begins and ends in the source, in bytes."""
    start, length, _ = map(int, node["src"].split(":"))
    return start, start + length


def compile_all(sources: list[str]) -> list[str]:
    """Return the creation code of each source; a mutant that does not compile is a fault of ours."""
    files = {f"contracts/mutant{i}.sol": content for i, content in enumerate(sources)}
    answer = compile_standard(files, {NAME: ["evm.bytecode.object"]})
    return ["0x" + answer["contracts"][file][NAME]["evm"]["bytecode"]["object"] for file in files]


def compile_standard(files: dict[str, str], outputs: dict[str, list[str]]) -> dict[str, Any]:
    """Compile without the slow pipeline, which changes nothing that the tests look at."""
    interfaces = {
        path.relative_to(ROOT).as_posix(): path.read_text(encoding="utf-8")
        for path in sorted((ROOT / "contracts/interfaces").glob("*.sol"))
    }
    contents = {**interfaces, **files}
    answer: dict[str, Any] = solcx.compile_standard(
        {
            "language": "Solidity",
            "sources": {path: {"content": content} for path, content in contents.items()},
            "settings": {
                "evmVersion": "shanghai",
                "outputSelection": dict.fromkeys(files, outputs),
            },
        },
        solc_binary=os.environ.get("SOLC", ROOT / "scripts/solc.mjs"),
    )
    return answer


class Bench:
    """A folder in which one forge at a time builds and runs the tests: two would spoil each other's cache."""

    def __init__(self, folder: Path) -> None:
        """Build the tests."""
        self.suites = list(SUITES)
        self.environment = {
            **os.environ,
            "FOUNDRY_PROFILE": "mutant",
            "FOUNDRY_OUT": str(folder / "out"),
            "FOUNDRY_CACHE_PATH": str(folder / "cache"),
        }
        self.forge = next(ROOT.glob("node_modules/@foundry-rs/forge-*/bin/forge*"))
        subprocess.run([self.forge, "build", "--quiet"], cwd=ROOT, env=self.environment, check=True)

    def passes(self, code: str) -> bool:
        """Say whether forge's tests pass for the contract with this creation code."""
        for suite in tuple(self.suites):
            if not self.suite_passes(code, suite):
                # What noticed this mutant likely notices the next one, so it comes first.
                self.suites.remove(suite)
                self.suites.insert(0, suite)
                return False
        return True

    def suite_passes(self, code: str, suite: str) -> bool:
        """Say whether one suite passes; a forge that ends for another reason than a failed test is a fault of ours."""
        with tempfile.TemporaryDirectory() as memory:
            finished = subprocess.run(
                [self.forge, "test", "--fail-fast", "--fuzz-seed", "1", "--threads", "1", "--match-contract", suite],
                cwd=ROOT,
                env={**self.environment, "FOUNDRY_FUZZ_FAILURE_PERSIST_DIR": memory, "REGISTRY_CODE": code},
                capture_output=True,
                timeout=SECONDS,
                check=False,
            )
        if finished.returncode != 0 and b"[FAIL" not in finished.stdout:
            raise RuntimeError(finished.stderr.decode())
        return finished.returncode == 0


if __name__ == "__main__":
    sys.exit(main())
