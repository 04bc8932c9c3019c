"""Suites for a credential with many proofs: its bytes are made once, and not for each proof."""

from collections.abc import Mapping
from dataclasses import replace

from laurea.core import linked_data
from laurea.core.canonical import JsonObject
from laurea.core.cryptosuites.suite import Suite, Transform
from laurea.core.linked_data.work import Poison
from laurea.errors import FormatError


class _Once:
    """A transform that remembers what became of one document, and takes others for as much work as one document may be."""

    def __init__(self, transform: Transform, document: JsonObject) -> None:
        self._transform = transform
        self._document = document
        self._known: bytes | FormatError | None = None
        self._work = 0

    def __call__(self, document: JsonObject) -> bytes:
        if document is not self._document:
            self._work += linked_data.work_of(document)  # the options of proofs, and what a proof in a chain is over
            if self._work > linked_data.MAX_WORK:
                raise Poison("its proofs are more than is looked at")
            return self._transform(document)
        if self._known is None:
            try:
                self._known = self._transform(document)
            except FormatError as error:
                self._known = error
        if isinstance(self._known, FormatError):
            raise self._known
        return self._known


def once_each(suites: Mapping[str, Suite], document: JsonObject) -> dict[str, Suite]:
    """Return suites of which those with the same transform share what became of a document; over the text itself that is no work."""
    transforms = {suite.transform: _Once(suite.transform, document) for suite in suites.values() if not suite.carries_context}
    return {name: replace(suite, transform=transforms.get(suite.transform, suite.transform)) for name, suite in suites.items()}
