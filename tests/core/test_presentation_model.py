"""Presentations by the data model of VC 2.0 (4.13)."""

from typing import Any

import pytest

from laurea.core import canonical, openbadge
from laurea.core.openbadge import problems_of
from laurea.core.openbadge.presentation import Presentation
from laurea.core.presentation import Presentation as Shown
from tests.core.test_openbadge import ABSENT, PLAIN, changed

SHOWN: dict[str, Any] = {
    "@context": ["https://www.w3.org/ns/credentials/v2"],
    "type": ["VerifiablePresentation"],
    "id": "urn:uuid:00000000-0000-4000-8000-000000000003",
    "holder": {"id": "did:web:holder.example"},
    "termsOfUse": {"type": "https://holder.example/terms#Policy"},
    "verifiableCredential": [PLAIN],
}
ENVELOPED = {
    "@context": "https://www.w3.org/ns/credentials/v2",
    "id": "data:application/vc+jwt,e30.e30.c2ln",
    "type": "EnvelopedVerifiableCredential",
}


@pytest.mark.parametrize(
    ("pointer", "value"),
    [
        ("/id", ABSENT),
        ("/holder", ABSENT),
        ("/holder", "did:web:holder.example"),
        ("/type", ["VerifiablePresentation", "https://holder.example/types#Application"]),
        ("/@context/1", {"Application": "https://holder.example/types#Application"}),
        ("/@context", ["https://www.w3.org/2018/credentials/v1"]),
        ("/verifiableCredential", ABSENT),
        ("/verifiableCredential", PLAIN),
        ("/verifiableCredential/1", ENVELOPED),
        ("/somethingNew", None),
    ],
)
def test_what_a_presentation_may_be(pointer: str, value: Any) -> None:
    assert problems_of(Presentation, changed(SHOWN, pointer, value)) == []


@pytest.mark.parametrize(
    ("pointer", "value", "line"),
    [
        ("/@context", ABSENT, "/@context: add this member, it is required"),
        (
            "/@context",
            "https://www.w3.org/ns/credentials/v2",
            "/@context: give an array of contexts that begins with https://www.w3.org/ns",
        ),
        ("/@context/1", 7, "/@context: give an array of contexts"),
        ("/@context/1", "no URL", "/@context: give an array of contexts"),
        ("/type", ABSENT, "/type: add this member, it is required"),
        ("/type", ["VerifiableCredential"], "/type: give an array of types with VerifiablePresentation"),
        ("/id", "3732", "/id: give a URL with its scheme"),
        ("/id", ["urn:a:1", "urn:a:2"], "/id: give a URL with its scheme"),
        ("/holder", "z6Mk", "/holder: give a URL with its scheme"),
        ("/holder", {"name": "Ada"}, "/holder/id: add this member, it is required"),
        ("/holder", None, "/holder: null says nothing: leave the member out"),
        ("/termsOfUse/type", ABSENT, "/termsOfUse/type: add this member, it is required"),
    ],
)
def test_a_wrong_member_of_a_presentation_is_named_and_no_verifier_takes_it(pointer: str, value: Any, line: str) -> None:
    document = changed(SHOWN, pointer, value)

    (found,) = problems_of(Presentation, document)
    assert found.startswith(line)
    assert openbadge.frame_problems(document) == [found]
    if pointer != "/type":  # which tells a presentation from a credential
        assert (
            Shown.parse(canonical.encode(document)).problem == f"the presentation is not as it should be: {found}" or pointer == "/@context"
        )


@pytest.mark.parametrize(
    "value",
    [
        [],
        "eyJ.e30.c2ln",
        ["eyJ.e30.c2ln"],
        [7],
        [{}],
        [{"type": "Other"}],
        [changed(ENVELOPED, "/id", "https://a.example/1")],
        [changed(ENVELOPED, "/@context", ABSENT)],
        [changed(ENVELOPED, "/type", ["EnvelopedVerifiableCredential", "Other"])],
    ],
)
def test_what_is_no_credential_is_not_presented(value: Any) -> None:
    (found,) = problems_of(Presentation, changed(SHOWN, "/verifiableCredential", value))

    assert found.startswith("/verifiableCredential: give credentials: objects of type VerifiableCredential, or of type Enveloped")
