"""Claims path pointers (OpenID4VP 1.0, section 7.1): what they select in a credential, and which of its claims must be shown for that."""

from collections.abc import Iterable
from dataclasses import dataclass

from laurea.core.canonical import Json, JsonObject
from laurea.core.claims import DISCLOSABLE, ENVELOPE, Claim, split
from laurea.core.dcql.query import Path, Step
from laurea.errors import FormatError

MAX_SELECTED = 4096  # elements


@dataclass(frozen=True, slots=True)
class Selected:
    """An element of a credential, and the RFC 6901 pointer where it is."""

    pointer: str
    value: Json


def select(document: JsonObject, path: Path) -> tuple[Selected, ...]:
    """Return the elements that a path selects, at least one; raises FormatError when it selects none, or does not fit the document."""
    found: tuple[Selected, ...] = (Selected("", document),)
    for step in path:
        found = tuple(each for at in found for each in _step(at, step))
        if len(found) > MAX_SELECTED:
            raise FormatError("the path selects too much")
    if not found:
        raise FormatError("the path selects nothing")
    return found


def _step(at: Selected, step: Step) -> list[Selected]:
    # A name that is not there leaves its element out; an element of the wrong kind ends the whole (7.1, steps 2.1 to 2.3).
    if isinstance(step, str):
        if not isinstance(at.value, dict):
            raise FormatError("the path names a member of what is no object")
        return [Selected(f"{at.pointer}/{_escape(step)}", at.value[step])] if step in at.value else []
    if not isinstance(at.value, list):
        raise FormatError("the path counts the elements of what is no array")
    places = range(len(at.value)) if step is None else range(step, min(step + 1, len(at.value)))
    return [Selected(f"{at.pointer}/{place}", at.value[place]) for place in places]


def claims_for(document: JsonObject, pointers: Iterable[str]) -> frozenset[str]:
    """Return the pointers of the claims that must be shown so that the elements at `pointers` are.

    With each the types of the objects in which it is, without which nobody could read it; and the envelope, which is always shown.
    """
    # By sets of what is above what: a verifier's list of thousands and a credential of thousands of claims would else be millions of comparisons.
    wanted = frozenset(pointer for pointer in pointers if not _in_envelope(pointer))
    above_wanted = {above for pointer in wanted for above in _upwards(pointer)}
    all_claims = frozenset(claim.pointer for claim in split(document)) - {ENVELOPE}
    # A claim is an object's member below what is asked for, or an array that holds what is asked for.
    shown = {each for each in all_claims if each in above_wanted or not wanted.isdisjoint(_upwards(each))}
    types = {above for pointer in shown for above in _types_above(pointer)}
    return frozenset({ENVELOPE, *shown, *types.intersection(all_claims)})


def restricted(document: JsonObject, pointers: frozenset[str]) -> tuple[Claim, ...]:
    """Return those claims of a credential that are among `pointers`."""
    return tuple(claim for claim in split(document) if claim.pointer in pointers)


def _upwards(pointer: str) -> list[str]:
    """Return a pointer, and those of all that it lies in."""
    parts = pointer.split("/")
    return ["/".join(parts[:end]) for end in range(len(parts), 1, -1)]


def _in_envelope(pointer: str) -> bool:
    return pointer.split("/")[1:2] not in [[name] for name in DISCLOSABLE]


def _types_above(pointer: str) -> set[str]:
    parts = pointer.split("/")
    return {"/".join([*parts[:end], "type"]) for end in range(2, len(parts))}


def _escape(name: str) -> str:
    return name.replace("~", "~0").replace("/", "~1")
