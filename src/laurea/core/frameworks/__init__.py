"""Frameworks of skills as their publishers give them away, read into concepts, labels and links."""

from collections.abc import Callable, Mapping, Sequence

from laurea.core.frameworks import case, esco, onet, own
from laurea.core.frameworks.framework import Entry, Framework, Given, Label, Link, Source, Stored

__all__ = ["READERS", "Entry", "Framework", "Given", "Label", "Link", "Source", "Stored"]

READERS: Mapping[str, Callable[[Sequence[Source], Given], Framework]] = {
    "esco": esco.read,
    "onet": onet.read,
    "case": case.read,
    "own": own.read,
}
"""What reads files of each kind into a framework; each raises FormatError that says which file is wrong, and how."""
