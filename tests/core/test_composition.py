"""The parts of a capstone: which of what is shown beside it counts for each, and what can never count."""

import pytest

from laurea.core.composition import Found, compositions
from laurea.core.credential import Credential
from laurea.core.part import Part
from laurea.core.report import Verdict
from tests.core.judged import checked, report

ISSUER = "did:web:issuer.example"
PART = Part("urn:part", ISSUER, "https://issuer.example/sql", "SQL")


def shown(id_: str, *, issuer: str = ISSUER, achievement: str | None = PART.achievement, replaces: str = "") -> Credential:
    return Credential(
        {
            "id": id_,
            "issuer": {"id": issuer},
            "credentialSubject": {} if achievement is None else {"achievement": {"id": achievement}},
            "replaces": {"id": replaces} if replaces else [],
        },
        (),
    )


def found(*others: tuple[Credential, Verdict], whole: Verdict = Verdict.VALID) -> tuple[Found, str]:
    capstone = checked(whole, parts=[PART])
    each = [report(verdict) for _, verdict in others]
    (composition,) = compositions([capstone.credential, *(other for other, _ in others)], [report(whole), *each])
    (part,) = composition.parts
    return part.found, part.reason


@pytest.mark.parametrize("verdict", list(Verdict))
def test_a_part_is_as_the_report_about_it_says(verdict: Verdict) -> None:
    assert found((shown("urn:part"), verdict))[0].value == verdict.value


def test_nothing_is_said_of_a_part_that_was_not_shown() -> None:
    assert found()[0] is Found.NOT_SHOWN
    assert found((shown("urn:part", issuer="did:web:other.example"), Verdict.VALID))[0] is Found.NOT_SHOWN


def test_what_has_the_id_of_a_part_and_is_about_something_else_is_invalid() -> None:
    assert found((shown("urn:part", achievement="https://issuer.example/cooking"), Verdict.VALID))[0] is Found.INVALID


def test_a_forged_copy_beside_a_part_takes_nothing_away() -> None:
    assert found((shown("urn:part"), Verdict.INVALID), (shown("urn:part"), Verdict.VALID))[0] is Found.VALID


def test_what_was_renewed_counts_by_the_one_in_its_place_and_says_so() -> None:
    new = shown("urn:new", replaces="urn:part")

    by, why = found((shown("urn:part"), Verdict.INVALID), (new, Verdict.VALID))

    assert (by, why) == (Found.VALID, "renewed, urn:new stands in its place: it is valid")
    assert found((new, Verdict.VALID))[0] is Found.VALID


@pytest.mark.parametrize("verdict", [Verdict.INVALID, Verdict.UNDECIDED])
def test_what_is_not_valid_stands_in_no_place(verdict: Verdict) -> None:
    assert found((shown("urn:new", replaces="urn:part"), verdict))[0] is Found.NOT_SHOWN


@pytest.mark.parametrize(
    "new",
    [
        shown("urn:new", replaces="urn:part", issuer="did:web:other.example"),
        shown("urn:new", replaces="urn:part", achievement="https://issuer.example/cooking"),
        shown("urn:new", replaces="urn:part", achievement=None),
        shown("urn:new", replaces="urn:another"),
    ],
    ids=["another issuer", "another achievement", "its achievement is hidden", "the place of another"],
)
def test_a_valid_credential_stands_in_no_place_that_is_not_its_own(new: Credential) -> None:
    assert found((new, Verdict.VALID))[0] is Found.NOT_SHOWN
    assert found((shown("urn:part"), Verdict.INVALID), (new, Verdict.VALID))[0] is Found.INVALID
