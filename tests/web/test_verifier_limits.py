"""How much one asker of a verifier's service can take from the others: a share of the threads, of the line, of the challenges, and no more."""

import http.client
import json
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from http.server import BaseHTTPRequestHandler
from pathlib import Path

import pytest

from laurea.chain import artefact
from laurea.core.leaf import Domain
from laurea.web.problems import HttpProblem
from laurea.web.verifier import intake
from laurea.web.verifier.challenges import LIFE, MOST, MOST_OF_ONE, Challenges
from laurea.web.verifier.crew import Crew
from laurea.web.verifier.readiness import Readiness
from tests.chain.http_node import HttpNode, send
from tests.released import release
from tests.shared_examples import badge
from tests.web.verifier_host import VerifierHost, verifier_host

ANCHORED = release([badge("sql-for-analysts")], Domain(31337, artefact.canonical_address(), b"\x22" * 20))[0]


def hanging() -> HttpNode:
    """Return a node that takes a question and says nothing until it ends."""
    node: list[HttpNode] = []

    def answer(handler: BaseHTTPRequestHandler, _body: bytes) -> None:
        node[0].stop.wait()
        send(handler, b"", 503)

    node.append(HttpNode(answer))
    return node[0]


def sent_from(host: VerifierHost, address: str, data: bytes = ANCHORED) -> tuple[int, str]:
    """Send as somebody at an address, of whom the proxy on this machine says so."""
    headers = {"Content-Type": "application/vc", "X-Forwarded-For": address}
    answer = host.ask("POST", "/v1/verifications", content=data, headers=headers)
    return answer.status_code, answer.text


def test_whoever_asks_too_often_waits_and_nobody_else(tmp_path: Path) -> None:
    with verifier_host(tmp_path / "log", requests=3) as host:
        assert [sent_from(host, "192.0.2.1", b"{}")[0] for _ in range(4)] == [200, 200, 200, 429]
        assert sent_from(host, "192.0.2.2", b"{}")[0] == 200
        assert [sent_from(host, f"2001:db8::{last}", b"{}")[0] for last in range(4)] == [200, 200, 200, 429]
        limited = host.ask("POST", "/v1/challenges", headers={"X-Forwarded-For": "192.0.2.1"})
        assert (limited.status_code, limited.headers["retry-after"]) == (429, "21")
        host.seconds[0] += 21
        assert sent_from(host, "192.0.2.1", b"{}")[0] == 200


def test_documents_that_take_long_do_not_stop_others(tmp_path: Path) -> None:
    crew = Crew(workers=4, waiting=1)
    with hanging() as node, verifier_host(tmp_path / "log", node.url, crew=crew) as host, ThreadPoolExecutor(8) as pool:
        slow = [pool.submit(sent_from, host, "192.0.2.1") for _ in range(2)]
        while len(node.bodies) < 2:
            time.sleep(0.01)
        assert sent_from(host, "192.0.2.1", b"{}")[0] == 429, "one address has half of the threads"
        assert sent_from(host, "192.0.2.2", b"{}")[0] == 200
        slow += [pool.submit(sent_from, host, "192.0.2.3") for _ in range(2)]
        while len(node.bodies) < 4:
            time.sleep(0.01)
        waiting = pool.submit(sent_from, host, "192.0.2.4", b"{}")
        while crew._present.total() < 5:
            time.sleep(0.01)
        status, text = sent_from(host, "192.0.2.5", b"{}")
        assert (status, json.loads(text)["detail"]) == (503, "too many are waiting")
        assert host.ask("GET", "/healthz").status_code == 200
        node.stop.set()
        assert [each.result()[0] for each in [*slow, waiting]] == [200] * 5
        reports = [json.loads(each.result()[1]) for each in slow]
        assert {report["checks"][2]["outcome"] for report in reports} == {"unknown"}
        assert crew._present.total() == 0


def test_an_answer_that_takes_too_long_is_none_and_its_thread_keeps_its_place(tmp_path: Path) -> None:
    crew = Crew(workers=2, seconds=0.2)
    with hanging() as node, verifier_host(tmp_path / "log", node.url, crew=crew) as host:
        status, text = sent_from(host, "192.0.2.1")
        assert (status, json.loads(text)["detail"]) == (503, "this took longer than 0.2 s, so there is no answer")
        assert sent_from(host, "192.0.2.1", b"{}")[0] == 429, "its thread is still at work"
        node.stop.set()
        while crew._present:
            time.sleep(0.01)
        assert sent_from(host, "192.0.2.1", b"{}")[0] == 200


def test_a_body_that_does_not_come_frees_its_place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(intake, "BODY_SECONDS", 0.2)
    with verifier_host(tmp_path / "log", crew=Crew(workers=2)) as host:
        connection = http.client.HTTPConnection(host.url.removeprefix("http://"), timeout=20)
        connection.putrequest("POST", "/v1/verifications")
        connection.putheader("Content-Type", "application/vc")
        connection.putheader("Content-Length", "10")
        connection.endheaders(b"{")
        answer = connection.getresponse()
        assert (answer.status, json.load(answer)["detail"]) == (408, "the body did not come within 0.2 s")
        connection.close()
        assert sent_from(host, "127.0.0.1", b"{}")[0] == 200
        assert not host.service.crew._present


def test_challenges_are_bounded_for_each_address_and_for_all() -> None:
    now = [0.0]
    challenges = Challenges(lambda: now[0])
    mine = [challenges.give("a") for _ in range(MOST_OF_ONE)]
    with pytest.raises(HttpProblem) as refused:
        challenges.give("a")
    assert refused.value.status_code == 429
    assert challenges.take(mine[50])
    assert not challenges.take(mine[50])
    assert challenges.give("a")
    for number in range(MOST - MOST_OF_ONE):
        challenges.give(f"b{number}")
    with pytest.raises(HttpProblem) as full:
        challenges.give("c")
    assert full.value.status_code == 503
    assert challenges.take(mine[51]), "nobody's challenge makes room for another's"
    now[0] = LIFE.total_seconds()
    assert not challenges.take(mine[0]), "it has run out"
    assert challenges.give("a")
    assert len(challenges._out) == sum(challenges._held.values()) == 1, "what ran out takes no memory"


def test_a_challenge_is_long_and_never_the_same() -> None:
    challenges = Challenges(lambda: 0.0)
    given = {challenges.give(str(number)) for number in range(1000)}

    assert len(given) == 1000
    assert {len(each) for each in given} == {22}  # 128 bits


def test_of_many_threads_one_takes_a_challenge() -> None:
    challenges = Challenges(lambda: 0.0)
    given = challenges.give("a")
    begin = threading.Barrier(8)

    def take(_: int) -> bool:
        begin.wait()
        return challenges.take(given)

    with ThreadPoolExecutor(8) as pool:
        assert sorted(pool.map(take, range(8))) == [False] * 7 + [True]


def test_whoever_asks_whether_it_is_ready_waits_for_nobody_else_who_asks() -> None:
    with hanging() as node, ThreadPoolExecutor(1) as pool:
        readiness = Readiness({"the chain": [node.url]}, lambda: 0.0)
        first = pool.submit(readiness.trouble)
        while not node.bodies:
            time.sleep(0.01)
        assert readiness.trouble() == "the nodes are being asked"
        assert not first.done()
        node.stop.set()
        assert first.result() == readiness.trouble() == "the chain: 1 of 1 nodes do not answer"


def test_whoever_leaves_before_their_body_is_sent_is_no_fault_of_the_service(tmp_path: Path) -> None:
    log = tmp_path / "log"
    with verifier_host(log) as host:
        connection = http.client.HTTPConnection(host.url.removeprefix("http://"), timeout=20)
        connection.putrequest("POST", "/v1/verifications")
        connection.putheader("Content-Type", "application/vc")
        connection.putheader("Content-Length", "1000")
        connection.endheaders(b"{")
        while not host.service.crew._present:
            time.sleep(0.01)
        connection.close()
        while host.service.crew._present:
            time.sleep(0.01)
        assert host.ask("GET", "/healthz").status_code == 200

    lines = [json.loads(line) for line in log.read_text().splitlines() if line.startswith("{")]
    assert "fault" not in {line["event"] for line in lines}
    assert [line["status"] for line in lines if line.get("route") == "/v1/verifications"] == [400]
