"""What people call claims: a table that can be translated, readable words for all else, and back to the one pointer that is meant."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from laurea.core.claim_names import ENGLISH, OTHER, ClaimName, name_of, pointer_of
from laurea.errors import InputError

SUBJECT = "/credentialSubject"
POINTERS = [
    "",
    "/evidence",
    f"{SUBJECT}/id",
    f"{SUBJECT}/type",
    f"{SUBJECT}/achievement/name",
    f"{SUBJECT}/achievement/type",
    f"{SUBJECT}/achievement/criteria/narrative",
    f"{SUBJECT}/achievement/alignment",
    f"{SUBJECT}/result",
    f"{SUBJECT}/narrative",
]


@pytest.mark.parametrize(
    ("pointer", "english", "identifier"),
    [
        ("/evidence", "Evidence", "claim.evidence"),
        (f"{SUBJECT}/achievement/name", "Achievement name", "claim.achievement.name"),
        (f"{SUBJECT}/achievement/alignment", "Skills (alignment)", "claim.achievement.alignment"),
        (f"{SUBJECT}/result", "Results", "claim.result"),
        (f"{SUBJECT}/result/0", "Results 1", "claim.result"),
        (f"{SUBJECT}/awardedBy", "Awarded by", OTHER),
        (f"{SUBJECT}/achievement/ects_credits", "Achievement: Ects credits", OTHER),
        (f"{SUBJECT}/a~1b~0c/URLOfPage2", "A b c: URL of page2", OTHER),
        (f"{SUBJECT}/查询", "查询", OTHER),
        (f"{SUBJECT}/+/", "+", OTHER),
        ("/result", "Result", OTHER),
        ("evidence", "Evidence", OTHER),
        ("", "", OTHER),
        (f"{SUBJECT}", "Credential subject", OTHER),
    ],
)
def test_a_claim_has_a_name(pointer: str, english: str, identifier: str) -> None:
    assert (str(name_of(pointer)), name_of(pointer).id) == (english, identifier)


def test_every_name_of_the_table_stands_for_one_claim() -> None:
    assert len(set(ENGLISH.values())) == len(ENGLISH)
    for known, english in ENGLISH.items():
        pointer = known if known.startswith("/") else f"{SUBJECT}/{known}"
        assert name_of(pointer) == ClaimName("claim." + known.strip("/").replace("/", "."), english)


@pytest.mark.parametrize(
    ("given_", "pointer"),
    [
        ("result", f"{SUBJECT}/result"),
        ("Result", f"{SUBJECT}/result"),
        (" RESULTS ", f"{SUBJECT}/result"),
        ("achievement", f"{SUBJECT}/achievement"),
        ("Achievement name", f"{SUBJECT}/achievement/name"),
        ("criteria", f"{SUBJECT}/achievement/criteria"),
        ("evidence", "/evidence"),
        (f"{SUBJECT}/nothing", f"{SUBJECT}/nothing"),
        ("credentialSubject", "credentialSubject"),
        ("score", "score"),
        ("", ""),
    ],
)
def test_a_name_leads_to_the_one_claim_that_has_it(given_: str, pointer: str) -> None:
    assert pointer_of(given_, POINTERS) == pointer


@pytest.mark.parametrize("given_", ["type", "Narrative"])
def test_a_name_of_several_claims_is_refused_and_they_are_listed(given_: str) -> None:
    with pytest.raises(InputError, match="may mean 2 claims") as caught:
        pointer_of(given_, POINTERS)
    assert f"{SUBJECT}/{given_.lower()} (" in caught.value.hint


@given(st.lists(st.text(max_size=6), max_size=4))
def test_any_pointer_has_a_name(tokens: list[str]) -> None:
    name = name_of("".join(f"/{token}" for token in tokens))

    assert name.id == OTHER or name.id.startswith("claim.")
