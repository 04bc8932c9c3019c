"""Invitations, claim links and the mails that carry them."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from email.message import EmailMessage

import pytest

import laurea
from laurea.core import canonical
from laurea.core.authentication import prove
from laurea.core.canonical import JsonObject
from laurea.core.keys import SigningKey
from laurea.core.presentation import Demand
from laurea.errors import FormatError, InputError, NotFound
from laurea.services.issuing import enrolment, invitations, links, revocation
from laurea.services.issuing.anchoring import Anchoring
from laurea.services.issuing.issuer import Issuer
from laurea.services.issuing.outbox import Delivered, Outbox
from laurea.services.issuing.reach import Reach
from laurea.services.issuing.running import Run
from laurea.storage.issuer.correspondence import Links, Mails
from laurea.storage.issuer.credentials import Credentials
from laurea.storage.issuer.tables import CredentialRow, LinkPurpose, MailState
from tests.mail.smtp import Smtp, text_of
from tests.services.issuing_world import Killed, World, killing_at

REACH = Reach("https://badges.example.edu", timedelta(days=14), timedelta(days=90), writes=True)
KEY = SigningKey.from_seed(b"k" * 32)
OTHER = SigningKey.from_seed(b"o" * 32)
ROSTER = b"learner,name,achievement,email\nL-1,Ada,sql,ada@example.org\n"


@contextmanager
def reachable(world: World, reach: Reach = REACH) -> Iterator[Issuer]:
    with world.issuer() as issuer:
        yield replace(issuer, reach=reach)


def run(world: World, issuer: Issuer, *, kill_at: str = "") -> None:
    checkpoint = killing_at(kill_at)[0] if kill_at else lambda _: None
    patience = world.patience(40)
    anchoring = Anchoring(issuer, world.chain(issuer), world.keyring(), checkpoint=checkpoint, elapsed=patience.elapsed)
    Run(issuer, anchoring, patience, world.tell).work()


def deliver(issuer: Issuer, smtp: Smtp, *, kill_at: str = "") -> Delivered:
    checkpoint = killing_at(kill_at)[0] if kill_at else lambda _: None
    return Outbox(issuer, smtp.server, "badges@example.edu", checkpoint=checkpoint).deliver()


def token_in(message: EmailMessage, path: str) -> str:
    found = re.search(rf"https://badges\.example\.edu/{path}/([A-Za-z0-9_-]{{43}})\b", text_of(message))
    assert found is not None
    return found[1]


def answer(issuer: Issuer, token: str, purpose: LinkPurpose, key: SigningKey = KEY) -> JsonObject:
    return prove(key, invitations.offer(issuer, token, purpose).demand, created=issuer.now())


def the_credential(issuer: Issuer) -> CredentialRow:
    with issuer.database.read() as session:
        (row,) = Credentials(session).of_learner("L-1")
    return row


def later(issuer: Issuer, **time: float) -> Issuer:
    at = issuer.now() + timedelta(**time)
    return replace(issuer, now=lambda: at)


def test_from_an_invitation_to_a_credential_in_the_learners_wallet(world: World) -> None:
    with reachable(world) as issuer, Smtp() as smtp:
        enrolment.enrol(issuer, ROSTER)
        assert deliver(issuer, smtp) == Delivered(1, 0, 0)
        run(world, issuer)
        assert world.batches() == [], "it waits for the learner"

        token = token_in(smtp.taken[0], "invitations")
        assert invitations.bind(issuer, token, answer(issuer, token, LinkPurpose.BIND)) == KEY.did
        assert deliver(issuer, smtp) == Delivered(0, 0, 0), "nothing is released"
        run(world, issuer)
        assert deliver(issuer, smtp) == Delivered(1, 0, 0)

        token = token_in(smtp.taken[1], "claims")
        data = invitations.claim(issuer, token, answer(issuer, token, LinkPurpose.CLAIM))

    assert data == next(iter(world.released().values()))
    document = canonical.parse(data)
    assert isinstance(document, dict)
    assert isinstance(document["credentialSubject"], dict)
    assert document["credentialSubject"]["id"] == KEY.did
    assert world.verdict(data).verdict is laurea.Verdict.VALID


def test_who_names_a_wallet_in_the_roster_is_not_asked(world: World) -> None:
    with reachable(world) as issuer:
        enrolment.enrol(issuer, b"learner,name,achievement,email,holder\nL-1,Ada,sql,ada@example.org," + KEY.did.encode() + b"\n")
        run(world, issuer)
        with issuer.database.read() as session:
            purposes = [mail.purpose for mail in Mails(session).of(the_credential(issuer).id)]
    assert (purposes, len(world.released())) == (["claim"], 1)


def test_without_an_answer_it_is_issued_to_no_wallet_and_the_link_is_dead(world: World) -> None:
    with reachable(world) as issuer, Smtp() as smtp:
        enrolment.enrol(issuer, ROSTER)
        deliver(issuer, smtp)
        token = token_in(smtp.taken[0], "invitations")
        after = later(issuer, days=14, seconds=1)
        with pytest.raises(NotFound, match="has expired"):
            invitations.offer(after, token, LinkPurpose.BIND)
        run(world, after)
        assert len(world.released()) == 1
        assert the_credential(issuer).holder is None


def test_a_link_works_once_and_its_token_is_nowhere(world: World) -> None:
    with reachable(world) as issuer, Smtp() as smtp:
        enrolment.enrol(issuer, ROSTER)
        deliver(issuer, smtp)
        token = token_in(smtp.taken[0], "invitations")
        signed = answer(issuer, token, LinkPurpose.BIND)
        invitations.bind(issuer, token, signed)
        for again in (signed, prove(OTHER, Demand(REACH.url, "x"), created=issuer.now())):
            with pytest.raises((NotFound, FormatError)):
                invitations.bind(issuer, token, again)
        assert token.encode() not in world.dump()
        assert the_credential(issuer).holder == KEY.did


@pytest.mark.parametrize("wrong", ["challenge", "audience", "holder", "signature", "old", "extra", "empty"])
def test_a_proof_that_is_none_binds_nothing_and_the_link_still_works(world: World, wrong: str) -> None:
    with reachable(world) as issuer:
        enrolment.enrol(issuer, ROSTER)
        token = links.renew(issuer, the_credential(issuer).id).url.rpartition("/")[2]
        demand = invitations.offer(issuer, token, LinkPurpose.BIND).demand
        good = prove(KEY, demand, created=issuer.now())
        proof, elsewhere = good["proof"], prove(KEY, replace(demand, challenge="another"), created=issuer.now())["proof"]
        assert isinstance(proof, dict)
        assert isinstance(elsewhere, dict)
        bad: dict[str, JsonObject] = {
            "challenge": prove(KEY, replace(demand, challenge="another"), created=issuer.now()),
            "audience": prove(KEY, replace(demand, audience="https://evil.example"), created=issuer.now()),
            "holder": {**good, "holder": OTHER.did},
            "signature": {**good, "proof": {**proof, "proofValue": elsewhere["proofValue"]}},
            "old": prove(KEY, demand, created=issuer.now() - timedelta(minutes=6)),
            "extra": {**good, "verifiableCredential": []},
            "empty": {},
        }
        with pytest.raises(FormatError):
            invitations.bind(issuer, token, bad[wrong])
        assert the_credential(issuer).holder is None

        invitations.bind(issuer, token, good)
        assert the_credential(issuer).holder == KEY.did


def test_what_is_bound_to_one_wallet_is_not_fetched_by_another(world: World) -> None:
    with reachable(world) as issuer:
        enrolment.enrol(issuer, b"learner,name,achievement,holder\nL-1,Ada,sql," + KEY.did.encode() + b"\n")
        run(world, issuer)
        token = links.renew(issuer, the_credential(issuer).id).url.rpartition("/")[2]
        with pytest.raises(FormatError, match="bound to another wallet"):
            invitations.claim(issuer, token, answer(issuer, token, LinkPurpose.CLAIM, OTHER))
        assert invitations.claim(issuer, token, answer(issuer, token, LinkPurpose.CLAIM))


def test_a_new_link_ends_those_before_and_one_for_something_else_is_none(world: World) -> None:
    with reachable(world) as issuer:
        enrolment.enrol(issuer, ROSTER)
        uuid = the_credential(issuer).id
        first, second = (links.renew(issuer, uuid).url.rpartition("/")[2] for _ in range(2))
        with pytest.raises(NotFound):
            invitations.offer(issuer, first, LinkPurpose.BIND)
        with pytest.raises(NotFound):
            invitations.offer(issuer, second, LinkPurpose.CLAIM)
        assert invitations.offer(issuer, second, LinkPurpose.BIND).achievement == "SQL"


@pytest.mark.parametrize("token", ["", "x" * 43, "x" * 42, "é" * 43, "../" * 14])
def test_a_token_that_is_none_leads_nowhere(world: World, token: str) -> None:
    with reachable(world) as issuer, pytest.raises(NotFound, match="unknown, was used already, or has expired"):
        invitations.offer(issuer, token, LinkPurpose.CLAIM)


def test_there_is_no_link_to_what_was_taken_back_or_is_not_released(world: World) -> None:
    with reachable(world) as issuer:
        enrolment.enrol(replace(issuer, reach=None), ROSTER)
        uuid = the_credential(issuer).id
        with pytest.raises(InputError, match="not released yet"):
            links.renew(issuer, uuid)
        with pytest.raises(InputError, match="a service that learners can reach"):
            links.renew(replace(issuer, reach=None), uuid)
        run(world, issuer)
        link = links.renew(issuer, uuid).url.rpartition("/")[2]
        revocation.request(issuer, [uuid], revocation.Reason.ERROR)
        with pytest.raises(InputError, match="taken back"):
            links.renew(issuer, uuid)
        with pytest.raises(InputError, match="taken back"):
            invitations.fetch(issuer, link)


@pytest.mark.parametrize("place", ["released-not-recorded", "final-not-recorded"])
def test_a_kill_around_the_release_announces_each_credential_once(world: World, place: str) -> None:
    with reachable(world) as issuer:
        enrolment.enrol(replace(issuer, reach=replace(REACH, invitation=None)), ROSTER)
        with pytest.raises(Killed):
            run(world, issuer, kill_at=place)
        run(world, issuer)
        run(world, issuer)
        with issuer.database.read() as session:
            assert [mail.purpose for mail in Mails(session).of(the_credential(issuer).id)] == ["claim"]


@pytest.mark.parametrize("place", ["link-kept-not-mailed", "mailed-not-recorded"])
def test_a_kill_while_a_mail_is_sent_loses_none_and_every_link_that_went_out_works(world: World, place: str) -> None:
    with reachable(world) as issuer, Smtp() as smtp:
        enrolment.enrol(issuer, ROSTER)
        with pytest.raises(Killed):
            deliver(issuer, smtp, kill_at=place)
        assert deliver(later(issuer, minutes=2), smtp) == Delivered(1, 0, 0)
        assert len({message["Message-ID"] for message in smtp.taken}) == 1
        for message in smtp.taken:
            assert invitations.offer(issuer, token_in(message, "invitations"), LinkPurpose.BIND)


def test_a_mail_that_is_not_taken_is_tried_again_and_one_that_never_will_be_is_not(world: World) -> None:
    roster = ROSTER + b"L-2,Grace,sql,grace@example.org\n"
    with reachable(world) as issuer, Smtp() as smtp:
        enrolment.enrol(issuer, roster)
        smtp.reply = lambda _: "451 later"
        assert deliver(issuer, smtp) == Delivered(0, 0, 2, "the mail server refuses the recipient (451)")
        assert len(smtp.asked) == 1, "it is not asked again and again"
        smtp.reply = lambda address: "550 unknown" if address.startswith("ada") else None
        assert deliver(later(issuer, minutes=10), smtp) == Delivered(1, 1, 0)
        assert deliver(later(issuer, days=2), smtp) == Delivered(0, 0, 0)
        with issuer.database.read() as session:
            (mail,) = Mails(session).of(the_credential(issuer).id)
        assert (mail.state, mail.error) == (MailState.FAILED, "the mail server refuses the recipient (550)")


def test_a_server_that_is_not_there_keeps_the_mails_waiting_and_after_a_week_they_are_given_up(world: World) -> None:
    with reachable(world) as issuer, Smtp() as smtp:
        enrolment.enrol(issuer, ROSTER)
        smtp.reply = lambda _: "451 later"
        for day in range(12):
            deliver(later(issuer, days=day), smtp)
        with issuer.database.read() as session:
            (mail,) = Mails(session).of(the_credential(issuer).id)
        assert (mail.state, mail.attempts) == (MailState.FAILED, 8)


def test_a_mail_that_nobody_needs_any_more_is_not_sent(world: World) -> None:
    with reachable(world) as issuer, Smtp() as smtp:
        enrolment.enrol(issuer, ROSTER)
        revocation.request(issuer, [the_credential(issuer).id], revocation.Reason.ERROR)
        assert deliver(issuer, smtp) == Delivered(0, 0, 0)
    assert smtp.taken == []


def test_a_learner_is_written_to_once_more_on_request(world: World) -> None:
    with reachable(world) as issuer, Smtp() as smtp:
        enrolment.enrol(issuer, ROSTER)
        deliver(issuer, smtp)
        assert invitations.write_again(issuer, the_credential(issuer)) is LinkPurpose.BIND
        assert deliver(issuer, smtp) == Delivered(1, 0, 0)
        with pytest.raises(InputError, match="no mail server"):
            invitations.write_again(replace(issuer, reach=replace(REACH, writes=False)), the_credential(issuer))
        with issuer.database.read() as session:
            assert Links(session).get(links.digest(token_in(smtp.taken[1], "invitations"))) is not None


def test_a_correction_keeps_the_wallet_that_has_answered(world: World) -> None:
    with reachable(world) as issuer:
        enrolment.enrol(issuer, ROSTER)
        uuid = the_credential(issuer).id
        token = links.renew(issuer, uuid).url.rpartition("/")[2]
        invitations.bind(issuer, token, answer(issuer, token, LinkPurpose.BIND))
        enrolment.correct(issuer, uuid, {"learner": "L-1", "name": "Ada Lovelace", "achievement": "sql"})
        row = the_credential(issuer)
        assert (row.holder, row.waits_until) == (KEY.did, None)
        assert KEY.did.encode() in row.document
