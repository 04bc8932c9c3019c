"""Large rosters are kept as if every row were new and right: one that is not is told of as in a small roster, and nothing of it is kept."""

from concurrent.futures import Executor, ThreadPoolExecutor
from contextlib import AbstractContextManager
from typing import Any

import pytest
from sqlalchemy.exc import IntegrityError

from laurea.core.canonical import JsonObject
from laurea.errors import RosterError
from laurea.services.issuing import crew, drafting, enrolment
from laurea.services.issuing.crew import Helpers
from laurea.services.issuing.duplicates import Duplicates
from laurea.services.issuing.issuer import Issuer
from tests.services.issuing_world import World, due, on_sqlite

MANY = 60
ROSTER = "".join(["learner,name,achievement\n", *(f"L-{number},Ada,sql\n" for number in range(MANY))]).encode()


@pytest.fixture(autouse=True)
def small_pieces(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(crew, "WORTH_HELP", 10)
    monkeypatch.setattr(enrolment, "PART", 8)


def helpers() -> AbstractContextManager[Executor]:
    return ThreadPoolExecutor(2)


def open_learners(issuer: Issuer) -> list[str]:
    with issuer.database.read() as session:
        return sorted(row.learner for row in due(session))


def refusal(issuer: Issuer, given: bytes, helping: Helpers | None) -> list[str]:
    with pytest.raises(RosterError) as refused:
        enrolment.enrol(issuer, given, helpers=helping)
    return list(refused.value.problems)


def test_learners_who_have_it_already_are_named_and_nothing_is_kept(world: World) -> None:
    with world.issuer() as issuer:
        enrolment.enrol(issuer, b"learner,name,achievement\nL-17,Ada,sql\nL-44,Grace,sql\n")

        assert refusal(issuer, ROSTER, helpers) == refusal(issuer, ROSTER, None)
        assert len(refusal(issuer, ROSTER, helpers)) == 2
        assert open_learners(issuer) == ["L-17", "L-44"]


def test_what_would_be_wrong_is_named_and_nothing_is_kept(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    def no_evidence(document: JsonObject) -> list[str]:
        return ["no evidence, please"] if "evidence" in document else []

    monkeypatch.setattr(drafting, "problems_of", no_evidence)
    rows = [f"M-{number},Ada,sql,{'https://x.example/1' if number in {31, 50} else ''}" for number in range(MANY)]
    given = "\n".join(["learner,name,achievement,evidence", *rows]).encode()
    with world.issuer() as issuer:
        found = refusal(issuer, given, helpers)

        assert found == refusal(issuer, given, None)
        assert [line.partition(":")[0] for line in found] == ["row 33", "row 52"]
        assert open_learners(issuer) == []


def test_a_roster_that_is_wrong_by_itself_is_told_of_with_what_was_issued(world: World) -> None:
    with world.issuer() as issuer:
        enrolment.enrol(issuer, b"learner,name,achievement\nL-3,Ada,sql\n")
        given = ROSTER + b"L-99,Jean,cobol\n"

        assert len(refusal(issuer, given, helpers)) == 2
        assert refusal(issuer, given, helpers) == refusal(issuer, given, None)


@on_sqlite
def test_when_what_stood_in_the_way_is_gone_they_are_kept(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    def in_the_way(*_: Any) -> None:
        raise IntegrityError("", None, Exception())

    monkeypatch.setattr(enrolment, "_take_new", in_the_way)
    with world.issuer() as issuer:
        counts = enrolment.enrol(issuer, ROSTER, helpers=helpers).counts

        assert (counts.new, len(open_learners(issuer))) == (MANY, MANY)


@on_sqlite
@pytest.mark.parametrize("policy", Duplicates)
def test_new_learners_are_kept_whatever_becomes_of_others(world: World, policy: Duplicates) -> None:
    with world.issuer() as issuer:
        counts = enrolment.enrol(issuer, ROSTER, duplicates=policy, helpers=helpers).counts

        assert (counts.new, counts.skipped, len(open_learners(issuer))) == (MANY, 0, MANY)
        if policy is not Duplicates.REFUSE:
            again = enrolment.enrol(issuer, ROSTER, duplicates=policy, helpers=helpers).counts
            assert (again.new, again.skipped) == (0, MANY)
