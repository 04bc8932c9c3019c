"""The Learning and Employment Record Resume Standard (LER-RS, HR Open Standards 4.4): verified credentials as a record for applicant tracking systems.

Only members that LER-RS has for what a credential says are written: certifications, educationAndLearnings and skills, each with the credential itself
among its `verifications`, so that whoever takes the record can check it anew.
"""

from collections.abc import Sequence
from datetime import UTC, datetime

from laurea.artefacts.plain import plain
from laurea.artefacts.resume import DEGREES
from laurea.core.canonical import Json, JsonObject
from laurea.core.checked import Checked, counts
from laurea.core.learning import Learning

TYPE = "http://schema.hropenstandards.org/4.4/recruiting/json/ler-rs/LER-RSType.json"
"""The one value that its schema allows, also in the release 4.5."""


def record(checked: Sequence[Checked]) -> JsonObject:
    """Return the record of one person's credentials; those that are not valid are left out."""
    valid = [each for each in checked if counts(each)]
    names = {each.holder_name for each in valid} - {""}
    # Of credentials about different holders nobody knows whose record it would be.
    is_one = len(names) == 1 and len({each.holder for each in valid} - {""}) <= 1
    person: JsonObject = {"person": {"name": {"formattedName": plain(names.pop())}}} if is_one else {}
    learnt = [(each, each.learning()) for each in valid]
    sections: dict[str, list[Json]] = {
        "certifications": [_certification(each, said) for each, said in learnt if said.kind not in DEGREES],
        "educationAndLearnings": [_education(each, said) for each, said in learnt if said.kind in DEGREES],
        "skills": _skills([said for _, said in learnt]),
    }
    return {"type": TYPE, **person, **{name: items for name, items in sections.items() if items}}


def _certification(each: Checked, said: Learning) -> JsonObject:
    ends = {name: _day(moment) for name, moment in (("validFrom", said.valid_from), ("validTo", said.valid_until)) if moment is not None}
    return {
        "name": plain(said.title),
        "issuingAuthority": _organization(said),
        **_dated("firstIssued", said.awarded or said.valid_from),
        **({"effectiveTimePeriod": dict[str, Json](ends)} if ends else {}),
        **_proof(each),
    }


def _education(each: Checked, said: Learning) -> JsonObject:
    return {
        "institution": _organization(said),
        "educationDegrees": [{"name": plain(said.title)}],
        **_dated("end", said.awarded or said.valid_from),
        **_proof(each),
    }


def _skills(learnt: Sequence[Learning]) -> list[Json]:
    names = dict.fromkeys(plain(skill.name) for said in learnt for skill in said.skills)
    return [{"name": name} for name in names if name]


def _organization(said: Learning) -> JsonObject:
    return {"name": plain(said.issuer_name or said.issuer)}


def _proof(each: Checked) -> JsonObject:
    return {"verifications": [each.credential.secured()]}


def _dated(name: str, moment: datetime | None) -> JsonObject:
    return {} if moment is None else {name: _day(moment)}


def _day(moment: datetime) -> str:
    return moment.astimezone(UTC).date().isoformat()
