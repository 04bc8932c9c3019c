"""The JSON-LD contexts that laurea knows: bundled, each pinned by its SHA-256 (scripts/contexts). Nothing is ever fetched."""

from collections.abc import Mapping
from functools import cache
from hashlib import sha256
from importlib import resources
from typing import cast

from laurea.core import canonical
from laurea.core.canonical import JsonObject
from laurea.core.linked_data.work import Undecidable
from laurea.errors import FormatError

Contexts = Mapping[str, JsonObject]
"""Context documents by their URL."""

_FOLDER = resources.files("laurea.core.linked_data") / "contexts"


class UnknownContext(Undecidable):
    """A document names a context that is not bundled: what its terms mean cannot be told."""


@cache
def bundled() -> Contexts:
    """Return the bundled contexts; raises FormatError when a file is not the one that was bundled."""
    index = cast("dict[str, dict[str, str]]", canonical.parse((_FOLDER / "index.json").read_bytes()))
    return {url: _read(entry["file"], entry["sha256"]) for url, entry in index.items()}


def _read(name: str, digest: str) -> JsonObject:
    data = (_FOLDER / name).read_bytes()
    if sha256(data).hexdigest() != digest:
        raise FormatError(f"the bundled context {name} was altered: install laurea again")
    return cast("JsonObject", canonical.parse(data))
