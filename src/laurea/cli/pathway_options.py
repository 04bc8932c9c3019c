"""What `laurea pathway` and `laurea wallet pathway` have in common: the goal, the catalogues, and the answer."""

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer

from laurea.cli import output
from laurea.core.catalogue import MAX_BYTES, Catalogue, Offer, joined
from laurea.core.concept import Frameworks
from laurea.core.pathway import Goal, Measure, Pathway, document_of, lines_of
from laurea.errors import InputError
from laurea.services import requiring

FILES = frozenset({".json", ".txt", ".html", ".htm", ".pdf"})  # what is called so is a file, and no achievement

GoalName = Annotated[
    str,
    typer.Argument(
        metavar="GOAL",
        help="Requirements or an achievement as JSON, or a posting as text, HTML or PDF; or an achievement of a catalogue by its id, key or title.",
    ),
]
Catalogues = Annotated[
    list[Path] | None, typer.Option("--catalogue", metavar="FILE", help="A catalogue of what can be earned; repeat for more.")
]
By = Annotated[Measure, typer.Option("--by", help="What is to be little on the way.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON.")]


def catalogue_of(paths: Sequence[Path]) -> tuple[Offer, ...]:
    """Return what catalogues in files offer; raises FormatError for one that is none."""
    return joined(Catalogue.parse(output.read(path, limit=MAX_BYTES)) for path in paths).offers


def goal_of(name: str, offers: Sequence[Offer], frameworks: Frameworks) -> Goal:
    """Return the goal in a file, or of that name in the catalogues; raises InputError when there is neither."""
    path = Path(name)
    if path.is_file() or name == "-":
        return requiring.goal_of(output.read(path, limit=requiring.MAX_POSTING + 1), path.name, frameworks)
    if path.suffix.lower() in FILES:
        raise InputError(f"{name} does not exist")
    return Goal.named(name, offers)


def say(found: Pathway, *, as_json: bool) -> None:
    """Print a pathway."""
    if as_json:
        output.document(document_of(found))
        return
    for line in lines_of(found):
        output.data(output.printable(line))
