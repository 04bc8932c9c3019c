from datetime import datetime
from typing import Any

import pytest

from laurea.core.history import Form, Told, day_of, is_assertion, of_assertion, of_credential

OB2 = "https://w3id.org/openbadges/v2"
CLASS = "https://api.credly.com/v1/obi/v2/issuers/a/badge_classes/b"
ISSUER = "https://api.credly.com/v1/obi/v2/issuers/a"

# As Credly's public Open Badges endpoint gives one: the badge class and its issuer stand at addresses of their own.
CREDLY: dict[str, Any] = {
    "@context": OB2,
    "type": "Assertion",
    "id": "https://api.credly.com/v1/obi/v2/badge_assertions/0d0c9b5e-0000-4000-8000-0123456789ab",
    "recipient": {"type": "email", "hashed": True, "salt": "x", "identity": "sha256$00"},
    "issuedOn": "2024-06-01T00:00:00.000Z",
    "expires": "2027-06-01T00:00:00.000Z",
    "badge": CLASS,
    "verification": {"type": "hosted"},
}
CREDLY_CLASS: dict[str, Any] = {
    "@context": OB2,
    "type": "BadgeClass",
    "id": CLASS,
    "name": "Python Essentials 2",
    "issuer": ISSUER,
    "tags": ["Python", "Algorithms"],
}
CREDLY_ISSUER: dict[str, Any] = {"@context": OB2, "type": "Issuer", "id": ISSUER, "name": "Example Networks"}

# As Badgr (now Canvas Badges) gives one with `expand`: all in one document.
BADGR: dict[str, Any] = {
    "@context": OB2,
    "type": "Assertion",
    "id": "https://api.badgr.io/public/assertions/8bLUrJhgSMyWKF-I7xOosQ",
    "recipient": {"identity": "sha256$00", "hashed": True, "type": "email", "salt": "y"},
    "issuedOn": "2023-01-31T09:30:00.12+00:00",
    "badge": {
        "type": "BadgeClass",
        "id": "https://api.badgr.io/public/badges/c",
        "name": " I am  Data Scientist ",
        "alignment": [{"targetName": "Data analysis", "targetUrl": "https://example.org/s"}],
        "tags": ["data"],
        "issuer": {"type": "Issuer", "id": "https://api.badgr.io/public/issuers/i", "name": "Data Academy"},
    },
    "verification": {"type": "HostedBadge"},
}

# As Moodle gives one: the address of verification is named apart.
MOODLE: dict[str, Any] = {
    "@context": OB2,
    "type": "Assertion",
    "id": "https://moodle.example/badges/assertion.php?b=1&obversion=2",
    "badge": {"name": "Course done", "issuer": {"name": "School", "type": "Issuer"}, "type": "BadgeClass"},
    "verify": {"type": "hosted", "url": "https://moodle.example/badges/assertion.php?b=1&obversion=2"},
    "issuedOn": "2023-07-26T10:06:03+09:00",
}

# Open Badges 1.0, of the Mozilla backpack: no types, times in seconds.
OLD: dict[str, Any] = {
    "uid": "f2c20",
    "recipient": {"type": "email", "hashed": True, "identity": "sha256$00"},
    "issuedOn": 1359217910,
    "badge": "https://old.example/badge.json",
    "verify": {"type": "hosted", "url": "https://old.example/assertion.json"},
}


def test_a_badge_of_credly_says_when_and_leaves_what_to_others() -> None:
    assert of_assertion(CREDLY) == Told(Form.OPEN_BADGES_2, issued="2024-06-01", expires="2027-06-01", url=str(CREDLY["id"]), more=(CLASS,))
    half = of_assertion(CREDLY, [CREDLY_CLASS])
    assert (half.title, half.skills, half.issuer, half.more) == ("Python Essentials 2", ("Python", "Algorithms"), "", (ISSUER,))
    whole = of_assertion(CREDLY, [CREDLY_CLASS, CREDLY_ISSUER])
    assert (whole.issuer, whole.more) == ("Example Networks", ())


def test_a_badge_of_badgr_says_all_itself() -> None:
    told = of_assertion(BADGR)

    assert (told.title, told.issuer, told.issued, told.more) == ("I am Data Scientist", "Data Academy", "2023-01-31", ())
    assert told.skills == ("Data analysis", "data")


def test_badges_of_moodle_and_of_the_first_version_are_read() -> None:
    assert (of_assertion(MOODLE).url, of_assertion(MOODLE).issued) == (MOODLE["id"], "2023-07-26")
    old = of_assertion(OLD)
    assert (old.issued, old.url, old.more) == ("2013-01-26", "https://old.example/assertion.json", ("https://old.example/badge.json",))
    assert all(map(is_assertion, (CREDLY, BADGR, MOODLE, OLD)))


def test_a_blockcert_of_the_second_version_is_told_apart() -> None:
    assert of_assertion({**BADGR, "signature": {"type": ["MerkleProof2017", "Extension"]}}).form is Form.BLOCKCERTS


@pytest.mark.parametrize(
    "document", [{}, [], "text", {"badge": 1}, {"type": "Assertion"}, {"badge": {}, "@context": "https://example.org"}]
)
def test_what_is_no_badge_is_not_taken_for_one(document: Any) -> None:
    assert not is_assertion(document)


@pytest.mark.parametrize(
    "odd",
    [
        {"badge": None},
        {"badge": [1]},
        {"badge": "javascript:alert(1)", "id": "javascript:alert(2)", "issuedOn": {}, "expires": [], "verify": 3},
        {"badge": {"name": {"en": 1}, "issuer": [[]], "alignment": [1, {}], "tags": {"a": 1}}, "issuedOn": 1e300},
        {"badge": "x", "issuedOn": "9" * 400, "expires": True},
    ],
)
def test_reading_never_raises_and_no_link_is_a_script(odd: dict[str, Any]) -> None:
    told = of_assertion(odd)

    assert (told.url, told.issued, told.expires) == ("", "", "")
    assert not any("javascript" in each for each in told.more)


def test_words_are_bounded() -> None:
    told = of_assertion({"badge": {"name": "a" * 9999, "tags": [f"{number}" * 999 for number in range(99)]}})

    assert (len(told.title), len(told.skills), max(map(len, told.skills))) == (500, 50, 500)


@pytest.mark.parametrize(
    ("value", "day"),
    [
        ("2024-02-29", "2024-02-29"),
        ("2023-02-29", ""),
        (1359217910, "2013-01-26"),
        ("1359217910", "2013-01-26"),
        (-5, ""),
        (True, ""),
        (None, ""),
        ("soon", ""),
    ],
)
def test_a_day_is_read_as_badges_have_it(value: Any, day: str) -> None:
    assert day_of(value) == day


def test_an_open_badge_without_proof_tells_who_issued_it() -> None:
    told = of_credential(
        {
            "type": ["VerifiableCredential", "OpenBadgeCredential"],
            "id": "https://badges.example/1",
            "issuer": {"id": "https://badges.example", "name": "Academy"},
            "validFrom": "2025-05-05T00:00:00Z",
            "credentialSubject": {
                "achievement": {"name": "Welding", "alignment": [{"targetName": "weld", "targetUrl": "https://x.example/w"}]}
            },
        }
    )

    assert told == Told(Form.OPEN_BADGES_3, "Welding", "Academy", issued="2025-05-05", url="https://badges.example/1", skills=("weld",))
    assert datetime.fromisoformat(told.issued)
