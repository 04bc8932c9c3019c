"""A working life on one page: three institutions, an accreditor, a learner with five credentials, an employer, a registrar."""

import re
from collections.abc import Iterator
from typing import Any

import pytest

from tests.anvil import Anvil
from tests.journey.story import LEARNER, NAME, Story, told


@pytest.fixture(scope="module")
def story(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Story]:
    with Anvil() as node:
        yield told(tmp_path_factory.mktemp("life"), node)


def fits(found: Any) -> dict[str, str]:
    """Return how each requirement is met in what a command printed, by the requirement's name."""
    return {each["name"]: each["fit"] for each in found["requirements"]}


def test_the_capstone_is_awarded_at_night_for_two_released_parts(story: Story) -> None:
    university = story.cast["university"]

    assert story.seen["stack after the first night"].out.splitlines()[0] == "data-analyst: not there; 2 of the 2 that it takes"
    assert university.released("data-analyst", LEARNER).is_file()
    assert any("capstones.awarded" in each or "awarded" in each for each in university.world.told)


def test_whoever_trusts_the_accreditor_alone_knows_all_three_institutions(story: Story) -> None:
    verdicts = {each["verdict"] for each in reports(story.seen["registrar before"].json)}

    assert story.seen["check"].code == 0
    assert verdicts == {"valid"}
    issuers = [check(each, "issuer") for each in reports(story.seen["registrar before"].json)]
    assert all("Example Agency, an accreditor on the trust list, vouches for did:web:" in each["reason"] for each in issuers)


def reports(transfer: Any) -> list[Any]:
    return [each["report"] for each in transfer["proposals"]]


def check(report: Any, name: str) -> Any:
    (found,) = [each for each in report["checks"] if each["id"] == name]
    return found


def test_the_learner_sees_what_the_job_asks_for_and_what_would_close_the_gap(story: Story) -> None:
    audit = story.seen["audit"].json
    found = fits(audit)
    (gap,) = [each for each in audit["requirements"] if each["fit"] == "missing"]

    assert [found[name] for name in ("SQL", "Python (computer programming)", "statistics", "manage projects")] == ["met"] * 4
    assert (gap["name"], gap["sentence"], gap["essential"]) == ("machine learning", "Machine learning.", False)
    assert [each["offer"]["achievement"]["humanCode"] for each in gap["offers"]] == ["learning"]
    assert audit["fetched"] is None


def test_what_came_from_elsewhere_is_kept_and_proves_nothing(story: Story) -> None:
    history = story.seen["history"].out

    assert "Coursera" in history
    assert "not verified" in history
    assert fits(story.seen["audit"].json)["machine learning"] == "missing"


def test_credentials_of_different_institutions_are_comparable(story: Story) -> None:
    aspects = {each["name"]: each for each in story.seen["side by side before"].json["aspects"]}

    assert aspects["EQF level"]["likeness"] == "same"
    assert len(set(aspects["issuer"]["values"])) == 3
    assert len(story.seen["side by side before"].json["files"]) == 5


def test_the_way_to_the_goal_is_the_one_course_that_is_open(story: Story) -> None:
    pathway = story.seen["pathway"].json

    assert [each["title"] for each in pathway["steps"]] == ["Machine Learning, First Steps"]
    assert pathway["hours"] == {"known": 75.0, "stepsUnknown": 0}
    assert pathway["open"] == []


def test_the_employer_sees_who_meets_what_and_is_told_no_name(story: Story) -> None:
    before = story.seen["table before"]

    assert "4 of 4 essential, 0 of 1 other" in before.out
    assert NAME not in before.out + story.seen["match before"].out
    assert "not used: names, pictures" in before.out


def test_what_was_revoked_counts_no_more(story: Story) -> None:
    after = story.seen["table after"]

    assert "3 of 4 essential, 0 of 1 other" in after.out
    assert [line.split()[0] for line in after.out.splitlines() if "manage projects" in line] == ["missing"]


def test_the_registrar_proposes_credit_once_for_what_is_valid_and_none_for_what_was_revoked(story: Story) -> None:
    before, after = (story.seen[f"registrar {moment}"].json for moment in ("before", "after"))

    # Three credits each for SQL, Python, statistics and projects; the capstone's six are those of its two parts.
    assert (before["total"], after["total"]) == (12.0, 9.0)
    assert "no decision: a person has to make it" in before["notice"]
    assert {each["report"]["verdict"]: each["credit"] for each in after["proposals"]}["invalid"] in (None, 0)


def test_the_end_of_an_accreditation_takes_effect_from_its_time(story: Story) -> None:
    before, old, new = (story.seen[f"college, {name}"] for name in ("old, before", "old, after", "new, after"))

    assert (before.code, old.code, new.code) == (0, 0, 3)
    assert [said.out.split(":")[0] for said in (before, old, new)] == ["VALID", "VALID", "UNDECIDED"]
    assert re.search("was revoked at .*, after this was anchored", old.out)
    assert "its accreditation by Example Agency does not count" in new.out
