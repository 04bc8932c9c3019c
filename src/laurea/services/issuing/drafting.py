"""Draft credentials: what the rows of a roster say as documents that follow the data model, before any is kept."""

import secrets
from collections.abc import Mapping, Sequence
from datetime import datetime
from uuid import uuid4

from laurea.core import claims, openbadge
from laurea.core.badge import IssuerProfile, Making
from laurea.core.badge_form import BadgeForms
from laurea.core.blockcerts.normal import Normalizer
from laurea.core.canonical import JsonObject
from laurea.core.credential import Credential
from laurea.core.drafts import RANDOM_BYTES, SALT_BYTES, Drafts, Task, columns_of
from laurea.core.openbadge import BADGE_CONTEXT, CONTEXT
from laurea.core.part import TYPE, parts_of
from laurea.core.roster import Row
from laurea.errors import FormatError
from laurea.services.issuing import accreditations, achievements, blockcerts
from laurea.services.issuing.issuer import Issuer
from laurea.services.issuing.sealing import parsed
from laurea.services.issuing.status_places import Place, example
from laurea.storage.issuer.bulk import Columns
from laurea.storage.issuer.tables import BatchProfile, CredentialRow

Standing = Mapping[tuple[str, str], CredentialRow]
"""What was issued and not taken back, by learner and achievement."""


class Drafting:
    """Makes the credentials of one issuer, all at one moment."""

    def __init__(self, issuer: Issuer) -> None:
        """Know what the issuer can issue now."""
        self.now = issuer.now()
        # Valid from now on, not from the award: nobody can hide validFrom, and the learner may wish to hide when it was.
        self._valid_from = self.now.replace(microsecond=0)
        self._kind = issuer.enrols
        self._profile = shown_profile(issuer)
        self._files = achievements.files(issuer)
        self._known = achievements.known(issuer)
        self._judge = blockcerts_problems_of if self._profile.blockcerts else problems_of
        self._forms = BadgeForms(self._profile, self._judge)
        self._invitation = None if issuer.reach is None else issuer.reach.invitation
        self._example = Making(f"urn:uuid:{uuid4()}", self._valid_from, secrets.token_hex(SALT_BYTES), example(issuer.statuses, self.now))

    def problems(self, row: Row, issued: CredentialRow | None = None) -> Sequence[str]:
        """Return what would be wrong with the credential of a row, new or in the place of one that is not sealed."""
        if issued is None:
            return self._forms.problems(self._known[row.achievement], row, self._example)
        return self._forms.problems(self._known[row.achievement], held(row, issued), self._example._replace(status=made(issued).status))

    def problems_of(self, document: bytes) -> Sequence[str]:
        """Return what is wrong with a credential that was made."""
        return self._judge(parsed(document))

    def says_the_same(self, row: Row, issued: CredentialRow) -> bool:
        """Tell whether a row says what a credential says that was issued: whether it would make the same bytes, by the same issuer.

        What is known of the issuer may have changed: its country, or who accredits it, says nothing about the learner.
        """
        again = self._forms.write(self._known[row.achievement], held(row, issued), made(issued)).text
        same = again == issued.document or _of_the_learner(again) == _of_the_learner(issued.document)
        return same and row.email == issued.email

    def corrected(self, row: Row, issued: CredentialRow) -> bytes:
        """Return the document of a row in the place of one that is not sealed, with another salt."""
        making = made(issued)._replace(valid_from=self._valid_from, salt=secrets.token_hex(SALT_BYTES))
        return self._forms.write(self._known[row.achievement], held(row, issued), making).text

    def task(self, rows: Sequence[Row], places: Sequence[Place | None]) -> Task:
        """Return the making of new credentials as what any process can do."""
        statuses = [() if place is None else place.entries() for place in places] if any(places) else []
        random = secrets.token_bytes(RANDOM_BYTES * len(rows))
        return Task(self._profile, self._files, self._valid_from, columns_of(rows), statuses, random)

    def waits(self, row: Row) -> bool:
        """Tell whether the credential of a row waits for its learner's wallet."""
        return self._invitation is not None and row.holder is None

    def new(
        self,
        rows: Sequence[Row],
        places: Sequence[Place | None],
        drafts: Drafts,
        forms: Sequence[int | None],
        replaced: Sequence[str | None],
    ) -> Columns:
        """Return new credentials as they are kept; `forms` are the ids of their forms, `replaced` those of the credentials that they replace."""
        until = None if self._invitation is None else self.now + self._invitation
        given, count = dict(zip(Row._fields, columns_of(rows), strict=True)), len(rows)
        return {
            "id": drafts.uuids,
            "learner": given["learner"],
            "achievement": given["achievement"],
            "document": drafts.kept,
            "form": forms,
            "seed": drafts.seeds,
            "committed": drafts.committed,
            "email": given["email"],
            "holder": given["holder"],
            "status_list": [None if place is None else place.status_list.id for place in places],
            "status_index": [None if place is None else place.index for place in places],
            "replaces": replaced,
            "profile": [self._kind] * count,
            "enrolled_at": [self.now] * count,
            "waits_until": [until if holder is None else None for holder in given["holder"]],
        }


def made(issued: CredentialRow) -> Making:
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


def held(row: Row, issued: CredentialRow) -> Row:
    """Return a row with what no roster says of its credential: the wallet that it is bound to, if the roster names none, and its parts."""
    return with_parts(row, issued)._replace(holder=row.holder or issued.holder)


def with_parts(row: Row, issued: CredentialRow) -> Row:
    """Return a row with the parts that a credential of the same achievement names, if it is a capstone."""
    if row.parts or row.achievement != issued.achievement or TYPE.encode() not in issued.document:
        return row
    return row._replace(parts=parts_of(parsed(issued.document)))


def _of_the_learner(text: bytes) -> JsonObject:
    """Return a credential without what it carries of its issuer's country and accreditations."""
    document = parsed(text)
    issuer = document.get("issuer")
    return {**document, "issuer": {**issuer, "address": None, "endorsement": None}} if isinstance(issuer, dict) else document


def shown_profile(issuer: Issuer) -> IssuerProfile:
    """Return who issues, as the credentials of the kind that is made show it."""
    shown = issuer.profile
    if issuer.enrols == BatchProfile.BLOCKCERTS:
        return IssuerProfile(blockcerts.profile_url(issuer), shown.name, shown.url, blockcerts=True, country=shown.country)
    return IssuerProfile(shown.did, shown.name, shown.url, country=shown.country, endorsements=accreditations.carried(issuer))


def blockcerts_problems_of(document: JsonObject) -> list[str]:
    """Return what is wrong with a credential of Blockcerts: what would be with the badge that it is, and what its hash would not tell."""
    badge: JsonObject = {**document, "@context": [CONTEXT, BADGE_CONTEXT], "type": ["VerifiableCredential", "OpenBadgeCredential"]}
    found = problems_of(badge)
    try:
        Normalizer().digest(document)
    except FormatError as error:
        found.append(f"Blockcerts cannot say it: {error}")
    return found


def problems_of(document: JsonObject) -> list[str]:
    """Return what is wrong with a credential."""
    found = openbadge.problems(document)
    try:
        Credential.of(document)
        claims.split(document)
    except FormatError as error:
        found.append(str(error))
    return found
