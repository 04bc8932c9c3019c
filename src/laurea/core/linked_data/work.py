"""What is too much work: a verifier does not do everything that a document asks of it."""

from laurea.errors import FormatError


class Poison(FormatError):
    """Canonicalising the document would take too much work, as it is made to or because it is very large: nothing can be said of it."""
