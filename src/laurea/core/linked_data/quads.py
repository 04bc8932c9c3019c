"""RDF as text: terms and quads in canonical N-Quads (RDF Dataset Canonicalization 1.0, section 5)."""

import re
from typing import NamedTuple

from laurea.errors import FormatError

STRING = "http://www.w3.org/2001/XMLSchema#string"
LANGUAGE_STRING = "http://www.w3.org/1999/02/22-rdf-syntax-ns#langString"

# RFC 3987 as far as N-Quads depends on it: a scheme, and nothing that would end the IRI or that must be escaped in it.
_IRI = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:[^\s\x00-\x20\x7f<>\"{}|^`\\]*")
_LANGUAGE = re.compile(r"[A-Za-z]{1,8}(-[A-Za-z0-9]{1,8})*")
_ESCAPED = re.compile(r'[\x00-\x1f"\\\x7f]')
_ESCAPED_BYTES = re.compile(_ESCAPED.pattern.encode())
_SHORT = {"\b": r"\b", "\t": r"\t", "\n": r"\n", "\f": r"\f", "\r": r"\r", '"': r"\"", "\\": r"\\"}


class Quad(NamedTuple):
    """Four terms as N-Quads writes them; `graph` is "" for the default graph. A blank node begins with "_:"."""

    subject: str
    predicate: str
    object: str
    graph: str

    def line(self) -> str:
        """Return the quad's line, with its line feed."""
        return f"{self.subject} {self.predicate} {self.object}{' ' if self.graph else ''}{self.graph} .\n"


def is_iri(text: str) -> bool:
    """Tell whether a text is an absolute IRI that N-Quads can hold."""
    return _IRI.fullmatch(text) is not None


def iri(text: str) -> str:
    """Return an IRI as a term; raises FormatError for a relative or malformed one, which could pass for something else."""
    if not is_iri(text):
        raise FormatError(f"{text[:80]!r} is not an absolute IRI")
    return f"<{text}>"


def literal(value: str, datatype: str = STRING, language: str = "") -> str:
    """Return a literal as a term; raises FormatError for a language tag or datatype that is none."""
    quoted = f'"{escape(value)}"'
    if datatype == LANGUAGE_STRING:
        if not _LANGUAGE.fullmatch(language):
            raise FormatError(f"{language[:40]!r} is not a language tag")
        return f"{quoted}@{language}"
    return quoted if datatype == STRING else f"{quoted}^^{iri(datatype)}"


def escape(value: str) -> str:
    """Return the text of a literal between its quotation marks."""
    return _ESCAPED.sub(_escaped, value)


def escape_bytes(value: bytes) -> bytes:
    """Return the same of a text in UTF-8."""
    return _ESCAPED_BYTES.sub(lambda match: escape(match[0].decode()).encode(), value)


def _escaped(match: re.Match[str]) -> str:
    character = match[0]
    return _SHORT.get(character) or f"\\u{ord(character):04X}"
