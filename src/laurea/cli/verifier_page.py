"""`laurea verifier page`: hand out the page that verifies in a browser, without a server (docs/verifier-page.md)."""

from hashlib import sha256
from importlib.resources import files
from pathlib import Path
from typing import Annotated

import typer

from laurea.cli import output
from laurea.cli.verifier_serve import app

NAME = "verifier.html"


@app.command()
def page(
    file: Annotated[Path, typer.Argument(metavar="FILE", help='Where to write it; "-" is stdout.')] = Path(NAME),
) -> None:
    """Write the page that verifies in any browser, from a file or any web host, and say its SHA-256."""
    content = files("laurea.web").joinpath(f"static/{NAME}").read_bytes()
    if str(file) == "-":
        output.data(content)
    else:
        output.write(file, content)
        output.talk(f"wrote {file}")
    output.talk(f"its SHA-256 is {sha256(content).hexdigest()}")
