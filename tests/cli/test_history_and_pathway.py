"""History from elsewhere and pathways, typed as their user types them."""

import json
import os
import subprocess
from pathlib import Path

import pytest

from laurea.storage.wallet import Kdf
from tests.cli.test_wallet_shown import LAUREA
from tests.core.test_history import BADGR
from tests.core.test_pathway import achievement
from tests.issued import PASSPHRASE
from tests.released import badge, release

CHEAP = Kdf(memory=8 << 10, passes=1, lanes=1)
LINK = "https://coursera.org/verify/N6DEUQV6FRRX"


class Desk:
    """Commands on a wallet in a folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.env = {**os.environ, "LAUREA_WALLET_PASSPHRASE": PASSPHRASE, "XDG_DATA_HOME": str(folder)}

    def run(self, *arguments: str, code: int = 0) -> subprocess.CompletedProcess[str]:
        done = subprocess.run([LAUREA, *arguments], capture_output=True, text=True, check=False, timeout=60, cwd=self.folder, env=self.env)
        assert done.returncode == code, done.stdout + done.stderr
        return done

    def history(self, *arguments: str, code: int = 0) -> subprocess.CompletedProcess[str]:
        return self.run("wallet", "history", *arguments, code=code)

    def write(self, name: str, document: object) -> str:
        (self.folder / name).write_text(json.dumps(document))
        return name


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    made = Desk(tmp_path)
    made.run("wallet", "new")
    return made


def catalogue(desk: Desk) -> str:
    issuer = {"id": "did:web:uni.example", "name": "Uni"}
    capstone = {"achievement": achievement("capstone", "b", entryRequirement=["sql"]), "issuer": issuer}
    sql = {"achievement": achievement("sql", "a", volumeOfLearning="PT75H"), "issuer": issuer, "cost": {"amount": 200, "currency": "EUR"}}
    return desk.write("catalogue.json", {"laurea": "catalogue", "version": 1, "offers": [capstone, sql]})


def test_history_is_added_listed_shown_and_removed(desk: Desk) -> None:
    file = desk.write("badge.json", BADGR)
    added = desk.history("add", LINK, file)
    assert added.stderr.splitlines() == [
        f"laurea: added as number 1: {LINK} (from elsewhere, not verified)",
        "laurea: added as number 2: I am Data Scientist (from elsewhere, not verified)",
    ]
    assert "there already as number 1: Machine Learning" in desk.history("add", LINK, "--title", "Machine Learning").stderr

    listed = desk.history("list")
    assert listed.stdout.splitlines()[1] == (
        "2  I am Data Scientist, Data Academy, 2023-01-31 (Open Badges 2.0; from elsewhere, not verified)"
    )
    found = json.loads(desk.history("list", "--json").stdout)
    assert [each["verified"] for each in found] == [False, False]
    assert found[0]["saidByHolder"] == ["title"]
    shown = desk.history("show", "2", "--output", "again.json").stdout
    assert f"check it at {BADGR['id']}" in shown
    assert (desk.folder / "again.json").read_bytes() == (desk.folder / file).read_bytes()
    assert "has no file" in desk.history("show", "1", "--output", "x", code=2).stderr

    assert desk.run("wallet", "list").stdout == ""  # it is no credential
    resume = json.loads(desk.run("wallet", "resume").stdout)
    assert [each["name"] for each in resume["history"]] == ["Machine Learning", "I am Data Scientist"]
    assert (resume["certificates"], resume["history"][0]["verification"]) == ([], {"verified": False})
    page = desk.run("wallet", "resume", "--html").stdout
    assert "From elsewhere, not verified" in page
    assert f'<a href="{LINK}"' in page
    desk.history("remove", "1")
    assert "I am Data Scientist" in desk.history("list").stdout.splitlines()[0]
    assert "not in the history" in desk.history("show", "9", code=2).stderr


def test_what_has_a_proof_is_sent_where_it_belongs(desk: Desk) -> None:
    (desk.folder / "credential.json").write_bytes(release([badge(1, None)])[0])
    done = desk.history("add", "credential.json", code=2)
    assert "hint: laurea wallet receive takes it" in done.stderr
    (desk.folder / "badge.json").write_text(json.dumps(BADGR))
    assert "laurea wallet history add" in desk.run("wallet", "receive", "badge.json", code=2).stderr
    assert "about one record" in desk.history("add", "badge.json", LINK, "--title", "x", code=2).stderr


def test_a_pathway_is_planned_from_the_wallet_and_without_one(desk: Desk) -> None:
    file = catalogue(desk)
    alone = desk.run("pathway", "capstone", "--catalogue", file).stdout
    assert alone.splitlines() == [
        "Capstone: 0 of 1 requirement met",
        "missing  Capstone: no credential that was shown names it",
        "the way there, with as little as can be found in steps:",
        "1. Sql, Uni (75 hours, 200 EUR)",
        "   needed for Capstone",
        "2. Capstone, Uni",
        "   closes Capstone: Capstone is the achievement that is asked for",
        "together: 75 hours, 200 EUR (1 step does not say how long it takes; 1 step does not say what it costs)",
        "it was chosen greedily: some of it asks for something else first, so nothing is known of how near to the best it is",
        "to begin with, by how much each closes:",
        "- Sql, Uni (75 hours, 200 EUR)",
        "   needed for Capstone",
    ]
    desk.run("wallet", "catalogue", "add", file)
    # What came from elsewhere counts for nothing, whatever it is called.
    desk.history("add", LINK, "--title", "Sql")
    assert desk.run("wallet", "pathway", "capstone").stdout == alone
    wanted = {
        "laurea": "requirements",
        "version": 1,
        "title": "Analyst",
        "requirements": [{"name": "A", "uris": ["http://esco.example/a"]}],
    }
    goal = desk.write("goal.json", wanted)
    found = json.loads(desk.run("wallet", "pathway", goal, "--by", "hours", "--json").stdout)
    assert [each["title"] for each in found["steps"]] == ["Sql"]
    assert "does not exist" in desk.run("pathway", "lost.json", code=2).stderr
    assert "no catalogue has an achievement" in desk.run("pathway", "lost", code=2).stderr


def test_a_posting_is_a_goal_as_it_is_for_match_and_audit(desk: Desk) -> None:
    offered = {
        "achievement": achievement("sql", "a"),
        "issuer": {"id": "did:web:uni.example", "name": "Uni"},
    }
    offered["achievement"]["alignment"][0]["targetName"] = "PostgreSQL"
    file = desk.write("offers.json", {"laurea": "catalogue", "version": 1, "offers": [offered]})
    text, html = desk.folder / "job.txt", desk.folder / "job.html"
    text.write_text("Analyst\nRequirements:\n- You know PostgreSQL.\n")
    html.write_text("<html><body><h1>Analyst</h1><h2>Requirements</h2><ul><li>You know PostgreSQL.</li></ul></body></html>")
    for posting in (text, html):
        for command in (("pathway",), ("wallet", "pathway")):
            said = desk.run(*command, posting.name, "--catalogue", file).stdout
            assert said.startswith("Analyst: 0 of 1 requirement met")
            assert "   closes PostgreSQL: Sql names “PostgreSQL”" in said
    assert "does not exist" in desk.run("pathway", "nothing.pdf", "--catalogue", file, code=2).stderr
