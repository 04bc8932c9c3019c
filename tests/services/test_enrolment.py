"""What enrolment says of a roster, and what it puts where nobody can hide it."""

import pytest

from laurea.core import canonical
from laurea.errors import RosterError
from laurea.services.issuing import enrolment
from tests.services.issuing_world import World, due


def test_all_problems_are_named_at_once_those_of_the_file_and_those_of_the_past(world: World) -> None:
    with world.issuer() as issuer:
        enrolment.enrol(issuer, b"learner,name,achievement\nL-1,Ada,sql\n")
        with pytest.raises(RosterError) as refused:
            enrolment.enrol(issuer, b"learner,name,achievement\nL-1,Ada,sql\nL-2,Grace,cobol\nL-3,Jean,sql\n")

        assert sorted(problem.split(",")[:2] for problem in refused.value.problems) == [
            ["row 2", " column learner"],
            ["row 3", " column achievement"],
        ]
        with issuer.database.read() as session:
            assert [row.learner for row in due(session)] == ["L-1"]


def test_when_it_was_achieved_can_be_hidden(world: World) -> None:
    with world.issuer() as issuer:
        enrolment.enrol(issuer, b"learner,name,achievement,awarded\nL-1,Ada,sql,2021-03-04\n")
        with issuer.database.read() as session:
            (row,) = due(session)

    document = canonical.parse(row.document)
    assert isinstance(document, dict)
    subject = document["credentialSubject"]
    assert isinstance(subject, dict)
    assert str(subject["activityEndDate"]).startswith("2021-03-04")
    assert not str(document["validFrom"]).startswith("2021")
