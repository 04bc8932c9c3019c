"""Names of claims for people, from where they stand."""

import re

from laurea.web.wallet.language import Language

WORD = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")


def name_of_claim(pointer: str, language: Language) -> str:
    """Return a name for a claim."""
    parts = [WORD.sub(" ", part).lower() for part in pointer.removeprefix("/credentialSubject").split("/") if part]
    return ": ".join(parts).capitalize() or pointer
