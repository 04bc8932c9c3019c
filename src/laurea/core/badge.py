"""The badge: an achievement, a row of a roster and an issuer as one OpenBadgeCredential (Open Badges 3.0)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import NamedTuple

from laurea.core import canonical, part
from laurea.core.achievement import Achievement
from laurea.core.blockcerts import document as blockcerts
from laurea.core.canonical import Json, JsonObject
from laurea.core.credential import format_time
from laurea.core.roster import Row


@dataclass(frozen=True, slots=True)
class IssuerProfile:
    """Who issues, as every credential shows it.

    With `blockcerts` its credentials are of that kind, and `did` is the URL of the profile that its verifiers fetch. `endorsements` are
    accreditations of it, as JSON texts.
    """

    did: str
    name: str
    url: str | None = None
    email: str | None = None
    blockcerts: bool = False
    country: str | None = None  # ISO 3166-1 alpha-2
    endorsements: tuple[bytes, ...] = ()

    def document(self) -> JsonObject:
        """Return the Profile of Open Badges."""
        profile: JsonObject = {"id": self.did, "type": ["Profile"], "name": self.name}
        address: JsonObject | None = {"type": ["Address"], "addressCountryCode": self.country} if self.country else None
        endorsements: list[Json] = [canonical.parse(each) for each in self.endorsements]
        members: tuple[tuple[str, Json], ...] = (
            ("url", self.url),
            ("email", self.email),
            ("address", address),
            ("endorsement", endorsements),
        )
        return profile | {name: value for name, value in members if value}


class Making(NamedTuple):
    """What is chosen when a credential is made, and is in no roster: its id, since when it is valid, its salt, its status entries.

    The salt keeps the hash of the learner's identifier from being guessed: 128 random bits or more, for one credential only.
    """

    credential_id: str
    valid_from: datetime
    salt: str
    status: Sequence[Json] = ()


def build(achievement: Achievement, row: Row, issuer: IssuerProfile, making: Making) -> JsonObject:
    """Return the credential, without proofs, that a row of a roster asks for; raises FormatError when Blockcerts has no words for it.

    The learner's own data stand in `credentialSubject` and `evidence` alone: the rest is the envelope, which no presentation can hide.
    """
    badge: JsonObject = {
        "@context": _contexts(achievement, row),
        "id": making.credential_id,
        "type": ["VerifiableCredential", "OpenBadgeCredential"],
        "name": achievement.document["name"],
        "issuer": issuer.document(),
        "validFrom": format_time(making.valid_from),
    }
    if row.valid_until:
        badge["validUntil"] = format_time(row.valid_until)
    if making.status:
        badge["credentialStatus"] = [*making.status]
    badge["credentialSubject"] = _subject(achievement, row, making.salt)
    evidence = evidence_of(row)
    if evidence:
        badge["evidence"] = evidence
    return blockcerts.of_badge(badge) if issuer.blockcerts else badge


def evidence_of(row: Row) -> list[Json]:
    """Return the evidence that a row names, and the parts that it was awarded for; [] when neither."""
    named: list[Json] = [_evidence(row.evidence, row.evidence_name)] if row.evidence else []
    return [*named, *(each.evidence() for each in row.parts)]


def identity_hash(identifier: str, salt: str) -> str:
    """Return the IdentityHash of an identifier (Open Badges 3.0, B.7): over the identifier and the salt after it."""
    return "sha256$" + sha256((identifier + salt).encode()).hexdigest()


def identity_type(identifier: str) -> str:
    """Return what kind of identifier the issuer has of a learner."""
    local, _, host = identifier.partition("@")
    is_mail = local and "@" not in host and "." in host[1:-1] and identifier.split() == [identifier]
    return "emailAddress" if is_mail else "identifier"


def name_of(badge: JsonObject) -> str:
    """Return the name of the learner in a badge that `build` made, "" when it has none."""
    subject = badge.get("credentialSubject")
    identifiers = subject.get("identifier") if isinstance(subject, dict) else None
    named = (
        (each for each in identifiers if isinstance(each, dict) and each.get("identityType") == "name")
        if isinstance(identifiers, list)
        else ()
    )
    return next((str(each.get("identityHash", "")) for each in named), "")


def salted_anew(badge: JsonObject, learner: str, salt: str) -> JsonObject:
    """Return a credential that says the same with another salt, and so has another hash."""
    subject = badge["credentialSubject"]
    identifiers = subject["identifier"] if isinstance(subject, dict) else []
    others: list[Json] = (
        [each for each in identifiers if not (isinstance(each, dict) and "salt" in each)] if isinstance(identifiers, list) else []
    )
    return (
        {**badge, "credentialSubject": {**subject, "identifier": [*others, _learner(learner, salt)]}}
        if isinstance(subject, dict)
        else badge
    )


def _contexts(achievement: Achievement, row: Row) -> list[Json]:
    known: list[Json] = [each for each in achievement.contexts if not isinstance(each, dict)]
    own: JsonObject = {name: iri for each in achievement.contexts if isinstance(each, dict) for name, iri in each.items()}
    own |= part.TERMS if row.parts else {}
    return [*known, dict(sorted(own.items()))] if own else known


def _subject(achievement: Achievement, row: Row, salt: str) -> JsonObject:
    subject: JsonObject = {"id": row.holder} if row.holder else {}
    subject |= {
        "type": ["AchievementSubject"],
        "identifier": [_name(row.name), _learner(row.learner, salt)],
        "achievement": achievement.document,
    }
    if row.awarded:
        subject["activityEndDate"] = format_time(row.awarded)
    if row.result:
        subject["result"] = [achievement.result(row.result)]
    return subject


def _name(name: str) -> JsonObject:
    return {"type": "IdentityObject", "hashed": False, "identityHash": name, "identityType": "name"}


def _learner(learner: str, salt: str) -> JsonObject:
    return {
        "type": "IdentityObject",
        "hashed": True,
        "identityHash": identity_hash(learner, salt),
        "identityType": identity_type(learner),
        "salt": salt,
    }


def _evidence(url: str, name: str | None) -> JsonObject:
    evidence: JsonObject = {"id": url, "type": ["Evidence"]}
    return evidence | ({"name": name} if name else {})
