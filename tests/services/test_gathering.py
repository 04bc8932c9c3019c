"""What a run asks beside the chain: of whom, how often, what it makes of the answers, and what it never asks."""

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from laurea.core import canonical, did_document, status_list
from laurea.core.anchor import AnchorRef, Facts
from laurea.core.canonical import Json, JsonObject
from laurea.core.credential import Credential, format_time
from laurea.core.leaf import Domain
from laurea.core.presentation import Presentation
from laurea.core.report import Check, CheckId, Outcome, Report, Verdict
from laurea.core.status import ReadList
from laurea.core.trust import Trust
from laurea.fetch.guard import FetchPolicy
from laurea.services import sources
from laurea.services.registries import Leaf
from laurea.services.sources import Sources
from laurea.services.verifying import Verifying, read_accreditations
from laurea.storage.did_documents import DidDocuments
from tests.core.world import (
    ACCREDITOR,
    ANCHORED,
    CHAIN,
    DEMAND,
    DOMAIN,
    ISSUER_KEY,
    NOON,
    REGISTRY,
    accreditor,
    anchored,
    badge,
    endorsement,
    endorsing,
    entry,
    facts_of,
    presented,
    revise,
    sign,
    trust_of,
)
from tests.fetch.site import LOOPBACK, Site, says

INDEX = 94_567
REVOKED = NOON - timedelta(hours=1)
NOBODY = Trust(canonical=frozenset({REGISTRY}))


@dataclass
class Chain:
    """A registry in memory, which knows what was anchored here and counts what it is asked."""

    known: dict[Leaf, Facts] = field(default_factory=dict)
    asked: list[Leaf] = field(default_factory=list)
    when: datetime = REVOKED

    def anchored(self, credential: Credential, **view: Any) -> Credential:
        facts = facts_of(credential)
        self.known[facts.ref, facts.index] = revise(facts, **view) if view else facts
        return credential

    def __call__(self, _: AnchorRef) -> "Chain":
        return self

    def when_revoked(self, facts: Sequence[Facts], after: datetime) -> list[Facts]:
        """Each was revoked an hour before noon, if no other time is given."""
        return [replace(each, revoked_at=self.when) if after < self.when else each for each in facts]

    def read_many(self, leaves: Sequence[Leaf]) -> list[Facts]:
        self.asked.extend(leaves)
        unknown = facts_of(anchored())
        empty = {at: replace(view, anchor=None) for at in ("finalized", "latest") if (view := getattr(unknown, at))}
        return [self.known.get(leaf, Facts(*leaf, **empty, read_at=NOON)) for leaf in leaves]


@dataclass
class Desk:
    """A verifier of this machine's site, and an issuer whose did:web is there."""

    site: Site
    chain: Chain
    folder: Path

    @property
    def did(self) -> str:
        return f"did:web:localhost%3A{self.site.port}"

    @property
    def method(self) -> str:
        return f"{self.did}#key-1"

    def publish(self, account: Domain = DOMAIN) -> None:
        self.site.pages["/.well-known/did.json"] = canonical.dump(self.document(account))

    def document(self, account: Domain = DOMAIN) -> JsonObject:
        return did_document.build(self.did, {self.method: ISSUER_KEY.public}, account)

    def issue(self, *, status: Json = None, profile: str | None = None, **members: Json) -> bytes:
        """A credential of the issuer, anchored and signed, as the bytes of a file."""
        profile_of: JsonObject = {"id": self.did, "type": ["Profile"], "name": "The Word of the Credential"}
        given: JsonObject = {"issuer": profile_of, "credentialStatus": status, **members}
        document = badge(**given)
        (anchor,) = anchored(document).proofs
        credential = Credential(document, (sign(document, method=self.method), anchor))
        self.chain.anchored(credential, profile=self.did if profile is None else profile)
        return canonical.dump(credential.secured())

    def entry_of(self, name: str = "suspension", purpose: str = "suspension") -> JsonObject:
        return status_list.Entry(purpose, INDEX, self.site.url(f"/{name}")).document()

    def put_list(self, *set_: int, name: str = "suspension", until: timedelta = timedelta(days=1), **how: Any) -> None:
        """Publish a status list of the issuer."""
        period = (NOON - timedelta(days=2), NOON + until)
        document = status_list.build(self.site.url(f"/{name}"), self.did, "suspension", set_, period=period, ttl=timedelta(hours=1))
        self.site.pages[f"/{name}"] = says(canonical.dump({**document, "proof": sign(document, method=self.method)}), **how)

    def sources(self, policy: FetchPolicy | None = None, now: datetime = NOON) -> Sources:
        return Sources(lambda: now, policy or self.site.policy(), DidDocuments(self.folder / "kept"))

    def verifying(self, trust: Trust = NOBODY, *, fetching: bool = True, **given: Any) -> Verifying:
        return Verifying(self.chain, trust, **({"sources": self.sources() if fetching else None} | given))

    def trusting(self, **members: Any) -> Trust:
        return trust_of(entry(did=self.did, methods={self.method: ISSUER_KEY.public}, **members))


@pytest.fixture
def desk(site: Site, tmp_path: Path) -> Desk:
    return Desk(site, Chain(), tmp_path)


def issuer(report: Report) -> Check:
    return report[CheckId.ISSUER]


def revocation(report: Report) -> Check:
    return report[CheckId.REVOCATION]


def unknown(check: Check, *reasons: str) -> None:
    assert check.outcome is Outcome.UNKNOWN, check.reason
    assert all(reason in check.reason for reason in reasons), check.reason


# DID documents


def test_an_issuer_is_known_by_its_document_and_profile_and_its_signature_by_the_same(desk: Desk) -> None:
    desk.publish()

    report = desk.verifying().verify(desk.issue(), at=NOON)

    assert report.verdict is Verdict.VALID
    assert report.headline.startswith(f"Issued by {desk.did}, unaltered")
    assert report[CheckId.SIGNATURE].outcome is Outcome.PASSED
    assert desk.site.asked == ["/.well-known/did.json"]


def test_a_did_web_with_a_path_is_found_there(desk: Desk) -> None:
    did = f"{desk.did}:schools:law"
    desk.site.pages["/schools/law/did.json"] = canonical.dump(did_document.build(did, {}, DOMAIN))
    credential = desk.chain.anchored(anchored(badge(issuer=did)), profile=did)

    assert desk.verifying().verify(canonical.dump(credential.secured()), at=NOON)


def test_whoever_is_on_the_list_is_not_asked_for_a_document(desk: Desk) -> None:
    desk.publish(Domain(CHAIN, REGISTRY, b"\x23" * 20))

    assert desk.verifying(desk.trusting()).verify(desk.issue(), at=NOON)
    assert issuer(desk.verifying(desk.trusting(accounts=frozenset())).verify(desk.issue(), at=NOON)).outcome is Outcome.FAILED
    assert desk.site.asked == []


def test_a_stranger_who_claims_the_profile_stays_unknown(desk: Desk) -> None:
    desk.publish(Domain(CHAIN, REGISTRY, b"\x23" * 20))

    unknown(issuer(desk.verifying().verify(desk.issue(), at=NOON)), "does not name the issuer id")


def test_a_document_whose_profile_does_not_agree_is_not_enough(desk: Desk) -> None:
    desk.publish()

    unknown(issuer(desk.verifying().verify(desk.issue(profile="did:web:other.example"), at=NOON)), "does not have it speak for this DID")


def test_without_fetching_nobody_is_asked_and_it_is_undecided(desk: Desk) -> None:
    desk.publish()
    desk.put_list()
    data = desk.issue(status=desk.entry_of())

    report = desk.verifying(fetching=False).verify(data, at=NOON)
    unknown(issuer(report), "is not on the trust list")
    unknown(revocation(report), "it was not read")
    assert desk.site.asked == []


def test_other_dids_are_not_fetched(desk: Desk) -> None:
    for did in (ISSUER_KEY.did, "did:pkh:eip155:1:0x" + "11" * 20, "https://localhost/issuer", f"{desk.did}:" + "a" * 300, "did:web:a%2Fb"):
        credential = desk.chain.anchored(anchored(badge(issuer=did)))
        unknown(issuer(desk.verifying().verify(canonical.dump(credential.secured()), at=NOON)))
    assert desk.site.asked == []


@pytest.mark.parametrize(
    ("page", "reason"),
    [
        (b"{}", "not an object with an id"),
        (b"<html>", "the document is not JSON"),
        (says(b"", 404), "HTTP status 404"),
        (says(b"{}", content_type="text/html"), "another kind of document than JSON"),
    ],
)
def test_a_document_that_is_none_says_why(desk: Desk, page: Any, reason: str) -> None:
    desk.site.pages["/.well-known/did.json"] = page

    unknown(issuer(desk.verifying().verify(desk.issue(), at=NOON)), "its DID document could not be read", reason)


# Copies that were kept


def test_a_copy_is_taken_when_the_host_is_gone_and_its_date_is_said(desk: Desk) -> None:
    desk.publish()
    data = desk.issue()
    assert desk.verifying().verify(data, at=NOON)

    later = NOON + timedelta(minutes=5)
    gone = desk.sources(desk.site.policy(resolve=lambda _, __: []), now=later)
    report = desk.verifying(sources=gone).verify(data, at=later)

    assert report.verdict is Verdict.VALID
    assert f"as it was kept at 2026-11-23T12:00:00Z (localhost:{desk.site.port} cannot be reached)" in issuer(report).reason


@pytest.mark.parametrize(("status", "taken"), [(500, True), (503, True), (404, False), (410, False), (403, False), (301, False)])
def test_a_host_that_has_taken_the_document_away_is_not_gone(desk: Desk, status: int, taken: bool) -> None:
    desk.publish()
    data = desk.issue()
    assert desk.verifying().verify(data, at=NOON)
    desk.site.pages["/.well-known/did.json"] = says(b"", status)

    assert bool(desk.verifying().verify(data, at=NOON)) is taken


def test_what_the_host_says_now_goes_before_the_copy(desk: Desk) -> None:
    desk.publish()
    data = desk.issue()
    assert desk.verifying().verify(data, at=NOON)
    desk.publish(Domain(CHAIN, REGISTRY, b"\x23" * 20))

    unknown(issuer(desk.verifying().verify(data, at=NOON)), "does not name the issuer id")


def test_only_a_document_that_an_issuer_was_known_by_is_kept(desk: Desk) -> None:
    desk.publish()
    desk.verifying().verify(desk.issue(profile=""), at=NOON)
    assert not (desk.folder / "kept").exists()

    desk.verifying().verify(desk.issue(), at=NOON)
    (kept,) = (desk.folder / "kept").iterdir()
    assert kept.stat().st_mode & 0o777 == 0o600
    assert json.loads(kept.read_text())["date"] == "2026-11-23T12:00:00Z"


def test_a_copy_that_was_damaged_or_is_of_another_counts_as_none(tmp_path: Path) -> None:
    kept = DidDocuments(tmp_path)
    kept.keep("did:web:a.example", {"id": "did:web:a.example"}, at=NOON)
    assert kept.find("did:web:a.example") == ({"id": "did:web:a.example"}, NOON)

    (path,) = tmp_path.iterdir()
    whole = path.read_bytes()
    for damaged in (b"", whole[:-1], whole.replace(b"a.example", b"b.example"), whole.replace(b"2026-11-23T12", b"2026-11-23X12")):
        path.write_bytes(damaged)
        assert kept.find("did:web:a.example") is None
    assert kept.find("did:web:other.example") is None


def test_a_folder_that_cannot_be_written_changes_no_answer(desk: Desk) -> None:
    desk.publish()
    (desk.folder / "kept").write_text("a file, and no folder")

    assert desk.verifying().verify(desk.issue(), at=NOON)


# Status lists


def test_a_list_is_fetched_and_decides(desk: Desk) -> None:
    data = desk.issue(status=desk.entry_of())
    desk.put_list()
    assert desk.verifying(desk.trusting()).verify(data, at=NOON)

    desk.put_list(INDEX)
    report = desk.verifying(desk.trusting()).verify(data, at=NOON)
    assert (report.verdict, revocation(report).outcome) == (Verdict.INVALID, Outcome.FAILED)
    assert desk.site.asked == ["/suspension"] * 2


def test_a_list_of_an_issuer_that_is_known_by_its_document_counts(desk: Desk) -> None:
    desk.publish()
    desk.put_list(INDEX)

    assert revocation(desk.verifying().verify(desk.issue(status=desk.entry_of()), at=NOON)).outcome is Outcome.FAILED


def test_a_list_that_was_given_goes_first(desk: Desk) -> None:
    desk.put_list(INDEX)
    document = status_list.build(
        desk.site.url("/suspension"), desk.did, "suspension", [], period=(NOON, NOON + timedelta(days=1)), ttl=timedelta(hours=1)
    )
    given = {desk.site.url("/suspension"): ReadList(canonical.dump({**document, "proof": sign(document, method=desk.method)}))}

    assert desk.verifying(desk.trusting(), lists=given).verify(desk.issue(status=desk.entry_of()), at=NOON)
    assert desk.site.asked == []


@pytest.mark.parametrize("set_", [(), (INDEX,)])
@pytest.mark.parametrize(
    ("spoil", "reason"),
    [
        (lambda desk, set_: desk.put_list(*set_, until=timedelta(0)), "it is stale, it was valid until 2026-11-23T12:00:00Z"),
        (lambda desk, set_: desk.put_list(*set_, status=404), "answered with HTTP status 404"),
        (lambda desk, set_: desk.put_list(*set_, content_type="text/html"), "another kind of document"),
        (lambda desk, _: desk.site.pages.update({"/suspension": b" " * ((1 << 20) + 1)}), "more than 1 MiB"),
        (lambda desk, set_: desk.put_list(*set_, name="elsewhere"), "answered with HTTP status 404"),
        (lambda desk, _: desk.site.pages.update({"/suspension": b"{}"}), "not a BitstringStatusListCredential"),
    ],
)
def test_a_list_that_is_stale_or_cannot_be_read_decides_nothing(
    desk: Desk, spoil: Callable[..., None], set_: tuple[int, ...], reason: str
) -> None:
    # Attack 35: neither valid, because a revoked one would be; nor invalid, because anybody can break a host.
    spoil(desk, set_)
    report = desk.verifying(desk.trusting()).verify(desk.issue(status=desk.entry_of()), at=NOON)

    unknown(revocation(report), reason)
    assert report.verdict is Verdict.UNDECIDED


def test_a_list_is_stale_when_its_time_to_live_is_over(desk: Desk) -> None:
    document = status_list.build(desk.site.url("/suspension"), desk.did, "suspension", [], period=(NOON, NOON), ttl=timedelta(minutes=5))
    document = {name: value for name, value in document.items() if name != "validUntil"}
    desk.site.pages["/suspension"] = canonical.dump({**document, "proof": sign(document, method=desk.method)})
    data = desk.issue(status=desk.entry_of())

    for late, outcome in ((timedelta(minutes=5), Outcome.PASSED), (timedelta(minutes=5, seconds=1), Outcome.UNKNOWN)):
        found = desk.verifying(desk.trusting(), sources=desk.sources(now=NOON)).verify(data, at=NOON + late)
        assert revocation(found).outcome is outcome


def test_for_what_the_chain_says_no_list_is_fetched(desk: Desk) -> None:
    # Its host would learn that the credential is looked at, and could say nothing that counts.
    for purpose in ("revocation", "refresh", "message"):
        data = desk.issue(status=desk.entry_of(purpose, purpose))
        assert desk.verifying(desk.trusting()).verify(data, at=NOON)
    assert desk.site.asked == []


def test_of_one_that_is_not_anchored_the_list_is_told(desk: Desk) -> None:
    document = badge(issuer=desk.did, credentialStatus=desk.entry_of("revocation", "revocation"))

    unknown(revocation(desk.verifying(desk.trusting()).verify(canonical.dump(document), at=NOON)), "HTTP status 404")
    assert desk.site.asked == ["/revocation"]


def test_for_what_fails_anyway_nobody_is_asked(desk: Desk) -> None:
    desk.publish()
    good = canonical.parse(desk.issue(status=desk.entry_of()))
    assert isinstance(good, dict)
    altered = canonical.dump({**good, "name": "Another"})
    never = canonical.dump(anchored(badge(issuer=desk.did, credentialStatus=desk.entry_of(), name="never")).secured())
    broken = canonical.dump({**good, "credentialSubject": 7})

    for data in (altered, never, broken, b"{"):
        assert desk.verifying().verify(data, at=NOON).verdict is Verdict.INVALID
    assert desk.site.asked == []


# Many


def test_many_ask_for_each_thing_once(desk: Desk) -> None:
    desk.publish()
    desk.put_list()
    several = [desk.issue(status=desk.entry_of(), id=f"urn:uuid:00000000-0000-4000-8000-{at:012}") for at in range(600)]

    found = list(desk.verifying().verify_many(enumerate(several), at=NOON))

    assert {report.verdict for _, report in found if isinstance(report, Report)} == {Verdict.VALID}
    assert sorted(desk.site.asked) == ["/.well-known/did.json", "/suspension"]
    assert found[599][1] == desk.verifying().verify(several[599], at=NOON)


def test_a_folder_of_made_up_hosts_is_left_after_a_few_and_those_that_answer_are_asked_on(desk: Desk) -> None:
    desk.put_list()
    resolved: list[str] = []

    def resolve(host: str, _: int) -> list[str]:
        resolved.append(host)
        return [LOOPBACK] if host == "localhost" else []

    hostile = [
        desk.issue(status=status_list.Entry("suspension", 1, f"https://h{at}.example/1").document(), name=str(at)) for at in range(40)
    ]
    good = [desk.issue(status=desk.entry_of(), name=f"good {at}") for at in range(2)]
    policy = FetchPolicy(frozenset({"localhost"}), frozenset({443, desk.site.port}), resolve)
    verifying = desk.verifying(desk.trusting(), sources=desk.sources(policy))

    reports = [report for _, report in verifying.verify_many(enumerate([*hostile, *good]), at=NOON) if isinstance(report, Report)]

    assert len(resolved) == sources.MOST_FAILURES + 1
    assert [report.verdict for report in reports] == [Verdict.UNDECIDED] * 40 + [Verdict.VALID] * 2
    assert sum("hosts were silent before, and no others are asked" in report.headline for report in reports) == 40 - sources.MOST_FAILURES


def test_a_silent_host_is_asked_once(desk: Desk) -> None:
    resolved: list[str] = []

    def resolve(host: str, _: int) -> list[str]:
        resolved.append(host)
        return []

    entries: list[Json] = [status_list.Entry("suspension", 1, f"https://h.example/{at}").document() for at in range(4)]
    report = desk.verifying(desk.trusting(), sources=desk.sources(FetchPolicy(resolve=resolve))).verify(desk.issue(status=entries), at=NOON)

    unknown(revocation(report), "h.example cannot be reached", "h.example was silent before")
    assert resolved == ["h.example"]


@pytest.mark.parametrize(("limit", "value"), [("MOST_FETCHES", 3), ("MOST_READ", (1 << 20) + 5), ("", 0)])
def test_a_run_ends_to_fetch(desk: Desk, monkeypatch: pytest.MonkeyPatch, limit: str, value: int) -> None:
    if limit:
        monkeypatch.setattr(sources, limit, value)
    how = desk.sources() if limit else replace(desk.sources(), seconds=0.0)
    several = []
    for at in range(6):
        desk.put_list(name=f"list{at}")
        several.append(desk.issue(status=desk.entry_of(f"list{at}"), name=str(at)))

    verifying = desk.verifying(desk.trusting(), sources=how)
    found = [report for _, report in verifying.verify_many(enumerate(several), at=NOON) if isinstance(report, Report)]

    assert len(desk.site.asked) < 6
    assert [report.verdict for report in found].count(Verdict.VALID) == len(desk.site.asked)
    assert all("it is one of too many" in report.headline for report in found if not report)


def test_of_an_accreditation_that_anybody_may_have_made_up_no_list_is_fetched(desk: Desk) -> None:
    desk.publish()
    subject: JsonObject = {"didDocument": desk.document()}
    listed = endorsement(desk.did, subject, credentialStatus=desk.entry_of("hostile"))
    forged: list[Json] = [endorsing(listed).secured(), listed, {**endorsing(listed).secured(), "name": "Another"}]
    data = desk.issue()
    carrying = desk.issue(issuer={"id": desk.did, "type": ["Profile"], "endorsement": forged})

    assert desk.verifying(trust_of(accreditor())).verify(carrying, at=NOON)
    assert desk.site.asked == ["/.well-known/did.json"]
    given = read_accreditations([canonical.dump(desk.chain.anchored(endorsing(listed)).secured())])
    desk.verifying(trust_of(accreditor()), accreditations=given).verify(data, at=NOON)
    assert "/hostile" in desk.site.asked, "one that is anchored says itself where its list is"


# Accreditations


def accrediting(desk: Desk, trust: Trust | None = None, **given: Any) -> Verifying:
    return desk.verifying(trust or trust_of(accreditor()), fetching=False, **given)


def vouching(desk: Desk, **view: Any) -> bytes:
    """The ministry's endorsement of the issuer, with its DID document, anchored."""
    subject: JsonObject = {"didDocument": desk.document()}
    return canonical.dump(desk.chain.anchored(endorsing(endorsement(desk.did, subject)), **view).secured())


def test_an_accreditation_that_is_given_makes_an_issuer_known(desk: Desk) -> None:
    given = read_accreditations([vouching(desk)])

    report = accrediting(desk, accreditations=given).verify(desk.issue(), at=NOON)

    assert report.verdict is Verdict.VALID
    assert issuer(report).reason == f"Ministry of Education, an accreditor on the trust list, vouches for {desk.did}"
    assert report.headline.startswith(f"Issued by {desk.did},")
    assert report[CheckId.SIGNATURE].outcome is Outcome.PASSED


def carrying(desk: Desk, *endorsements: bytes) -> bytes:
    profile: JsonObject = {"id": desk.did, "type": ["Profile"], "endorsement": [canonical.parse(each) for each in endorsements]}
    credential = desk.chain.anchored(anchored(badge(issuer=profile)), profile=desk.did)
    return canonical.dump(credential.secured())


def test_one_that_the_credential_carries_does_the_same_for_it_and_for_no_other(desk: Desk) -> None:
    data, other = carrying(desk, vouching(desk)), desk.issue()

    reports = dict(accrediting(desk).verify_many([("carries", data), ("other", other)], at=NOON))

    assert (bool(reports["carries"]), bool(reports["other"])) == (True, False)
    assert accrediting(desk).verify(other, at=NOON) == reports["other"]


def test_one_that_was_revoked_or_had_expired_before_does_not_count(desk: Desk) -> None:
    data = desk.issue()
    revoked = read_accreditations([vouching(desk, revoked=True)])
    early = ANCHORED - timedelta(hours=1)
    desk.chain.when = early
    unknown(issuer(accrediting(desk, accreditations=revoked).verify(data, at=NOON)), "does not count: the credential was revoked")

    over = endorsement(desk.did, {"didDocument": desk.document()}, validUntil=format_time(ANCHORED))
    ended = (Presentation(desk.chain.anchored(endorsing(over))),)
    unknown(issuer(accrediting(desk, accreditations=ended).verify(data, at=NOON)), "does not count: expired at 2026-11-22T12:00:00Z")


def test_one_that_was_revoked_later_counts_for_what_was_anchored_before(desk: Desk) -> None:
    data, revoked = desk.issue(), read_accreditations([vouching(desk, revoked=True)])

    for at in (REVOKED - timedelta(minutes=30), REVOKED + timedelta(minutes=30), NOON):
        found = issuer(accrediting(desk, accreditations=revoked).verify(data, at=at))
        assert found.outcome is Outcome.PASSED
        assert "was revoked at 2026-11-23T11:00:00Z, after this was anchored" in found.reason


def test_one_whose_chain_cannot_be_asked_does_not_count(desk: Desk) -> None:
    given = read_accreditations([vouching(desk)])
    data = desk.issue()
    for leaf in list(desk.chain.known):
        if leaf[0].issuer_id != DOMAIN.issuer_id:
            desk.chain.known[leaf] = Facts(*leaf, trouble="no node answered")

    unknown(issuer(accrediting(desk, accreditations=given).verify(data, at=NOON)), "does not count: no node answered")


def test_who_is_no_accreditor_of_the_list_is_not_even_looked_up(desk: Desk) -> None:
    data = carrying(desk, *[vouching(desk)] * 4)
    desk.chain.asked.clear()

    for trust in (NOBODY, trust_of(accreditor(accredits=False))):
        unknown(issuer(accrediting(desk, trust, accreditations=read_accreditations([vouching(desk)])).verify(data, at=NOON)))
    assert len(desk.chain.asked) == 2, "the credential itself, twice"


def test_an_accredited_issuer_does_not_accredit(desk: Desk) -> None:
    # The ministry vouches for a school, and the school for the issuer: the school is on no list.
    school, account = "did:web:school.example", Domain(CHAIN, REGISTRY, b"\x66" * 20)
    first = endorsing(
        endorsement(school, {"accounts": [{"chain": f"eip155:{CHAIN}", "registry": "0x" + "11" * 20, "issuerId": "0x" + "66" * 20}]})
    )
    second = endorsing(endorsement(desk.did, issuer={"id": school, "type": ["Profile"]}), domain=account)
    given = tuple(Presentation(desk.chain.anchored(each)) for each in (first, second))

    unknown(issuer(accrediting(desk, accreditations=given).verify(desk.issue(), at=NOON)), "is not on the trust list")


def test_endorsements_that_turn_in_a_circle_end(desk: Desk) -> None:
    inner = endorsement(ACCREDITOR, issuer={"id": desk.did, "type": ["Profile"]})
    ministry: JsonObject = {"id": ACCREDITOR, "type": ["Profile"], "endorsement": [inner]}
    data = carrying(desk, canonical.dump(desk.chain.anchored(endorsing(endorsement(desk.did, issuer=ministry))).secured()))

    assert accrediting(desk).verify(data, at=NOON)
    assert len(desk.chain.asked) == 2


def test_a_demand_for_the_holders_signature_is_not_made_of_the_accreditation(desk: Desk) -> None:
    credential = Credential.parse(desk.issue())
    given = read_accreditations([vouching(desk)])
    trust = trust_of(accreditor(), demand=DEMAND)

    shown = canonical.dump(presented(credential))
    report = accrediting(desk, trust, accreditations=given).verify(shown, at=NOON)

    assert report.verdict is Verdict.VALID
    assert report[CheckId.HOLDER].outcome is Outcome.PASSED


def test_the_status_lists_of_an_accreditation_count_too(desk: Desk) -> None:
    document = endorsement(desk.did, {"didDocument": desk.document()}, credentialStatus=desk.entry_of())
    given = (Presentation(desk.chain.anchored(endorsing(document))),)

    report = desk.verifying(trust_of(accreditor()), accreditations=given).verify(desk.issue(), at=NOON)

    unknown(issuer(report), "does not count", "HTTP status 404")
