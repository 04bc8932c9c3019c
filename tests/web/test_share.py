"""The share host: keeps what it cannot read, for whoever has the link, and tells nobody anything else."""

import http.client
import json
import logging
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from laurea.core.sealed_share import seal
from laurea.web.limits import site_of
from laurea.web.share.sweeper import Sweeper
from tests.web.share_host import ShareHost, share_host

CANARY = "canary-4d1e77"
SEALED = seal(CANARY.encode(), bytes(32), bytes(12))
NOWHERE = "A" * 22
TOKEN = "A" * 43


@pytest.fixture(scope="module")
def host(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ShareHost]:
    with share_host(tmp_path_factory.mktemp("share")) as running:
        yield running


def taken(host: ShareHost, **options: Any) -> dict[str, str]:
    answer = host.put(SEALED, **options)
    assert answer.status_code == 201, answer.text
    found: dict[str, str] = answer.json()
    return found


def owner(made: dict[str, str]) -> dict[str, str]:
    return {"Authorization": f"Bearer {made['deletionToken']}"}


def test_a_share_is_put_opened_looked_after_and_ended(host: ShareHost) -> None:
    made = taken(host, params={"hours": 24})
    here = f"/v1/shares/{made['id']}"

    assert made["url"] == f"{host.url}/s/{made['id']}"
    assert len(made["id"]) == 22
    assert len(made["deletionToken"]) == 43
    assert datetime.fromisoformat(made["expires"]) == host.clock.now.replace(microsecond=0) + timedelta(hours=24)
    opened = host.ask("POST", f"{here}/open")
    assert (opened.status_code, opened.content, opened.headers["content-type"]) == (200, SEALED, "application/octet-stream")
    assert opened.headers["cache-control"] == "no-store"
    status = host.ask("GET", here, headers=owner(made)).json()
    assert status == {"views": 1, "lastViewed": host.clock.now.strftime("%Y-%m-%dT%H:00:00Z"), "expires": made["expires"]}
    ended = host.ask("DELETE", here, headers=owner(made))
    assert (ended.status_code, ended.content) == (204, b"")
    assert not list(host.folder.rglob(f"*{made['id']}*"))
    assert SEALED not in b"".join(path.read_bytes() for path in host.folder.rglob("*") if path.is_file())


def test_looking_at_the_page_counts_nothing_for_previews_do_it(host: ShareHost) -> None:
    made = taken(host)

    for _ in range(3):
        assert host.ask("GET", f"/s/{made['id']}").status_code == 200
    assert host.ask("GET", f"/v1/shares/{made['id']}", headers=owner(made)).json()["views"] == 0


def test_openings_at_once_are_counted_each(host: ShareHost) -> None:
    made = taken(host)

    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda _: host.ask("POST", f"/v1/shares/{made['id']}/open").status_code, range(64)))

    assert answers == [200] * 64
    assert host.ask("GET", f"/v1/shares/{made['id']}", headers=owner(made)).json()["views"] == 64


def test_what_ended_expired_never_was_or_is_not_yours_gives_the_same_answer(tmp_path: Path) -> None:
    with share_host(tmp_path) as host:
        ended, expired, others = (taken(host, params={"hours": hours}) for hours in (1, 1, 8760))
        host.ask("DELETE", f"/v1/shares/{ended['id']}", headers=owner(ended))
        host.clock.advance(timedelta(hours=1))
        answers = set()
        for name, token in ((ended["id"], owner(ended)), (expired["id"], owner(expired)), (NOWHERE, owner(ended)), ("x", owner(ended))):
            for method, path in (("POST", f"/v1/shares/{name}/open"), ("GET", f"/v1/shares/{name}"), ("DELETE", f"/v1/shares/{name}")):
                answer = host.ask(method, path, headers=token)
                answers.add((answer.status_code, answer.text))
        for method in ("GET", "DELETE"):
            answer = host.ask(method, f"/v1/shares/{others['id']}", headers=owner(ended))
            answers.add((answer.status_code, answer.text))
        assert len(answers) == 1, answers
        ((status, text),) = answers
        assert (status, json.loads(text)["detail"]) == (404, "this link has ended or never was")
        pages = [host.ask("GET", f"/s/{name}") for name in (ended["id"], expired["id"], NOWHERE, "x", "%00", "..%2f")]
        assert {(page.status_code, page.text) for page in pages[:4]} == {(404, pages[0].text)}
        assert {page.status_code for page in pages} == {404}
        assert "This link has ended or never was" in pages[0].text
        assert host.ask("POST", f"/v1/shares/{others['id']}/open").status_code == 200, "a wrong token ended nothing"


def test_the_sweep_takes_what_expired_from_the_disk_at_the_start_and_each_time(tmp_path: Path) -> None:
    with share_host(tmp_path) as host:
        first, second, kept = (taken(host, params={"hours": hours}) for hours in (1, 2, 3))
        host.clock.advance(timedelta(hours=1))
        with Sweeper(host.hosting, logging.getLogger("laurea.web"), pause=0.02):
            assert not list(host.folder.rglob(f"{first['id']}*")), "before anybody asks"
            host.clock.advance(timedelta(hours=1))
            while list(host.folder.rglob(f"{second['id']}*")):
                pass
        assert sorted(path.stem for path in (host.folder / "shares").iterdir()) == [kept["id"]] * 2
        assert "1 shares have ended" in host.log.read_text()


def test_a_sweep_that_fails_is_logged_without_a_name_and_tried_again(tmp_path: Path) -> None:
    with share_host(tmp_path) as host:
        made = taken(host)
        record = host.folder / "shares" / f"{made['id']}.json"
        kept = record.read_bytes()
        record.unlink()
        record.mkdir()
        with Sweeper(host.hosting, logging.getLogger("laurea.web"), pause=0.01):
            assert "this host cannot read or write its disk" in host.log.read_text()
        record.rmdir()
        record.write_bytes(kept)
        assert host.ask("POST", f"/v1/shares/{made['id']}/open").status_code == 200
        assert made["id"] not in host.log.read_text()


@pytest.mark.parametrize("hours", ["0", "8761", "-1", "1.5", "x", "", "1e3", "99999999999999999999"])
def test_a_life_beyond_an_hour_and_a_year_is_refused(host: ShareHost, hours: str) -> None:
    assert host.put(SEALED, params={"hours": hours}).status_code == 422


@pytest.mark.parametrize(
    ("body", "kind", "status"),
    [
        (b"", "application/octet-stream", 422),
        (CANARY.encode().ljust(4096), "application/octet-stream", 422),
        (SEALED[:-1], "application/octet-stream", 422),
        (b"\x02" + SEALED[1:], "application/octet-stream", 422),
        (SEALED, "application/json", 415),
        (SEALED, "text/html", 415),
        (b"\x01" + bytes(1 << 20), "application/octet-stream", 413),
    ],
)
def test_what_is_not_sealed_is_not_kept_and_not_repeated(host: ShareHost, body: bytes, kind: str, status: int) -> None:
    before = sorted(host.folder.rglob("*"))

    answer = host.ask("POST", "/v1/shares", content=body, headers={"Content-Type": kind})

    assert answer.status_code == status
    assert answer.headers["content-type"] == "application/problem+json"
    assert CANARY not in answer.text
    assert sorted(host.folder.rglob("*")) == before


def test_a_body_that_lies_about_its_length_or_has_none_is_bounded(host: ShareHost) -> None:
    def endless() -> Iterator[bytes]:
        for _ in range(64):
            yield bytes(64 << 10)

    answer = host.ask("POST", "/v1/shares", content=endless(), headers={"Content-Type": "application/octet-stream"})
    assert answer.status_code == 413
    for length in ("-1", "1e9", "99999999999"):
        connection = http.client.HTTPConnection(host.url.removeprefix("http://"), timeout=10)
        connection.putrequest("POST", "/v1/shares")
        connection.putheader("Content-Type", "application/octet-stream")
        connection.putheader("Content-Length", length)
        connection.endheaders()
        assert connection.getresponse().status in {400, 413}
        connection.close()


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/v1/shares", 405),
        ("GET", "/v1/shares/", 404),
        ("GET", "/", 404),
        ("GET", "/s/", 404),
        ("GET", "/static/", 404),
        ("GET", "/static/style.css", 404),
        ("GET", "/static/..%2f__init__.py", 404),
        ("GET", f"/v1/shares/{NOWHERE}", 401),
        ("DELETE", f"/v1/shares/{NOWHERE}", 401),
        ("GET", f"/v1/shares/{NOWHERE}/open", 405),
        ("PUT", f"/v1/shares/{NOWHERE}", 405),
        ("POST", "/v1/shares/..%2f..%2flock/open", 404),
        ("POST", "/v1/shares/%F0%9F%8E%93/open", 404),
        ("POST", "/v1/shares/" + "A" * 5000 + "/open", 404),
    ],
)
def test_there_is_no_list_and_no_other_way_in(host: ShareHost, method: str, path: str, status: int) -> None:
    answer = host.ask(method, path, follow_redirects=True)

    assert answer.status_code == status
    assert answer.headers["x-content-type-options"] == "nosniff"


@pytest.mark.parametrize("header", ["", "Bearer", "Basic x", TOKEN])
def test_without_a_token_nothing_is_told_or_ended(host: ShareHost, header: str) -> None:
    made = taken(host)

    for method in ("GET", "DELETE"):
        answer = host.ask(method, f"/v1/shares/{made['id']}", headers={"Authorization": header})
        assert (answer.status_code, answer.headers["www-authenticate"]) == (401, "Bearer")


def test_the_token_is_kept_as_a_hash_only(host: ShareHost) -> None:
    made = taken(host)

    record = json.loads((host.folder / "shares" / f"{made['id']}.json").read_text())
    assert set(record) == {"expires", "lastViewed", "token", "views"}
    assert made["deletionToken"] not in json.dumps(record)
    assert len(bytes.fromhex(record["token"])) == 32


def test_an_address_that_asks_too_often_waits_and_uploads_sooner(tmp_path: Path) -> None:
    with share_host(tmp_path, requests=6, uploads=2) as host:
        assert [host.put(SEALED).status_code for _ in range(3)] == [201, 201, 429]
        answers = [host.ask("GET", f"/s/{NOWHERE}") for _ in range(4)]
        assert [answer.status_code for answer in answers] == [404, 404, 404, 429]
        assert int(answers[-1].headers["retry-after"]) >= 1


def test_addresses_are_counted_by_who_owns_them() -> None:
    one_site = {site_of(address) for address in ("2001:db8::1", "2001:db8::2", "2001:db8:0:0:ffff::1")}
    others = {
        site_of(address) for address in ("2001:db8:0:1::1", "192.0.2.1", "192.0.2.2", "::ffff:192.0.2.3", "fe80::1%eth0", "testclient")
    }

    assert len(one_site) == 1
    assert len(one_site | others) == 7


def test_a_full_host_says_so_and_when_to_ask_again(tmp_path: Path) -> None:
    with share_host(tmp_path, capacity=8 << 10) as host:
        taken(host)
        answer = host.put(SEALED)
        assert (answer.status_code, answer.headers["retry-after"]) == (503, "5")
        assert "this host is full" in answer.json()["detail"]


def test_the_log_names_no_share_no_token_no_address_and_no_content(tmp_path: Path) -> None:
    with share_host(tmp_path) as host:
        made = taken(host, headers={"User-Agent": CANARY, "Referer": f"https://{CANARY}.example", "X-Forwarded-For": "203.0.113.77"})
        for method, path in (("GET", "/s/"), ("POST", "/v1/shares/"), ("GET", "/v1/shares/"), ("DELETE", "/v1/shares/")):
            end = "/open" if method == "POST" else ""
            host.ask(method, f"{path}{made['id']}{end}?{CANARY}", headers=owner(made))
            host.ask(method, f"{path}{CANARY}{end}")
    log = host.log.read_text()

    assert len(log.splitlines()) == 9
    for secret in (made["id"], made["id"][:6], made["deletionToken"], CANARY, "203.0.113.77", "127.0.0.1"):
        assert secret not in log


def test_it_says_that_it_lives_and_describes_itself(host: ShareHost) -> None:
    assert host.ask("GET", "/healthz").json() == {"status": "alive"}
    paths = host.ask("GET", "/v1/openapi.json").json()["paths"]
    assert sorted(paths) == ["/v1/shares", "/v1/shares/{id}", "/v1/shares/{id}/open"]
