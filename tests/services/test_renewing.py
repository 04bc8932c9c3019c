"""Renewal: a credential that ends gets another in its place, and is superseded when that is released; its learner hears of it, once."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from sqlmodel import select

import laurea
from laurea.core.keys import SigningKey
from laurea.core.renewal import replaced
from laurea.errors import InputError
from laurea.services.issuing import enrolment, erasure, place, reminding, renewing, revocation, suspension
from laurea.services.issuing.anchoring import Anchoring
from laurea.services.issuing.duplicates import Duplicates
from laurea.services.issuing.issuer import Issuer
from laurea.services.issuing.outbox import Delivered, Outbox
from laurea.services.issuing.reach import Reach
from laurea.services.issuing.revocation import Reason
from laurea.services.issuing.revoking import Revoking
from laurea.services.issuing.running import Run
from laurea.storage.issuer.credentials import Credentials
from laurea.storage.issuer.tables import CredentialRow, ExpiryRow, NoticeRow
from tests.mail.smtp import Smtp, text_of
from tests.services.issuing_world import Killed, World, killing_at

REACH = Reach("https://badges.example.edu", None, timedelta(days=90), writes=True, reminders=(14, 60))
HOLDER = SigningKey.from_seed(b"k" * 32).did
FAR = datetime(2034, 12, 31, 23, 59, 59, tzinfo=UTC)


def in_days(days: int) -> str:
    return (datetime.now(UTC) + timedelta(days=days)).strftime("%Y-%m-%dT%H:%M:%SZ")


def roster(*days: int) -> bytes:
    lines = [f"L-{days_},Ada,sql,ada{days_}@example.org,{HOLDER},{in_days(days_)}" for days_ in days]
    return "\n".join(["learner,name,achievement,email,holder,valid_until", *lines, ""]).encode()


@contextmanager
def reachable(world: World, reach: Reach = REACH) -> Iterator[Issuer]:
    with world.issuer() as issuer:
        yield replace(issuer, reach=reach)


def run(world: World, issuer: Issuer, *, kill_at: str = "", revokes: bool = True) -> None:
    checkpoint = killing_at(kill_at)[0] if kill_at else lambda _: None
    patience = world.patience(40)
    chain = world.chain(issuer)
    anchoring = Anchoring(issuer, chain, world.keyring(), checkpoint=checkpoint, elapsed=patience.elapsed)
    revoking = Revoking(issuer, chain, world.keyring(), patience) if revokes else None
    Run(issuer, anchoring, patience, world.tell, revoking=revoking).work()


def released(world: World, *days: int) -> list[str]:
    """Return the UUIDs of released credentials that end in so many days."""
    with reachable(world) as issuer:
        found = enrolment.enrol(issuer, roster(*days)).new
        run(world, issuer)
    return found


def row(issuer: Issuer, uuid: str) -> CredentialRow:
    with issuer.database.read() as session:
        found = Credentials(session).get(uuid)
    assert found is not None
    return found


def later(issuer: Issuer, **time: float) -> Issuer:
    at = issuer.now() + timedelta(**time)
    return replace(issuer, now=lambda: at)


def test_the_old_one_is_superseded_when_the_new_one_is_released_and_not_before(world: World) -> None:
    (old,) = released(world, 30)
    with reachable(world) as issuer:
        (new,) = renewing.renew(issuer, [f"urn:uuid:{old}"], FAR).values()
        assert row(issuer, old).revocation is None, "the new one is not there yet"
        assert world.verdict(world.released()[old]).verdict is laurea.Verdict.VALID
        run(world, issuer)
        assert row(issuer, old).revocation is not None
        assert row(issuer, old).reason == Reason.SUPERSEDED
        run(world, issuer)

    report = world.verdict(world.released()[old])
    assert report.verdict is laurea.Verdict.INVALID
    assert [check.id for check in report.checks if check.outcome is laurea.Outcome.FAILED] == ["revocation"]
    data = world.released()[new]
    assert world.verdict(data).verdict is laurea.Verdict.VALID
    document = json.loads(data)
    assert replaced(document) == (f"urn:uuid:{old}",)
    before = json.loads(world.released()[old])
    assert document["validUntil"] == "2034-12-31T23:59:59Z"
    assert document["credentialSubject"]["achievement"] == before["credentialSubject"]["achievement"]
    assert document["credentialSubject"]["id"] == HOLDER
    assert document["credentialSubject"]["identifier"] != before["credentialSubject"]["identifier"], "the salt is drawn anew"


@pytest.mark.parametrize("place_of_kill", ["released-not-recorded", "final-not-recorded"])
def test_a_kill_around_the_release_supersedes_once(world: World, place_of_kill: str) -> None:
    (old,) = released(world, 30)
    with reachable(world) as issuer:
        renewing.renew(issuer, [old], FAR)
        with pytest.raises(Killed):
            run(world, issuer, kill_at=place_of_kill)
        assert row(issuer, old).revocation is None
        run(world, issuer, revokes=False)
        first = row(issuer, old).revocation
        run(world, issuer)
        run(world, issuer)
        assert (first, row(issuer, old).revocation) == (1, 1)
        assert row(issuer, old).revoked_at is not None
    assert world.spent("revoke") == 2, "serve, and one revocation"


def test_a_credential_is_renewed_once(world: World) -> None:
    (old,) = released(world, 30)
    with reachable(world) as issuer:
        (new,) = renewing.renew(issuer, [old, old], FAR).values()
        with pytest.raises(InputError, match="renewed already"):
            renewing.renew(issuer, [old], FAR)
        with pytest.raises(InputError, match="not released yet"):
            renewing.renew(issuer, [new], FAR)
        assert renewing.ending(issuer, timedelta(days=60)) == {}


def test_what_was_renewed_is_found_by_its_learner_as_the_new_one(world: World) -> None:
    (old,) = released(world, 30)
    with reachable(world) as issuer:
        (new,) = renewing.renew(issuer, [old], FAR).values()
        with issuer.database.read() as session:
            standing = Credentials(session).standing(["L-30"])
        assert [each.id for each in standing.values()] == [new]
        assert enrolment.enrol(issuer, roster(30), duplicates=Duplicates.SKIP).counts.skipped == 1


def test_when_the_new_one_is_withdrawn_the_old_one_stands_again(world: World) -> None:
    (old,) = released(world, 30)
    with reachable(world) as issuer:
        (new,) = renewing.renew(issuer, [old], FAR).values()
        revocation.request(issuer, [new], Reason.ERROR)
        assert row(issuer, old).renewed_at is None
        run(world, issuer)
        assert row(issuer, old).revocation is None
        (again,) = renewing.renew(issuer, [old], FAR).values()
        run(world, issuer)
        assert row(issuer, old).revocation is not None
    assert again in world.released()


def test_when_the_old_one_is_revoked_for_a_cause_the_new_one_never_comes(world: World) -> None:
    (old,) = released(world, 30)
    with reachable(world) as issuer:
        (new,) = renewing.renew(issuer, [old], FAR).values()
        asked = revocation.request(issuer, [old], Reason.ERROR)
        assert (asked.withdrawn, len(asked.revocations)) == ([new], 1)
        run(world, issuer)
        assert row(issuer, old).reason == Reason.ERROR
    assert new not in world.released()


def test_what_has_ended_meanwhile_is_not_revoked(world: World) -> None:
    (old,) = released(world, 30)
    with reachable(world) as issuer:
        renewing.renew(issuer, [old], FAR)
        run(world, later(issuer, days=31))
        assert row(issuer, old).revocation is None


@pytest.mark.parametrize(
    ("until", "why"), [(datetime(2020, 1, 1, tzinfo=UTC), "valid until"), (datetime.now(UTC) + timedelta(days=2), "valid until")]
)
def test_a_renewal_lengthens(world: World, until: datetime, why: str) -> None:
    (old,) = released(world, 30)
    with reachable(world) as issuer, pytest.raises(InputError, match=why):
        renewing.renew(issuer, [old], until)


def test_what_has_no_end_or_is_taken_back_or_suspended_is_not_renewed(world: World) -> None:
    world.statuses = replace(world.statuses, url="https://badges.example.edu/status", purposes=("suspension",))
    with reachable(world) as issuer:
        ever, gone, held = enrolment.enrol(issuer, f"learner,name,achievement,valid_until\nE,Ada,sql,\nG,Ada,sql,{in_days(9)}\nH,Ada,sql,{in_days(9)}\n".encode()).new  # fmt: skip
    world.run()
    with reachable(world) as issuer:
        revocation.request(issuer, [gone], Reason.ERROR)
        suspension.suspend(issuer, [held], suspended=True)
        for uuid, why in ((ever, "has no end"), (gone, "taken back"), (held, "suspended")):
            with pytest.raises(InputError, match=why):
                renewing.renew(issuer, [uuid], FAR)
        assert renewing.ending(issuer, timedelta(days=60)) == {}


def test_a_renewed_credential_shows_who_the_issuer_is_now(world: World) -> None:
    (old,) = released(world, 30)
    with world.issuer() as issuer:
        place.move(issuer, "AT")
    with reachable(world) as issuer:
        (new,) = renewing.renew(issuer, [old], FAR).values()
        run(world, issuer)
    assert json.loads(world.released()[new])["issuer"]["address"] == {"type": ["Address"], "addressCountryCode": "AT"}
    assert world.verdict(world.released()[new]).verdict is laurea.Verdict.VALID


def deliver(issuer: Issuer, smtp: Smtp, *, kill_at: str = "") -> Delivered:
    checkpoint = killing_at(kill_at)[0] if kill_at else lambda _: None
    return Outbox(issuer, smtp.server, "badges@example.edu", checkpoint=checkpoint).deliver()


def test_a_learner_hears_of_the_end_once_for_each_time_that_is_named(world: World) -> None:
    with reachable(world) as early:
        released_early = later(early, days=-200)
        enrolment.enrol(released_early, roster(10, 50, 100))
        run(world, early)
    with reachable(world) as issuer, Smtp() as smtp:
        deliver(issuer, smtp)
        smtp.taken.clear()
        assert (reminding.remind(issuer), reminding.remind(issuer)) == (2, 0)
        assert deliver(issuer, smtp) == Delivered(2, 0, 0)
        assert sorted(str(mail["To"]) for mail in smtp.taken) == ["ada10@example.org", "ada50@example.org"]
        assert "ends soon" in text_of(smtp.taken[0])
        after = later(issuer, days=45)
        assert (reminding.remind(after), reminding.remind(after)) == (2, 0), "50 is near its end now, and 100 in its first time"
        assert deliver(after, smtp).sent == 2
        assert deliver(after, smtp) == Delivered(0, 0, 0)


def test_a_reminder_that_is_not_needed_any_more_is_not_sent(world: World) -> None:
    with reachable(world) as issuer:
        (first, second) = enrolment.enrol(later(issuer, days=-200), roster(10, 11)).new
        run(world, issuer)
    with reachable(world) as issuer, Smtp() as smtp:
        deliver(issuer, smtp)
        smtp.taken.clear()
        assert reminding.remind(issuer) == 2
        renewing.renew(issuer, [first], FAR)
        revocation.request(issuer, [second], Reason.ERROR)
        assert deliver(issuer, smtp) == Delivered(0, 0, 0)
        assert smtp.taken == []


def test_a_kill_after_the_mail_sends_the_same_message_again(world: World) -> None:
    with reachable(world) as issuer, Smtp() as smtp:
        enrolment.enrol(later(issuer, days=-200), roster(10))
        run(world, issuer)
        deliver(issuer, smtp)
        smtp.taken.clear()
        reminding.remind(issuer)
        with pytest.raises(Killed):
            deliver(issuer, smtp, kill_at="mailed-not-recorded")
        deliver(later(issuer, minutes=2), smtp)
        deliver(later(issuer, minutes=9), smtp)
    assert len(smtp.taken) == 2
    assert len({mail["Message-ID"] for mail in smtp.taken}) == 1


def test_what_was_just_issued_for_a_short_time_is_no_news(world: World) -> None:
    released(world, 10)
    with reachable(world) as issuer:
        assert reminding.remind(issuer) == 0
        assert list(renewing.ending(issuer, timedelta(days=30)).values()) != []


def test_an_erased_learner_leaves_no_notice(world: World) -> None:
    with reachable(world) as issuer:
        enrolment.enrol(later(issuer, days=-200), roster(10))
        run(world, issuer)
        reminding.remind(issuer)
    with world.issuer() as issuer:
        with issuer.database.read() as session:
            assert len(session.exec(select(NoticeRow)).all()) == len(session.exec(select(ExpiryRow)).all()) == 1
        erasure.erase(issuer, "L-10")
        with issuer.database.read() as session:
            assert [*session.exec(select(NoticeRow)).all(), *session.exec(select(ExpiryRow)).all()] == []
