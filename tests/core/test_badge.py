"""The badge that a row of a roster becomes: it follows the data model, and keeps personal data where they can be hidden."""

import json
import re
from datetime import UTC, datetime, timedelta, timezone
from hashlib import sha256
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from laurea.core import claims, openbadge
from laurea.core.achievement import Achievement
from laurea.core.badge import IssuerProfile, Making, build, identity_hash, identity_type
from laurea.core.canonical import JsonObject
from laurea.core.credential import Credential
from laurea.core.openbadge import TERMS
from laurea.core.roster import Row
from tests.core.rosters import parse_roster

ROOT = Path(__file__).parents[2]
NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)
SALT = "00112233445566778899aabbccddeeff"
HOLDER = "did:key:z6MkhaXgBZDvotDkL5257faiztiGiC2QtKLGpbnnEGta2doK"
ISSUER = IssuerProfile("did:web:example.edu", "Example University", "https://example.edu", "registrar@example.edu")
SQL = Achievement.parse((ROOT / "examples" / "achievements" / "sql-for-analysts.json").read_bytes())
ROW = Row(
    learner="L-100001",
    name="Jörg Müller",
    achievement=SQL.key,
    result="84.5",
    evidence="https://example.edu/evidence/db3d4ed5",
    evidence_name="Project report",
    holder=HOLDER,
    awarded=datetime(2026, 11, 20, tzinfo=UTC),
    valid_until=datetime(2029, 11, 30, 23, 59, 59, tzinfo=UTC),
)


def badge_of(row: Row, achievement: Achievement = SQL) -> JsonObject:
    return build(achievement, row, ISSUER, Making("urn:uuid:6a9f4b9e-8f5b-4d4e-9b5c-0d8c6f1b2a3d", NOW, SALT))


def test_a_row_with_all_its_cells_becomes_this_badge() -> None:
    assert badge_of(ROW) == {
        "@context": [
            "https://www.w3.org/ns/credentials/v2",
            "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json",
            {name: TERMS[name] for name in sorted(TERMS) if name in SQL.document or name in {"framework", "point"}},
        ],
        "id": "urn:uuid:6a9f4b9e-8f5b-4d4e-9b5c-0d8c6f1b2a3d",
        "type": ["VerifiableCredential", "OpenBadgeCredential"],
        "name": "SQL for Analysts",
        "issuer": {
            "id": "did:web:example.edu",
            "type": ["Profile"],
            "name": "Example University",
            "url": "https://example.edu",
            "email": "registrar@example.edu",
        },
        "validFrom": "2026-11-23T09:00:00Z",
        "validUntil": "2029-11-30T23:59:59Z",
        "credentialSubject": {
            "id": HOLDER,
            "type": ["AchievementSubject"],
            "identifier": [
                {"type": "IdentityObject", "hashed": False, "identityHash": "Jörg Müller", "identityType": "name"},
                {
                    "type": "IdentityObject",
                    "hashed": True,
                    "identityHash": "sha256$" + sha256(b"L-100001" + SALT.encode()).hexdigest(),
                    "identityType": "identifier",
                    "salt": SALT,
                },
            ],
            "achievement": SQL.document,
            "activityEndDate": "2026-11-20T00:00:00Z",
            "result": [{"type": ["Result"], "resultDescription": SQL.scales[0].id, "value": "84.5"}],
        },
        "evidence": [{"id": "https://example.edu/evidence/db3d4ed5", "type": ["Evidence"], "name": "Project report"}],
    }


def test_a_row_without_optional_cells_becomes_a_badge_without_those_members() -> None:
    badge = badge_of(Row("L-1", "Ada", SQL.key))

    assert set(badge) == {"@context", "id", "type", "name", "issuer", "validFrom", "credentialSubject"}
    assert isinstance(badge["credentialSubject"], dict)
    assert set(badge["credentialSubject"]) == {"type", "identifier", "achievement"}


def test_evidence_without_a_name_and_an_issuer_without_a_mail_address_leave_them_out() -> None:
    issuer = IssuerProfile("did:web:example.edu", "Example University", "https://example.edu")
    row = Row("L-1", "Ada", SQL.key, evidence="https://example.edu/e")

    badge = build(SQL, row, issuer, Making("urn:uuid:1", NOW, SALT))

    assert badge["evidence"] == [{"id": "https://example.edu/e", "type": ["Evidence"]}]
    assert badge["issuer"] == {"id": "did:web:example.edu", "type": ["Profile"], "name": "Example University", "url": "https://example.edu"}


@pytest.mark.parametrize(
    ("learner", "kind"),
    [("ada@example.edu", "emailAddress"), ("ada", "identifier"), ("ada@example", "identifier"), ("a b@example.edu", "identifier")],
)
def test_the_learners_identifier_is_named_by_its_kind(learner: str, kind: str) -> None:
    subject: Any = badge_of(Row(learner, "Ada", SQL.key))["credentialSubject"]

    assert subject["identifier"][1]["identityType"] == kind


def test_the_identity_hash_is_the_one_of_the_specification() -> None:
    # The example of Open Badges 3.0, B.7 "IdentityHash": 'a@example.com' salted with 'Kosher'.
    assert identity_hash("a@example.com", "Kosher") == "sha256$b5809d8a92f8858436d7e6b87c12ebc0ae1eac4baecc2c0b913aee2c922ef399"


def test_times_are_written_in_utc() -> None:
    tokyo = datetime(2026, 11, 23, 18, tzinfo=timezone(timedelta(hours=9)))

    badge = build(SQL, ROW, ISSUER, Making("urn:uuid:1", tokyo, SALT))

    assert badge["validFrom"] == "2026-11-23T09:00:00Z"


TEXT = st.text(st.characters(codec="utf-8", exclude_categories=("Cc", "Cs")), min_size=1, max_size=20)


@given(
    st.builds(
        Row,
        learner=TEXT.map("canary-learner-".__add__),
        name=TEXT.map("canary-name-".__add__),
        achievement=st.just(SQL.key),
        result=st.sampled_from([None, "97.4375"]),
        evidence=st.sampled_from([None, "https://example.edu/canary-evidence"]),
        evidence_name=st.none() | TEXT.map("canary-evidence-name-".__add__),
        holder=st.sampled_from([None, HOLDER]),
        awarded=st.none() | st.timedeltas(timedelta(days=-46_000), timedelta(0)).map(NOW.__add__),
        valid_until=st.none() | st.timedeltas(timedelta(seconds=1), timedelta(days=2_900_000)).map(NOW.__add__),
        parts=st.just(()),
    )
)
def test_any_badge_follows_the_data_model_and_keeps_personal_data_out_of_its_envelope(row: Row) -> None:
    badge = badge_of(row)
    envelope = json.dumps(claims.split(badge)[0].value, ensure_ascii=False)
    whole = json.dumps(badge, ensure_ascii=False)

    assert openbadge.problems(badge) == []
    assert Credential.of(badge).subject_id == row.holder
    assert "canary-name-" in whole
    for personal in ("canary", HOLDER, "97.4375", SALT, "sha256$", "activityEndDate"):
        assert personal not in envelope
    assert "canary-learner-" not in whole


@pytest.mark.shared
def test_badges_of_the_example_roster_follow_the_official_schema(shared_data: Path) -> None:
    schema = json.loads((shared_data / "schemas" / "ob_v3p0_achievementcredential_schema.json").read_text("utf-8"))
    validator = jsonschema.Draft201909Validator(schema)
    parsed = [Achievement.parse(path.read_bytes()) for path in (ROOT / "examples" / "achievements").glob("*.json")]
    achievements = {achievement.key: achievement for achievement in parsed}
    rows = parse_roster((ROOT / "examples" / "roster.csv").read_bytes(), achievements, now=NOW)

    for row in [*rows[::10], ROW]:
        badge = badge_of(row, achievements[row.achievement])
        assert openbadge.problems(badge) == []
        assert list(validator.iter_errors(badge)) == []


@given(st.one_of(st.text(), st.text("ab@. \n\u00a0\u2028", max_size=8)))
@example("a@b.c")
@example("a@b@c.d")
@example("@b.c")
@example("a@.c")
@example("a@b.")
@example("a b@c.d")
@example("a@b.c ")
def test_an_identifier_that_looks_like_a_mail_address_is_called_one(identifier: str) -> None:
    looks = re.fullmatch(r"[^@\s]+@[^@\s]+\.[^@\s]+", identifier) is not None

    assert identity_type(identifier) == ("emailAddress" if looks else "identifier")
