"""laurea and its peers, one after the other, over the same leaves and the same credentials."""

import json
import sys
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Any

from benchmarks.peers import installing
from benchmarks.peers.standing import CERTIFICATES, CREDENTIALS, LEAVES, PROOFS, Standing
from benchmarks.processes import ROOT, Ran, TooLong, run

HERE = Path(__file__).parent
CONTEXTS = ROOT / "src/laurea/core/linked_data/contexts"
COUNTS = {
    LEAVES: (10_000, 100_000, 1_000_000),
    CREDENTIALS: (1_000, 5_000, 10_000),
    PROOFS: (10_000,),
    CERTIFICATES: (100, 1_000),
}
SECONDS = 400  # of CPU that one may take for one count
RUNS = 3
ENOUGH = 20.0  # seconds of wall time: when so much is spent, one is not run again

Command = list[str | Path]


@dataclass(frozen=True, slots=True)
class Contender:
    """Who builds trees or issues credentials, and the command that does it with so many in a file."""

    what: str
    by: str
    command: Callable[[int, Path], Command]
    tree: str = ""  # those of one kind have the same root over the same leaves
    from_rows: bool = False  # whether it begins with rows, and takes no file
    more: bool = False  # whether also so many are asked for as of the batch


def _tree_by_python(package: str) -> Callable[[int, Path], Command]:
    return lambda _, given: [installing.PYTHON, HERE / "trees.py", package, given]


def _tree_by_node(package: str) -> Callable[[int, Path], Command]:
    return lambda _, given: ["node", HERE / "trees.mjs", installing.NPM, package, given]


def _ours(what: str) -> Callable[[int, Path], Command]:
    return lambda count, _: [sys.executable, "-m", "benchmarks.peers.ours", what, str(count)]


CONTENDERS = (
    Contender(LEAVES, "laurea", lambda _, given: [sys.executable, "-m", "benchmarks.peers.ours_tree", given], "RFC 9162"),
    Contender(
        LEAVES,
        "laurea, tree of Blockcerts",
        lambda _, given: [sys.executable, "-m", "benchmarks.peers.ours_tree", given, "blockcerts"],
        "bare",
    ),
    Contender(LEAVES, "blockcerts-merkletools", _tree_by_python("blockcerts-merkletools"), "bare"),
    Contender(LEAVES, "pymerkle", _tree_by_python("pymerkle"), "RFC 9162"),
    Contender(LEAVES, "merkletreejs", _tree_by_node("merkletreejs"), "bare"),
    Contender(LEAVES, "@openzeppelin/merkle-tree", _tree_by_node("@openzeppelin/merkle-tree")),
    Contender(CREDENTIALS, "laurea, sealed", _ours("sealed"), from_rows=True, more=True),
    Contender(CREDENTIALS, "laurea, released", _ours("released"), from_rows=True),
    Contender(CREDENTIALS, "laurea, released as Blockcerts v3", _ours("blockcerts"), from_rows=True),
    Contender(CREDENTIALS, "Blockcerts v3 pipeline", lambda _, given: [installing.PYTHON, HERE / "pipeline.py", CONTEXTS, given]),
    Contender(CREDENTIALS, "open-attestation", lambda _, given: ["node", HERE / "wrap.mjs", installing.NPM, given]),
    Contender(PROOFS, "laurea", lambda _, given: [sys.executable, "-m", "benchmarks.peers.ours_proofs", given]),
    Contender(PROOFS, "lds-merkle-proof-2019 (PyPI)", lambda _, given: [installing.PYTHON, HERE / "proofs.py", given]),
    Contender(PROOFS, "@blockcerts/lds-merkle-proof-2019", lambda _, given: ["node", HERE / "proofs.mjs", ROOT, given]),
    Contender(CERTIFICATES, "laurea", lambda _, given: [sys.executable, "-m", "benchmarks.peers.ours_certificates", given]),
    Contender(CERTIFICATES, "cert-verifier-js", lambda _, given: ["node", HERE / "certificates.mjs", ROOT, given]),
    Contender(
        CERTIFICATES,
        "Blockcerts packages of PyPI",
        lambda _, given: [installing.PYTHON, HERE / "certificates_pipeline.py", CONTEXTS, given],
    ),
)


def beside(count: int) -> Iterator[Standing]:
    """Give the standing of each in the peers' counts; of laurea also for as many credentials as are asked for.

    Raises ValueError when two that build the same kind of tree come to different roots.
    """
    roots: dict[tuple[str, int], str] = {}
    with tempfile.TemporaryDirectory() as folder:
        for contender in CONTENDERS:
            for each in sorted({*COUNTS[contender.what], *([count] if contender.more else [])}):
                given = Path(folder) / f"{contender.what}-{each}"
                if not (contender.from_rows or given.exists()):
                    run([sys.executable, "-m", "benchmarks.peers.given", contender.what, str(each), given], seconds=SECONDS)
                standing, root = _standing(contender, each, given)
                yield standing
                if standing.why:
                    break  # more would take longer
                if contender.tree and roots.setdefault((contender.tree, each), root) != root:
                    raise ValueError(f"{contender.by} comes to another root of {each:,} leaves than those before it")


def _standing(contender: Contender, count: int, given: Path) -> tuple[Standing, str]:
    command = contender.command(count, given)
    found: list[tuple[Ran, dict[str, Any]]] = []
    try:
        while len(found) < RUNS and sum(ran.wall for ran, _ in found) < ENOUGH:
            ran = run(command, seconds=SECONDS)
            found.append((ran, json.loads(ran.printed)))
    except TooLong:
        return Standing(contender.what, contender.by, "", count, why=f"not done after {SECONDS} s of CPU"), ""
    said = [answer for _, answer in found]
    standing = Standing(
        contender.what,
        contender.by,
        said[0]["version"],
        count,
        cpu=median(answer["cpu"] for answer in said),
        wall=median(answer["wall"] for answer in said),
        peak_mib=median(ran.peak_mib for ran, _ in found),
        runs=len(found),
    )
    return standing, said[0].get("root", "")
