"""Enrol: rosters that say who achieved what. All of a roster becomes credentials, or nothing of it."""

import secrets
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import uuid4

from sqlmodel import Session

from laurea.core import canonical, claims, openbadge
from laurea.core.achievement import Achievement
from laurea.core.badge import IssuerProfile, build
from laurea.core.canonical import JsonObject
from laurea.core.credential import Credential
from laurea.core.problem import Problem
from laurea.core.roster import Row, read_records, read_roster
from laurea.errors import FormatError, InputError, RosterError
from laurea.services.issuing import achievements
from laurea.services.issuing.duplicates import Duplicates, sort
from laurea.services.issuing.invitations import invite
from laurea.services.issuing.issuer import Issuer, Profile
from laurea.services.issuing.lookup import require
from laurea.services.issuing.revocation import Reason, Request, take_back
from laurea.services.issuing.sealing import parsed
from laurea.storage.issuer.credentials import Credentials
from laurea.storage.issuer.tables import CredentialRow

SALT_BYTES = 16


@dataclass(frozen=True, slots=True)
class Enrolled:
    """What became of a roster: the UUIDs of new credentials and of those in the place of others, counts of the rest."""

    new: list[str]
    corrected: list[str]
    replaced: list[str]
    skipped: int


def enrol(issuer: Issuer, roster: bytes, *, duplicates: Duplicates = Duplicates.REFUSE, dry_run: bool = False) -> Enrolled:
    """Make a credential of every row of a roster, due at the next run, and return what became of them; with `dry_run` only try.

    Raises RosterError with every problem: of the roster, of the credentials it would make, of what was issued before.
    """
    rows, problems = read_roster(roster, achievements.known(issuer), now=issuer.now())
    return enrol_rows(issuer, rows, problems, duplicates=duplicates, dry_run=dry_run)


def enrol_records(issuer: Issuer, records: Sequence[Mapping[str, str]], *, duplicates: Duplicates = Duplicates.REFUSE) -> Enrolled:
    """Make a credential of every record, which has texts by the columns of a roster.

    Raises RosterError with every problem, each with the number of its record.
    """
    rows, problems = read_records(records, achievements.known(issuer), now=issuer.now())
    return enrol_rows(issuer, rows, problems, duplicates=duplicates, noun="record")


def correct(issuer: Issuer, credential: str, record: Mapping[str, str]) -> None:
    """Put a corrected record in the place of a credential that is in no batch yet; raises InputError when it is too late for that."""
    uuid = require(issuer, credential).id
    rows, problems = read_records([record], achievements.known(issuer), now=issuer.now())
    with issuer.database.write() as session:
        issued = Credentials(session).get(uuid)
        if issued is None or issued.batch is not None or issued.withdrawn_at is not None:
            hint = "take it back and issue a corrected one"
            raise InputError(f"the credential {uuid} can be corrected no more: it is sealed or withdrawn", hint=hint)
        others = {pair: row for pair, row in Credentials(session).standing(row.learner for row in rows).items() if row.id != uuid}
        problems += sort(rows, others, {}, Duplicates.REFUSE, "record").problems
        drafts = _drafts(issuer, [(row, issued) for row in rows], "record", problems)
        if problems:
            raise RosterError(problems)
        _correct(issuer, session, [(draft, issued) for draft in drafts])


def reissue(issuer: Issuer, credential: str, record: Mapping[str, str]) -> tuple[str, Request]:
    """Take a credential back as superseded and make a corrected one; return the new UUID, and what becomes of the old one."""
    uuid = require(issuer, credential).id
    with issuer.database.write() as session:
        taken = take_back(session, issuer, [uuid], Reason.SUPERSEDED)
        session.flush()
        (made,) = enrol_records(issuer, [record]).new
        row = Credentials(session).get(made)
        if row is not None:
            row.replaces = uuid
    return made, taken


def enrol_rows(
    issuer: Issuer,
    rows: Sequence[Row],
    problems: list[Problem],
    *,
    duplicates: Duplicates = Duplicates.REFUSE,
    noun: str = "row",
    dry_run: bool = False,
) -> Enrolled:
    """Make credentials of rows that were read with these problems, all or none; with `dry_run` only try. Raises RosterError."""
    with issuer.database.write() as session:
        standing = Credentials(session).standing(row.learner for row in rows)
        same = _same(issuer, rows, standing) if duplicates is not Duplicates.REFUSE else {}
        found = sort(rows, standing, same, duplicates, noun)
        new = _drafts(issuer, [(row, None) for row in found.new], noun, problems)
        corrected = _drafts(issuer, found.corrected, noun, problems)
        replacing = _drafts(issuer, [(row, None) for row, _ in found.replaced], noun, problems)
        problems += found.problems
        if problems:
            raise RosterError(problems)
        if not dry_run:
            _correct(issuer, session, list(zip(corrected, (issued for _, issued in found.corrected), strict=True)))
            _replace(issuer, session, list(zip(replacing, (issued for _, issued in found.replaced), strict=True)))
            _add(issuer, session, new + replacing)
    return Enrolled([row.id for row in new], [row.id for row in corrected], [row.id for row in replacing], found.skipped)


def _same(issuer: Issuer, rows: Sequence[Row], standing: Mapping[tuple[str, str], CredentialRow]) -> dict[tuple[str, str], bool]:
    """Tell of every row for whose learner a credential was issued whether it says what that says: whether it would make the same bytes."""
    known = achievements.known(issuer)
    same = {}
    for row in rows:
        issued = standing.get((row.learner, row.achievement))
        if issued is not None:
            again = _document(issuer.profile, known[row.achievement], _held(row, issued), issued.id, _made(parsed(issued.document)))
            same[row.learner, row.achievement] = canonical.dump(again) == issued.document and row.email == issued.email
    return same


def _drafts(issuer: Issuer, rows: Iterable[tuple[Row, CredentialRow | None]], noun: str, problems: list[Problem]) -> list[CredentialRow]:
    """Return the credential of every row, new or in the place of one; what would not follow the data model is added to the problems."""
    now = issuer.now()
    known = achievements.known(issuer)
    invitation = None if issuer.reach is None else issuer.reach.invitation
    drafts = []
    for row, issued in rows:
        uuid = str(uuid4()) if issued is None else issued.id
        # Valid from now on, not from the award: nobody can hide validFrom, and the learner may wish to hide when it was.
        made = (now.replace(microsecond=0), secrets.token_hex(SALT_BYTES))
        held = row if issued is None else _held(row, issued)
        document = _document(issuer.profile, known[row.achievement], held, uuid, made)
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
            )
        )
    return drafts


def _add(issuer: Issuer, session: Session, drafts: Sequence[CredentialRow]) -> None:
    Credentials(session).add_all(drafts)
    if issuer.reach is not None and issuer.reach.writes:
        session.flush()
        invite(session, drafts, issuer.now())
    if drafts:
        issuer.record(session, "credentials.enrol", f"credentials:{len(drafts)}", {"count": len(drafts)})


def _correct(issuer: Issuer, session: Session, pairs: Sequence[tuple[CredentialRow, CredentialRow]]) -> None:
    for draft, issued in pairs:
        issued.learner, issued.email, issued.achievement = draft.learner, draft.email, draft.achievement
        issued.document, issued.holder = draft.document, draft.holder
        if issued.holder is not None:
            issued.waits_until = None
        session.add(issued)
        issuer.record(session, "credential.correct", f"credential:{issued.id}")


def _replace(issuer: Issuer, session: Session, pairs: Sequence[tuple[CredentialRow, CredentialRow]]) -> None:
    take_back(session, issuer, [issued.id for _, issued in pairs], Reason.SUPERSEDED)
    session.flush()  # before those in their place come, which they would stand in the way of
    for draft, issued in pairs:
        draft.replaces = issued.id


def _document(profile: Profile, achievement: Achievement, row: Row, uuid: str, made: tuple[datetime, str]) -> JsonObject:
    issuer = IssuerProfile(profile.did, profile.name, profile.url)
    valid_from, salt = made
    return build(achievement, row, issuer, credential_id=f"urn:uuid:{uuid}", valid_from=valid_from, salt=salt)


def _made(document: JsonObject) -> tuple[datetime, str]:
    """Return what was chosen when a credential was made, and is in no roster: since when it is valid, and its salt."""
    subject = document["credentialSubject"]
    identifiers = subject.get("identifier") if isinstance(subject, dict) else None
    salts = [each["salt"] for each in identifiers if isinstance(each, dict) and "salt" in each] if isinstance(identifiers, list) else []
    return datetime.fromisoformat(str(document["validFrom"])), str(salts[0]) if salts else ""


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
