"""Suites for many credentials of few shapes: each shape goes through JSON-LD once, and not each credential."""

from collections.abc import Mapping
from dataclasses import replace

from laurea.core.cryptosuites.suite import Suite
from laurea.core.linked_data.shapes import Shapes


def by_shape(suites: Mapping[str, Suite], shapes: Shapes) -> dict[str, Suite]:
    """Return suites that make the same bytes; those over what JSON-LD makes of a document remember its shape."""
    return {name: suite if suite.carries_context else replace(suite, transform=shapes.canonical_bytes) for name, suite in suites.items()}
