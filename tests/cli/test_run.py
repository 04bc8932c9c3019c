"""`laurea issuer run`, `plan` and `report` as the operator and their scripts meet them."""

import csv
import io
import json
import os
import pty
import re
import subprocess
from html.parser import HTMLParser
from itertools import chain
from pathlib import Path

import pytest

from laurea.chain.fees import GWEI
from laurea.services.issuing.revocation import Reason, request
from laurea.storage.issuer.batches import LostBatches
from laurea.storage.issuer.tables import LostBatchRow
from tests.anvil import ROOT, Anvil
from tests.chain.http_node import relay
from tests.cli.test_issuer import LAUREA, Operator, environment, mining_every_second
from tests.services.issuing_world import World, base_fee, now

STATES = ("sealed", "nonced", "signed", "sent", "mined", "final", "released")


@pytest.fixture
def operator(tmp_path: Path, node: Anvil, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Operator:
    return Operator(tmp_path, node, monkeypatch, capsys)


def runs(operator: Operator) -> list[dict[str, object]]:
    found: list[dict[str, object]] = json.loads(operator.types("report", "--json").out)
    return found


def test_a_program_gets_a_line_of_json_for_each_event(world: World, operator: Operator) -> None:
    world.enrol(2)
    with mining_every_second(world):
        ran = operator.types("run")

    events = [json.loads(line) for line in ran.out.splitlines()]
    assert (ran.code, ran.err) == (0, "")
    assert [event["event"] for event in events] == [f"batch.{state}" for state in STATES]
    assert all(set(event) <= {"at", "event", "batch", "count", "text"} and event["batch"] == 1 for event in events)
    assert events[0]["count"] == 2


def test_people_at_a_terminal_see_where_it_is(world: World, operator: Operator, tmp_path: Path) -> None:
    world.enrol(1)
    ours, theirs = pty.openpty()
    env = {**os.environ, **environment(tmp_path, tmp_path / "laurea.toml"), "TERM": "xterm"}
    with mining_every_second(world), subprocess.Popen([LAUREA, "issuer", "run"], env=env, cwd=ROOT, stdout=theirs, stderr=theirs) as typed:
        os.close(theirs)
        said = b""
        while chunk := read(ours):
            said += chunk
        assert typed.wait(60) == 0
    os.close(ours)

    plain = re.sub(r"\x1b\[[0-9;?]*[a-zA-Z]", "", said.decode())
    assert [line for line in plain.splitlines() if line.startswith("laurea: ")] == [
        "laurea: batch 1: sealed with 1 credential",
        *(f"laurea: batch 1: {state}" for state in STATES[1:]),
    ]
    assert "batch 1: sent, since " in plain
    assert not plain.startswith("{")


def read(descriptor: int) -> bytes:
    try:
        return os.read(descriptor, 4096)
    except OSError:
        return b""


def test_only_one_achievement_is_sealed_when_it_is_named(world: World, operator: Operator, tmp_path: Path) -> None:
    other = json.loads((ROOT / "examples/achievements/sql-for-analysts.json").read_text())
    (tmp_path / "other.json").write_text(json.dumps(other))
    operator.types("achievement", "add", str(tmp_path / "other.json"))
    world.enrol(1)
    (tmp_path / "roster.csv").write_text("learner,name,achievement\nX-1,Ada,sql-for-analysts\nX-2,Bo,sql-for-analysts\n")
    operator.types("enrol", str(tmp_path / "roster.csv"))

    with mining_every_second(world):
        assert operator.types("run", "--achievement", "sql-for-analysts").code == 0
    assert [batch.size for batch in world.batches()] == [2]
    unknown = operator.types("run", "--achievement", "cooking")
    assert (unknown.code, "there is no achievement cooking" in unknown.err) == (2, True)


def test_a_dry_run_is_the_plan_and_writes_nothing(world: World, operator: Operator) -> None:
    world.enrol(3)
    before = (world.path / "issuer.db").read_bytes()

    planned, tried = operator.types("plan"), operator.types("run", "--dry-run")

    assert (planned.code, planned.out) == (0, tried.out)
    assert planned.out.startswith("3 credentials due\n1 anchor to send, 0 revocations to make\nan anchor takes up to 60,000 gas: ")
    assert re.search(r" ETH now, .* at the cap; the key has 0\.99\d+, enough for [\d,]+\n$", planned.out)
    assert ((world.path / "issuer.db").read_bytes(), world.batches(), runs(operator)) == (before, [], [])


def test_a_plan_names_what_stands_in_the_way_first(world: World, operator: Operator, node: Anvil) -> None:
    world.enrol(1)
    world.fund("anchor", 1)
    with world.issuer() as issuer, issuer.database.write() as session:
        LostBatches(session).add(LostBatchRow(root=b"\7" * 32, size=1, key=b"\1" * 20, block=1, found_at=now()))

    with base_fee(node, 300 * GWEI):
        said = operator.types("plan", "--json")

    plan = json.loads(said.out)
    assert said.code == 0
    beginnings = (
        "the registry has a batch",
        "the anchoring key has 0.000000000000000001 ETH, and an anchor costs",
        "gas costs more than the cap: ",
    )
    assert len(plan["problems"]) == 3
    assert all(problem.startswith(beginning) for problem, beginning in zip(plan["problems"], beginnings, strict=True))
    assert (plan["due"], plan["transactions"], plan["costs"]["nights"]) == (1, 1, 0)
    assert int(plan["costs"]["now"]) > int(plan["costs"]["most"])


def test_a_plan_without_nodes_says_what_it_can_and_ends_with_75(world: World, operator: Operator) -> None:
    world.enrol(2)

    said = operator.types("plan", "--rpc", "http://127.0.0.1:1")

    assert said.code == 75
    assert said.out.startswith("problem: the nodes do not say: 127.0.0.1:1 cannot be reached\n2 credentials due\n")


def test_a_plan_tells_the_batches_that_are_on_their_way(world: World, operator: Operator) -> None:
    world.enrol(2)
    operator.types("run", "--max-wait", "0")

    plan = json.loads(operator.types("plan", "--json").out)

    assert (plan["due"], [*chain.from_iterable(plan["batches"].values())], plan["transactions"]) == (0, [1], 0)


def test_the_report_tells_what_each_run_did_and_how_it_ended(world: World, operator: Operator, node: Anvil) -> None:
    assert operator.types("report").err == "laurea: there was no run yet\n"
    world.enrol(3)
    assert operator.types("run", "--max-wait", "0").code == 3
    node.mine(4)
    assert operator.types("run").code == 0
    assert operator.types("run", "--rpc", "http://127.0.0.1:1").code == 75

    latest, second, first = runs(operator)

    assert (first["exitCode"], first["ended"], first["sealed"], first["released"]) == (3, "partly done", 3, 0)
    assert str(first["problem"]).startswith("not final yet: batch 1")
    assert (second["exitCode"], second["ended"], second["sealed"], second["released"], second["problem"]) == (0, "done", 0, 3, None)
    assert int(str(first["gasUsed"])) + int(str(second["gasUsed"])) > 40_000
    assert int(str(first["feeWei"])) + int(str(second["feeWei"])) > 0
    assert (latest["ended"], latest["problem"]) == ("to be tried later", "127.0.0.1:1 cannot be reached")
    table = operator.types("report").out
    assert [line.split()[0] for line in table.splitlines() if line[0].isalnum()] == ["run", "3", "2", "1"]
    assert "    127.0.0.1:1 cannot be reached" in table
    assert [run["run"] for run in json.loads(operator.types("report", "--json", "--last", "1").out)] == [3]


def test_a_run_that_was_killed_is_in_the_report_as_interrupted(world: World, operator: Operator, tmp_path: Path) -> None:
    world.enrol(1)
    env = {**os.environ, **environment(tmp_path, tmp_path / "laurea.toml")}
    with subprocess.Popen([LAUREA, "issuer", "run"], env=env, cwd=ROOT, stdout=subprocess.PIPE, text=True) as killed:
        assert killed.stdout is not None
        killed.stdout.readline()
        killed.kill()
    assert [run["ended"] for run in runs(operator)] == ["at work"]
    with mining_every_second(world):
        operator.types("run")

    assert [run["ended"] for run in runs(operator)] == ["done", "interrupted"]


class Page(HTMLParser):
    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.text = ""
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        assert not {name for name, _ in attrs} & {"src", "href", "onclick", "onload"}

    def handle_data(self, data: str) -> None:
        self.text += data


def test_the_report_is_a_page_that_needs_nothing_else_and_csv_that_runs_nothing(world: World, operator: Operator) -> None:
    operator.types("run", "--rpc", "http://127.0.0.1:1/<script>alert(1)</script>")
    operator.types("run", "--max-wait", "0")
    with world.issuer() as issuer, issuer.database.write() as session:
        session.connection().exec_driver_sql("UPDATE run SET problem = '=1+1 <b>&' WHERE id = 1")

    page = Page(operator.types("report", "--html").out)
    rows = list(csv.reader(io.StringIO(operator.types("report", "--csv").out)))

    assert {"table", "caption", "thead", "th"} <= set(page.tags)
    assert not {"script", "b", "img", "link"} & set(page.tags)
    assert "=1+1 <b>&" in page.text
    assert "Runs of Example University" in page.text
    assert (rows[0][0], rows[2][-1]) == ("run", "'=1+1 <b>&")
    assert operator.types("report", "--html", "--csv").code == 2


def test_the_cap_of_one_run_is_given_in_gwei(world: World, operator: Operator, node: Anvil) -> None:
    world.enrol(1)

    with base_fee(node, 5 * GWEI):
        capped = operator.types("run", "--max-fee", "2", "--max-wait", "0")

    assert capped.code == 75
    assert "above the cap of 2 gwei" in capped.err
    assert [operator.types("run", "--max-fee", cap).code for cap in ("0", "nan", "-1")] == [2, 2, 2]


def test_revocations_that_were_asked_for_are_made_by_the_next_run(world: World, operator: Operator, node: Anvil) -> None:
    world.enrol(3)
    world.run()
    ids = [member.id for member in world.members()]
    with world.issuer() as issuer:
        request(issuer, ids[:2], Reason.ERROR)
    assert json.loads(operator.types("plan", "--json").out)["revocations"] == 1

    ran = operator.types("run")

    assert (ran.code, json.loads(ran.out)["event"], json.loads(ran.out)["count"]) == (0, "credentials.revoked", 2)
    assert (world.spent("revoke"), runs(operator)[0]["revoked"]) == (2, 2)


def test_revocations_wait_for_a_key_that_is_kept_elsewhere(world: World, operator: Operator, tmp_path: Path) -> None:
    world.enrol(1)
    world.run()
    with world.issuer() as issuer:
        request(issuer, [world.members()[0].id], Reason.ERROR)
    key = world.path / "keys" / "revoke.json"
    key.rename(tmp_path / "revoke.json")

    waiting = operator.types("run")

    assert waiting.code == 3
    assert "revocations that wait: 1" in waiting.err
    (tmp_path / "revoke.json").rename(key)
    assert operator.types("revoke").err == "laurea: 1 credential that waited for it is revoked\n"
    assert operator.types("revoke").err == "laurea: no revocation waits\n"
    assert operator.types("run").code == 0


def test_nodes_that_contradict_each_other_are_for_later(world: World, operator: Operator, node: Anvil) -> None:
    world.enrol(1)
    world.run()
    with relay(node.url, answer=lambda one, true: {**true, "result": []} if one["method"] == "eth_getLogs" else true) as hiding:
        said = operator.types("run", "--rpc", node.url, "--rpc", hiding.url, "--max-wait", "0")

    assert said.code == 75
    assert "disagree about eth_getLogs" in said.err
