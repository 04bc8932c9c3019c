"""Which claims of a credential its holder shows."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from laurea.core.claim_names import name_of, pointer_of
from laurea.core.claims import DISCLOSABLE, ENVELOPE, split
from laurea.core.credential import Credential
from laurea.errors import InputError

SUBJECT_ID = "/credentialSubject/id"


@dataclass(frozen=True, slots=True)
class Choice:
    """Which claims to show: those at or under the pointers in `show` (all when empty), without those at or under `hide`.

    Instead of a pointer a claim's name may be given, or the last member of its pointer.
    """

    show: tuple[str, ...] = ()
    hide: tuple[str, ...] = ()

    def of(self, credential: Credential) -> frozenset[str]:
        """Return the pointers of the claims to show; raises InputError for what names none or several, or cannot be hidden."""
        pointers = [claim.pointer for claim in split(credential.document)]
        show, hide = ([_known(given, pointers, credential) for given in each] for each in (self.show, self.hide))
        for given in hide:
            _refuse_hiding(given, pointers)
        shown = {pointer for pointer in pointers if not show or pointer in {ENVELOPE, SUBJECT_ID} or _covered(pointer, show)}
        with_types = shown.union(*(_types_above(pointer) for pointer in shown))
        return frozenset(pointer for pointer in pointers if pointer in with_types and not _covered(pointer, hide))

    def within(self, credential: Credential) -> "Choice":
        """Return the part of a choice that a credential has claims for: what was meant for others does not count. It shows no more."""
        pointers = [claim.pointer for claim in split(credential.document)]
        show, hide = (tuple(given for given in each if _is_known(given, pointers, credential)) for each in (self.show, self.hide))
        return Choice(show or ((SUBJECT_ID,) if self.show and SUBJECT_ID in pointers else self.show), hide)


def _known(given: str, pointers: Sequence[str], credential: Credential) -> str:
    """Return the pointer that is meant; raises InputError."""
    pointer = pointer_of(given, pointers)
    if not _in_envelope(pointer, credential) and not any(_covered(each, [pointer]) for each in pointers):
        claims = ", ".join(f"{each} ({name_of(each)})" for each in pointers if each)
        raise InputError(f"there is no claim {given!r}", hint=f"the claims are {claims}; a list is one claim")
    return pointer


def _is_known(given: str, pointers: Sequence[str], credential: Credential) -> bool:
    pointer = pointer_of(given, pointers)
    return _in_envelope(pointer, credential) or any(_covered(each, [pointer]) for each in pointers)


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
