"""Postings: their text out of a file, and the skills that it asks for."""

import re

from laurea.core.concept import Frameworks
from laurea.core.posting import Wanted
from laurea.errors import FormatError

MAX_BYTES = 10 << 20


def posting_text(data: bytes, name: str) -> str:
    """Return the text of a posting, with a line for each paragraph; `name` is the file's or the URL, for messages. Raises FormatError."""
    if len(data) > MAX_BYTES:
        raise FormatError(f"{name} is larger than {MAX_BYTES:,} bytes")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise FormatError(f"{name} is not text in UTF-8", hint="give text, HTML or PDF") from error


def wanted_of(text: str, frameworks: Frameworks) -> list[Wanted]:
    """Return the skills that a posting asks for, in the order of the text, each once, with the sentence that it came from.

    What no framework knows is left out, or comes as words without concept; what the posting says it does not need is not there.
    """
    found: dict[str, Wanted] = {}
    for sentence in filter(None, map(str.strip, re.split(r"[.\n]", text))):
        parts = [part.strip() for part in re.split(r"[,;]| and | or ", sentence)]
        for words, concepts in frameworks.named(parts).items():
            found.setdefault(concepts[0].uri, Wanted(concepts[0], words, sentence, True, 1.0))
    return list(found.values())
