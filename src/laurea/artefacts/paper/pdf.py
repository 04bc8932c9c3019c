"""A paper as PDF/A-3 (level A, so tagged) and PDF/UA-1."""

import json
from dataclasses import asdict
from datetime import datetime
from importlib import resources

import typst

from laurea.artefacts.fonts import Fonts, cannot_draw
from laurea.artefacts.paper.paper import Paper, short
from laurea.core.canonical import Json
from laurea.errors import FormatError

_SOURCE = (resources.files(__package__) / "paper.typ").read_bytes()


def draw(paper: Paper, *, at: datetime, fonts: Fonts) -> bytes:
    """Return the PDF of a paper; the same bytes for the same input and time. Raises FormatError for characters that no font has."""
    try:
        return fonts.draw(_SOURCE, {"paper": json.dumps(_shortened(asdict(paper)), ensure_ascii=False)}, at=at)
    except typst.TypstError as error:
        letters = fonts.missing(map(short, paper.texts()))
        if letters:
            raise cannot_draw(letters) from error
        raise FormatError(f"the paper cannot be drawn: {error.message}") from error


def _shortened(value: Json | tuple[Json, ...]) -> Json:
    if isinstance(value, dict):
        return {name: _shortened(each) for name, each in value.items()}
    if isinstance(value, list | tuple):
        return [_shortened(each) for each in value]
    return short(value) if isinstance(value, str) else value
