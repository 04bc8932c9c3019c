"""When an accreditation counts: for what was anchored while it, and all above it, stood; and who tries to have it otherwise."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from laurea.core import canonical
from laurea.core.account import account_document
from laurea.core.anchor import AnchorRef, Facts
from laurea.core.canonical import Json, JsonObject
from laurea.core.credential import Credential, format_time
from laurea.core.keys import SigningKey, multikey
from laurea.core.leaf import Domain
from laurea.core.presentation import Presentation
from laurea.core.report import Check, CheckId, Outcome, Verdict
from laurea.services.registries import Leaf
from laurea.services.verifying import Verifying
from tests.core.world import (
    ACCREDITOR_DOMAIN,
    CHAIN,
    NOON,
    REGISTRY,
    accreditor,
    anchor_all,
    badge,
    endorsement,
    endorsing,
    facts_of,
    plain,
    revise,
    sign,
    trust_of,
)

AGENCY, AGENCYS = "did:web:agency.example", Domain(CHAIN, REGISTRY, b"\x66" * 20)
COLLEGE, COLLEGES = "did:web:college.example", Domain(CHAIN, REGISTRY, b"\x77" * 20)
DAY = timedelta(days=1)
TODAY = NOON + 100 * DAY  # when all is verified; days are counted from noon


def day(number: float) -> datetime:
    return NOON + number * DAY


@dataclass
class Registry:
    """A registry in memory: when what was anchored, and when what was revoked."""

    known: dict[Leaf, Facts] = field(default_factory=dict)
    ends: dict[Leaf, datetime] = field(default_factory=dict)
    silent: set[bytes] = field(default_factory=set)
    forgetful: bool = False
    asked: list[Leaf] = field(default_factory=list)
    events: list[datetime] = field(default_factory=list)

    def anchor(self, credential: Credential, at: datetime, *, ends: datetime | None = None, **anchor: Any) -> Credential:
        facts = facts_of(credential, time=int(at.timestamp()), **anchor)
        views = {"finalized": TODAY - timedelta(minutes=13), "latest": TODAY - timedelta(seconds=6)}
        for name, time in views.items():
            view = getattr(facts, name)
            facts = replace(facts, **{name: replace(view, block=replace(view.block, time=time), revoked=ends is not None)})
        leaf = facts.ref, facts.index
        self.known[leaf] = replace(facts, read_at=TODAY)
        if ends is not None:
            self.ends[leaf] = ends
        return credential

    def __call__(self, _: AnchorRef) -> "Registry":
        return self

    def when_revoked(self, facts: Sequence[Facts], after: datetime) -> list[Facts]:
        self.events.append(after)
        if self.forgetful:
            return [replace(each, history="the node does not answer for events") for each in facts]
        found = [(each, self.ends[each.ref, each.index]) for each in facts]
        return [replace(each, revoked_at=end) if end > after else each for each, end in found]

    def read_many(self, leaves: Sequence[Leaf]) -> list[Facts]:
        self.asked += leaves
        return [Facts(*leaf, trouble="no node answered") if leaf[0].issuer_id in self.silent else self.known[leaf] for leaf in leaves]


@pytest.fixture
def registry() -> Registry:
    return Registry()


def accreditation(registry: Registry, at: datetime, *, ends: datetime | None = None, word: Json = 1, **members: Json) -> Presentation:
    """The ministry accredits the agency, which may accredit others."""
    subject: JsonObject = {"accounts": [account_document(AGENCYS)], "mayAccredit": word}
    document = endorsement(AGENCY, subject, **{"validFrom": format_time(day(-999)), "validUntil": None, **members})
    return Presentation(registry.anchor(endorsing(document), at, ends=ends))


def second(
    registry: Registry,
    at: datetime,
    *,
    ends: datetime | None = None,
    by: Domain = AGENCYS,
    subject: JsonObject | None = None,
    **members: Json,
) -> Presentation:
    """The agency accredits the college."""
    about: JsonObject = {"accounts": [account_document(COLLEGES)]} if subject is None else subject
    given: dict[str, Json] = {"validFrom": format_time(day(-999)), "validUntil": None, "issuer": {"id": AGENCY, "type": ["Profile"]}}
    return Presentation(registry.anchor(endorsing(endorsement(COLLEGE, about, **(given | members)), domain=by), at, ends=ends))


def of(registry: Registry, issuer: str, domain: Domain, at: datetime) -> bytes:
    """A badge of somebody, anchored."""
    document = badge(issuer={"id": issuer, "type": ["Profile"]}, validFrom=format_time(day(-999)))
    found = anchor_all([plain({"name": "other", "n": at.isoformat()}), document], domain=domain)[1]
    return canonical.dump(registry.anchor(found, at).secured())


def judged(registry: Registry, data: bytes, *given: Presentation, at: datetime = TODAY) -> Check:
    trust = trust_of(accreditor())
    return Verifying(registry, trust, accreditations=given).verify(data, at=at)[CheckId.ISSUER]


def passes(check: Check, *words: str) -> None:
    assert check.outcome is Outcome.PASSED, check.reason
    assert all(each in check.reason for each in words), check.reason


def unknown(check: Check, *words: str) -> None:
    assert check.outcome is Outcome.UNKNOWN, check.reason
    assert all(each in check.reason for each in words), check.reason


# One link


def test_what_was_anchored_before_a_revocation_counts_for_ever_and_nothing_after_it(registry: Registry) -> None:
    revoked = accreditation(registry, day(0), ends=day(10))

    passes(judged(registry, of(registry, AGENCY, AGENCYS, day(9)), revoked), "was revoked at", "after this was anchored")
    for late in (day(10), day(10) + timedelta(seconds=1), day(50)):
        unknown(judged(registry, of(registry, AGENCY, AGENCYS, late), revoked), "does not count", "was revoked")


def test_the_same_of_an_end_and_a_start_by_date(registry: Registry) -> None:
    dated = accreditation(registry, day(0), validFrom=format_time(day(5)), validUntil=format_time(day(10)))

    for counts in (day(5), day(10) - timedelta(seconds=1)):
        passes(judged(registry, of(registry, AGENCY, AGENCYS, counts), dated))
    unknown(judged(registry, of(registry, AGENCY, AGENCYS, day(4)), dated), "not valid before")
    unknown(judged(registry, of(registry, AGENCY, AGENCYS, day(10)), dated), "expired at")


def test_an_accreditor_may_say_from_when_before_it_writes_it_down(registry: Registry) -> None:
    written = accreditation(registry, day(20), validFrom=format_time(day(1)))

    passes(judged(registry, of(registry, AGENCY, AGENCYS, day(2)), written))
    unknown(judged(registry, of(registry, AGENCY, AGENCYS, day(2)), written, at=day(10)), "not anchored yet")


def test_a_revocation_of_which_nobody_says_when_counts_for_every_moment(registry: Registry) -> None:
    revoked, data = accreditation(registry, day(0), ends=day(10)), of(registry, AGENCY, AGENCYS, day(5))
    registry.forgetful = True

    unknown(judged(registry, data, revoked), "was revoked", "is not known: the node does not answer for events")


def test_a_link_of_which_nodes_are_silent_does_not_count(registry: Registry) -> None:
    good, data = accreditation(registry, day(0)), of(registry, AGENCY, AGENCYS, day(5))
    passes(judged(registry, data, good))
    registry.silent.add(ACCREDITOR_DOMAIN.issuer_id)

    unknown(judged(registry, data, good), "does not count: no node answered")


def test_of_one_that_stands_no_events_are_asked_for_and_of_one_that_ended_once(registry: Registry) -> None:
    good = accreditation(registry, day(0))
    judged(registry, of(registry, AGENCY, AGENCYS, day(5)), good)
    assert registry.events == []

    ended = accreditation(registry, day(0), ends=day(10))
    several = [(str(at), of(registry, AGENCY, AGENCYS, day(5))) for at in range(9)]
    reports = dict(Verifying(registry, trust_of(accreditor()), accreditations=[ended]).verify_many(several, at=TODAY))
    assert all(reports.values())
    assert registry.events == [day(5)]


def test_when_it_ended_is_asked_for_again_only_as_far_as_it_is_not_known(registry: Registry) -> None:
    ended = accreditation(registry, day(0), ends=day(10))
    several = [(str(at), of(registry, AGENCY, AGENCYS, day(at))) for at in (3, 30, 31, 2, 4, 29)]

    found = Verifying(registry, trust_of(accreditor()), accreditations=[ended]).verify_many(several, at=TODAY)

    assert [bool(report) for _, report in found] == [True, False, False, True, True, False]
    assert registry.events == [day(3)], "when it was is known then, of every moment"


def test_of_what_had_ended_before_it_is_asked_once_for_all_that_is_later(registry: Registry) -> None:
    ended = accreditation(registry, day(0), ends=day(10))
    several = [(str(at), of(registry, AGENCY, AGENCYS, day(at))) for at in (30, 31, 40, 30)]

    found = Verifying(registry, trust_of(accreditor()), accreditations=[ended]).verify_many(several, at=TODAY)

    assert not any(report for _, report in found)
    assert registry.events == [day(30)]


# Two links


def test_a_chain_makes_an_issuer_known_and_every_link_is_named(registry: Registry) -> None:
    first, last = accreditation(registry, day(0)), second(registry, day(1))

    passes(
        judged(registry, of(registry, COLLEGE, COLLEGES, day(2)), last, first),
        f"Ministry of Education, an accreditor on the trust list, vouches for {AGENCY}, which vouches for {COLLEGE}",
    )
    unknown(judged(registry, of(registry, COLLEGE, COLLEGES, day(2)), last), "is not on the trust list")


def test_without_the_word_nobody_vouches_on(registry: Registry) -> None:
    last, data = second(registry, day(1)), of(registry, COLLEGE, COLLEGES, day(2))

    for word in (0, None, "1", False):
        unknown(judged(registry, data, accreditation(registry, day(0), word=word), last))


def test_what_a_body_had_accredited_counts_until_its_own_accreditation_ends(registry: Registry) -> None:
    first, last = accreditation(registry, day(0), ends=day(10)), second(registry, day(1))

    passes(judged(registry, of(registry, COLLEGE, COLLEGES, day(9)), first, last), f"the accreditation of {AGENCY} was revoked")
    unknown(
        judged(registry, of(registry, COLLEGE, COLLEGES, day(11)), first, last),
        f"the endorsement of {AGENCY} by did:web:ministry.example: ",
    )


def test_a_body_that_was_de_accredited_cannot_write_with_an_older_date(registry: Registry) -> None:
    first = accreditation(registry, day(0), ends=day(10))
    late = second(registry, day(10), validFrom=format_time(day(1)))

    unknown(judged(registry, of(registry, COLLEGE, COLLEGES, day(5)), first, late), "was revoked")
    expired = accreditation(registry, day(0), validUntil=format_time(day(10)))
    unknown(judged(registry, of(registry, COLLEGE, COLLEGES, day(5)), expired, late), "expired at")


def test_nor_one_that_was_not_accredited_yet(registry: Registry) -> None:
    first = accreditation(registry, day(10), validFrom=format_time(day(10)))
    early = second(registry, day(1))

    unknown(judged(registry, of(registry, COLLEGE, COLLEGES, day(20)), first, early), "not valid before")


def test_a_link_in_the_name_of_another_does_not_count(registry: Registry) -> None:
    first, data = accreditation(registry, day(0)), of(registry, COLLEGE, COLLEGES, day(5))

    forged = second(registry, day(1), by=COLLEGES)
    unknown(judged(registry, data, first, forged), "with another issuer id")
    other = second(registry, day(1), subject={"accounts": [account_document(AGENCYS)]})
    unknown(judged(registry, data, first, other), "vouches for it with another issuer id")
    altered = Presentation(Credential({**second(registry, day(1)).credential.document, "name": "Other"}, other.credential.proofs))
    unknown(judged(registry, data, first, altered), "does not count")


def test_a_link_whose_anchor_is_void_does_not_count(registry: Registry) -> None:
    first, data = accreditation(registry, day(0)), of(registry, COLLEGE, COLLEGES, day(5))
    void = second(registry, day(1))
    (leaf,) = [leaf for leaf in registry.known if leaf[0].issuer_id == AGENCYS.issuer_id]
    registry.known[leaf] = revise(registry.known[leaf], anchor=True, compromised_from=int(day(0.5).timestamp()))

    unknown(judged(registry, data, first, void), "does not count", "void")


def test_of_several_chains_one_that_counts_is_enough(registry: Registry) -> None:
    ended, again = accreditation(registry, day(0), ends=day(10)), accreditation(registry, day(11), name="again")
    last, data = second(registry, day(1)), of(registry, COLLEGE, COLLEGES, day(20))

    unknown(judged(registry, data, ended, last), "was revoked")
    passes(judged(registry, data, ended, again, last))


def test_a_college_that_was_accredited_by_two_keeps_the_other(registry: Registry) -> None:
    first, last = accreditation(registry, day(0), ends=day(10)), second(registry, day(1))
    direct = Presentation(
        registry.anchor(endorsing(endorsement(COLLEGE, {"accounts": [account_document(COLLEGES)]}, validFrom=format_time(day(0)))), day(1))
    )

    passes(judged(registry, of(registry, COLLEGE, COLLEGES, day(20)), first, last, direct), f"vouches for {COLLEGE}")


def test_what_strangers_carry_is_asked_of_no_node(registry: Registry) -> None:
    stranger: JsonObject = {"id": "did:web:mill.example", "type": ["Profile"]}
    carried = second(registry, day(1), issuer=stranger).credential.secured()
    document = badge(issuer={"id": COLLEGE, "type": ["Profile"], "endorsement": [carried] * 4}, validFrom=format_time(day(-9)))
    data = canonical.dump(registry.anchor(anchor_all([plain({"n": 1}), document], domain=COLLEGES)[1], day(2)).secured())
    registry.asked.clear()

    unknown(judged(registry, data))
    assert len(registry.asked) == 1


def test_the_chain_is_found_in_what_is_carried(registry: Registry) -> None:
    first = accreditation(registry, day(0)).credential.secured()
    last = second(registry, day(1), issuer={"id": AGENCY, "type": ["Profile"], "endorsement": [first]}).credential.secured()
    document = badge(issuer={"id": COLLEGE, "type": ["Profile"], "endorsement": [last]}, validFrom=format_time(day(-9)))
    data = canonical.dump(registry.anchor(anchor_all([plain({"n": 1}), document], domain=COLLEGES)[1], day(2)).secured())

    passes(judged(registry, data), f"vouches for {AGENCY}, which vouches for {COLLEGE}")


def test_an_accreditation_that_is_shown_itself_is_known_by_the_one_above_it(registry: Registry) -> None:
    first = accreditation(registry, day(0), ends=day(10))

    passes(judged(registry, canonical.dump(second(registry, day(5)).credential.secured()), first))
    unknown(judged(registry, canonical.dump(second(registry, day(15)).credential.secured()), first), "was revoked")


def test_no_more_endorsements_are_held_than_a_bound(registry: Registry, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("laurea.services.accrediting.MOST_MET", 0)
    good, data = accreditation(registry, day(0)), of(registry, AGENCY, AGENCYS, day(5))

    found = Verifying(registry, trust_of(accreditor()), accreditations=[good]).verify_many([(at, data) for at in range(2)], at=TODAY)

    assert all(report for _, report in found)


# Keys


KEYS = [SigningKey.from_seed(bytes([number]) * 32) for number in (1, 2)]
METHOD = COLLEGE + "#key-1"


def with_keys(registry: Registry, account: Domain, key: SigningKey, **revoked: str) -> Presentation:
    """The ministry accredits the college, with an account and the key of a method."""
    method: JsonObject = {"id": METHOD, "type": "Multikey", "controller": COLLEGE, "publicKeyMultibase": multikey(key.public), **revoked}
    document: JsonObject = {"id": COLLEGE, "verificationMethod": [method], "assertionMethod": [METHOD]}
    about: JsonObject = {"accounts": [account_document(account)], "didDocument": document}
    dates: dict[str, Json] = {"validFrom": format_time(day(-999)), "validUntil": None}
    return Presentation(registry.anchor(endorsing(endorsement(COLLEGE, about, **dates)), day(0)))


def signed(registry: Registry, key: SigningKey) -> bytes:
    document = badge(issuer={"id": COLLEGE, "type": ["Profile"]}, validFrom=format_time(day(-999)))
    (anchor,) = anchor_all([plain({"name": "other"}), document], domain=COLLEGES)[1].proofs
    credential = Credential(document, (sign(document, key=key, method=METHOD), anchor))
    return canonical.dump(registry.anchor(credential, day(1)).secured())


@pytest.mark.parametrize("order", [1, -1])
def test_the_keys_are_those_that_are_vouched_for_with_the_account_whatever_else_is_said_of_the_did(registry: Registry, order: int) -> None:
    given = [with_keys(registry, AGENCYS, KEYS[0]), with_keys(registry, COLLEGES, KEYS[1])][::order]
    verifying = Verifying(registry, trust_of(accreditor()), accreditations=given)

    assert verifying.verify(signed(registry, KEYS[1]), at=TODAY).verdict is Verdict.VALID
    assert verifying.verify(signed(registry, KEYS[0]), at=TODAY).verdict is not Verdict.VALID


@pytest.mark.parametrize("order", [1, -1])
def test_a_key_that_one_accreditation_says_others_hold_does_not_count_for_another(registry: Registry, order: int) -> None:
    given = [with_keys(registry, COLLEGES, KEYS[0]), with_keys(registry, COLLEGES, KEYS[0], revoked=format_time(day(0)))][::order]
    verifying = Verifying(registry, trust_of(accreditor()), accreditations=given)

    assert verifying.verify(signed(registry, KEYS[0]), at=TODAY).verdict is Verdict.INVALID
    assert Verifying(registry, trust_of(accreditor()), accreditations=given[::order][:1]).verify(signed(registry, KEYS[0]), at=TODAY)
