"""Achievements and rosters: what is read, what is refused, and that each refusal names row, column, value and fix."""

import json
import re
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from examples import make_roster
from laurea.core.achievement import Achievement
from laurea.core.mapping import COLUMNS
from laurea.core.roster import Row
from laurea.errors import FormatError, RosterError
from tests.core.rosters import parse_roster

ROOT = Path(__file__).parents[2]
NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)
HOLDER = "did:key:z6MkhaXgBZDvotDkL5257faiztiGiC2QtKLGpbnnEGta2doK"
HEADER = ",".join(COLUMNS)


def described(key: str, **description: Any) -> Achievement:
    """Return an achievement whose result is described like this, or not at all."""
    document: dict[str, Any] = {
        "id": f"https://example.edu/achievements/{key}",
        "type": ["Achievement"],
        "humanCode": key,
        "name": key.title(),
        "description": "About it",
        "criteria": {"narrative": "Do it"},
    }
    if description:
        document["resultDescription"] = [{"id": "urn:uuid:1", "type": ["ResultDescription"], "name": "Outcome", **description}]
    return Achievement.parse(json.dumps(document).encode())


LEVELS = [{"id": f"urn:uuid:{name}", "type": ["RubricCriterionLevel"], "name": name} for name in ("Basic", "Mastery")]
ACHIEVEMENTS = {
    achievement.key: achievement
    for achievement in (
        described("sql", resultType="Percent", valueMin="-5", valueMax="100"),
        described("python", resultType="LetterGrade", allowedValue=["A", "B", "C"]),
        described("talk", resultType="Status"),
        described("essay", resultType="RubricCriterionLevel", rubricCriterionLevel=LEVELS),
        described("score", resultType="RawScore"),
        described("floor", resultType="ext:Height", valueMin="1"),
        described("free", resultType="Result"),
        described("plain"),
    )
}


def csv_of(*rows: str, header: str = HEADER) -> bytes:
    return "\n".join([header, *rows]).encode()


def cells(**given: str) -> str:
    """Return a row that is right but for the cells that are given."""
    right = {"learner": "s1", "name": "Ada Example", "achievement": "sql"}
    return ",".join({**dict.fromkeys(COLUMNS, ""), **right, **given}.values())


def read(data: bytes) -> tuple[Row, ...]:
    return parse_roster(data, ACHIEVEMENTS, now=NOW)


def judged(data: bytes) -> tuple[tuple[Row, ...], tuple[str, ...]]:
    """Return the rows or the problems of a roster."""
    try:
        return read(data), ()
    except RosterError as error:
        return (), error.problems


def problems(data: bytes) -> tuple[str, ...]:
    with pytest.raises(RosterError) as caught:
        read(data)
    return caught.value.problems


def test_a_row_gives_all_that_its_cells_say() -> None:
    row = cells(
        name='"Müller, Jörg"',
        result="84.5",
        evidence="https://example.edu/e/1?x=%C3%BC#part",
        evidence_name="Report",
        holder=HOLDER,
        awarded="2026-11-20T09:30:00.7+01:00",
        valid_until="2029-11-30",
    )

    assert read(csv_of(row)) == (
        Row(
            number=2,
            learner="s1",
            name="Müller, Jörg",
            achievement="sql",
            result="84.5",
            evidence="https://example.edu/e/1?x=%C3%BC#part",
            evidence_name="Report",
            holder=HOLDER,
            awarded=datetime(2026, 11, 20, 8, 30, tzinfo=UTC),
            valid_until=datetime(2029, 11, 30, 23, 59, 59, tzinfo=UTC),
        ),
    )


def test_optional_columns_may_be_missing_and_columns_stand_in_any_order() -> None:
    assert read(csv_of("sql,Ada,s1", header="achievement,name,learner")) == (Row("s1", "Ada", "sql", number=2),)


def test_a_byte_order_mark_line_ends_of_windows_and_empty_rows_are_fine() -> None:
    data = b"\xef\xbb\xbf" + csv_of("s1,Ada,sql", "", " , ,", "s2,Ben,python", "", header="learner,name,achievement").replace(
        b"\n", b"\r\n"
    )

    assert [(row.number, row.learner) for row in read(data)] == [(2, "s1"), (5, "s2")]


def test_blanks_around_a_cell_are_dropped_and_names_take_the_normal_form() -> None:
    row = read(csv_of(cells(name="  Zoe\u0308 \u3000", achievement=" sql ", result=" 84 ")))[0]

    assert (row.name, row.achievement, row.result) == ("Zoë", "sql", "84")


@pytest.mark.parametrize("name", ["حاجی\u200cزاده", "ප්\u200dරනාන්දු", "佐藤\u3000陽菜", "Adébáyọ̀", "𠮷野", "O’Brien", "\ue000"])
def test_names_of_any_script_are_kept(name: str) -> None:
    assert read(csv_of(cells(name=name)))[0].name == name


@pytest.mark.parametrize(
    ("achievement", "result"),
    [
        *[("sql", number) for number in ("0", "100", "99.99", "-5", "007")],
        *[("python", grade) for grade in "ABC"],
        *[("talk", "Completed"), ("essay", "Mastery"), ("score", "-3"), ("floor", "1000000"), ("free", "with distinction")],
    ],
)
def test_a_result_that_the_achievement_describes_is_taken(achievement: str, result: str) -> None:
    assert read(csv_of(cells(achievement=achievement, result=result)))[0].result == result


def test_a_rubric_level_is_given_by_its_id_and_a_status_as_such() -> None:
    assert ACHIEVEMENTS["essay"].result("Mastery") == {
        "type": ["Result"],
        "resultDescription": "urn:uuid:1",
        "achievedLevel": "urn:uuid:Mastery",
    }
    assert ACHIEVEMENTS["talk"].result("OnHold") == {"type": ["Result"], "resultDescription": "urn:uuid:1", "status": "OnHold"}


@pytest.mark.parametrize(
    ("given", "line"),
    [
        ({"learner": ""}, "row 2, column learner, '': fill in the cell, it is required"),
        ({"name": "  "}, "row 2, column name, '  ': fill in the cell, it is required"),
        ({"achievement": ""}, "row 2, column achievement, '': fill in the cell, it is required"),
        ({"learner": " s1"}, "row 2, column learner, ' s1': remove the blanks around it"),
        ({"learner": "Zoe\u0308"}, "row 2, column learner, 'Zoe\u0308': write it in Unicode normal form NFC"),
        ({"learner": "s\u200b1"}, "row 2, column learner, 's\\u200b1': remove the character U+200B, which cannot be seen"),
        ({"learner": "s\u00a01"}, "row 2, column learner, 's\\xa01': remove the character U+00A0, which cannot be seen"),
        ({"name": "Ada\x00"}, "row 2, column name, 'Ada\\x00': remove the character U+0000, which cannot be seen"),
        ({"name": '"Ada\nExample"'}, "row 2, column name, 'Ada\\nExample': remove the character U+000A, which cannot be seen"),
        ({"name": "\tAda"}, "row 2, column name, '\\tAda': remove the character U+0009, which cannot be seen"),
        ({"name": '"\rAda"'}, "row 2, column name, '\\rAda': remove the character U+000D, which cannot be seen"),
        ({"name": "Ada\u202eelpmaxE"}, "row 2, column name, 'Ada\\u202eelpmaxE': remove the character U+202E, which cannot be seen"),
        ({"name": "Ada\ufdd0"}, "row 2, column name, 'Ada\\ufdd0': remove the character U+FDD0, which cannot be seen"),
        ({"name": "Ada\U0001ffff"}, "row 2, column name, 'Ada\\U0001ffff': remove the character U+1FFFF, which cannot be seen"),
        ({"name": "=1+1"}, "row 2, column name, '=1+1': begin it with another character than =, which makes it a formula"),
        ({"name": "+Ada"}, "row 2, column name, '+Ada': begin it with another character than +, which makes it a formula"),
        ({"learner": "-7"}, "row 2, column learner, '-7': begin it with another character than -, which makes it a formula"),
        ({"name": "@Ada"}, "row 2, column name, '@Ada': begin it with another character than @, which makes it a formula"),
        ({"name": " =1"}, "row 2, column name, ' =1': begin it with another character than =, which makes it a formula"),
        ({"result": "-5+1"}, "row 2, column result, '-5+1': begin it with another character than -, which makes it a formula"),
        ({"name": "x" * 1001}, "row 2, column name, '" + "x" * 40 + "…': shorten it to 1,000 characters"),
        (
            {"achievement": "java"},
            "row 2, column achievement, 'java': name one of sql, python, talk, essay, score, floor, free, plain, or add",
        ),
        ({"result": "120"}, "row 2, column result, '120': give a number from -5 up to 100, like 84 or 84.5"),
        ({"result": "-6"}, "row 2, column result, '-6': give a number from -5 up to 100, like 84 or 84.5"),
        ({"result": "84%"}, "row 2, column result, '84%': give a number from -5 up to 100, like 84 or 84.5"),
        ({"result": "1e2"}, "row 2, column result, '1e2': give a number from -5 up to 100, like 84 or 84.5"),
        ({"result": "８４"}, "row 2, column result, '８４': give a number from -5 up to 100, like 84 or 84.5"),
        ({"achievement": "python", "result": "D"}, "row 2, column result, 'D': give one of A, B, C"),
        ({"achievement": "talk", "result": "Done"}, "row 2, column result, 'Done': give one of Completed, Enrolled, Failed, InProgress,"),
        ({"achievement": "essay", "result": "Good"}, "row 2, column result, 'Good': give one of Basic, Mastery"),
        ({"achievement": "score", "result": "x"}, "row 2, column result, 'x': give a number, like 84 or 84.5"),
        ({"achievement": "floor", "result": "0"}, "row 2, column result, '0': give a number from 1, like 84 or 84.5"),
        ({"achievement": "plain", "result": "A"}, "row 2, column result, 'A': leave the cell empty, the achievement describes no result"),
        ({"evidence": "http://example.edu/e"}, "row 2, column evidence, 'http://example.edu/e': give a URL like https://"),
        ({"evidence": "https://"}, "row 2, column evidence, 'https://': give a URL like https://"),
        ({"evidence": "https://example.edu@evil.example/"}, "row 2, column evidence, 'https://example.edu@evil.example/': give a URL like"),
        ({"evidence": "https://example.edu/ü"}, "row 2, column evidence, 'https://example.edu/ü': give a URL like https://"),
        ({"evidence": "https://example.edu/<b>"}, "row 2, column evidence, 'https://example.edu/<b>': give a URL like https://"),
        ({"evidence_name": "Report"}, "row 2, column evidence, '': give the URL of the evidence, or leave evidence_name empty, too"),
        ({"holder": "did:web:example.edu"}, "row 2, column holder, 'did:web:example.edu': "),
        ({"holder": HOLDER[:-1]}, f"row 2, column holder, '{HOLDER[:40]}…': "),
        ({"awarded": "20.11.2026"}, "row 2, column awarded, '20.11.2026': give a date like 2026-11-20, or a time with its zone like"),
        ({"awarded": "2026-02-30"}, "row 2, column awarded, '2026-02-30': give a date like 2026-11-20, or a time with its zone like"),
        ({"awarded": "2026-11-20T09:30:00"}, "row 2, column awarded, '2026-11-20T09:30:00': give a date like 2026-11-20, or a time"),
        ({"awarded": "0001-01-01T00:00+14:00"}, "row 2, column awarded, '0001-01-01T00:00+14:00': give a date like 2026-11-20, or a"),
        (
            {"awarded": "2026-11-24"},
            "row 2, column awarded, '2026-11-24': give a time that is not in the future, it is 2026-11-23T09:00:00Z",
        ),
        ({"awarded": "0026-11-20"}, "row 2, column awarded, '0026-11-20': give a date from 1900 on"),
        ({"valid_until": "2026-11-22"}, "row 2, column valid_until, '2026-11-22': give a time in the future, it is 2026-11-23T09:00:00Z"),
        ({"valid_until": "later"}, "row 2, column valid_until, 'later': give a date like 2026-11-20, or a time with its zone like"),
    ],
)
def test_a_wrong_cell_is_named_with_row_column_value_and_fix(given: dict[str, str], line: str) -> None:
    found = problems(csv_of(cells(**given)))

    assert len(found) == 1
    assert found[0].startswith(line)


@pytest.mark.parametrize(
    ("data", "line"),
    [
        (b"", "row 1: begin the roster with a header, like learner,name,achievement"),
        (b"\n\n", "row 1: begin the roster with a header, like learner,name,achievement"),
        (csv_of(), "row 2: add a row for each learner, the roster has none"),
        (b"learner;name;achievement\n", "row 1, 'learner;name;achievement': save the file as CSV with commas between the cells"),
        (csv_of(header="learner,name"), "row 1, column achievement: add the column, it is required"),
        (csv_of(header="learner,name,achievement,Result"), "row 1, column 'Result': remove the column or name it one of learner, name, "),
        (csv_of(header="learner,name,achievement,name"), "row 1, column name: keep one, the column stands 2 times"),
        (csv_of("s1,Ada", header="learner,name,achievement"), "row 2: put quotes around cells that hold a comma, 2 cells stand under 3"),
        (csv_of("s1,Ada,sql,7", header="learner,name,achievement"), "row 2: put quotes around cells that hold a comma, 4 cells stand"),
        (csv_of('s1,"Ada" Example,sql'), "row 2: put quotes around a whole cell, and double those inside it ("),
        (csv_of(cells(), "", 's2,"Ben'), "row 4: put quotes around a whole cell, and double those inside it ("),
        (csv_of(cells(), cells(name="Z\u00f6e")).replace("ö".encode(), b"\xf6"), "row 3: save the file as CSV in UTF-8, byte "),
        (csv_of(cells()).decode().encode("utf-16"), "row 1: save the file as CSV in UTF-8, byte 0 of it is not"),
        (csv_of(cells(), cells(name="Ben")), "row 3, column learner, 's1': remove the row, row 2 gives this learner the same achievement"),
    ],
)
def test_a_file_that_is_no_roster_is_refused_with_the_fix(data: bytes, line: str) -> None:
    found = problems(data)

    assert len(found) == 1
    assert found[0].startswith(line)


def test_one_learner_may_have_several_achievements() -> None:
    assert len(read(csv_of(cells(), cells(achievement="python")))) == 2


def test_without_achievements_each_row_says_to_add_one() -> None:
    with pytest.raises(RosterError) as caught:
        parse_roster(csv_of(cells()), {}, now=NOW)

    assert caught.value.problems == ("row 2, column achievement, 'sql': add the achievement first, none is known",)


def test_all_problems_are_named_at_once_in_the_order_of_the_file() -> None:
    data = csv_of(cells(result="120", holder="x"), cells(learner="s2"), cells(learner="s3", name="=x"), "s4", cells(learner="s2"))

    assert [line.split(":")[0] for line in problems(data)] == [
        "row 2, column result, '120'",
        "row 2, column holder, 'x'",
        "row 4, column name, '=x'",
        "row 5",
        "row 6, column learner, 's2'",
    ]


PIECES = st.sampled_from(
    [*COLUMNS, ",", "\n", "\r\n", '"', "sql", "python", "s1", "Ada", "84", "A", "=", "\x00", "é", "\ufeff", "https://a.b/", HOLDER]
)


@given(st.binary(max_size=60) | st.lists(PIECES, max_size=60).map(lambda pieces: "".join(pieces).encode()))
def test_any_bytes_give_rows_or_a_roster_error(data: bytes) -> None:
    rows, found = judged(data)

    assert bool(rows) != bool(found)
    assert all(re.match(r"row [1-9]", line) for line in found)


@given(st.text(st.characters(codec="utf-8"), max_size=30), st.sampled_from(COLUMNS))
def test_any_text_in_a_cell_is_taken_or_refused_in_its_column(text: str, column: str) -> None:
    rows, found = judged(csv_of(cells(**{column: '"' + text.replace('"', '""') + '"'})))

    assert len(rows) + len(found) == 1
    # A name for evidence that is not there is the one problem that another cell has.
    assert all(line.startswith((f"row 2, column {column}, ", "row 2, column evidence, ''")) for line in found)


# The example and the document


def example_achievements() -> dict[str, Achievement]:
    parsed = [Achievement.parse(path.read_bytes()) for path in sorted((ROOT / "examples" / "achievements").glob("*.json"))]
    return {achievement.key: achievement for achievement in parsed}


def test_the_example_roster_is_what_its_script_writes() -> None:
    assert (ROOT / "examples" / "roster.csv").read_bytes() == make_roster.roster().encode()


def test_the_example_roster_has_1000_learners_two_achievements_and_many_scripts() -> None:
    rows = parse_roster((ROOT / "examples" / "roster.csv").read_bytes(), example_achievements(), now=NOW)

    assert len({row.learner for row in rows}) == 1000
    assert len({row.name for row in rows}) == 1000
    assert {row.achievement for row in rows} == set(example_achievements())
    assert all(row.result and row.evidence and row.evidence_name and row.awarded and not row.holder for row in rows)


def test_the_roster_that_the_document_shows_is_read() -> None:
    text = (ROOT / "docs" / "roster.md").read_text("utf-8")
    example = re.findall(r"```csv\n(.*?)```", text, re.DOTALL)

    rows = [parse_roster(roster.encode(), example_achievements(), now=NOW) for roster in example]

    assert [[row.name for row in roster] for roster in rows] == [["Jörg Müller", "김지우", "Okafor, Grace"]]


def test_the_document_describes_every_column() -> None:
    text = (ROOT / "docs" / "roster.md").read_text("utf-8")

    assert tuple(re.findall(r"^\| `(\w+)` \|", text, re.MULTILINE)) == COLUMNS


def test_the_problems_that_the_document_shows_are_the_ones_that_are_found() -> None:
    text = (ROOT / "docs" / "roster.md").read_text("utf-8")
    shown = re.search(r"## Problems.*?```\n(.*?)```", text, re.DOTALL)
    assert shown
    data = csv_of(
        "L-1,Ada,sql-for-analysts,120,",
        "L-2,Ben,sql,,20.6.2025",
        "L-100001,Cleo,sql-for-analysts,,",
        "L-100001,Cleo,sql-for-analysts,,",
        header="learner,name,achievement,result,awarded",
    )

    with pytest.raises(RosterError) as caught:
        parse_roster(data, example_achievements(), now=NOW)

    assert list(caught.value.problems) == shown.group(1).splitlines()


# Achievements

DOCUMENT: dict[str, Any] = {
    "id": "https://example.edu/achievements/sql",
    "type": ["Achievement"],
    "humanCode": "sql",
    "name": "SQL",
    "description": "Queries",
    "criteria": {"narrative": "Pass"},
    "alignment": [{"type": ["Alignment"], "targetName": "SQL", "targetUrl": "http://data.europa.eu/esco/skill/1"}],
    "resultDescription": [
        {
            "id": "urn:uuid:1",
            "type": ["ResultDescription"],
            "name": "Score",
            "resultType": "Percent",
            "valueMin": "0",
            "valueMax": "100",
        }
    ],
}
SCORE: dict[str, Any] = DOCUMENT["resultDescription"][0]


def refusal(document: Any) -> FormatError:
    with pytest.raises(FormatError) as caught:
        Achievement.parse(json.dumps(document).encode())
    return caught.value


def test_an_achievement_is_kept_as_it_was_given_under_its_human_code() -> None:
    achievement = Achievement.parse(json.dumps(DOCUMENT).encode())

    assert achievement.key == "sql"
    assert achievement.document == DOCUMENT


@pytest.mark.parametrize(
    ("change", "line"),
    [
        ({"humanCode": None}, "/humanCode: null says nothing: leave the member out"),
        ({"humanCode": "sql for all"}, "/humanCode: give a short name of letters, digits, dots, dashes and underscores"),
        ({"humanCode": {"en": "sql"}}, "/humanCode: give a short name of letters, digits, dots, dashes and underscores"),
        ({"humanCode": "=sql"}, "/humanCode: give a short name of letters, digits, dots, dashes and underscores"),
        ({"criteria": {}}, "/criteria: give a narrative, or the id of a page that says what it takes"),
        ({"achievementType": "Course!"}, "/achievementType: give one of Achievement, "),
        ({"nmae": "SQL"}, "/nmae: remove this member, Open Badges has none of that name"),
        ({"alignment": [{**DOCUMENT["alignment"][0], "targetURL": "x"}]}, "/alignment/0/targetURL: remove this member"),
        ({"criteria": {"narrative": "Pass", "id ": "x"}}, "/criteria/id : remove this member, Open Badges has none of that name"),
        ({"resultDescription": [SCORE, SCORE]}, "/resultDescription: give each its own id, 2 have urn:uuid:1"),
        ({"resultDescription": [{**SCORE, "valueMin": "low"}]}, '/resultDescription/0/valueMin: give a number in quotes, like "100"'),
        ({"resultDescription": [{**SCORE, "valueMin": "101"}]}, "/resultDescription/0/valueMax: give a number that is not below valueMin"),
        ({"resultDescription": [{**SCORE, "allowedValue": [{"en": "A"}]}]}, "/resultDescription/0/allowedValue: give plain strings"),
        (
            {"resultDescription": [{**SCORE, "rubricCriterionLevel": [LEVELS[0], LEVELS[0]]}]},
            "/resultDescription/0/rubricCriterionLevel: give each level a name of its own",
        ),
    ],
)
def test_what_an_achievement_lacks_or_has_too_much_is_named(change: dict[str, Any], line: str) -> None:
    lines = str(refusal({**DOCUMENT, **change})).splitlines()

    assert lines[0] == "the achievement does not follow Open Badges 3.0, or our rules for it:"
    assert len(lines) == 2
    assert lines[1].strip().startswith(line)


def test_an_achievement_without_an_id_is_refused_with_a_hint() -> None:
    error = refusal({name: value for name, value in DOCUMENT.items() if name != "id"})

    assert "/id: add this member, it is required" in str(error)
    assert "urn:uuid" in error.hint


def test_all_problems_of_an_achievement_are_named() -> None:
    lines = str(refusal({"id": "https://example.edu/a", "type": ["Achievement"], "name": 7})).splitlines()

    assert [line.split(":")[0].strip() for line in lines[1:]] == ["/name", "/description", "/criteria"]


def test_what_is_no_json_object_or_too_large_is_no_achievement() -> None:
    assert str(refusal([])) == "the achievement is not a JSON object"
    assert "larger than 131,072 bytes" in str(refusal({**DOCUMENT, "description": "x" * 131_072}))


def test_an_endorsement_inside_an_achievement_may_say_what_its_own_contexts_define() -> None:
    endorsement = {
        "@context": ["https://www.w3.org/ns/credentials/v2", "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json"],
        "id": "urn:uuid:2",
        "type": ["VerifiableCredential", "EndorsementCredential"],
        "name": "Good",
        "issuer": "did:web:agency.example",
        "validFrom": "2026-11-22T00:00:00Z",
        "credentialSubject": {"id": "did:web:issuer.example", "type": ["EndorsementSubject"], "grade": "A"},
    }

    assert Achievement.parse(json.dumps({**DOCUMENT, "endorsement": endorsement}).encode()).key == "sql"


def test_a_roster_cannot_name_one_of_several_results() -> None:
    achievement = Achievement.parse(json.dumps({**DOCUMENT, "resultDescription": [SCORE, {**SCORE, "id": "urn:uuid:2"}]}).encode())

    with pytest.raises(FormatError, match="describes 2 results, of which a roster cannot name one"):
        achievement.result("84")
