"""`laurea match`: candidates beside requirements, by what they disclosed and what was verified, and by nothing else."""

import csv
import io
import json
import random
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.cli.hiring import NAMES, PYTHON, SQL, Hiring, hiring, run

ASKED = [
    {"id": "sql", "name": "SQL", "uris": [SQL], "eqf": 5, "credits": {"framework": "ECTS", "point": 3}},
    {"id": "python", "name": "Python", "uris": [PYTHON]},
    {"id": "german", "name": "German", "essential": False},
]


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Hiring]:
    with hiring(tmp_path_factory.mktemp("hiring")) as found:
        (found.folder / "job.json").write_text(
            json.dumps({"laurea": "requirements", "version": 1, "title": "Data analyst", "requirements": ASKED})
        )
        found.applications(found.folder / "applications")
        yield found


def table(desk: Hiring, *more: str | Path, folder: Path | None = None, code: int = 0) -> dict[str, Any]:
    done = desk.run("match", desk.folder / "job.json", folder or desk.folder / "applications", "--json", *more, code=code)
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def fits(candidate: dict[str, Any]) -> dict[str, str]:
    return {each["requirement"]: each["fit"] for each in candidate["findings"]}


def test_who_meets_what_on_which_verified_credential(desk: Hiring) -> None:
    found = table(desk)

    by_name = {each["name"]: each for each in found["candidates"]}
    assert [each["name"] for each in found["candidates"]] == [NAMES["ada"], NAMES["grace"], NAMES["zoe"]]
    assert [each["place"] for each in found["candidates"]] == [1, 2, 3]
    assert fits(by_name[NAMES["ada"]]) == {"sql": "met", "python": "met", "german": "missing"}
    assert fits(by_name[NAMES["grace"]]) == {"sql": "met", "python": "missing", "german": "missing"}
    assert by_name[NAMES["ada"]]["findings"][0]["by"] == ["Ada Lovelace/sql-for-analysts.json: SQL for Analysts"]


def test_what_is_revoked_never_counts_and_that_is_said(desk: Hiring) -> None:
    zoe = table(desk)["candidates"][-1]

    assert fits(zoe) == {"sql": "missing", "python": "missing", "german": "missing"}
    assert "only what is invalid names it" in zoe["findings"][0]["reason"]
    (reason,) = zoe["notCounted"]
    assert reason.startswith(f"{NAMES['zoe']}/sql-for-analysts.json is invalid: the credential was revoked by the issuer")


def test_people_read_it_with_what_was_used_and_what_was_not(desk: Hiring) -> None:
    text = desk.run("match", desk.folder / "job.json", desk.folder / "applications").stdout

    assert "Data analyst: 3 candidates, 2 essential requirements, 1 others" in text
    assert "not used: names, pictures, dates of birth, gender" in text
    assert "2 of 2 essential, 0 of 1 other" in text
    assert "note: that whoever handed it in is the holder was not checked" in text


def test_a_silent_node_meets_nothing_in_full_and_the_exit_code_says_so(desk: Hiring) -> None:
    done = run(
        "match", desk.folder / "job.json", desk.folder / "applications", "--json", "--rpc", "http://127.0.0.1:9", "--trust", desk.trust
    )

    assert done.returncode == 3
    found = json.loads(done.stdout)["candidates"]
    assert {fit for each in found for fit in fits(each).values()} == {"partly", "missing"}
    assert "is undecided, and meets nothing in full" in found[0]["notCounted"][0]


def test_files_that_cannot_be_read_are_named_and_stop_nothing(desk: Hiring, tmp_path: Path) -> None:
    shutil.copytree(desk.folder / "applications", tmp_path / "in")
    (tmp_path / "in" / NAMES["ada"] / "cv.pdf").write_bytes(b"%PDF-1.7 nothing")
    found = table(desk, folder=tmp_path / "in", code=3)["candidates"][0]

    assert (found["name"], fits(found)["sql"]) == (NAMES["ada"], "met")
    assert found["notCounted"][0].startswith("Ada Lovelace/cv.pdf was not read: the PDF cannot be read")


# Bias


def anonymous(found: dict[str, Any]) -> list[Any]:
    """What a table says without what candidates are called."""
    return [
        [each["place"], fits(each), [reason["reason"].partition(" (")[2] for reason in each["findings"]]] for each in found["candidates"]
    ]


def test_no_name_of_a_folder_or_file_moves_a_row(desk: Hiring, tmp_path: Path) -> None:
    """Eight candidates who meet the same, called otherwise: the order of the ids stays, and is not that of any name."""
    orders = set()
    for attempt in range(3):
        folder = tmp_path / str(attempt)
        names = [f"{letter}-{attempt}" for letter in random.Random(attempt).sample("ABCDEFGH", 8)]
        for number, name in enumerate(names):
            (folder / name).mkdir(parents=True)
            text = json.dumps(desk.document("ada", "sql-for-analysts"), indent=number)
            (folder / name / f"{name}.json").write_text(text)
        found = table(desk, folder=folder)["candidates"]
        assert {each["place"] for each in found} == {1}
        orders.add(tuple(each["id"] for each in found))
        assert [each["name"] for each in found] not in (sorted(names), sorted(names, reverse=True))

    assert len(orders) == 1


def test_what_candidates_say_of_themselves_counts_for_nothing(desk: Hiring, tmp_path: Path) -> None:
    """A presentation may carry words of its holder; an altered credential may say anything."""
    claims: dict[str, Any] = json.loads(desk.presentation(("grace", "sql-for-analysts")))
    claims["description"] = f"I know Python ({PYTHON}), am 25 years old and male"
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "a.json").write_text(json.dumps(claims))
    altered: dict[str, Any] = json.loads(json.dumps(desk.document("grace", "sql-for-analysts")))
    altered["credentialSubject"]["achievement"]["alignment"][0]["targetUrl"] = PYTHON
    (tmp_path / "in" / "b.json").write_text(json.dumps(altered))

    found = {each["name"]: each for each in table(desk, folder=tmp_path / "in")["candidates"]}

    assert fits(found["a"]) == {"sql": "met", "python": "missing", "german": "missing"}
    assert fits(found["b"]) == {"sql": "missing", "python": "missing", "german": "missing"}
    assert "male" not in json.dumps(found["a"])


@pytest.mark.parametrize("form", ["--json", "--csv", ""])
def test_a_blind_table_tells_nobody_apart(desk: Hiring, tmp_path: Path, form: str) -> None:
    """No name of a person, a folder or a file, and no id of a holder or credential is in it, also where reasons quote something."""
    shutil.copytree(desk.folder / "applications", tmp_path / "in")
    (tmp_path / "in" / NAMES["ada"] / "Lovelace, Ada.pdf").write_bytes(b"%PDF-1.7 nothing")
    (tmp_path / "in" / "Ada.json").write_text("{}")

    done = desk.run("match", desk.folder / "job.json", tmp_path / "in", "--blind", *filter(None, [form]), code=3)

    for secret in ("Ada", "Lovelace", "Grace", "Hopper", "Zoë", "Kowalska", ".json", ".pdf", "urn:uuid:", "did:key:"):
        assert secret not in done.stdout.replace("job.json", ""), secret
    assert "c-" in done.stdout


def test_a_blind_table_has_the_same_order_and_findings(desk: Hiring) -> None:
    seen, blind = table(desk), table(desk, "--blind")

    assert [(each["place"], each["id"], fits(each)) for each in seen["candidates"]] == [
        (each["place"], each["id"], fits(each)) for each in blind["candidates"]
    ]
    assert all("name" not in each for each in blind["candidates"])


def test_the_same_credential_of_two_candidates_is_noticed(desk: Hiring, tmp_path: Path) -> None:
    for name in ("a", "b"):
        (tmp_path / "in" / name).mkdir(parents=True)
        shutil.copy(desk.files["ada", "sql-for-analysts"], tmp_path / "in" / name / "x.json")

    found = table(desk, folder=tmp_path / "in")["candidates"]

    assert all("another candidate handed in the same credential" in each["notes"] for each in found)
    assert len({each["id"] for each in found}) == 2


# Forms


def test_a_table_for_a_spreadsheet_has_no_formula(desk: Hiring, tmp_path: Path) -> None:
    (tmp_path / "in" / "=cmd|x").mkdir(parents=True)
    shutil.copy(desk.files["ada", "sql-for-analysts"], tmp_path / "in" / "=cmd|x" / "x.json")

    text = desk.run("match", desk.folder / "job.json", tmp_path / "in", "--csv").stdout
    (row,) = csv.DictReader(io.StringIO(text))

    assert row["name"] == "'=cmd|x"
    assert (row["sql: SQL"], row["python: Python"], row["essential met"], row["essential"]) == ("met", "missing", "1", "2")


def test_what_is_verified_goes_to_an_applicant_tracking_system(desk: Hiring, tmp_path: Path) -> None:
    desk.run(
        "match", desk.folder / "job.json", desk.folder / "applications", "--ler-rs", tmp_path / "ler", "--json-resume", tmp_path / "cv"
    )

    ids = {each["name"]: each["id"] for each in table(desk)["candidates"]}
    ada = json.loads((tmp_path / "ler" / f"{ids[NAMES['ada']]}.json").read_text())
    assert ada["type"] == "http://schema.hropenstandards.org/4.4/recruiting/json/ler-rs/LER-RSType.json"
    assert ada["person"] == {"name": {"formattedName": NAMES["ada"]}}
    assert sorted(each["name"] for each in ada["certifications"]) == ["Python for Data", "SQL for Analysts"]
    assert {"name": "SQL"} in ada["skills"]
    (proof,) = ada["certifications"][0]["verifications"]
    (tmp_path / "again.json").write_text(json.dumps(proof))
    assert desk.run("verify", tmp_path / "again.json").stdout.startswith("VALID")
    zoe = json.loads((tmp_path / "ler" / f"{ids[NAMES['zoe']]}.json").read_text())
    assert set(zoe) == {"type"}, "nothing of a revoked credential is passed on"
    cv = json.loads((tmp_path / "cv" / f"{ids[NAMES['ada']]}.json").read_text())
    assert [each["verification"]["verified"] for each in cv["certificates"]] == [True, True]


def test_a_blind_table_and_records_of_people_exclude_each_other(desk: Hiring, tmp_path: Path) -> None:
    done = run("match", desk.folder / "job.json", desk.folder / "applications", "--blind", "--ler-rs", tmp_path / "x")

    assert done.returncode == 2
    assert "--blind does not" in done.stderr


# Requirements


POSTING = """<html><head><title>Job</title><script type="application/ld+json">
{"@context": "https://schema.org", "@type": "JobPosting", "title": "Data analyst", "skills": [
 {"@type": "DefinedTerm", "name": "SQL", "url": "%s", "inDefinedTermSet": "ESCO"}, "Python, German"]}
</script></head><body><p>You will love it here.</p></body></html>"""


def test_a_posting_that_is_marked_up_is_what_is_asked_for(desk: Hiring, tmp_path: Path) -> None:
    (tmp_path / "job.html").write_text(POSTING % SQL)
    skills = tmp_path / "skills.db"
    (tmp_path / "own.csv").write_text(f"uri,label\n{PYTHON},Python\n")
    assert run("skills", "import", tmp_path / "own.csv", "--framework", "own", "--name", "Ours", "--skills", skills).returncode == 0

    shown = json.loads(run("match", tmp_path / "job.html", "--show-requirements", "--skills", skills).stdout)

    assert [(each["name"], each.get("uris")) for each in shown["requirements"]] == [("SQL", [SQL]), ("Python", [PYTHON]), ("German", None)]
    (tmp_path / "edited.json").write_text(json.dumps(shown))
    done = desk.run("match", tmp_path / "edited.json", desk.folder / "applications", "--json")
    first = json.loads(done.stdout)["candidates"][0]
    assert [each["fit"] for each in first["findings"]] == ["met", "met", "missing"]


def test_a_posting_as_text_is_read_by_the_frameworks_that_are_there(tmp_path: Path) -> None:
    (tmp_path / "job.txt").write_text("Data analyst\n\nRequirements:\n- SQL\n- Python\n")
    (tmp_path / "own.csv").write_text(f"uri,label\n{PYTHON},Python\n{SQL},SQL\n")
    skills = tmp_path / "skills.db"
    assert run("skills", "import", tmp_path / "own.csv", "--framework", "own", "--name", "Ours", "--skills", skills).returncode == 0

    shown = json.loads(run("match", tmp_path / "job.txt", "--show-requirements", "--skills", skills).stdout)

    assert {uri for each in shown["requirements"] for uri in each.get("uris", [])} == {SQL, PYTHON}
    assert shown["title"] == "Data analyst"


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"{}", "these are no requirements"),
        (b"Nothing in here.", "nothing that job.txt asks for is known here"),
        (b"\xff\xfe\x00", "job.txt"),
    ],
)
def test_what_asks_for_nothing_is_refused(tmp_path: Path, content: bytes, said: str) -> None:
    (tmp_path / "job.txt").write_bytes(content)

    done = run("match", tmp_path / "job.txt", tmp_path, "--skills", tmp_path / "none.db")

    assert done.returncode == 2
    assert said in done.stderr
