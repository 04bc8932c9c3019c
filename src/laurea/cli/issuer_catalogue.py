"""`laurea issuer catalogue`: what can be earned from this issuer, for learners and their wallets."""

from pathlib import Path
from typing import Annotated

import typer

from laurea.cli import output
from laurea.cli.issuer_options import DEFAULT_DIRECTORY, Directory, issuer_in
from laurea.services.issuing.catalogue import catalogue as catalogue_of


def catalogue(
    terms: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="What achievements cost, where to ask and when they start, by their keys, in JSON."),
    ] = None,
    directory: Directory = DEFAULT_DIRECTORY,
) -> None:
    """Print the catalogue of all achievements, with the rules of stacks, for wallets and `laurea pathway`: it names no learner."""
    given = output.read(terms) if terms else b"{}"
    with issuer_in(directory) as issuer:
        found = catalogue_of(issuer, given)
    output.document(found.written())
