"""The data model: what VC 2.0 and Open Badges 3.0 accept and refuse, and where we differ from the official schema."""

import json
import re
from collections.abc import Callable, Iterator
from copy import deepcopy
from datetime import date, datetime
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from hypothesis import given
from hypothesis import strategies as st

from laurea.core.openbadge import problems

VECTORS = Path(__file__).parents[1] / "vectors" / "merkle-anchor-2026.json"

BADGE: dict[str, Any] = {
    "@context": ["https://www.w3.org/ns/credentials/v2", "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json"],
    "id": "urn:uuid:00000000-0000-4000-8000-000000000001",
    "type": ["VerifiableCredential", "OpenBadgeCredential"],
    "name": {"en": "SQL for Analysts", "de": "SQL für Analysen"},
    "issuer": {"id": "did:web:issuer.example", "type": ["Profile"], "name": "Example University"},
    "validFrom": "2026-11-22T00:00:00Z",
    "validUntil": "2029-11-22T00:00:00+01:00",
    "credentialStatus": {"type": "BitstringStatusListEntry", "id": "https://issuer.example/status/1#7"},
    "credentialSchema": {"type": "JsonSchema", "id": "https://issuer.example/schema.json"},
    "evidence": [{"id": "https://issuer.example/evidence/1", "type": ["Evidence"], "name": "Project report"}],
    "credentialSubject": {
        "id": "did:key:z6MkhaXgBZDvotDkL5257faiztiGiC2QtKLGpbnnEGta2doK",
        "type": ["AchievementSubject"],
        "activityEndDate": "2026-11-20T09:30:00.25Z",
        "creditsEarned": 3,
        "identifier": [{"type": "IdentityObject", "hashed": False, "identityHash": "한지우", "identityType": "name"}],
        "achievement": {
            "id": "https://issuer.example/achievements/sql",
            "type": ["Achievement"],
            "achievementType": "MicroCredential",
            "name": "SQL for Analysts",
            "description": "Queries, joins and window functions on real data",
            "inLanguage": "en",
            "criteria": {"narrative": "Passed a proctored project with at least 80 %"},
            "creator": {"id": "did:web:issuer.example", "type": ["Profile"], "dateOfBirth": "1409-12-02"},
        },
        "result": {"type": ["Result"], "status": "Completed", "value": "84"},
    },
}
ENDORSEMENT: dict[str, Any] = {
    "@context": BADGE["@context"],
    "id": "urn:uuid:00000000-0000-4000-8000-000000000002",
    "type": ["VerifiableCredential", "EndorsementCredential"],
    "name": "In good standing",
    "issuer": "did:web:agency.example",
    "validFrom": "2026-11-22T00:00:00Z",
    "credentialSubject": {"id": "did:web:issuer.example", "type": ["EndorsementSubject"]},
}
PLAIN: dict[str, Any] = {
    "@context": ["https://www.w3.org/ns/credentials/v2"],
    "type": ["VerifiableCredential"],
    "issuer": {"id": "did:web:issuer.example", "name": {"@value": "Example", "@language": "en", "@direction": "ltr"}},
    "relatedResource": [
        {
            "id": "https://www.w3.org/ns/credentials/v2",
            "digestSRI": "sha384-l/HrjlBCNWyAX91hr6LFV2Y3heB5Tcr6IeE4/Tje8YyzYBM8IhqjHWiWpr8+ZbYU",
            "mediaType": "application/ld+json",
        }
    ],
    "credentialSubject": {"degree": None},
}
ABSENT = object()


def changed(document: dict[str, Any], pointer: str, value: Any) -> dict[str, Any]:
    """Return a copy in which the member at `pointer` has another value, or is gone when the value is ABSENT."""
    copy = deepcopy(document)
    *parents, last = [int(step) if step.isdigit() else step for step in pointer.split("/")[1:]]
    place: Any = copy
    for step in parents:
        place = place[step]
    if value is ABSENT:
        del place[last]
    elif isinstance(place, list) and last == len(place):
        place.append(value)
    else:
        place[last] = value
    return copy


@pytest.mark.parametrize("document", [BADGE, ENDORSEMENT, PLAIN], ids=["badge", "endorsement", "any credential"])
def test_a_credential_that_follows_the_data_model_has_no_problems(document: dict[str, Any]) -> None:
    assert problems(document) == []


@pytest.mark.parametrize(
    ("pointer", "value", "line"),
    [
        ("/@context", "https://www.w3.org/ns/credentials/v2", "/@context: give an array of contexts that begins with https://www.w3.org"),
        ("/@context", ["https://www.w3.org/ns/credentials/v2"], "/@context: give https://purl.imsglobal.org/spec/ob/v3p0/context"),
        ("/@context/1", "https://purl.imsglobal.org/spec/ob/v3p0/context-2.json", "/@context: give https://purl.imsglobal.org/"),
        ("/type", ["OpenBadgeCredential"], "/type: give an array of types with VerifiableCredential and OpenBadgeCredential or"),
        ("/type", ["VerifiableCredential", "OtherCredential"], "/type: give an array of types with VerifiableCredential and"),
        ("/id", "3732", "/id: give a URL with its scheme, like https://… or did:… or urn:uuid:…"),
        ("/id", ABSENT, "/id: add this member, it is required"),
        ("/name", 7, '/name: give a string, or strings by language, like {"en": "…", "de": "…"}'),
        ("/name", {"english": "SQL"}, '/name: give a string, or strings by language, like {"en": "…", "de": "…"}'),
        ("/name", {"en": 7}, '/name: give a string, or strings by language, like {"en": "…", "de": "…"}'),
        ("/issuer", "example.edu", "/issuer: give a URL with its scheme, like https://… or did:… or urn:uuid:…"),
        ("/issuer", 7, "/issuer: give an object"),
        ("/issuer/type", ["Person"], "/issuer/type: give an array of types with Profile"),
        ("/issuer/type", ABSENT, "/issuer/type: add this member, it is required"),
        ("/validFrom", ABSENT, "/validFrom: add this member, it is required"),
        ("/validFrom", "2026-11-22", "/validFrom: give a date and time with a time zone, like 2026-11-23T09:00:00Z"),
        ("/validFrom", "2026-11-22T00:00:00", "/validFrom: give a date and time with a time zone, like 2026-11-23T09:00:00Z"),
        ("/validFrom", "2026-02-30T00:00:00Z", "/validFrom: give a date and time with a time zone, like 2026-11-23T09:00:00Z"),
        ("/validFrom", 1795305600, "/validFrom: give a date and time with a time zone, like 2026-11-23T09:00:00Z"),
        ("/validUntil", "2026-11-21T23:59:59Z", "/validUntil: give a time that is not before validFrom"),
        ("/validUntil", None, "/validUntil: null says nothing: leave the member out"),
        ("/credentialStatus/type", ABSENT, "/credentialStatus/type: add this member, it is required"),
        ("/credentialStatus/type", [], "/credentialStatus/type: give a type or an array of types"),
        ("/credentialStatus/id", "7", "/credentialStatus/id: give a URL with its scheme"),
        ("/credentialSchema/id", ABSENT, "/credentialSchema/id: add this member, it is required"),
        ("/evidence/0/type", ["Proof"], "/evidence/0/type: give an array of types with Evidence"),
        ("/evidence/0", "https://issuer.example/evidence/1", "/evidence/0: give an object"),
        ("/credentialSubject", [], "/credentialSubject: give an object"),
        ("/credentialSubject/activityEndDate", "yesterday", "/credentialSubject/activityEndDate: give a date and time"),
        ("/credentialSubject/creditsEarned", True, "/credentialSubject/creditsEarned: give a number"),
        ("/credentialSubject/creditsEarned", "3", "/credentialSubject/creditsEarned: give a number"),
        ("/credentialSubject/identifier/0/hashed", 0, "/credentialSubject/identifier/0/hashed: give true or false"),
        ("/credentialSubject/identifier/0/hint", "K", "/credentialSubject/identifier/0/hint: remove this member, Open Badges allows no"),
        ("/credentialSubject/identifier/0/type", "Identity", "/credentialSubject/identifier/0/type: input should be 'IdentityObject'"),
        ("/credentialSubject/identifier/0/identityType", "mail", "/credentialSubject/identifier/0/identityType: give one of name, "),
        ("/credentialSubject/achievement", ABSENT, "/credentialSubject/achievement: add this member, it is required"),
        ("/credentialSubject/achievement/criteria", "Pass", "/credentialSubject/achievement/criteria: give an object"),
        ("/credentialSubject/achievement/inLanguage", "English", "/credentialSubject/achievement/inLanguage: give a language tag"),
        ("/credentialSubject/achievement/inLanguage", {"en": "English"}, "/credentialSubject/achievement/inLanguage: give a language"),
        ("/credentialSubject/achievement/achievementType", "Course?", "/credentialSubject/achievement/achievementType: give one of "),
        ("/credentialSubject/achievement/creator/dateOfBirth", "1409", "/credentialSubject/achievement/creator/dateOfBirth: give a date"),
        ("/credentialSubject/achievement/creator/dateOfBirth", "1409-13-02", "/credentialSubject/achievement/creator/dateOfBirth: give a"),
        ("/credentialSubject/achievement/endorsementJwt", "a.b", "/credentialSubject/achievement/endorsementJwt: give a signed JWT"),
        ("/credentialSubject/result/status", "ext:Late", "/credentialSubject/result/status: give one of Completed, Enrolled, "),
        ("/credentialSubject/result/type", {"en": "Result"}, "/credentialSubject/result/type: give an array of types with Result"),
    ],
)
def test_a_wrong_member_of_a_badge_is_named_once_with_its_fix(pointer: str, value: Any, line: str) -> None:
    found = problems(changed(BADGE, pointer, value))

    assert len(found) == 1
    assert found[0].startswith(line)


@pytest.mark.parametrize(
    ("pointer", "value", "line"),
    [
        ("/@context", [], "/@context: give an array of contexts that begins with https://www.w3.org/ns/credentials/v2"),
        ("/@context", ["https://www.w3.org/ns/did/v1"], "/@context: give an array of contexts that begins with https://www.w3"),
        ("/type", ["UniversityDegree"], "/type: give an array of types with VerifiableCredential"),
        ("/type", "UniversityDegree", "/type: give an array of types with VerifiableCredential"),
        ("/type", {"en": "VerifiableCredential"}, "/type: give an array of types with VerifiableCredential"),
        ("/issuer", {"name": "Example University"}, "/issuer/id: add this member, it is required"),
        ("/name", ["SQL", {"@value": 7}], '/name: give a string, or one with its language, like {"@value": "…", "@language": "en"}'),
        ("/credentialSubject", ABSENT, "/credentialSubject: add this member, it is required"),
        ("/credentialSubject", {}, "/credentialSubject: give an object with at least one member, or a non-empty array of such objects"),
        ("/credentialSubject", [], "/credentialSubject: give an object with at least one member, or a non-empty array of such objects"),
        ("/credentialSubject", "did:key:z6Mk", "/credentialSubject: give an object with at least one member, or a non-empty array of"),
        ("/credentialSubject", [{"a": 1}, {"id": 7}], "/credentialSubject/1/id: give a URL with its scheme"),
        ("/termsOfUse", {"id": "urn:terms"}, "/termsOfUse/type: add this member, it is required"),
        ("/evidence", [{"id": "urn:evidence"}], "/evidence/0/type: add this member, it is required"),
        ("/proof", [{"type": 7}], "/proof/0/type: give a string"),
        (
            "/@context/1",
            "not a URL",
            "/@context: give an array of contexts that begins with https://www.w3.org/ns/credentials/v2, each a URL",
        ),
        (
            "/@context/1",
            123192875,
            "/@context: give an array of contexts that begins with https://www.w3.org/ns/credentials/v2, each a URL",
        ),
        ("/type", ["VerifiableCredential", "two words"], "/type: give an array of types with VerifiableCredential"),
        ("/type", ["VerifiableCredential", ""], "/type: give an array of types with VerifiableCredential"),
        ("/issuer/name", {"@value": "A", "url": "did:web:a.example"}, "/issuer/name: give a string, or one with its language"),
        ("/issuer/name/@language", "e n", "/issuer/name: give a string, or one with its language"),
        ("/issuer/name/@direction", "up", "/issuer/name: give a string, or one with its language"),
        ("/issuer/description", 7, "/issuer/description: give a string, or one with its language"),
        ("/name", {"@language": "en"}, "/name: give a string, or one with its language"),
        ("/relatedResource", [], "/relatedResource: give objects with a URL as id, each another, and with a digest"),
        ("/relatedResource", ["https://www.w3.org/ns/credentials/v2"], "/relatedResource: give objects with a URL as id"),
        ("/relatedResource/0/id", ABSENT, "/relatedResource: give objects with a URL as id"),
        ("/relatedResource/0/id", "v2", "/relatedResource: give objects with a URL as id"),
        ("/relatedResource/0/mediaType", 7, "/relatedResource: give objects with a URL as id"),
        ("/relatedResource/0/digestSRI", ABSENT, "/relatedResource: give objects with a URL as id"),
        ("/relatedResource/0/digestSRI", [], "/relatedResource: give objects with a URL as id"),
        ("/relatedResource/0/digestSRI", "md5-AAAA", "/relatedResource: give objects with a URL as id"),
        ("/relatedResource/0/digestMultibase", "AAAA", "/relatedResource: give objects with a URL as id"),
        (
            "/relatedResource/1",
            {"id": "https://www.w3.org/ns/credentials/v2", "digestSRI": "sha256-AAAA"},
            "/relatedResource: give objects",
        ),
        (
            "/relatedResource/0/digestSRI",
            "sha384-AAAA",
            "/relatedResource: give the digest of what is published at https://www.w3.org/ns/cr",
        ),
        ("/relatedResource/0/digestMultibase", "uEiBAAAA", "/relatedResource: give the digest of what is published at https://www.w3.org/"),
    ],
)
def test_a_wrong_member_of_any_credential_is_named_once_with_its_fix(pointer: str, value: Any, line: str) -> None:
    found = problems(changed(PLAIN, pointer, value))

    assert len(found) == 1
    assert found[0].startswith(line)


@pytest.mark.parametrize(
    ("pointer", "value"),
    [
        ("/type", "VerifiableCredential"),
        ("/name", [{"@value": "SQL", "@language": "en"}, "SQL"]),
        ("/credentialSubject", [{"id": "did:web:a.example"}, {"name": "b"}]),
        ("/credentialStatus", [{"type": "BitstringStatusListEntry"}, {"type": ["BitstringStatusListEntry"]}]),
        ("/proof", {"type": "DataIntegrityProof", "created": "2026-11-22T00:00:00Z"}),
        ("/somethingNew", None),
        ("/issuer", "did:web:issuer.example"),
        ("/issuer/name", "Example"),
        ("/issuer/description", [{"@value": "ä", "@language": "de-AT"}, {"@value": "مثال", "@direction": "rtl"}]),
        ("/@context/1", {"degree": "https://issuer.example/terms#degree"}),
        ("/type/1", "https://issuer.example/types#Degree"),
        # 5.3: several digests; in either alphabet, with padding and options; of resources that are not known; of an unknown hash.
        ("/relatedResource/0/digestSRI", ["sha384-l_HrjlBCNWyAX91hr6LFV2Y3heB5Tcr6IeE4_Tje8YyzYBM8IhqjHWiWpr8-ZbYU?x"]),
        ("/relatedResource/0/digestSRI", "sha256-WZVc7WaX1h4D8rJVb+vlMIqxaEKEb1tYbX8fet7JJzQ="),
        ("/relatedResource/0/digestMultibase", "uEiBZlVztZpfWHgPyslVv6-UwirFoQoRvW1htfx963sknNA"),
        ("/relatedResource", {"id": "https://issuer.example/map", "digestMultibase": "zQmdfTbBqBPQ7VNxZEYEj14VmRuZBkqFbiwReogJgS1zR1n"}),
        ("/relatedResource", [{"id": f"https://issuer.example/{name}", "digestSRI": "sha512-AAAA"} for name in "ab"]),
    ],
)
def test_what_the_data_model_leaves_open_is_accepted(pointer: str, value: Any) -> None:
    assert problems(changed(PLAIN, pointer, value)) == []


@pytest.mark.parametrize(
    ("pointer", "value"),
    [
        ("/credentialSubject/achievement/inLanguage", {"en": "de-AT", "de": "zh-Hant"}),
        ("/credentialSubject/achievement/endorsementJwt", ["e30.e30.c2ln"]),
        ("/credentialSubject/achievement/endorsement", ENDORSEMENT),
        ("/credentialSubject/achievement/achievementType", "ext:Workshop"),
        ("/type", ["AchievementCredential", "VerifiableCredential"]),
        ("/@context/1", "https://purl.imsglobal.org/spec/ob/v3p0/context.json"),
        ("/validUntil", "2026-11-22T00:00:00Z"),
        ("/issuer", "did:web:issuer.example"),
    ],
)
def test_what_open_badges_leaves_open_is_accepted(pointer: str, value: Any) -> None:
    assert problems(changed(BADGE, pointer, value)) == []


def test_all_problems_are_named_at_once() -> None:
    broken = changed(changed(changed(BADGE, "/id", 7), "/issuer/id", ABSENT), "/credentialSubject/achievement/name", ABSENT)

    assert [line.split(":")[0] for line in problems(broken)] == ["/id", "/issuer/id", "/credentialSubject/achievement/name"]


def test_no_more_than_a_hundred_problems_are_named() -> None:
    assert len(problems(changed(BADGE, "/evidence", [7] * 1000))) == 100


# A partial credential (DESIGN.md section 2, "Claims")


@pytest.mark.parametrize(
    "pointer",
    [
        "/credentialSubject",
        "/credentialSubject/type",
        "/credentialSubject/achievement",
        "/credentialSubject/achievement/criteria",
        "/credentialSubject/achievement/creator/id",
        "/credentialSubject/result/type",
    ],
)
def test_a_partial_credential_may_lack_what_can_be_hidden(pointer: str) -> None:
    lacking = changed(BADGE, pointer, ABSENT)

    assert problems(lacking) == [f"{pointer}: add this member, it is required"]
    assert problems(lacking, partial=True) == []


@pytest.mark.parametrize("pointer", ["/id", "/issuer", "/issuer/type", "/validFrom", "/credentialStatus/type"])
def test_a_partial_credential_may_not_lack_anything_of_the_envelope(pointer: str) -> None:
    assert problems(changed(BADGE, pointer, ABSENT), partial=True) == [f"{pointer}: add this member, it is required"]


@pytest.mark.parametrize("pointer", ["/evidence/0/type", "/credentialSubject/identifier/0/identityHash"])
def test_a_partial_credential_may_not_lack_anything_inside_an_array(pointer: str) -> None:
    assert problems(changed(BADGE, pointer, ABSENT), partial=True) == [f"{pointer}: add this member, it is required"]


def test_a_partial_credential_may_not_lack_anything_of_its_evidence_which_is_one_claim() -> None:
    assert problems(changed(BADGE, "/evidence", {"name": "Report"}), partial=True) == ["/evidence/type: add this member, it is required"]


def test_a_partial_credential_may_not_lack_anything_inside_an_embedded_credential() -> None:
    embedding = changed(BADGE, "/credentialSubject/achievement/endorsement", changed(ENDORSEMENT, "/validFrom", ABSENT))

    assert problems(embedding, partial=True) == ["/credentialSubject/achievement/endorsement/validFrom: add this member, it is required"]


def test_an_empty_object_is_a_claim_and_so_lacks_its_members_for_good() -> None:
    emptied = changed(BADGE, "/credentialSubject/result", {})

    assert problems(emptied, partial=True) == ["/credentialSubject/result/type: add this member, it is required"]


def test_a_partial_credential_may_not_show_a_wrong_value() -> None:
    assert problems(changed(BADGE, "/credentialSubject/achievement/name", 7), partial=True) != []


# Vectors, hostile input


def test_the_vectors_follow_the_data_model() -> None:
    vectors = json.loads(VECTORS.read_text("utf-8"))
    whole = [member["credential"] for batch in vectors["batches"] for member in batch["members"]]
    shown = [case["credential"] for case in vectors["partial"]]

    assert len(whole) >= 18
    assert [problems(credential) for credential in whole] == [[]] * len(whole)
    assert len(shown) >= 4
    assert [problems(credential, partial=True) for credential in shown] == [[]] * len(shown)
    assert any(problems(credential) for credential in shown)


SCALARS = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=8)
JSON = st.recursive(
    SCALARS, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3), max_leaves=8
)
POINTERS = st.sampled_from(
    ["/@context", "/type", "/issuer", "/credentialSubject", "/credentialSubject/type", "/credentialSubject/result", "/evidence", "/proof"]
)


@given(pointer=POINTERS, value=JSON, partial=st.booleans())
def test_any_json_in_any_place_is_judged_and_never_raises(pointer: str, value: Any, partial: bool) -> None:
    found = problems(changed(BADGE, pointer, value), partial=partial)

    assert all(re.match(r"/[^:]+: ", line) for line in found)


# The official schema of 1EdTech

SAMPLES = (
    "complete", "endorsement-valid", "simple", "simple-did-web-method", "simple-err-context", "simple-err-credential-subject-type",
    "simple-err-evidence-type", "simple-err-expired", "simple-err-issued", "simple-err-issuer", "simple-err-proof-value",
    "simple-err-type", "simple-noproof",
)  # fmt: skip

Accepts = Callable[[Any], bool]


@pytest.fixture(scope="module")
def schema(shared_data: Path) -> dict[str, Any]:
    schema: dict[str, Any] = json.loads((shared_data / "schemas" / "ob_v3p0_achievementcredential_schema.json").read_text("utf-8"))
    return schema


def accepted_by(schema: dict[str, Any], document: Any) -> Accepts:
    """Return what the schema says of a document of this one's kind: it has an endorsement's definition, too."""
    formats = jsonschema.FormatChecker(formats=())
    formats.checks("date-time", ValueError)(lambda text: not isinstance(text, str) or datetime.fromisoformat(text).tzinfo is not None)
    formats.checks("date", ValueError)(lambda text: not isinstance(text, str) or bool(date.fromisoformat(text)))
    if "EndorsementCredential" in document["type"]:
        schema = {**schema["$defs"]["EndorsementCredential"], "$defs": schema["$defs"]}
    validator = jsonschema.Draft201909Validator(schema, format_checker=formats)
    return lambda value: bool(validator.is_valid(value))


def sample(shared_data: Path, name: str) -> dict[str, Any]:
    document: dict[str, Any] = json.loads((shared_data / "ob30-samples" / f"{name}.json").read_text("utf-8"))
    return {member: value for member, value in document.items() if member != "proof"}


@pytest.mark.shared
def test_every_sample_is_tried(shared_data: Path) -> None:
    assert tuple(sorted(path.stem for path in (shared_data / "ob30-samples").glob("*.json"))) == SAMPLES


@pytest.mark.shared
@pytest.mark.parametrize("name", SAMPLES)
def test_the_official_schema_and_the_models_agree_on_a_sample(shared_data: Path, schema: dict[str, Any], name: str) -> None:
    document = sample(shared_data, name)
    accepted = accepted_by(schema, document)(document)

    assert (problems(document) == []) == (accepted and name not in BEYOND_THE_SCHEMA)


# What the official schema lets pass, and the name of the sample calls an error.
BEYOND_THE_SCHEMA = {"simple-err-evidence-type"}

# The schema reads any string of JSON-LD as a language map, too, and one value for an array of one, wherever that might stand. So it
# takes {"en": "…"} for an identifier. Each rule names the members and the replacements for which the models decide otherwise, and why.
REFUSED = {
    "VC 2.0, 4.4, wants a URL, the schema any string or a language map of strings": (
        r"/(id|url|targetUrl|issuer)",
        {"text", "empty object", "language map"},
    ),
    "VC 2.0, 4.3, wants an ordered set of contexts, the schema takes one alone": (r"/@context", {"text", "empty object", "language map"}),
    "VC 2.0, 4.3, wants each context to be a URL or an object, the schema any string": (r"/@context/\d+", {"text"}),
    "a type is a name, in no language; the schema takes a language map of them": (r"/type", {"empty object", "language map"}),
    "Open Badges wants the name of the class among the types, the schema not of one that stands alone": (r"/type", {"text"}),
}
ACCEPTED = {
    "VC 2.0, 4.5, lets such an object have several types, the schema one": (
        r"/(credentialSchema/\d+|credentialStatus|refreshService)/type",
        {"array"},
    ),
    "VC 2.0, 4.10, allows several of them, the schema one": (r"/(credentialStatus|refreshService)", {"empty array"}),
    "without its type an endorsement is any credential, judged as VC 2.0 alone": (r"(?<!.)/type/1", {"absent", "text"}),
}
REPLACEMENTS: dict[str, Any] = {
    "absent": ABSENT,
    "null": None,
    "true": True,
    "number": 7,
    "text": "text",
    "empty array": [],
    "array": ["text"],
    "empty object": {},
    "language map": {"en": "text"},
}


def places(value: Any, pointer: str = "", seen: set[str] | None = None) -> Iterator[str]:
    """Walk through a document, but into each kind of object once."""
    seen = set() if seen is None else seen
    kind = str(value.get("type", pointer)) if isinstance(value, dict) else pointer
    if kind not in seen:
        seen.add(kind)
        for step, member in value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ():
            yield f"{pointer}/{step}"
            yield from places(member, f"{pointer}/{step}", seen)


def shortened(value: Any) -> Any:
    """Return a document without most repetitions: of several objects in an array the one that says most, of endorsements one."""
    if isinstance(value, dict):
        repeated = {"endorsement"} if "creator" in value else set()  # the creator has one, too
        return {name: shortened(member) for name, member in value.items() if name not in repeated}
    if isinstance(value, list) and all(isinstance(item, dict) for item in value):
        return [shortened(max(value, key=len))]
    return value


def explained(rules: dict[str, tuple[str, set[str]]], pointer: str, replacement: str) -> bool:
    return any(re.search(f"{members}$", pointer) and replacement in replacements for members, replacements in rules.values())


@pytest.mark.shared
@pytest.mark.parametrize("name", ["simple", "endorsement-valid", "complete"])
def test_where_the_models_differ_from_the_official_schema_is_known_and_why(shared_data: Path, schema: dict[str, Any], name: str) -> None:
    document = shortened(sample(shared_data, name))
    if name == "complete":  # the achievement's creator has all that its issuer has
        document = changed(changed(document, "/issuer", {"id": "https://1edtech.edu", "type": ["Profile"]}), "/endorsement", ABSENT)
    accepted = accepted_by(schema, document)
    assert accepted(document)
    assert problems(document) == []

    for pointer in places(document):
        for replacement, value in REPLACEMENTS.items():
            mutant = changed(document, pointer, value)
            ours, theirs = problems(mutant) == [], accepted(mutant)
            if ours != theirs:
                assert explained(ACCEPTED if ours else REFUSED, pointer, replacement), (pointer, replacement, problems(mutant))
