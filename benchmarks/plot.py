"""The plot of laurea beside others, as SVG from the stored figures: python -m benchmarks.plot docs/bench.json docs/scale.svg."""

import json
import sys
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from html import escape
from pathlib import Path
from typing import Any

from benchmarks.axes import Axis, apart
from benchmarks.figures import shown
from benchmarks.peers.standing import CREDENTIALS, LEAVES, Standing

WIDTH, HEIGHT = 1090, 470
PANEL, LEFT, TOP, BOTTOM = 290, 52, 64, 380
GAP = 17  # between lines of text
# Told apart by shape as well as by colour; the colours stand out from both backgrounds.
OURS = ("#2f7de1", "#17a2a2", "#5b6ee1")
THEIRS = ("#d9603b", "#a06cd5", "#c2903a", "#7f8c8d")
SHAPES = (
    '<circle cx="{x}" cy="{y}" r="4"/>',
    '<path d="M{x} {y}m-4.5 -4.5h9v9h-9z"/>',
    '<path d="M{x} {y}m0 -5.5l5.5 9.5h-11z"/>',
    '<path d="M{x} {y}m0 -6l6 6l-6 6l-6 -6z"/>',
    '<path d="M{x} {y}m0 5.5l5.5 -9.5h-11z"/>',
    '<path d="M{x} {y}m-5 0l2.5 -4.5h5l2.5 4.5l-2.5 4.5h-5z"/>',
)
STYLE = """
  svg { --paper: #ffffff; --ink: #1f2328; --faint: #d0d7de; font: 13px system-ui, sans-serif }
  @media (prefers-color-scheme: dark) { svg { --paper: #0d1117; --ink: #e6edf3; --faint: #3d444d } }
  .paper { fill: var(--paper) } text { fill: var(--ink) } .grid { stroke: var(--faint) } .head { font-weight: 600 }
  .line { fill: none; stroke-width: 2 } .leader { stroke-dasharray: 2 3 } .tick { font-size: 12px }
"""
TITLES = {CREDENTIALS: "The same credentials", LEAVES: "A tree of the same leaves"}
TITLE = "What credentials and trees cost: laurea beside others"


@dataclass(frozen=True, slots=True)
class Series:
    """What one program took, by count, and how it is drawn."""

    by: str
    points: tuple[tuple[int, float], ...]
    colour: str
    shape: str


def series_of(what: str, standings: Iterable[Standing]) -> list[Series]:
    """Return a series for each program, laurea's first."""
    points: dict[str, list[tuple[int, float]]] = {}
    for standing in standings:
        if standing.what == what and standing.cpu is not None:
            points.setdefault(standing.by, []).append((standing.count, standing.cpu))
    ours, theirs, shapes = iter(OURS), iter(THEIRS), iter(SHAPES)
    return [
        Series(by, tuple(sorted(points[by])), next(ours if by.startswith("laurea") else theirs), next(shapes))
        for by in sorted(points, key=lambda by: not by.startswith("laurea"))
    ]


def plot(document: dict[str, Any]) -> str:
    """Return the plot of stored figures; raises ValueError when they have none of laurea beside others."""
    standings = [Standing.of(stored) for stored in document.get("beside", [])]
    panels = {what: series_of(what, standings) for what in TITLES}
    if not all(panels.values()):
        raise ValueError("no figures of laurea beside others are stored: run scripts/bench --peers")
    machine = document["machine"]
    about = f"laurea {document['laurea']}, {document['date']}, {machine['processors']} processors ({machine['model']}, load {machine['load']}), Python {machine['python']}"
    lines = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" role="img" aria-labelledby="title about">',
        f'<title id="title">{TITLE}</title>',
        f'<desc id="about">{escape(_described(panels))}</desc>',
        f"<style>{STYLE}</style>",
        f'<rect class="paper" width="{WIDTH}" height="{HEIGHT}"/>',
    ]
    for number, (what, series) in enumerate(panels.items()):
        lines += _panel(what, series, LEFT + number * (WIDTH // 2))
    lines += [_text(LEFT, HEIGHT - 14 - GAP * at, line, "tick") for at, line in enumerate([about, *_not_done(standings)])]
    return "\n".join([*lines, "</svg>", ""])


def _panel(what: str, series: Sequence[Series], left: float) -> Iterator[str]:
    across = Axis.over((count for each in series for count, _ in each.points), left, left + PANEL)
    up = Axis.over((cpu for each in series for _, cpu in each.points), BOTTOM, TOP)
    yield _text(left, 24, TITLES[what], "head")
    yield _text(left, 24 + GAP, "seconds of CPU", "tick")
    for x, name in across.ticks():
        yield f'<path class="grid" d="M{x:.1f} {TOP}V{BOTTOM}"/>'
        yield _text(x, BOTTOM + GAP, name, "tick", anchor="middle")
    for y, name in up.ticks():
        yield f'<path class="grid" d="M{left} {y:.1f}h{PANEL}"/>'
        yield _text(left - 6, y + 4, name, "tick", anchor="end")
    yield _text(left + PANEL, BOTTOM + 2 * GAP, what, "tick", anchor="end")
    labels = apart([up.at(each.points[-1][1]) for each in series], GAP, BOTTOM)
    for each, label in zip(series, labels, strict=True):
        yield from _drawn(each, across, up, left + PANEL + 12, label)


def _drawn(series: Series, across: Axis, up: Axis, label_x: float, label_y: float) -> Iterator[str]:
    places = [(f"{across.at(count):.1f}", f"{up.at(cpu):.1f}") for count, cpu in series.points]
    yield f'<g stroke="{series.colour}" fill="{series.colour}">'
    yield f'<path class="line" d="M{" L".join(" ".join(place) for place in places)}"/>'
    yield f'<path class="line leader" d="M{" ".join(places[-1])} L{label_x - 4:.1f} {label_y:.1f}"/>'
    yield "".join(series.shape.format(x=x, y=y) for x, y in places)
    yield "</g>"
    yield _text(label_x, label_y + 4, series.by, "name")


def _text(x: float, y: float, words: str, kind: str, *, anchor: str = "start") -> str:
    return f'<text x="{x:.1f}" y="{y:.1f}" class="{kind}" text-anchor="{anchor}">{escape(words)}</text>'


def _described(panels: dict[str, list[Series]]) -> str:
    """Say in words what is drawn."""
    said = []
    for what, series in panels.items():
        for each in series:
            points = ", ".join(f"{shown(cpu)} s for {count:,}" for count, cpu in each.points)
            said.append(f"{TITLES[what]}, {each.by}: {points} {what}.")
    return "Seconds of CPU by count, both on logarithmic scales. " + " ".join(said)


def _not_done(standings: Iterable[Standing]) -> list[str]:
    return [f"{each.by}: {each.count:,} {each.what} {each.why}" for each in standings if each.cpu is None]


def main() -> None:
    """Draw what one file stores into another."""
    stored, drawn = map(Path, sys.argv[1:])
    drawn.write_text(plot(json.loads(stored.read_text())))


if __name__ == "__main__":
    main()
