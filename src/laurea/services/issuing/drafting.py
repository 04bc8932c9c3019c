"""Draft credentials: what the rows of a roster say as documents that follow the data model, before any is kept."""

import secrets
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from uuid import uuid4

from laurea.core import claims, openbadge
from laurea.core.badge import IssuerProfile, Making
from laurea.core.badge_form import BadgeForms
from laurea.core.canonical import JsonObject
from laurea.core.credential import Credential
from laurea.core.problem import Problem
from laurea.core.roster import Row
from laurea.errors import FormatError
from laurea.services.issuing import achievements
from laurea.services.issuing.issuer import Issuer
from laurea.services.issuing.sealing import parsed
from laurea.services.issuing.status_places import draw
from laurea.storage.issuer.bulk import NewCredential
from laurea.storage.issuer.tables import CredentialRow

SALT_BYTES = 16
Standing = Mapping[tuple[str, str], CredentialRow]
"""What was issued and not taken back, by learner and achievement."""


def says_the_same(issuer: Issuer, rows: Sequence[Row], standing: Standing) -> dict[tuple[str, str], bool]:
    """Tell of every row for whose learner a credential was issued whether it says what that says: whether it would make the same bytes."""
    known = achievements.known(issuer)
    forms = BadgeForms(_profile(issuer), _problems)
    same = {}
    for row in rows:
        issued = standing.get((row.learner, row.achievement))
        if issued is not None:
            again = forms.write(known[row.achievement], _held(row, issued), _made(issued)).text
            same[row.learner, row.achievement] = again == issued.document and row.email == issued.email
    return same


def draft_all(issuer: Issuer, rows: Iterable[tuple[Row, CredentialRow | None]], noun: str, problems: list[Problem]) -> list[NewCredential]:
    """Return the credential of every row, new or in the place of one; what would not follow the data model is added to the problems."""
    rows = list(rows)
    now = issuer.now()
    places = iter(draw(issuer, sum(issued is None for _, issued in rows)))
    known = achievements.known(issuer)
    forms = BadgeForms(_profile(issuer), _problems)
    invitation = None if issuer.reach is None else issuer.reach.invitation
    # Valid from now on, not from the award: nobody can hide validFrom, and the learner may wish to hide when it was.
    valid_from = now.replace(microsecond=0)
    drafts = []
    for row, issued in rows:
        uuid = str(uuid4()) if issued is None else issued.id
        place = next(places) if issued is None else None
        salt = secrets.token_hex(SALT_BYTES)
        status = (() if place is None else place.entries()) if issued is None else _made(issued).status
        held = row if issued is None else _held(row, issued)
        written = forms.write(known[row.achievement], held, Making(f"urn:uuid:{uuid}", valid_from, salt, status))
        problems.extend(Problem(f"the credential would be wrong, {why}", row.number, noun=noun) for why in written.problems)
        drafts.append(
            NewCredential(
                id=uuid,
                learner=row.learner,
                email=row.email,
                achievement=row.achievement,
                document=written.text,
                holder=held.holder,
                enrolled_at=now,
                waits_until=None if held.holder or invitation is None else now + invitation,
                status_list=None if place is None else place.status_list.id,
                status_index=None if place is None else place.index,
            )
        )
    return drafts


def _profile(issuer: Issuer) -> IssuerProfile:
    profile = issuer.profile
    return IssuerProfile(profile.did, profile.name, profile.url)


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


def _held(row: Row, issued: CredentialRow) -> Row:
    """Return a row with the wallet that its credential is bound to already, if the roster names none."""
    return row if row.holder or issued.holder is None else row._replace(holder=issued.holder)


def _problems(document: JsonObject) -> list[str]:
    found = openbadge.problems(document)
    try:
        Credential.of(document)
        claims.split(document)
    except FormatError as error:
        found.append(str(error))
    return found
