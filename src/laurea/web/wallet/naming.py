"""Claims as people read them. The table of their names is the core's, its words stand here for the catalogues."""

import json

from laurea.core.canonical import Json
from laurea.core.claim_names import name_of
from laurea.web.wallet.language import N_, Language

NAMES = (
    N_("Holder"),
    N_("Type of the subject"),
    N_("Holder's name"),
    N_("Given name"),
    N_("Family name"),
    N_("Date of birth"),
    N_("E-mail address"),
    N_("Holder's identifiers"),
    N_("Picture"),
    N_("What the holder did"),
    N_("Results"),
    N_("Credits earned"),
    N_("Begin of the activity"),
    N_("End of the activity"),
    N_("Licence number"),
    N_("Role"),
    N_("Term"),
    N_("Who assessed it"),
    N_("Degree"),
    N_("Degree name"),
    N_("Degree type"),
    N_("Achievement"),
    N_("Achievement id"),
    N_("Achievement types"),
    N_("Achievement name"),
    N_("Achievement description"),
    N_("Kind of achievement"),
    N_("Criteria"),
    N_("Criteria (link)"),
    N_("Criteria (text)"),
    N_("Skills (alignment)"),
    N_("Tags"),
    N_("Achievement picture"),
    N_("Achievement picture (link)"),
    N_("Achievement picture (type)"),
    N_("Achievement picture (caption)"),
    N_("Course code"),
    N_("Field of study"),
    N_("Specialization"),
    N_("Credits available"),
    N_("What the results mean"),
    N_("Who designed the achievement"),
    N_("Language"),
    N_("Version"),
    N_("Level"),
    N_("Workload"),
    N_("Evidence"),
)


def name_of_claim(pointer: str, language: Language) -> str:
    """Return what a claim is called; one that stands in no table is called as its place says, in English."""
    found = name_of(pointer)
    said = language.say(found.english) if found.english in NAMES else found.english
    return said if found.number is None else f"{said} {language.number(found.number)}"


def written(value: Json) -> str:
    """Return a value as text for people; the types and identifiers of what is in it are left out where it says anything else."""
    if isinstance(value, list):
        return ", ".join(map(written, value))
    if isinstance(value, dict):
        said = {name: member for name, member in value.items() if name not in ("type", "id")} or value
        return "; ".join(f"{name}: {written(member)}" for name, member in said.items())
    return value if isinstance(value, str) else json.dumps(value)
