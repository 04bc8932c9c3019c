"""The skills audit: what a job asks for beside a wallet, by the last check of each credential, and what it says that it cannot tell."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from laurea.core.canonical import JsonObject
from laurea.core.catalogue import Catalogue, Offer
from laurea.core.matching import Fit
from laurea.core.report import ORDER, Check, Outcome, Report
from laurea.errors import FormatError, InputError, NotFound
from laurea.services.holding import Holding, cataloguing, collecting
from laurea.services.holding.auditing import Audit, Basis, audit, offers_of
from laurea.services.holding.collecting import Goal
from laurea.services.holding.doubting import Doubtful
from laurea.services.holding.relevance import Relevance
from laurea.storage.wallet import Kdf
from tests.released import badge, release

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
CHEAP = Kdf(memory=8 << 10, passes=1, lanes=1)
JOB = "You need:\nSQL\nSQL and Charts\n- You have 3 years of experience."


def skill(name: str) -> JsonObject:
    return {"type": ["Alignment"], "targetName": name, "targetUrl": f"https://skills.example/{name.lower()}", "targetFramework": "Example"}


def aligned(document: JsonObject, *names: str) -> JsonObject:
    subject = document["credentialSubject"]
    assert isinstance(subject, dict)
    achievement = subject["achievement"]
    assert isinstance(achievement, dict)
    achievement["alignment"] = [skill(name) for name in names]
    return document


def offer(name: str, *skills: str, hours: int = 25, cost: float = 200.0) -> JsonObject:
    achievement: JsonObject = {
        "id": f"https://school.example/{name.lower().replace(' ', '-')}",
        "type": ["Achievement"],
        "name": name,
        "description": name,
        "criteria": {"narrative": "An exam"},
        "assessmentMethodType": "exam",
        "volumeOfLearning": f"PT{hours}H",
        "alignment": [skill(each) for each in skills],
    }
    return {"achievement": achievement, "issuer": {"id": "did:web:school.example"}, "cost": {"amount": cost, "currency": "EUR"}}


def catalogue(*offers: JsonObject) -> bytes:
    return json.dumps({"laurea": "catalogue", "version": 1, "offers": list(offers)}).encode()


def offered(*offers: JsonObject) -> tuple[Offer, ...]:
    return Catalogue.parse(catalogue(*offers)).offers


@pytest.fixture
def holding(tmp_path: Path) -> Holding:
    made = Holding(tmp_path / "wallet.laurea", "passphrase", CHEAP)
    did = made.new(at=NOON)
    for data in release([aligned(badge(1, did), "SQL"), badge(2, did)]):
        made.receive(data, at=NOON)
    return made


def checked(holding: Holding, outcome: Outcome, *, number: int = 1, at: datetime = NOON) -> None:
    report = Report(at, tuple(Check(each, outcome, "so it is") for each in ORDER), "so it is")
    holding.keep_checks({holding.find(str(number)).held.digest: report.document()}, at=at)


def audited(holding: Holding, text: str = JOB, *offers: JsonObject, at: datetime = NOON) -> Audit:
    more = offers or (offer("Statistics", "Statistics"), offer("Charts that tell", "Charts"))
    return audit(text, "Analyst", Basis(holding.entries(), offered(*more), None, at))


def fits(found: Audit) -> dict[str, Fit]:
    return {line.finding.requirement.name: line.finding.fit for line in found.lines}


def test_a_skill_is_had_by_a_credential_that_was_found_valid_and_the_sentence_is_shown(holding: Holding) -> None:
    checked(holding, Outcome.PASSED)

    found = audited(holding)

    assert fits(found) == {"SQL": Fit.MET, "Charts": Fit.MISSING}
    assert [line.finding.requirement.sentence.rstrip(".") for line in found.lines] == ["SQL", "SQL and Charts"]
    assert [[entry.number for entry in line.by] for line in found.lines] == [[1], []]
    assert "names “SQL”" in found.lines[0].finding.reason


@pytest.mark.parametrize(("outcome", "fit"), [(None, Fit.PARTLY), (Outcome.UNKNOWN, Fit.PARTLY), (Outcome.FAILED, Fit.MISSING)])
def test_what_is_not_known_to_be_valid_is_not_had(holding: Holding, outcome: Outcome | None, fit: Fit) -> None:
    if outcome is not None:
        checked(holding, outcome)

    assert fits(audited(holding))["SQL"] is fit


def test_what_was_valid_and_has_expired_since_is_not_had(tmp_path: Path) -> None:
    holding = Holding(tmp_path / "wallet.laurea", "passphrase", CHEAP)
    did = holding.new(at=NOON)
    (data,) = release([aligned(badge(1, did, validUntil="2026-12-01T00:00:00Z"), "SQL")])
    holding.receive(data, at=NOON)
    checked(holding, Outcome.PASSED)

    assert fits(audited(holding))["SQL"] is Fit.MET
    assert fits(audited(holding, at=NOON + timedelta(days=30)))["SQL"] is Fit.MISSING


def test_what_somebody_says_of_themselves_is_not_had_though_it_was_found_valid(tmp_path: Path) -> None:
    holding = Holding(tmp_path / "wallet.laurea", "passphrase", CHEAP)
    did = holding.new(at=NOON)
    (data,) = release([aligned({**badge(1, did), "issuer": {"id": did, "type": ["Profile"]}}, "SQL")])
    holding.receive(data, at=NOON)
    checked(holding, Outcome.PASSED)
    (line, _) = audited(holding).lines

    assert line.finding.fit is Fit.PARTLY
    assert "nobody has confirmed it" in line.finding.reason


def test_a_result_that_was_not_reached_counts_whichever_result_it_is(tmp_path: Path) -> None:
    holding = Holding(tmp_path / "wallet.laurea", "passphrase", CHEAP)
    document = aligned(badge(1, holding.new(at=NOON)), "SQL")
    subject = document["credentialSubject"]
    assert isinstance(subject, dict)
    subject["result"] = [{"type": ["Result"], "status": "Completed"}, {"type": ["Result"], "status": "Failed"}]
    (data,) = release([document])
    holding.receive(data, at=NOON)
    checked(holding, Outcome.PASSED)

    assert "the status Failed" in audited(holding).lines[0].finding.reason


def test_what_closes_a_gap_is_named_that_which_closes_most_first(holding: Holding) -> None:
    text = "You need:\nCharts\nStatistics"
    long, short = offer("Long charts", "Charts", hours=90), offer("Short charts", "Charts", hours=10)
    both = offer("Both", "Charts", "Statistics", hours=500)

    (charts, statistics) = audited(holding, text, long, short, both).lines

    assert [each.offer.learning.title for each in charts.closing] == ["Both", "Short charts", "Long charts"]
    assert [(each.offer.learning.title, each.closes, each.fit) for each in statistics.closing] == [("Both", 2, Fit.MET)]


def test_an_audit_says_what_it_cannot_tell(holding: Holding) -> None:
    said = {each.kind: each.about for each in audited(holding).doubts}

    assert said[Doubtful.ALWAYS] == ()
    assert Doubtful.NO_FRAMEWORK in said
    assert said[Doubtful.BEYOND] == ("You have 3 years of experience.",)
    assert said[Doubtful.UNCHECKED] == ("1 SQL for Analysts 1", "2 SQL for Analysts 2")
    assert said[Doubtful.NO_SKILLS] == ("2 SQL for Analysts 2",)
    checked(holding, Outcome.PASSED)
    later = {each.kind: each.about for each in audited(holding, at=NOON + timedelta(days=31)).doubts}
    assert later[Doubtful.OLD_CHECK] == ("1 SQL for Analysts 1",)
    assert later[Doubtful.UNCHECKED] == ("2 SQL for Analysts 2",)


def test_a_sentence_in_which_a_skill_was_recognised_is_doubtful_only_for_its_years(holding: Holding) -> None:
    text = "You need:\n- Experience with Charts\n- 2+ years of SQL\n- A degree"

    said = {each.kind: each.about for each in audited(holding, text).doubts}

    assert said[Doubtful.BEYOND] == ("2+ years of SQL", "A degree")


def test_a_text_in_which_nothing_is_recognised_is_said_to_be_so(holding: Holding) -> None:
    found = audited(holding, "We are a nice place.")

    assert found.lines == ()
    assert Doubtful.NOTHING_ASKED in {each.kind for each in found.doubts}


def test_a_file_of_requirements_is_taken_at_its_word(holding: Holding) -> None:
    checked(holding, Outcome.PASSED)
    requirement = {"id": "sql", "name": "Databases", "uris": ["http://skills.example/sql/"], "eqf": 5}
    text = json.dumps({"laurea": "requirements", "version": 1, "title": "Analyst II", "requirements": [requirement]})

    found = audited(holding, text)

    assert (found.title, fits(found)) == ("Analyst II", {"Databases": Fit.PARTLY})
    assert "EQF level" in found.lines[0].finding.reason
    with pytest.raises(FormatError):
        audited(holding, '{"laurea": "requirements"}')


def test_the_relevance_of_each_credential_to_a_goal_is_known(holding: Holding) -> None:
    checked(holding, Outcome.PASSED)
    kept = holding.change(lambda kept: collecting.started(kept, Goal("Analyst", "", JOB), id_="0" * 32, at=NOON))
    kept = holding.change(lambda kept: cataloguing.added(kept, catalogue(offer("Charts that tell", "Charts")), "a.json", at=NOON))
    first, second = (entry.held.digest for entry in holding.entries())

    before = Relevance.of(kept, kept.collections[0], None, at=NOON)
    kept = collecting.put(kept, "Analyst", holding.entries()[:1], at=NOON)
    after = Relevance.of(kept, kept.collections[0], None, at=NOON)

    assert before.known
    assert before.answered[first].meets == ("SQL",)
    assert second not in before.answered
    assert (before.open, after.open) == (("SQL", "Charts"), ("Charts",))


def test_a_catalogue_takes_the_place_of_an_older_one_of_its_name(holding: Holding) -> None:
    old, new = catalogue(offer("Old", "Charts")), catalogue(offer("New", "Charts"))

    kept = holding.change(lambda kept: cataloguing.added(kept, old, "courses.json", at=NOON))
    kept = holding.change(lambda kept: cataloguing.added(kept, new, "courses.json", at=NOON))

    assert [each.learning.title for each in offers_of(kept)] == ["New"]
    assert cataloguing.added(kept, new, "courses.json", at=NOON) is kept
    assert [each.learning.title for each in offers_of(cataloguing.added(kept, old, "courses.json", at=NOON))] == ["Old"]
    assert cataloguing.without(kept, "1", at=NOON).catalogues == ()
    with pytest.raises(NotFound):
        cataloguing.without(kept, "others.json", at=NOON)
    with pytest.raises(FormatError):
        cataloguing.added(kept, b'{"laurea": "wallet"}', "w.json", at=NOON)


def test_catalogues_leave_room_for_what_the_wallet_is_for(holding: Holding, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cataloguing, "MAX_ALL", 10)

    with pytest.raises(InputError, match="at most 10 bytes together"):
        cataloguing.added(holding.opened(), catalogue(offer("Charts", "Charts")), "a.json", at=NOON)
