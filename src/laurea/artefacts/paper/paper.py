"""What stands on a paper, whatever it is drawn as. All texts may be anybody's: each form escapes them in its own way."""

from collections.abc import Iterator
from dataclasses import dataclass

from laurea.artefacts.plain import plain

MAX_WORDS = 2_000  # characters of one text


@dataclass(frozen=True, slots=True)
class Part:
    """A part with a heading: lines, facts by their names, a table whose first row is its head, and a list."""

    heading: str
    lines: tuple[str, ...] = ()
    facts: tuple[tuple[str, str], ...] = ()
    table: tuple[tuple[str, ...], ...] = ()
    items: tuple[str, ...] = ()
    verdict: str = ""  # "valid", "invalid" or "undecided", when the part is about one


@dataclass(frozen=True, slots=True)
class Paper:
    """A paper: what it is, what is to be known first, and its parts."""

    title: str
    lead: tuple[str, ...]
    parts: tuple[Part, ...]

    def texts(self) -> Iterator[str]:
        """Give every text that has to be drawn."""
        yield self.title
        yield from self.lead
        for part in self.parts:
            yield from (part.heading, *part.lines, *part.items)
            yield from (text for row in (*part.facts, *part.table) for text in row)


def short(text: str) -> str:
    """Return a text of anybody's on one line, and cut where it is too long for a paper."""
    words = plain(text)
    return words if len(words) <= MAX_WORDS else words[:MAX_WORDS] + "…"
