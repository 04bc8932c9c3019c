"""Frameworks of skills for other commands, until `laurea skills` brings its own."""

from laurea.config import Settings
from laurea.core.concept import Frameworks


def skills_of(_settings: Settings) -> Frameworks | None:
    """Return the frameworks that were imported."""
    return None
