"""How a long command tells what happens: lines and a spinner for people, a line of JSON for each event for programs."""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from enum import StrEnum

from rich.console import Console

from laurea.cli import output
from laurea.services.issuing.events import Event


class Log(StrEnum):
    """How a long command tells what happens."""

    TEXT = "text"
    JSON = "json"


@contextmanager
def progress(log: Log | None) -> Iterator[Callable[[Event], None]]:
    """Give what a long command tells its events to: lines and a spinner on a terminal, else lines of JSON on stdout."""
    if log is Log.JSON or (log is None and not output.at_terminal()):
        yield lambda event: output.data(json.dumps(event.document(datetime.now(UTC)), ensure_ascii=False))
        return
    if not output.at_terminal():
        yield lambda event: output.talk(str(event))
        return
    console = Console(stderr=True, highlight=False, markup=False, soft_wrap=True)
    with console.status("at work") as status:

        def tell(event: Event) -> None:
            console.print(output.printable(f"laurea: {event}"))
            status.update(output.printable(f"{event}, since {datetime.now(UTC):%H:%M:%S} UTC"))

        yield tell
