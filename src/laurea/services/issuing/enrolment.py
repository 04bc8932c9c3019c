"""Enrol: achievements, and rosters that say who achieved them. All of a roster becomes credentials, or nothing of it."""

import secrets
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from uuid import uuid4

from laurea.core import canonical, claims, openbadge
from laurea.core.achievement import Achievement
from laurea.core.badge import IssuerProfile, build
from laurea.core.credential import Credential
from laurea.core.roster import Row, read_records, read_roster
from laurea.errors import FormatError, InputError, NotFound, RosterError
from laurea.services.issuing.issuer import Issuer, Profile
from laurea.services.issuing.lookup import require
from laurea.services.issuing.revocation import Reason, Request, take_back
from laurea.storage.issuer.credentials import Credentials
from laurea.storage.issuer.profile import Profiles
from laurea.storage.issuer.tables import AchievementRow, CredentialRow

SALT_BYTES = 16


def add_achievement(issuer: Issuer, data: bytes) -> str:
    """Keep an achievement and return the key by which rosters name it; the same file again changes nothing.

    Raises FormatError when it is none, InputError when another one has its key: credentials of that may be out.
    """
    achievement = Achievement.parse(data)
    with issuer.database.write() as session:
        known = Profiles(session).achievement(achievement.key)
        if known is None:
            Profiles(session).add_achievement(AchievementRow(id=achievement.key, document=data, added_at=issuer.now()))
            issuer.record(session, "achievement.add", f"achievement:{achievement.key}")
        elif Achievement.parse(known.document).document != achievement.document:
            raise InputError(f"there is another achievement {achievement.key} already", hint="give this one another humanCode and id")
    return achievement.key


def enrol(issuer: Issuer, roster: bytes, *, dry_run: bool = False) -> int:
    """Make a credential of every row of a roster, due at the next run, and return how many; with `dry_run` only try.

    Raises RosterError with every problem: of the roster, of the credentials it would make, of what was issued before.
    """
    now = issuer.now()
    rows, problems = read_roster(roster, achievements(issuer), now=now)
    return len(_enrol(issuer, rows, problems, dry_run=dry_run))


def enrol_records(issuer: Issuer, records: Sequence[Mapping[str, str]]) -> list[str]:
    """Make a credential of every record, which has texts by the columns of a roster, and return their UUIDs in the same order.

    Raises RosterError with every problem, each with the number of its record.
    """
    rows, problems = read_records(records, achievements(issuer), now=issuer.now())
    return _enrol(issuer, rows, problems, noun="record")


def correct(issuer: Issuer, credential: str, record: Mapping[str, str]) -> None:
    """Put a corrected record in the place of a credential that is in no batch yet; raises InputError when it is too late for that."""
    uuid = require(issuer, credential).id
    with issuer.database.write() as session:
        row = Credentials(session).get(uuid)
        if row is None or row.batch is not None or row.withdrawn_at is not None:
            hint = "take it back and issue a corrected one"
            raise InputError(f"the credential {uuid} can be corrected no more: it is sealed or withdrawn", hint=hint)
        session.delete(row)
        session.flush()  # before the corrected one is judged, or this one would stand in its way
        (made,) = _enrol(issuer, *read_records([record], achievements(issuer), now=issuer.now()), noun="record", uuids=[uuid])
        issuer.record(session, "credential.correct", f"credential:{made}")


def reissue(issuer: Issuer, credential: str, record: Mapping[str, str]) -> tuple[str, Request]:
    """Take a credential back as superseded and make a corrected one; return the new UUID, and what becomes of the old one."""
    uuid = require(issuer, credential).id
    with issuer.database.write() as session:
        taken = take_back(session, issuer, [uuid], Reason.SUPERSEDED)
        session.flush()
        (made,) = _enrol(issuer, *read_records([record], achievements(issuer), now=issuer.now()), noun="record")
        row = Credentials(session).get(made)
        if row is not None:
            row.replaces = uuid
    return made, taken


def achievements(issuer: Issuer) -> dict[str, Achievement]:
    """Return the achievements that credentials can be issued for, by their keys."""
    with issuer.database.read() as session:
        return {row.id: Achievement.parse(row.document) for row in Profiles(session).achievements()}


def achievement(issuer: Issuer, key: str) -> Achievement:
    """Return one achievement; raises NotFound."""
    with issuer.database.read() as session:
        row = Profiles(session).achievement(key)
    if row is None:
        raise NotFound(f"there is no achievement {key!r}")
    return Achievement.parse(row.document)


def _enrol(
    issuer: Issuer,
    rows: Sequence[Row],
    problems: list[str],
    *,
    noun: str = "row",
    dry_run: bool = False,
    uuids: Sequence[str] | None = None,
) -> list[str]:
    if uuids is None:
        uuids = [str(uuid4()) for _ in rows]
    made, wrong = _credentials(issuer.profile, achievements(issuer), list(zip(rows, uuids, strict=False)), issuer.now())
    problems += [f"{noun} {number}: the credential would be wrong, {problem}" for number, problem in wrong]
    with issuer.database.write() as session:
        standing = Credentials(session).standing(row.learner for row in rows)
        problems += [_repeated(row, noun) for row in rows if (row.learner, row.achievement) in standing]
        if problems:
            raise RosterError(problems)
        if not dry_run:
            Credentials(session).add_all(made)
            issuer.record(session, "credentials.enrol", f"credentials:{len(made)}", {"count": len(made)})
    return [credential.id for credential in made]


def _credentials(
    profile: Profile, known: Mapping[str, Achievement], rows: Sequence[tuple[Row, str]], now: datetime
) -> tuple[list[CredentialRow], list[tuple[int, str]]]:
    """Return the credential of every row, and where one would not follow the data model, the row's number and why."""
    issuer = IssuerProfile(profile.did, profile.name, profile.url)
    made: list[CredentialRow] = []
    wrong: list[tuple[int, str]] = []
    for row, uuid in rows:
        salt = secrets.token_hex(SALT_BYTES)
        # Valid from now on, not from the award: nobody can hide validFrom, and the learner may wish to hide when it was.
        document = build(
            known[row.achievement], row, issuer, credential_id=f"urn:uuid:{uuid}", valid_from=now.replace(microsecond=0), salt=salt
        )
        wrong.extend((row.number, problem) for problem in _problems(document))
        made.append(_credential(row, uuid, canonical.dump(document), now))
    return made, wrong


def _problems(document: canonical.JsonObject) -> Iterator[str]:
    yield from openbadge.problems(document)
    try:
        Credential.of(document)
        claims.split(document)
    except FormatError as error:
        yield str(error)


def _credential(row: Row, credential: str, document: bytes, now: datetime) -> CredentialRow:
    return CredentialRow(
        id=credential,
        learner=row.learner,
        email=row.email,
        achievement=row.achievement,
        document=document,
        holder=row.holder,
        enrolled_at=now,
    )


def _repeated(row: Row, noun: str) -> str:
    fix = f"remove the {noun}, this learner has {row.achievement} already (or revoke that first)"
    return f"{noun} {row.number}, column learner, {row.learner!r}: {fix}"
