"""Who vouches for whom: endorsements of issuers, the batches that they are anchored in, and what an endorsed issuer issues."""

from laurea.core import did_document
from laurea.core.account import account_document
from laurea.core.canonical import Json, JsonObject
from laurea.core.credential import Credential
from laurea.core.keys import SigningKey
from laurea.core.leaf import Domain
from tests.conformance.make.actors import COLLEGE, SCHOOL, STRANGER, UNIVERSITY, Issuer, account, secret
from tests.conformance.make.batches import Batch
from tests.conformance.make.documents import OPEN_BADGES, V2, badge

JCS = "eddsa-jcs-2022"
ACADEMY = Issuer("Example Academy", "did:web:academy.example", account("academy"), SigningKey.from_seed(secret("academy")))


def _accounts(*accounts: Domain) -> JsonObject:
    named: list[Json] = [account_document(each) for each in accounts]
    return {"accounts": named}


def _document(of: Issuer, key: SigningKey | None = None) -> JsonObject:
    """Return the DID document of an issuer, with another key under its method if one is given."""
    held = key or of.key
    assert held is not None
    return {"didDocument": did_document.build(of.did, {of.method: held.public}, of.domain)}


def _endorsement(number: int, by: Issuer, of: Issuer, about: JsonObject, **members: Json) -> JsonObject:
    return {
        "@context": [V2, OPEN_BADGES],
        "id": f"urn:uuid:00000000-0000-4000-8000-{number:012}",
        "type": ["VerifiableCredential", "EndorsementCredential"],
        "issuer": {"id": by.did, "type": ["Profile"], "name": "The Word of the Endorsement"},
        "validFrom": "2026-01-05T00:00:00Z",
        "validUntil": "2126-01-05T00:00:00Z",
        "name": "Accreditation",
        "credentialSubject": {"id": of.did, "type": ["EndorsementSubject"], **about},
        **members,
    }


def _by_university() -> dict[str, JsonObject]:
    known, here = _document(ACADEMY), _accounts(ACADEMY.domain)
    return {
        "academy": _endorsement(301, UNIVERSITY, ACADEMY, known),
        "academy, its account alone": _endorsement(302, UNIVERSITY, ACADEMY, here),
        "academy, revoked": _endorsement(303, UNIVERSITY, ACADEMY, known),
        "academy, ended": _endorsement(304, UNIVERSITY, ACADEMY, known, validUntil="2026-02-01T00:00:00Z"),
        "academy, another account": _endorsement(305, UNIVERSITY, ACADEMY, _accounts(SCHOOL.domain)),
        "academy, another key": _endorsement(306, UNIVERSITY, ACADEMY, _document(ACADEMY, STRANGER.key)),
        "school": _endorsement(307, UNIVERSITY, SCHOOL, here),
        "academy, ended before": _endorsement(308, UNIVERSITY, ACADEMY, known, validUntil="2026-01-06T00:00:00Z"),
        "academy, may accredit": _endorsement(341, UNIVERSITY, ACADEMY, {**known, "mayAccredit": 1}),
        "academy, may accredit, revoked": _endorsement(342, UNIVERSITY, ACADEMY, {**known, "mayAccredit": 1}),
        "academy, may let accredit": _endorsement(343, UNIVERSITY, ACADEMY, {**known, "mayAccredit": 2}),
        "academy, a word that is none": _endorsement(344, UNIVERSITY, ACADEMY, {**known, "mayAccredit": "1"}),
    }


def _of_academy(number: int, **issuer: Json) -> JsonObject:
    return badge(number, issuer={"id": ACADEMY.did, "type": ["Profile"], "name": "Example Academy", **issuer})


ENDORSEMENTS = Batch("of endorsements", UNIVERSITY.domain, _by_university())
PENDING = Batch("of an endorsement, anchored in a recent block", UNIVERSITY.domain, {"academy": _by_university()["academy"]})
BY_STRANGER = Batch(
    "of a stranger's endorsements",
    STRANGER.domain,
    {
        "academy": _endorsement(311, STRANGER, ACADEMY, _document(ACADEMY)),
        "academy, in the university's name": _endorsement(312, UNIVERSITY, ACADEMY, _document(ACADEMY)),
        "college, in the academy's name": _endorsement(313, ACADEMY, COLLEGE, _accounts(COLLEGE.domain)),
    },
    STRANGER,
)
BY_ACADEMY = Batch(
    "of the academy's endorsements",
    ACADEMY.domain,
    {
        "academy": _endorsement(321, ACADEMY, ACADEMY, _document(ACADEMY)),
        "college": _endorsement(322, ACADEMY, COLLEGE, _accounts(COLLEGE.domain)),
        "school": _endorsement(323, ACADEMY, SCHOOL, {**_accounts(SCHOOL.domain), "mayAccredit": 1}),
    },
    ACADEMY,
)
BY_SCHOOL = Batch(
    "of the school's endorsements", SCHOOL.domain, {"college": _endorsement(351, SCHOOL, COLLEGE, _accounts(COLLEGE.domain))}, SCHOOL
)
# What follows is anchored after the accreditations that are revoked were; `validFrom` is as old as in all others.
BY_ACADEMY_LATER = Batch(
    "of an endorsement by the academy, later",
    ACADEMY.domain,
    {"college": _endorsement(324, ACADEMY, COLLEGE, _accounts(COLLEGE.domain))},
    ACADEMY,
)
COLLEGES_LATER = Batch(
    "of the college, later",
    COLLEGE.domain,
    {"badge": badge(361, issuer={"id": COLLEGE.did, "type": ["Profile"], "name": "Example College"})},
    COLLEGE,
)


def _carried(name: str) -> JsonObject:
    return ENDORSEMENTS.credential(name, JCS).secured()


ACADEMYS = Batch(
    "of the academy",
    ACADEMY.domain,
    {
        "badge": _of_academy(331),
        "carrying": _of_academy(332, endorsement=[_carried("academy")]),
        "carrying what is revoked": _of_academy(333, endorsement=[_carried("academy, revoked")]),
    },
    ACADEMY,
)


ACADEMYS_LATER = Batch(
    "of the academy, later",
    ACADEMY.domain,
    {"badge": _of_academy(334), "carrying what is revoked": _of_academy(335, endorsement=[_carried("academy, revoked")])},
    ACADEMY,
)


def _stripped() -> JsonObject:
    whole = ENDORSEMENTS.credential("academy", JCS)
    return Credential(whole.document, whole.proofs[:-1]).secured()


def _readdressed() -> JsonObject:
    """Return the endorsement of the school, changed to be one of the academy."""
    whole = ENDORSEMENTS.credential("school")
    subject = whole.document["credentialSubject"]
    assert isinstance(subject, dict)
    return Credential({**whole.document, "credentialSubject": {**subject, "id": ACADEMY.did}}, whole.proofs).secured()


def accreditations() -> dict[str, JsonObject]:
    """Return the endorsements that vectors name, by name."""
    ours = {
        "academy": "academy",
        "accounts": "academy, its account alone",
        "revoked": "academy, revoked",
        "ended": "academy, ended",
        "another-account": "academy, another account",
        "another-key": "academy, another key",
        "of-another": "school",
        "ended-before": "academy, ended before",
        "may-accredit": "academy, may accredit",
        "may-accredit-revoked": "academy, may accredit, revoked",
        "may-let-accredit": "academy, may let accredit",
        "no-word": "academy, a word that is none",
    }
    return {
        **{name: ENDORSEMENTS.credential(called, JCS).secured() for name, called in ours.items()},
        "stripped": _stripped(),
        "altered": _readdressed(),
        "pending": PENDING.credential("academy", JCS).secured(),
        "by-stranger": BY_STRANGER.credential("academy", JCS).secured(),
        "forged": BY_STRANGER.credential("academy, in the university's name").secured(),
        "by-itself": BY_ACADEMY.credential("academy", JCS).secured(),
        "by-academy": BY_ACADEMY.credential("college", JCS).secured(),
        "by-academy-later": BY_ACADEMY_LATER.credential("college", JCS).secured(),
        "by-academy-forged": BY_STRANGER.credential("college, in the academy's name").secured(),
        "school-by-academy": BY_ACADEMY.credential("school", JCS).secured(),
        "by-school": BY_SCHOOL.credential("college").secured(),
    }
