"""laurea beside others as tables of Markdown, for docs/scale.md: python -m benchmarks.table docs/bench.json."""

import json
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from benchmarks.figures import shown
from benchmarks.peers.standing import CERTIFICATES, CREDENTIALS, LEAVES, PROOFS, Standing


def tables(document: dict[str, Any]) -> str:
    """Return a table for credentials, one for leaves, one for proofs and one for documents of Blockcerts, of stored figures: those that were measured."""
    standings = [Standing.of(stored) for stored in document.get("beside", [])]
    by_kind = {what: [each for each in standings if each.what == what] for what in (CREDENTIALS, LEAVES, PROOFS, CERTIFICATES)}
    return "\n".join(_table(what, found) for what, found in by_kind.items() if found)


def _table(what: str, standings: Sequence[Standing]) -> str:
    counts = sorted({standing.count for standing in standings})
    heads = [f"{count:,} {what}" for count in counts]
    lines = [_line("CPU", *heads, "wall and memory at the most"), _line("---", *["---"] * len(counts), "---")]
    for by in dict.fromkeys(standing.by for standing in standings):
        own = {standing.count: standing for standing in standings if standing.by == by}
        done = [each for each in own.values() if each.cpu is not None]
        name = f"{by} ({done[0].version})" if done else by
        lines.append(_line(name, *[_cell(own.get(count)) for count in counts], _most(done)))
    return "\n".join([*lines, ""])


def _cell(standing: Standing | None) -> str:
    if standing is None:
        return ""
    return standing.why if standing.cpu is None else f"{shown(standing.cpu)} s"


def _most(done: Iterable[Standing]) -> str:
    most = max(done, key=lambda each: each.count, default=None)
    if most is None or most.wall is None or most.peak_mib is None:
        return ""
    return f"{shown(most.wall)} s, {shown(most.peak_mib)} MiB"


def _line(*cells: str) -> str:
    return f"| {' | '.join(cells)} |"


def main() -> None:
    """Print the tables of a file's figures."""
    print(tables(json.loads(Path(sys.argv[1]).read_text())), end="")


if __name__ == "__main__":
    main()
