"""`laurea registrar` and `laurea compare`: what was verified, side by side, and the credit that is proposed."""

import io
import json
from collections.abc import Iterator
from pathlib import Path

import pypdf
import pytest

from laurea.core.presentation import Demand
from tests.cli.hiring import Hiring, hiring, run

RULES = {
    "laurea": "transfer-rules",
    "version": 1,
    "title": "Faculty of Data",
    "minimumLevel": 5,
    "most": 6,
    "equivalences": [{"achievement": "https://example.edu/achievements/sql-for-analysts", "course": "DB101", "credits": 2}],
}


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Hiring]:
    with hiring(tmp_path_factory.mktemp("registrar")) as found:
        (found.folder / "rules.json").write_text(json.dumps(RULES))
        yield found


def test_credit_is_proposed_for_what_is_valid_and_for_nothing_else(desk: Hiring) -> None:
    files = [desk.files["ada", "python-for-data"], desk.files["ada", "sql-for-analysts"], desk.files["zoe", "sql-for-analysts"]]

    found = json.loads(desk.run("registrar", *files, "--json", code=1).stdout)

    assert [each["credit"] for each in found["proposals"]] == [5, 3, None]
    assert found["proposals"][2]["rule"].startswith("nothing is proposed for what is invalid: the credential was revoked")
    assert (found["total"], found["framework"]) == (8, "ECTS")
    assert found["proposals"][0]["about"] == {"awarded to": "Ada Lovelace"}
    assert found["proposals"][0]["says"]["EQF level"] == "6"
    assert [check["outcome"] for check in found["proposals"][0]["report"]["checks"]][:6] == ["passed"] * 6


def test_a_silent_node_proposes_nothing(desk: Hiring) -> None:
    done = run("registrar", desk.files["ada", "sql-for-analysts"], "--json", "--rpc", "http://127.0.0.1:9", "--trust", desk.trust)

    (proposal,) = json.loads(done.stdout)["proposals"]
    assert (done.returncode, proposal["credit"]) == (3, None)
    assert "nothing is proposed for what is undecided" in proposal["rule"]


def test_a_registrar_has_rules_and_the_report_says_which(desk: Hiring) -> None:
    rules = desk.folder / "rules.json"
    held = [desk.files["ada", key] for key in ("python-for-data", "sql-for-analysts")]

    text = desk.run("registrar", *held, "--rules", rules).stdout

    assert "This is a proposal, made by rules from what was verified. It is no decision" in text
    assert "Proposed in all: 6 ECTS, the most that the rules allow." in text
    assert "the rules count this achievement as DB101, for 2 ECTS" in text
    assert "To be decided: whether the person who asks is the one it is about: no holder's signature was checked." in text
    assert "SHA-256 of rules.json" in text


def test_the_report_is_a_page_and_a_pdf(desk: Hiring, tmp_path: Path) -> None:
    desk.run("registrar", desk.files["ada", "sql-for-analysts"], "--html", tmp_path / "r.html", "--pdf", tmp_path / "r.pdf")

    page = (tmp_path / "r.html").read_text()
    assert "<script" not in page
    assert "default-src &#x27;none&#x27;" in page
    assert '<p class="verdict valid">' in page
    reader = pypdf.PdfReader(io.BytesIO((tmp_path / "r.pdf").read_bytes()))
    words = " ".join(" ".join(each.extract_text().split()) for each in reader.pages)
    for said in ("Credit for prior learning", "SQL for Analysts", "3 ECTS", "not revoked", "VALID", "It is no decision"):
        assert said in words
    assert reader.metadata is not None
    assert reader.metadata.title == "Credit for prior learning"


def test_what_a_credential_says_does_nothing_on_the_page(desk: Hiring, tmp_path: Path) -> None:
    """An altered one is quoted nowhere; the name of a file may be anything."""
    odd = tmp_path / "<img src=x onerror=alert(1)>.json"
    odd.write_bytes(desk.files["ada", "sql-for-analysts"].read_bytes())
    altered = desk.document("grace", "sql-for-analysts")
    altered["name"] = "ALTERED"
    subject = altered["credentialSubject"]
    assert isinstance(subject, dict)
    subject["achievement"] = {"name": "ALTERED", "type": ["Achievement"]}
    (tmp_path / "b.json").write_text(json.dumps(altered))

    for command in ("registrar", "compare"):
        text = desk.run(command, odd, tmp_path / "b.json", "--html", tmp_path / "r.html", code=1).stdout
        page = (tmp_path / "r.html").read_text()
        assert "<img" not in page
        assert "ALTERED" not in page + text


def test_the_holder_can_be_asked_to_sign(desk: Hiring) -> None:
    done = desk.run(
        "registrar", desk.files["ada", "sql-for-analysts"], "--audience", "uni.example", "--challenge", Demand("x", "y").challenge, code=1
    )

    assert "nothing is proposed for what is invalid: a holder's signature was demanded" in done.stdout


def test_nothing_that_is_read_is_overwritten(desk: Hiring) -> None:
    for option in ("--html", "--pdf"):
        done = run(
            "registrar", desk.files["ada", "sql-for-analysts"], "--rules", desk.folder / "rules.json", option, desk.folder / "rules.json"
        )
        assert done.returncode == 2
        assert "is read, and would be overwritten" in done.stderr


# Comparison


def test_credentials_of_a_folder_stand_side_by_side(desk: Hiring, tmp_path: Path) -> None:
    (tmp_path / "two.json").write_text(desk.presentation(("ada", "python-for-data"), ("ada", "sql-for-analysts")))

    found = json.loads(desk.run("compare", tmp_path / "two.json", desk.files["zoe", "sql-for-analysts"], "--json", code=1).stdout)

    rows = {each["name"]: each for each in found["aspects"]}
    assert found["files"][:2] == ["two.json (1 of 2)", "two.json (2 of 2)"]
    assert rows["EQF level"] == {"name": "EQF level", "values": ["6", "5", "5"], "likeness": "differs"}
    assert rows["workload"]["values"] == ["125 hours", "75 hours", "75 hours"]
    assert rows["credits"]["values"] == ["5 ECTS", "3 ECTS", "3 ECTS"]
    assert rows["quality assurance"]["likeness"] == "same"
    assert rows["verdict"]["values"] == ["valid", "valid", "invalid"]
    assert rows["accreditation"]["values"][0].startswith("none was needed: the trust list names Example University")


def test_people_read_a_comparison(desk: Hiring, tmp_path: Path) -> None:
    held = [desk.files["ada", key] for key in ("python-for-data", "sql-for-analysts")]

    text = desk.run("compare", *held, "--html", tmp_path / "c.html").stdout

    assert "Nothing is weighed" in text
    assert "EQF level" in text
    assert "differs" in text
    assert '<th scope="row"><bdi>EQF level</bdi></th><td><bdi>6</bdi></td><td><bdi>5</bdi></td>' in (tmp_path / "c.html").read_text()


def test_what_shows_nothing_cannot_be_compared(tmp_path: Path) -> None:
    (tmp_path / "a.pdf").write_bytes(b"%PDF-1.7 nothing")

    done = run("compare", tmp_path / "a.pdf", "--rpc", "http://127.0.0.1:9")

    assert done.returncode == 2
    assert "none of the files shows a credential" in done.stderr
