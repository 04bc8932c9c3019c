"""Large rosters are kept as if every row were new and right: one that is not is told of as in a small roster, and nothing of it is kept."""

from collections.abc import Iterator
from concurrent.futures import Executor, ThreadPoolExecutor
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Any

import pytest
from sqlalchemy.exc import IntegrityError

from laurea.core import badge_form, canonical, claims, drafts
from laurea.core.canonical import JsonObject
from laurea.core.claims import Claim
from laurea.core.problem import Problem, Sink
from laurea.core.roster import Row
from laurea.errors import FormatError, RosterError
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
@pytest.mark.parametrize("helping", [None, helpers])
def test_a_roster_that_is_wrong_by_itself_keeps_nobody_waiting(
    world: World, helping: Helpers | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("take", "_take_new"):
        monkeypatch.setattr(enrolment, name, lambda *_, **__: pytest.fail("the database was held"))
    with world.issuer() as issuer:
        assert len(refusal(issuer, ROSTER + b"L-99,Jean,cobol\n", helping)) == 1


@on_sqlite
def test_what_cannot_be_made_is_named_too(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    split = claims.split

    def refusing(document: JsonObject) -> tuple[Claim, ...]:
        if b"Grace" in canonical.dump(document):
            raise FormatError("too many claims")
        return split(document)

    monkeypatch.setattr(claims, "split", refusing)
    monkeypatch.setattr(badge_form, "_PREFIX", '"')  # each has no form, and is looked at
    monkeypatch.setattr(drafts, "_drafter", drafts._Drafter)
    with world.issuer() as issuer:
        found = refusal(issuer, ROSTER.replace(b"L-40,Ada", b"L-40,Grace"), helpers)

        assert found == ["row 42: the credential would be wrong, too many claims"]
        assert open_learners(issuer) == []


@dataclass
class Changing:
    """A roster that is right when it is read for the first time, and wrong behind its last row from then on."""

    rows_of: list[Row]
    read: int = 0

    def rows(self, problems: Sink, /) -> Iterator[Row]:
        self.read += 1
        yield from self.rows_of
        if self.read > 1:
            problems.append(Problem("save it again", 99))


@on_sqlite
@pytest.mark.parametrize("helping", [None, helpers])
def test_a_problem_behind_the_last_row_counts(world: World, helping: Helpers | None) -> None:
    with world.issuer() as issuer:
        with pytest.raises(RosterError, match="1 problem"):
            enrolment.enrol_rows(issuer, Changing([Row(f"L-{number}", "Ada", "sql") for number in range(16)]), helpers=helping)

        assert open_learners(issuer) == []


@on_sqlite
def test_a_refused_roster_is_judged_while_nobody_is_kept_waiting(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    judge, written = enrolment.judge, []

    def watched(issuer: Issuer, *arguments: Any, **named: Any) -> Any:
        with world.issuer() as another, another.database.write():
            written.append(True)
        return judge(issuer, *arguments, **named)

    monkeypatch.setattr(enrolment, "judge", watched)
    with world.issuer() as issuer:
        enrolment.enrol(issuer, b"learner,name,achievement\nL-17,Ada,sql\n")
        for helping in (None, helpers):
            refusal(issuer, ROSTER, helping)

    assert written == [True, True]


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
