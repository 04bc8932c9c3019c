"""The credentials of the vectors, without proofs."""

from laurea.core.canonical import Json, JsonObject
from tests.conformance.make.actors import COLLEGE, HOLDER, SCHOOL, UNIVERSITY

V2 = "https://www.w3.org/ns/credentials/v2"
V1 = "https://www.w3.org/2018/credentials/v1"
OPEN_BADGES = "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json"
STATUS_URL = "https://university.example/status/suspension"
REVOCATION_URL = "https://university.example/status/revocation"
STATUS_INDEX = 7
CLAIMS_LIMIT = 4096
FILLED = "@@"  # stands for many characters in a vector, so that its file is short


def badge(number: int, *, without: tuple[str, ...] = (), **members: Json) -> JsonObject:
    """Return an Open Badge for the holder; `members` take the place of its own."""
    document: JsonObject = {
        "@context": [V2, OPEN_BADGES],
        "id": f"urn:uuid:00000000-0000-4000-8000-{number:012}",
        "type": ["VerifiableCredential", "OpenBadgeCredential"],
        "issuer": {"id": UNIVERSITY.did, "type": ["Profile"], "name": "The Word of the Credential"},
        "validFrom": "2026-01-05T00:00:00Z",
        "validUntil": "2126-01-05T00:00:00Z",
        "name": "SQL for Analysts",
        "credentialSubject": subject(),
        "evidence": [{"id": "https://university.example/evidence/1", "type": ["Evidence"], "name": "Project report"}],
    }
    document.update(members)
    return {name: value for name, value in document.items() if name not in without}


def subject(**members: Json) -> JsonObject:
    """Return the subject of a badge."""
    return {
        "id": HOLDER.did,
        "type": ["AchievementSubject"],
        "creditsEarned": 3,
        "achievement": {
            "id": "https://university.example/achievements/sql",
            "type": ["Achievement"],
            "name": "SQL for Analysts",
            "description": "Queries, joins and window functions on real data",
            "criteria": {"narrative": "Passed a proctored project with at least 80 %"},
        },
        "result": [{"type": ["Result"], "value": "92"}],
        **members,
    }


def plain(about: JsonObject, **members: Json) -> JsonObject:
    """Return a small credential of VC 2.0 about a subject."""
    return {
        "@context": [V2],
        "type": ["VerifiableCredential"],
        "issuer": UNIVERSITY.did,
        "validFrom": "2026-01-05T00:00:00Z",
        "credentialSubject": about,
        **members,
    }


def legacy(**members: Json) -> JsonObject:
    """Return a credential of VC 1.1."""
    return {
        "@context": [V1],
        "id": "urn:uuid:00000000-0000-4000-8000-000000000101",
        "type": ["VerifiableCredential"],
        "issuer": UNIVERSITY.did,
        "issuanceDate": "2026-01-05T00:00:00Z",
        "expirationDate": "2126-01-05T00:00:00Z",
        "credentialSubject": {"id": HOLDER.did},
        **members,
    }


def status(url: str, purpose: str) -> JsonObject:
    """Return an entry of a status list."""
    return {
        "type": "BitstringStatusListEntry",
        "statusPurpose": purpose,
        "statusListIndex": str(STATUS_INDEX),
        "statusListCredential": url,
    }


def odd_names() -> JsonObject:
    """Return a credential whose members have names that programs stumble over."""
    about: JsonObject = {
        "id": HOLDER.did,
        "__proto__": {"polluted": True},
        "constructor": {"prototype": "a member as any other"},
        "toString": "not a function",
        "\u00e9": "one code point",
        "e\u0301": "two code points, which look the same",
        "\U0001d11e": "an astral name, before U+E000 by code units of UTF-16",
        "\ue000": "a name of the private use area",
        "a/b~c": {"": "an empty name"},
        "10": "after 9 as a number, before it as a text",
        "9": "nine",
    }
    return plain(about)


def embedding() -> JsonObject:
    """Return a credential that quotes another one."""
    quoted: JsonObject = {
        "@context": [V2],
        "type": ["VerifiableCredential"],
        "issuer": COLLEGE.did,
        "validUntil": "2026-02-01T00:00:00Z",
        "credentialSubject": {"name": "quoted"},
    }
    return plain({"id": HOLDER.did, "name": "quotes another", "quoted": quoted})


def deep(levels: int) -> JsonObject:
    """Return a credential whose objects and arrays are nested so deep; the outermost is 1."""
    inner: Json = []
    for _ in range(levels - 3):
        inner = [inner]
    return plain({"id": HOLDER.did, "nested": inner})


def wide(claims: int) -> JsonObject:
    """Return a credential with so many claims, the envelope and the subject's id among them."""
    return plain({"id": HOLDER.did, **{f"{number:x}": 0 for number in range(claims - 2)}})


def long(filling: str) -> JsonObject:
    """Return a credential with a long text."""
    return plain({"id": HOLDER.did, "note": filling})


def numbers(largest: int) -> JsonObject:
    """Return a credential with numbers at the limits of I-JSON."""
    return plain({"id": HOLDER.did, "largest": largest, "least": -largest, "small": 1e-7, "big": 1e21, "zero": 0})


def of_college() -> JsonObject:
    """Return the badge of an issuer that is a did:key."""
    return badge(201, issuer={"id": COLLEGE.did, "type": ["Profile"], "name": "Example College"})


def of_school() -> JsonObject:
    """Return the badge of an issuer that is a did:pkh."""
    return badge(202, issuer={"id": SCHOOL.did, "type": ["Profile"], "name": "Example School"})
