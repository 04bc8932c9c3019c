"""What people call the claims of a credential: a finite table of names that can be translated, and a readable form for all others."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from laurea.errors import InputError

SUBJECT = "/credentialSubject/"
OTHER = "claim.other"  # the id of what stands in no table: its text is made of the pointer

# By the pointer, without "/credentialSubject/". The id of a name is "claim." and this, with dots; pages translate by it.
ENGLISH = {
    "id": "Holder",
    "type": "Type of the subject",
    "name": "Holder's name",
    "givenName": "Given name",
    "familyName": "Family name",
    "birthDate": "Date of birth",
    "email": "E-mail address",
    "identifier": "Holder's identifiers",
    "image": "Picture",
    "narrative": "What the holder did",
    "result": "Results",
    "creditsEarned": "Credits earned",
    "activityStartDate": "Begin of the activity",
    "activityEndDate": "End of the activity",
    "licenseNumber": "Licence number",
    "role": "Role",
    "term": "Term",
    "source": "Who assessed it",
    "degree": "Degree",
    "degree/name": "Degree name",
    "degree/type": "Degree type",
    "achievement": "Achievement",
    "achievement/id": "Achievement id",
    "achievement/type": "Achievement types",
    "achievement/name": "Achievement name",
    "achievement/description": "Achievement description",
    "achievement/achievementType": "Kind of achievement",
    "achievement/criteria": "Criteria",
    "achievement/criteria/id": "Criteria (link)",
    "achievement/criteria/narrative": "Criteria (text)",
    "achievement/alignment": "Skills (alignment)",
    "achievement/tag": "Tags",
    "achievement/image": "Achievement picture",
    "achievement/image/id": "Achievement picture (link)",
    "achievement/image/type": "Achievement picture (type)",
    "achievement/image/caption": "Achievement picture (caption)",
    "achievement/humanCode": "Course code",
    "achievement/fieldOfStudy": "Field of study",
    "achievement/specialization": "Specialization",
    "achievement/creditsAvailable": "Credits available",
    "achievement/resultDescription": "What the results mean",
    "achievement/creator": "Who designed the achievement",
    "achievement/inLanguage": "Language",
    "achievement/version": "Version",
    "achievement/educationLevel": "Level",
    "achievement/workload": "Workload",
    "/evidence": "Evidence",
}
_WORD = re.compile(r"[A-Z]?[^\W_A-Z]+|[A-Z]+(?![a-z])|\d+")


@dataclass(frozen=True, slots=True)
class ClaimName:
    """What a claim is called: the id of the name, by which it is translated, and its English; `number` counts in a list, from 1."""

    id: str
    english: str
    number: int | None = None

    def __str__(self) -> str:
        """The name in English."""
        return self.english if self.number is None else f"{self.english} {self.number}"


def name_of(pointer: str) -> ClaimName:
    """Return what a claim is called; never raises."""
    place, number = _numbered(pointer)
    known = place.removeprefix(SUBJECT) if place.startswith(SUBJECT) else place
    if known in ENGLISH and (known.startswith("/") or place != known):
        return ClaimName("claim." + known.strip("/").replace("/", "."), ENGLISH[known], number)
    tokens = [token.replace("~1", "/").replace("~0", "~") for token in known.strip("/").split("/")]
    return ClaimName(OTHER, ": ".join(map(_readable, tokens)), number)


def pointer_of(given: str, pointers: Sequence[str]) -> str:
    """Return the pointer that a person means: one of a claim, or of what is around claims, by itself, its last member or its name.

    What is no name is returned as it was given. Raises InputError when a name stands for several.
    """
    if given == "" or given.startswith("/"):
        return given
    wanted = given.strip().casefold()
    matches = [place for place in _places(pointers) if wanted in {place.rpartition("/")[2].casefold(), str(name_of(place)).casefold()}]
    if len(matches) > 1:
        listed = ", ".join(f"{place} ({name_of(place)})" for place in matches)
        raise InputError(f"{given!r} may mean {len(matches)} claims", hint=f"name one: {listed}")
    return matches[0] if matches else given


def _places(pointers: Iterable[str]) -> list[str]:
    """Return the claims and the objects around them, but the subject itself."""
    found = {pointer: None for pointer in pointers if pointer}
    for pointer in pointers:
        parts = pointer.split("/")
        found.update({"/".join(parts[:end]): None for end in range(3, len(parts))})
    return list(found)


def _numbered(pointer: str) -> tuple[str, int | None]:
    head, _, last = pointer.rpartition("/")
    return (head, int(last) + 1) if head and len(last) < len("10000") and last.isascii() and last.isdecimal() else (pointer, None)


def _readable(token: str) -> str:
    words = " ".join(word if word.isupper() and len(word) > 1 else word.lower() for word in _WORD.findall(token))
    return words[:1].upper() + words[1:] if words else token
