"""Measure what laurea costs, part by part; print every figure, store all as JSON; exit 1 when a budget is missed, and say which."""

import argparse
import json
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from functools import partial
from pathlib import Path
from typing import Any

from benchmarks import machine, parts
from benchmarks.figures import Figure
from benchmarks.peers import installing
from benchmarks.peers.beside import beside
from benchmarks.peers.standing import Standing
from benchmarks.processes import ROOT
from benchmarks.runs import ENOUGH, RUNS, Runs, repeated
from tests.postgres import Postgres

DEFAULT_BUFFERS = "128MB"  # as PostgreSQL is installed; the tests' own has less
DATABASES = {"sqlite": ("sqlite",), "postgresql": ("postgresql",), "both": ("sqlite", "postgresql")}


def main(arguments: Sequence[str]) -> int:
    """Return 0 when every budget is kept, else 1."""
    asked = _parser().parse_args(arguments)
    if min(asked.n, asked.runs) < 1:
        sys.exit("bench: measure at least one credential, once")
    facts = machine.facts()
    print(f"laurea {facts['laurea']}, {', '.join(f'{name} {value}' for name, value in facts['machine'].items())}")
    found: dict[str, list[Figure]] = {}
    for name, measure in _parts(asked):
        found[name] = measure()
        print(*(f"{name}: {figure}" for figure in found[name]), sep="\n", flush=True)
    others = _peers(asked.n) if asked.peers else None
    _store(asked.json, {**facts, "parts": {name: [figure.document() for figure in figures] for name, figures in found.items()}}, others)
    return verdict(found)


def verdict(found: Mapping[str, Iterable[Figure]]) -> int:
    """Say on stderr which budgets the figures of each part miss; return 1 when there is one, else 0."""
    missed = [f"bench: {name}: {figure}" for name, figures in found.items() for figure in figures if figure.met is False]
    for line in missed:
        print(line, file=sys.stderr)
    return 1 if missed else 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="scripts/bench", description=__doc__)
    parser.add_argument("--n", type=int, default=100_000, metavar="N", help="credentials of the batch (100,000)")
    parser.add_argument(
        "--runs", type=int, default=RUNS, help=f"of a part at most; {ENOUGH:.0f} s after the first began, it is not run again ({RUNS})"
    )
    parser.add_argument("--only", nargs="+", choices=parts.NAMES, default=parts.NAMES, metavar="PART", help=f"of {', '.join(parts.NAMES)}")
    parser.add_argument("--database", choices=DATABASES, default="both", help="for the batch; PostgreSQL is started for it (both)")
    parser.add_argument(
        "--peers", action="store_true", help="the same leaves and credentials by others, too, which are installed in build/peers"
    )
    parser.add_argument(
        "--json", type=Path, default=ROOT / "build/bench.json", metavar="FILE", help="where all is stored (build/bench.json)"
    )
    return parser


def _parts(asked: argparse.Namespace) -> Iterator[tuple[str, Callable[[], list[Figure]]]]:
    """Give the parts that were asked for, by name; each is measured when it is called."""
    for name in asked.only:
        if name in parts.ON_A_DATABASE:
            for database in DATABASES[asked.database]:
                yield f"{name} on {database}", partial(_on, database, Runs(name, asked.n, asked.runs))
        else:
            yield name, partial(repeated, Runs(name, asked.n, asked.runs))


def _on(database: str, runs: Runs) -> list[Figure]:
    with ExitStack() as stack:
        return repeated(runs, stack.enter_context(Postgres(shared_buffers=DEFAULT_BUFFERS)) if database == "postgresql" else None)


def _peers(count: int) -> list[Standing]:
    installing.install()
    found = []
    for standing in beside(count):
        print(f"beside others: {standing}", flush=True)
        found.append(standing)
    return found


def _store(path: Path, document: dict[str, Any], others: list[Standing] | None) -> None:
    stored = document if others is None else {**document, "beside": [standing.document() for standing in others]}
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(stored, indent=1, ensure_ascii=False) + "\n")
