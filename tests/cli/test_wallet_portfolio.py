"""Transcripts of `laurea wallet audit`, `collection` and `catalogue`: what is on stdout and stderr, and the exit codes."""

import json
from pathlib import Path

import pytest

from laurea.core.presented import Presented
from tests.cli.test_wallet import Desk
from tests.fetch.site import Site, says
from tests.released import badge, release
from tests.services.test_auditing import JOB, aligned, catalogue, offer


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Desk:
    made = Desk(tmp_path, monkeypatch, capsys)
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    made.put(*release([aligned(badge(1, made.did), "SQL"), badge(2, made.did)]))
    (tmp_path / "job.txt").write_text(JOB)
    (tmp_path / "courses.json").write_bytes(catalogue(offer("Charts that tell", "Charts")))
    return made


def test_an_audit_in_words(desk: Desk) -> None:
    text = desk.ok("audit", "job.txt", "--catalogue", "courses.json")

    assert text.startswith("job: 2 skills asked for: 0 have, 1 partly, 1 missing\n")
    assert "partly  SQL" in text
    assert "        number 1: not checked yet" in text
    assert "        would close it: Charts that tell, did:web:school.example, 200 EUR, 25 hours" in text
    assert "what this cannot tell:\n  - skills are compared by the names" in text
    assert "      You have 3 years of experience." in text


def test_an_audit_for_programs(desk: Desk) -> None:
    found = json.loads(desk.ok("audit", "job.txt", "--json"))

    assert found["fetched"] is None
    assert found["counts"] == {"met": 0, "partly": 1, "missing": 0}  # without the catalogue nobody here knows of charts
    (sql,) = found["requirements"]
    assert (sql["name"], sql["fit"], [each["number"] for each in sql["credentials"]]) == ("SQL", "partly", [1])
    assert {"always", "no-catalogue", "unchecked"} <= {each["code"] for each in found["cannotTell"]}


def test_a_catalogue_that_is_kept_closes_gaps(desk: Desk) -> None:
    assert "kept courses.json: 1 offer\n" in desk.run("catalogue", "add", "courses.json").stderr
    assert desk.ok("catalogue", "list").startswith("1  courses.json  1 offer, added ")
    assert json.loads(desk.ok("catalogue", "list", "--json"))[0]["offers"] == 1
    found = json.loads(desk.ok("audit", "job.txt", "--json"))
    assert [each["offer"]["achievement"]["name"] for each in found["requirements"][1]["offers"]] == ["Charts that tell"]
    desk.ok("catalogue", "remove", "courses.json")
    assert "no catalogue is in the wallet" in desk.run("catalogue", "list").stderr


def test_a_page_is_fetched_only_when_it_may_be_and_that_is_said(desk: Desk, site: Site) -> None:
    site.pages["/job"] = says(f"<p>{JOB}</p>".replace("\n", "<br>").encode(), content_type="text/html")
    refused = desk.refused("audit", site.url("/job"), "--no-fetch")

    assert "nothing is fetched with --no-fetch" in refused
    assert site.asked == []
    (desk.folder / "laurea.toml").write_text("")
    assert "is named with port" in desk.run("audit", site.url("/job")).stderr
    assert "/job" not in desk.run("audit", site.url("/job")).stderr
    assert site.asked == []


def test_a_text_can_be_pasted_and_one_without_words_is_refused(desk: Desk) -> None:
    done = desk.run("audit", "-", stdin=JOB.encode())

    assert done.stdout.startswith("what is asked for: 1 skill asked for")
    (desk.folder / "empty.txt").write_text(" \n")
    assert "there is no text in empty.txt" in desk.refused("audit", "empty.txt")


def test_a_collection_from_its_beginning_to_its_end(desk: Desk) -> None:
    desk.ok("collection", "new", "Analyst", "--goal", "a job", "--posting", "job.txt")
    assert "put in: SQL for Analysts 1, SQL for Analysts 2\n" in desk.run("collection", "add", "analyst", "1", "2").stderr
    desk.ok("collection", "remove", "analyst", "2")
    desk.ok("collection", "narrative", "1", "I count things.")
    assert desk.ok("collection", "list") == "1  Analyst  1 credential\n"
    shown = desk.ok("collection", "show", "Analyst")
    assert shown.startswith("Analyst\na job\nin your own words (self-asserted): I count things.\n1  SQL for Analysts 1  not checked yet\n")
    assert "   in part SQL\n" in shown
    assert "nothing here meets yet: SQL\n" in shown
    assert shown.endswith("1 more in the wallet: --rest shows them\n")
    assert "not in it:\n2  SQL for Analysts 2" in desk.ok("collection", "show", "Analyst", "--rest")
    told = json.loads(desk.ok("collection", "show", "Analyst", "--json"))
    assert [each["number"] for each in told["credentials"]] == [1]
    assert told["narrative"]["selfAsserted"] is True
    desk.ok("collection", "change", "Analyst", "--name", "Data analyst")
    desk.ok("collection", "remove", "Data analyst", "--yes")
    assert json.loads(desk.ok("collection", "list", "--json")) == []
    assert len(json.loads(desk.ok("list", "--json"))) == 2


@pytest.fixture
def collected(desk: Desk) -> Desk:
    desk.ok("collection", "new", "Analyst")
    desk.ok("collection", "add", "Analyst", "1")
    desk.ok("collection", "narrative", "Analyst", "I count things.")
    return desk


def test_what_is_presented_is_the_collection_and_nothing_else(collected: Desk) -> None:
    for_whom = ("--audience", "https://employer.example", "--challenge", "c-1")

    plain = Presented.parse(collected.ok("collection", "present", "Analyst", *for_whom).encode())
    told = Presented.parse(collected.ok("collection", "present", "Analyst", *for_whom, "--with-narrative").encode())

    assert [each.credential.id for each in plain.shown] == ["urn:uuid:00000000-0000-4000-8000-000000000001"]
    assert plain.statement.notes == ()
    assert [note.text for note in told.statement.notes] == ["I count things."]
    collected.ok("collection", "new", "Baker")
    assert "there is nothing in 'Baker'" in collected.refused("collection", "present", "Baker", *for_whom)


def test_what_is_made_of_a_collection(collected: Desk) -> None:
    assert json.loads(collected.ok("collection", "statement", "Analyst"))["credentialSubject"]["description"] == "I count things."
    assert collected.ok("collection", "linkedin", "Analyst").startswith("I count things.\n\nCredentials that I earned:\n• SQL")
    collected.ok("collection", "page", "Analyst", "--output", "page.html", "--language", "es")
    assert '<html lang="es">' in (collected.folder / "page.html").read_text()
    resume = json.loads(collected.ok("resume", "--collection", "Analyst"))
    assert len(resume["certificates"]) == 1
    assert "not both" in collected.refused("resume", "1", "--collection", "Analyst")
    assert "there is no collection 'Nobody'" in collected.refused("resume", "--collection", "Nobody")
