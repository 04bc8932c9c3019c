"""Postings: what a description of a job asks for, as its own sentences say it."""

from dataclasses import dataclass

from laurea.core.concept import Concept


@dataclass(frozen=True, slots=True)
class Wanted:
    """A skill that a posting asks for; `concept` is None when no framework knows it, and `words` are then all there is."""

    concept: Concept | None
    words: str  # as the posting has them
    sentence: str  # where they stand
    essential: bool  # False: nice to have
    score: float  # 0 to 1: how sure it is that the concept is meant
