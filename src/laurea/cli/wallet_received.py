"""What is said of a credential that came into the wallet, or could not."""

import os
import tempfile

from laurea.cli import output
from laurea.services.holding import Entry, Remark

NO_HOLDER = "the credential names no holder, so a verifier that asks who you are will not accept it"


def say(entry: Entry, *, fresh: bool) -> None:
    """Say that a credential is in the wallet, and what there is to know of it; its id is the result."""
    output.talk(f"{'kept' if fresh else 'the wallet already has'} number {entry.number}: {entry.name or 'a credential without a name'}")
    for remark in entry.remarks:
        output.talk(f"warning: {NO_HOLDER if remark is Remark.NO_HOLDER else remark.value}")
    output.data(output.printable(entry.credential.id or str(entry.number)))


def rescue(data: bytes, what: str = "what the link brought") -> None:
    """Keep what came and the wallet did not take in a file: nobody hands it out again."""
    descriptor, name = tempfile.mkstemp(prefix="credential-", suffix=".json", dir=".")
    with os.fdopen(descriptor, "wb") as file:
        file.write(data)
    output.talk(f"{what} is in {name}")
