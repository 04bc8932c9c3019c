"""A comparison of credentials, as a paper and as JSON."""

from datetime import datetime

from laurea.artefacts.paper.paper import Paper, Part
from laurea.artefacts.plain import plain
from laurea.core.canonical import Json, JsonObject
from laurea.core.comparison import Comparison
from laurea.core.credential import format_time

KIND = "comparison"
VERSION = 1
NOTE = "Each says of itself what stands here, except accreditation, verdict and what was found. Nothing is weighed: people decide what is worth the same."
NOTHING = "–"  # noqa: RUF001 - where a credential says nothing


def paper(comparison: Comparison, at: datetime) -> Paper:
    """Return the comparison for people."""
    head = ("", *comparison.names, "")
    rows = [
        (each.name, *(value or NOTHING for value in each.values), each.likeness.value) for each in comparison.aspects if any(each.values)
    ]
    shared = Part("Skills that all name by the same URI", items=comparison.shared or ("none",))
    return Paper("Credentials side by side", (f"As of {format_time(at)}.", NOTE), (Part("What each says", table=(head, *rows)), shared))


def document(comparison: Comparison, at: datetime) -> JsonObject:
    """Return the comparison as JSON."""
    aspects: list[Json] = [
        {"name": each.name, "values": list[Json](map(plain, each.values)), "likeness": each.likeness.value} for each in comparison.aspects
    ]
    return {
        "laurea": KIND,
        "version": VERSION,
        "at": format_time(at),
        "files": list[Json](comparison.names),
        "aspects": aspects,
        "sharedSkills": list[Json](map(plain, comparison.shared)),
    }
