"""Which claims of a credential its holder shows."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from laurea.core.claims import DISCLOSABLE, ENVELOPE, split
from laurea.core.credential import Credential
from laurea.errors import InputError

SUBJECT_ID = "/credentialSubject/id"


@dataclass(frozen=True, slots=True)
class Choice:
    """Which claims to show: those at or under the pointers in `show` (all when empty), without those at or under `hide`."""

    show: tuple[str, ...] = ()
    hide: tuple[str, ...] = ()

    def of(self, credential: Credential) -> frozenset[str]:
        """Return the pointers of the claims to show; raises InputError for a pointer that names none or cannot be hidden."""
        pointers = [claim.pointer for claim in split(credential.document)]
        for given in (*self.show, *self.hide):
            _refuse_unknown(given, pointers, credential)
        for given in self.hide:
            _refuse_hiding(given, pointers)
        shown = {pointer for pointer in pointers if not self.show or pointer in {ENVELOPE, SUBJECT_ID} or _covered(pointer, self.show)}
        with_types = shown.union(*(_types_above(pointer) for pointer in shown))
        return frozenset(pointer for pointer in pointers if pointer in with_types and not _covered(pointer, self.hide))


def _refuse_unknown(given: str, pointers: Sequence[str], credential: Credential) -> None:
    if not _in_envelope(given, credential) and not any(_covered(pointer, [given]) for pointer in pointers):
        raise InputError(f"there is no claim {given!r}", hint=f"the claims are {', '.join(filter(None, pointers))}; a list is one claim")


def _refuse_hiding(given: str, pointers: Sequence[str]) -> None:
    if not any(_covered(pointer, [given]) for pointer in pointers if pointer != ENVELOPE):
        raise InputError(f"{given!r} cannot be hidden: who issued what, and for how long, is always shown")
    if SUBJECT_ID in pointers and _covered(SUBJECT_ID, [given]):
        raise InputError(
            f"{SUBJECT_ID} cannot be hidden: it ties the presentation to its holder",
            hint=f"hide the other claims one by one, or name what to show: --show {SUBJECT_ID} shows the least",
        )


def _in_envelope(given: str, credential: Credential) -> bool:
    member = given.removeprefix("/").split("/")[0].replace("~1", "/").replace("~0", "~")
    return given == ENVELOPE or (given.startswith("/") and member in credential.document and member not in DISCLOSABLE)


def _covered(pointer: str, given: Iterable[str]) -> bool:
    return any(pointer == above or (above != ENVELOPE and pointer.startswith(f"{above}/")) for above in given)


def _types_above(pointer: str) -> set[str]:
    # What is shown of an object can only be read when its type is there as well.
    parts = pointer.split("/")
    return {"/".join([*parts[:end], "type"]) for end in range(2, len(parts))}
