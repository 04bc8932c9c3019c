"""`laurea issuer achievement lint`, `country` and `renew`: transcripts and exit codes."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from laurea.storage.skills import SkillFile
from tests.anvil import ROOT, Anvil
from tests.cli.test_issuer import Operator, mining_every_second, write
from tests.services.issuing_world import World

FULL = (ROOT / "examples/achievements/sql-for-analysts.json").read_bytes()


@pytest.fixture
def operator(tmp_path: Path, node: Anvil, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Operator:
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    return Operator(tmp_path, node, monkeypatch, capsys)


def test_a_lint_ends_well_when_all_is_there_and_names_what_is_not(world: World, operator: Operator, tmp_path: Path) -> None:
    file = write(tmp_path / "sql.json", FULL)
    without = operator.types("achievement", "lint", file, "sql")
    assert without.code == 1
    assert "MISSING Country or region of the issuer: laurea issuer country CODE" in without.out
    assert "sql: 6 of 11 elements missing" in without.out

    assert operator.types("country", "austria").code == 2
    assert operator.types("country", "at").err == "laurea: credentials show the country AT from now on\n"
    assert operator.types("country").out == "AT\n"
    said = operator.types("achievement", "lint", file, "--json")
    assert said.code == 0
    (found,) = json.loads(said.out)
    assert (found["complete"], found["recommendation"]) == (True, "2022/C 243/02")
    assert operator.types("achievement", "add", file).err == "laurea: the achievement sql-for-analysts can be issued\n"
    assert operator.types("country", "--none").code == 0
    assert operator.types("country").out == "\n"
    assert operator.types("achievement", "lint", "nothing").code == 2


def test_a_lint_of_a_file_needs_no_issuer(tmp_path: Path, operator: Operator) -> None:
    said = operator.types("achievement", "lint", write(tmp_path / "sql.json", FULL))

    assert said.code == 0
    assert "comes   Country or region of the issuer" in said.out
    assert not (tmp_path / "issuer").exists()


def test_credits_that_contradict_each_other_are_refused(world: World, operator: Operator, tmp_path: Path) -> None:
    file = write(tmp_path / "sql.json", json.dumps({**json.loads(FULL), "creditsAvailable": 5}).encode())

    assert operator.types("achievement", "lint", file).code == 1
    said = operator.types("achievement", "add", file)
    assert said.code == 2
    assert "/creditsAvailable says 5 and /creditPoint 3 ECTS" in said.err


def test_alignments_are_looked_up_in_what_was_imported(world: World, operator: Operator, tmp_path: Path) -> None:
    rows = ["uri,label", "http://data.europa.eu/esco/skill/00000000-0000-4000-8000-000000000001,Structured query language"]
    csv = write(tmp_path / "esco.csv", "\n".join([*rows, ""]).encode())
    operator.types_all("skills", "import", csv, "--framework", "own", "--name", "ESCO", "--version", "1.2.0")
    assert SkillFile(tmp_path / "laurea/skills.db").frameworks() != []
    file = write(tmp_path / "sql.json", FULL)

    refused = operator.types("achievement", "add", file)
    assert refused.code == 2
    assert "ESCO 1.2.0 has no concept of this URI" in refused.err
    assert "laurea skills search" in refused.err
    assert operator.types("achievement", "add", file, "--unknown-concepts").code == 0

    other = json.loads(FULL)
    other["humanCode"] = "other"
    other["id"] = "urn:other"
    other["alignment"][0]["targetUrl"] = "http://data.europa.eu/esco/skill/00000000-0000-4000-8000-000000000001"
    said = operator.types("achievement", "add", write(tmp_path / "other.json", json.dumps(other).encode()))
    assert said.code == 0
    assert "warning: /alignment/0/targetName: 'SQL' is called 'Structured query language' in ESCO 1.2.0" in said.err


@pytest.mark.slow
def test_an_operator_renews_what_ends(world: World, operator: Operator, tmp_path: Path) -> None:
    end = (datetime.now(UTC) + timedelta(days=20)).date().isoformat()
    operator.types(
        "enrol", write(tmp_path / "roster.csv", f"learner,name,achievement,valid_until\nL-1,Ada,sql,{end}\nL-2,Bo,sql,\n".encode())
    )
    with mining_every_second(world):
        assert operator.types("run", "--log", "text").code == 0

    assert operator.types("renew").code == operator.types("renew", "--within", "30").code == 2
    listed = json.loads(operator.types("renew", "--within", "30", "--dry-run", "--json").out)
    assert [each["validUntil"] for each in listed] == [f"{end}T23:59:59Z"]
    said = operator.types("renew", "--within", "30", "--until", "2039-12-31", "--json")
    assert (said.code, [each["replaces"] for each in json.loads(said.out)]) == (0, [listed[0]["id"]])
    assert "1 credential renewed until 2039-12-31T23:59:59Z" in said.err
    assert operator.types("renew", "--within", "30", "--dry-run").out == ""
    with mining_every_second(world):
        assert operator.types("run", "--log", "text").code == 0
        assert operator.types("run", "--log", "text").code == 0
    assert json.loads(operator.types("show", listed[0]["id"], "--json").out)["state"] == "revoked"
