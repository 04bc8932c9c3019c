"""Where the frameworks of skills are kept that the user imported."""

import os
from pathlib import Path

from laurea.config import Settings
from laurea.services.skills import Skills

DATA_VARIABLE = "XDG_DATA_HOME"


def skills_of(settings: Settings, given: Path | None = None) -> Skills:
    """Return the skills of the file that was given, else of the one that the configuration names, else of the user's."""
    named = settings.skills.file
    return Skills(given or (_users() if named is None else settings.beside(named)))


def _users() -> Path:
    # The XDG base directories: what is relative is to be left out.
    named = Path(os.environ.get(DATA_VARIABLE, ""))
    return (named if named.is_absolute() else Path.home() / ".local" / "share") / "laurea" / "skills.db"
