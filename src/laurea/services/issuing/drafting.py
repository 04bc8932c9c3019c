"""Draft credentials: what the rows of a roster say as documents that follow the data model, before any is kept."""

import secrets
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from uuid import uuid4

from laurea.core import canonical, claims, openbadge
from laurea.core.achievement import Achievement
from laurea.core.badge import IssuerProfile, Making, build
from laurea.core.canonical import JsonObject
from laurea.core.credential import Credential
from laurea.core.problem import Problem
from laurea.core.roster import Row
from laurea.errors import FormatError
from laurea.services.issuing import achievements
from laurea.services.issuing.issuer import Issuer, Profile
from laurea.services.issuing.sealing import parsed
from laurea.services.issuing.status_places import Place, draw
from laurea.storage.issuer.tables import CredentialRow

SALT_BYTES = 16
Standing = Mapping[tuple[str, str], CredentialRow]
"""What was issued and not taken back, by learner and achievement."""


def says_the_same(issuer: Issuer, rows: Sequence[Row], standing: Standing) -> dict[tuple[str, str], bool]:
    """Tell of every row for whose learner a credential was issued whether it says what that says: whether it would make the same bytes."""
    known = achievements.known(issuer)
    same = {}
    for row in rows:
        issued = standing.get((row.learner, row.achievement))
        if issued is not None:
            again = _document(issuer.profile, known[row.achievement], _held(row, issued), _made(issued))
            same[row.learner, row.achievement] = canonical.dump(again) == issued.document and row.email == issued.email
    return same


def draft_all(issuer: Issuer, rows: Iterable[tuple[Row, CredentialRow | None]], noun: str, problems: list[Problem]) -> list[CredentialRow]:
    """Return the credential of every row, new or in the place of one; what would not follow the data model is added to the problems."""
    rows = list(rows)
    now = issuer.now()
    places = iter(draw(issuer, sum(issued is None for _, issued in rows)))
    known = achievements.known(issuer)
    invitation = None if issuer.reach is None else issuer.reach.invitation
    drafts = []
    for row, issued in rows:
        uuid = str(uuid4()) if issued is None else issued.id
        place = next(places) if issued is None else None
        # Valid from now on, not from the award: nobody can hide validFrom, and the learner may wish to hide when it was.
        made = _making(uuid, now, place) if issued is None else replace(_made(issued), valid_from=now.replace(microsecond=0), salt=_salt())
        held = row if issued is None else _held(row, issued)
        document = _document(issuer.profile, known[row.achievement], held, made)
        problems.extend(Problem(f"the credential would be wrong, {why}", row.number, noun=noun) for why in _problems(document))
        drafts.append(
            CredentialRow(
                id=uuid,
                learner=row.learner,
                email=row.email,
                achievement=row.achievement,
                document=canonical.dump(document),
                holder=held.holder,
                enrolled_at=now,
                waits_until=None if held.holder or invitation is None else now + invitation,
                status_list=None if place is None else place.status_list.id,
                status_index=None if place is None else place.index,
            )
        )
    return drafts


def _document(profile: Profile, achievement: Achievement, row: Row, making: Making) -> JsonObject:
    return build(achievement, row, IssuerProfile(profile.did, profile.name, profile.url), making)


def _making(uuid: str, now: datetime, place: Place | None) -> Making:
    return Making(f"urn:uuid:{uuid}", now.replace(microsecond=0), _salt(), () if place is None else place.entries())


def _made(issued: CredentialRow) -> Making:
    """Return what was chosen when a credential was made."""
    document = parsed(issued.document)
    subject, status = document["credentialSubject"], document.get("credentialStatus")
    identifiers = subject.get("identifier") if isinstance(subject, dict) else None
    salts = [each["salt"] for each in identifiers if isinstance(each, dict) and "salt" in each] if isinstance(identifiers, list) else []
    return Making(
        f"urn:uuid:{issued.id}",
        datetime.fromisoformat(str(document["validFrom"])),
        str(salts[0]) if salts else "",
        status if isinstance(status, list) else (),
    )


def _salt() -> str:
    return secrets.token_hex(SALT_BYTES)


def _held(row: Row, issued: CredentialRow) -> Row:
    """Return a row with the wallet that its credential is bound to already, if the roster names none."""
    return row if row.holder or issued.holder is None else replace(row, holder=issued.holder)


def _problems(document: JsonObject) -> Iterator[str]:
    yield from openbadge.problems(document)
    try:
        Credential.of(document)
        claims.split(document)
    except FormatError as error:
        yield str(error)
