"""Rosters on their way in, and what becomes of rows whose learner has the achievement already."""

import io
from datetime import timedelta
from itertools import count
from pathlib import Path
from typing import BinaryIO

import pytest

from laurea.core import canonical
from laurea.core.mapping import ColumnMapping
from laurea.core.problem import MAX_KEPT, Problem
from laurea.errors import InputError, NotFound, RosterError
from laurea.services.issuing import enrolment, rosters
from laurea.services.issuing.duplicates import Duplicates
from laurea.storage import files
from laurea.storage.issuer.credentials import Credentials
from laurea.storage.issuer.tables import CredentialRow
from tests.services.issuing_world import World, due

HEADER = "Student ID,First name,Last name,Shoe size\n"
ADA = "L-1,Ada,Lovelace,38\n"
GRACE = "L-2,Grace,Hopper,39\n"


def names_due(world: World) -> dict[str, str]:
    """Return the names on the credentials that are due, by learner."""
    with world.issuer() as issuer, issuer.database.read() as session:
        return {row.learner: name_of(row) for row in due(session)}


def name_of(row: CredentialRow) -> str:
    document = canonical.parse(row.document)
    assert isinstance(document, dict)
    subject = document["credentialSubject"]
    assert isinstance(subject, dict)
    identifiers = subject["identifier"]
    assert isinstance(identifiers, list)
    first = identifiers[0]
    assert isinstance(first, dict)
    return str(first["identityHash"])


def roster(*rows: str) -> bytes:
    return ("learner,name,achievement\n" + "".join(f"{row},sql\n" for row in rows)).encode()


def test_a_roster_is_uploaded_mapped_reviewed_and_committed_once(world: World) -> None:
    with world.issuer() as issuer:
        found = rosters.upload(issuer, (HEADER + ADA + GRACE).encode())
        roster = found.row.id
        assert found.mapping == ColumnMapping({"learner": ("Student ID",), "name": ("First name", "Last name")}, {"achievement": "sql"})
        assert (found.mapping.unused(found.header), found.count) == (["Shoe size"], 2)
        assert found.sample[0] == ("L-1", "Ada", "Lovelace", "38")

        rosters.remap(issuer, roster, ColumnMapping({"learner": ("Student ID",), "name": ("Last name",)}, {"achievement": "sql"}))
        reviewed = rosters.review(issuer, roster)
        assert (reviewed.rows, reviewed.problems) == (2, ())
        assert reviewed.counts is not None
        assert reviewed.counts.new == 2
        assert names_due(world) == {}

        rosters.commit(issuer, roster)
        assert names_due(world) == {"L-1": "Lovelace", "L-2": "Hopper"}
        assert list(issuer.directory.uploads.iterdir()) == []
        with pytest.raises(NotFound, match="no such roster waits"):
            rosters.commit(issuer, roster)


@pytest.mark.parametrize("opened", range(1, 9))
def test_a_file_that_is_changed_while_it_is_read_is_not_taken(world: World, tmp_path: Path, opened: int) -> None:
    path = tmp_path / "roster.csv"
    path.write_text("learner,name,achievement\nL-1,Ada,sql\nL-2,Grace,sql\n")
    open_it = files.opener(path, limit=1000)
    times = count(1)

    def source() -> BinaryIO:
        if next(times) == opened:
            path.write_text("name,learner,achievement\nL-1,Ada,sql\n")
        return open_it()

    with world.issuer() as issuer:
        if opened == 1:
            assert len(enrolment.enrol(issuer, source).new) == 1
            return
        with pytest.raises(InputError, match="was changed while it was read"):
            enrolment.enrol(issuer, source)
    assert names_due(world) == {}


def test_problems_name_the_columns_of_the_roster_and_nothing_is_taken(world: World) -> None:
    with world.issuer() as issuer:
        roster = rosters.upload(issuer, (HEADER + ADA + "=cmd,Eve,Evil,1\n" + ",X,Y,\n").encode()).row.id

        found = rosters.review(issuer, roster)

        assert (found.counts, [each.row for each in found.problems]) == (None, [3, 4])
        assert str(found.problems[0]).startswith("row 3, column Student ID (learner), '=cmd': begin it with another character")
        errors = io.StringIO()
        rosters.write_errors(issuer, roster, errors)
        assert errors.getvalue().splitlines() == [
            "row,column,value,problem",
            '3,Student ID (learner),\'=cmd,"begin it with another character than =, which makes it a formula for a spreadsheet"',
            '4,Student ID (learner),,"fill in the cell, it is required"',
        ]
        with pytest.raises(RosterError):
            rosters.commit(issuer, roster)
        assert names_due(world) == {}
        assert rosters.get(issuer, roster).row.id == roster


def test_a_review_has_the_first_problems_and_their_count_and_the_file_has_all(world: World) -> None:
    with world.issuer() as issuer:
        enrolment.enrol(issuer, roster("L-1,Ada"))
        data = roster("L-1,Ada", *["L-2,"] * (MAX_KEPT + 5))
        waiting = rosters.upload(issuer, data).row.id

        found = rosters.review(issuer, waiting)
        errors = io.StringIO()
        rosters.write_errors(issuer, waiting, errors)

        assert (found.rows, len(found.problems), found.problem_count) == (MAX_KEPT + 6, MAX_KEPT, MAX_KEPT + 6)
        lines = errors.getvalue().splitlines()
        assert len(lines) == MAX_KEPT + 7
        assert lines[-1].startswith("2,learner,L-1,")
        with pytest.raises(RosterError, match=r"10,006 problems, of which the first 10,000 are listed"):
            rosters.commit(issuer, waiting)


def test_the_file_of_problems_names_a_mapping_that_cannot_be(world: World) -> None:
    with world.issuer() as issuer:
        waiting = rosters.upload(issuer, b"shoe size\n38\n").row.id
        errors = io.StringIO()
        rosters.write_errors(issuer, waiting, errors)

    assert [line.split(",")[1] for line in errors.getvalue().splitlines()] == ["column", "learner", "name"]


def test_a_mapping_that_cannot_be_is_refused(world: World) -> None:
    with world.issuer() as issuer:
        roster = rosters.upload(issuer, (HEADER + ADA).encode()).row.id
        with pytest.raises(RosterError) as refused:
            rosters.remap(issuer, roster, ColumnMapping({"learner": ("Nr",), "name": ("Last name",)}, {}))
        assert len(refused.value.problems) == 2
        assert rosters.get(issuer, roster).mapping.columns["learner"] == ("Student ID",)


def test_what_is_no_table_is_not_kept(world: World) -> None:
    with world.issuer() as issuer:
        for data in (b"", b"\xff\xfe", b"PK\x03\x04x"):
            with pytest.raises(RosterError):
                rosters.upload(issuer, data)
        assert list(issuer.directory.uploads.iterdir()) == []


def test_a_roster_that_nobody_commits_is_forgotten_and_so_is_one_thrown_away(world: World) -> None:
    with world.issuer() as issuer:
        first, second = (rosters.upload(issuer, (HEADER + ADA).encode()).row.id for _ in range(2))
        rosters.discard(issuer, second)
        assert issuer.directory.upload_names() == [first]
        later = issuer.now() + timedelta(days=1, seconds=1)
        object.__setattr__(issuer, "now", lambda: later)
        with pytest.raises(NotFound):
            rosters.review(issuer, first)
        rosters.forget_old(issuer)
        assert issuer.directory.upload_names() == []


@pytest.mark.parametrize("policy", Duplicates)
def test_a_row_for_what_is_not_sealed_yet(world: World, policy: Duplicates) -> None:
    with world.issuer() as issuer:
        (uuid,) = enrolment.enrol(issuer, roster("L-1,Ada")).new
        again = roster("L-1,Ada Lovelace", "L-2,Grace")
        if policy is Duplicates.REFUSE:
            with pytest.raises(RosterError, match="1 problem"):
                enrolment.enrol(issuer, again)
            return

        done = enrolment.enrol(issuer, again, duplicates=policy)

    corrected = policy is not Duplicates.SKIP
    assert (len(done.new), done.corrected, done.replaced, done.counts.skipped) == (1, [uuid] * corrected, [], int(not corrected))
    assert names_due(world) == {"L-1": "Ada Lovelace" if corrected else "Ada", "L-2": "Grace"}


@pytest.mark.parametrize("policy", [Duplicates.SKIP, Duplicates.CORRECT, Duplicates.REPLACE])
def test_a_row_that_says_what_was_issued_changes_nothing(world: World, policy: Duplicates) -> None:
    data = roster("L-1,Ada", "L-2,Grace")
    with world.issuer() as issuer:
        enrolment.enrol(issuer, roster("L-1,Ada"))
        world.run()
        enrolment.enrol(issuer, roster("L-2,Grace"))

        done = enrolment.enrol(issuer, data, duplicates=policy)

    assert (done.new, done.corrected, done.replaced, done.counts.skipped) == ([], [], [], 2)


def test_what_was_released_is_replaced_and_taken_back_as_superseded(world: World) -> None:
    with world.issuer() as issuer:
        (old,) = enrolment.enrol(issuer, roster("L-1,Ada")).new
        world.run()
        changed = roster("L-1,Ada Lovelace")
        with pytest.raises(RosterError) as refused:
            enrolment.enrol(issuer, changed, duplicates=Duplicates.CORRECT)
        assert "another sql that is sealed (or replace it)" in refused.value.problems[0]

        done = enrolment.enrol(issuer, changed, duplicates=Duplicates.REPLACE)

        (new,) = done.replaced
        with issuer.database.read() as session:
            rows = {row.id: row for row in Credentials(session).some([old, new])}
        assert rows[old].revocation is not None
        assert rows[new].replaces == old
    assert names_due(world) == {"L-1": "Ada Lovelace"}


def test_all_of_a_roster_or_nothing_whatever_the_policy(world: World) -> None:
    with world.issuer() as issuer:
        enrolment.enrol(issuer, roster("L-1,Ada"))
        with pytest.raises(RosterError):
            enrolment.enrol(issuer, roster("L-1,Ada Lovelace", "L-2,Grace", "L-3,"), duplicates=Duplicates.REPLACE)
    assert names_due(world) == {"L-1": "Ada"}


def test_a_corrected_record_may_not_take_the_place_of_another(world: World) -> None:
    with world.issuer() as issuer:
        first, _ = enrolment.enrol(issuer, roster("L-1,Ada", "L-2,Grace")).new
        with pytest.raises(RosterError):
            enrolment.correct(issuer, first, {"learner": "L-2", "name": "Ada", "achievement": "sql"})
        enrolment.correct(issuer, first, {"learner": "L-3", "name": "Ada", "achievement": "sql"})
        world.run()
        with pytest.raises(InputError, match="corrected no more"):
            enrolment.correct(issuer, first, {"learner": "L-3", "name": "Ada B.", "achievement": "sql"})
    assert names_due(world) == {}


def test_problems_as_csv_cannot_run_in_a_spreadsheet() -> None:
    for start in "=+-@\t\r":
        errors = io.StringIO(newline="")
        rosters.ErrorsFile(errors).append(Problem("mend it", 2, "name", f"{start}1"))
        line = errors.getvalue().split("\r\n")[1]
        assert line.lstrip('2,"name').startswith("'")
