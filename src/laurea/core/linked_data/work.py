"""Why nothing can be said of a document: a verifier neither knows everything nor does everything that is asked of it."""

from laurea.errors import FormatError


class Undecidable(FormatError):
    """What a document means as RDF cannot be told here, so its signature is neither good nor bad."""


class Poison(Undecidable):
    """Canonicalising the document would take too much work, as it is made to or because it is very large."""
