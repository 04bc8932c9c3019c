"""A paper as lines for a terminal."""

from collections.abc import Iterator, Sequence
from textwrap import wrap

from laurea.artefacts.paper.paper import Paper, Part, short

WIDTH = 110  # characters that a table of many columns may take
NARROWEST = 18


def lines(paper: Paper) -> Iterator[str]:
    """Give the lines of a paper."""
    yield paper.title
    yield from (f"  {short(line)}" for line in paper.lead)
    for part in paper.parts:
        yield ""
        yield short(part.heading)
        yield from (f"  {line}" for line in _part(part))


def _part(part: Part) -> Iterator[str]:
    yield from map(short, part.lines)
    width = max((len(name) for name, _ in part.facts), default=0)
    yield from (f"{name:{width}}  {short(value)}" for name, value in part.facts)
    yield from _table(part.table)
    yield from (f"- {short(item)}" for item in part.items)


def _table(rows: Sequence[Sequence[str]]) -> Iterator[str]:
    if not rows:
        return
    cells = [[short(cell) for cell in row] for row in rows]
    most = max(NARROWEST, WIDTH // len(rows[0]))
    widths = [min(most, max(len(row[column]) for row in cells)) for column in range(len(rows[0]))]
    for row in cells:
        wrapped = [wrap(cell, width or 1) or [""] for cell, width in zip(row, widths, strict=True)]
        for number in range(max(map(len, wrapped))):
            line = (cell[number] if number < len(cell) else "" for cell in wrapped)
            yield "  ".join(f"{text:{width}}" for text, width in zip(line, widths, strict=True)).rstrip()
