"""What stands before the wallet's pages: other sites in the same browser, and other users of this machine, get nothing."""

import http.client
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from playwright.sync_api import sync_playwright

from laurea.services.verifying import Verifying
from laurea.web.wallet.guard import MAX_BODY_BYTES
from tests.web.browser import FLAGS, executable
from tests.web.wallet_world import PASSPHRASE, Served, serving_wallet, wallet_with

CANARY = "zqcanaryzq"


@pytest.fixture
def served(tmp_path: Path) -> Iterator[Served]:
    wallet_with(tmp_path / "wallet.laurea", CANARY)
    with serving_wallet(tmp_path / "wallet.laurea", tmp_path / "log") as served:
        yield served


def raw(served: Served, method: str, path: str, headers: dict[str, str]) -> tuple[int, str]:
    """Send just these headers: no client adds any of its own."""
    connection = http.client.HTTPConnection("127.0.0.1", int(served.url.rpartition(":")[2]), timeout=20)
    try:
        connection.putrequest(method, path, skip_host=True, skip_accept_encoding=True)
        for name, value in headers.items():
            connection.putheader(name, value)
        connection.endheaders()
        answer = connection.getresponse()
        return answer.status, answer.read().decode()
    finally:
        connection.close()


def host(served: Served) -> str:
    return served.url.removeprefix("http://")


@pytest.mark.parametrize(
    "name", ["evil.example", "127.0.0.1", "127.0.0.1:1", "localhost", "wallet.localhost:{port}", "127.0.0.1.evil.example:{port}", ""]
)
def test_a_name_that_was_rebound_to_this_machine_is_another(served: Served, name: str) -> None:
    port = served.url.rpartition(":")[2]

    answer = raw(served, "GET", served.service.door.place + "/start", {"Host": name.format(port=port)})

    assert answer == (421, "this service has another name\n")


def test_without_a_host_or_with_two_nothing_is_answered(served: Served) -> None:
    port = int(served.url.rpartition(":")[2])
    with socket.create_connection(("127.0.0.1", port), timeout=20) as wire:
        wire.sendall(f"GET /{served.service.door.place}/start HTTP/1.1\r\nHost: {host(served)}\r\nHost: evil.example\r\n\r\n".encode())
        assert wire.recv(100).split()[1] in (b"421", b"400")


def test_outside_the_path_that_nobody_can_guess_there_is_nothing(served: Served) -> None:
    for path in ("/", "/unlock", "/static/wallet.css", "/start?token=x", served.service.door.place):
        status, text = raw(served, "GET", path, {"Host": host(served)})
        assert status == 404
        assert "somebody on this machine" in text
        assert served.service.door.place not in text


def test_a_link_lets_one_browser_in_and_the_next_one_has_another(served: Served) -> None:
    link = served.service.door.link
    with served.client() as first, served.client(enter=False) as second:
        assert second.get("/unlock").status_code == 403
        assert second.get(link).status_code == 403
        assert first.get("/unlock").status_code == 200
        assert served.links == [served.service.door.link]
        assert served.links[0] != link
        assert first.get(link).status_code == 200  # who is in already may press "back"
    cookie = next(iter(first.cookies.jar))
    assert (cookie.name, cookie.path) == (served.service.door.cookie, f"{served.service.door.place}/")
    assert cookie.get_nonstandard_attr("SameSite") == "strict"
    assert cookie.has_nonstandard_attr("HttpOnly")


@pytest.mark.parametrize("headers", [
    {},
    {"Origin": "https://evil.example"},
    {"Origin": "null"},
    {"Origin": "http://localhost:1"},
    {"Sec-Fetch-Site": "cross-site"},
    {"Sec-Fetch-Site": "same-site"},  # another port of this machine is the same site
    {"Sec-Fetch-Site": "none"},
    {"Sec-Fetch-Site": "same-origin", "Origin": "https://evil.example"},
])  # fmt: skip
def test_what_changes_something_comes_from_a_page_of_ours(served: Served, headers: dict[str, str]) -> None:
    with served.client() as client:
        cookie = f"{served.service.door.cookie}={client.cookies[served.service.door.cookie]}"
        body = {"Content-Type": "application/x-www-form-urlencoded", "Content-Length": "0"}
        status, text = raw(
            served, "POST", f"{served.service.door.place}/unlock", {"Host": host(served), "Cookie": cookie, **body, **headers}
        )

    assert status == 403
    assert "from a page of this wallet only" in text


@pytest.mark.parametrize("site", ["cross-site", "same-site"])
def test_no_other_site_looks_at_a_page_though_the_browser_has_our_cookie(served: Served, site: str) -> None:
    with served.client(unlock=True) as client:
        assert client.get("/", headers={"Sec-Fetch-Site": site}).status_code == 403
        assert client.get("/", headers={"Sec-Fetch-Site": "none"}).status_code == 200


def test_a_form_needs_the_token_that_only_our_pages_have(served: Served) -> None:
    with served.client() as client:
        for form in ({}, {"form_token": ""}, {"form_token": "x" * 43}, {"form_token": "ä\udc80"}):
            data = {name: value.encode(errors="replace").decode() for name, value in form.items()}
            assert client.post("/unlock", data={"passphrase": PASSPHRASE, **data}).status_code == 403
        assert not served.lock.is_open
        answer = client.post("/unlock", data={"passphrase": PASSPHRASE, "form_token": served.form_token(client)})
        assert answer.status_code == 303
        assert served.lock.is_open


def test_a_body_says_how_long_it_is_and_is_not_read_when_that_is_too_much(served: Served) -> None:
    ours = {"Host": host(served), "Sec-Fetch-Site": "same-origin", "Origin": served.url}
    for length in ({}, {"Content-Length": str(MAX_BODY_BYTES + 1)}, {"Transfer-Encoding": "chunked"}):
        assert raw(served, "POST", f"{served.service.door.place}/unlock", {**ours, **length})[0] == 413
    with served.client() as client:
        data = {"form_token": served.form_token(client), "passphrase": "x" * (65 << 10)}
        assert client.post("/unlock", data=data).status_code == 413


def test_every_answer_keeps_browsers_careful(served: Served) -> None:
    with served.client() as client:
        answers = [client.get(path) for path in ("/unlock", "/", "/nothing", "/static/wallet.css")]
        answers.append(client.get(served.url))
    for answer in answers:
        policy = answer.headers["content-security-policy"]
        assert policy.startswith("default-src 'none'")
        assert "frame-ancestors 'none'" in policy
        assert "unsafe" not in policy
        assert answer.headers["referrer-policy"] == "same-origin"
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert answer.headers["cross-origin-opener-policy"] == answer.headers["cross-origin-resource-policy"] == "same-origin"
        assert answer.headers["cache-control"] == ("private, max-age=3600" if answer.url.path.endswith(".css") else "no-store")
        assert "access-control-allow-origin" not in answer.headers


HOSTILE = """<!doctype html><title>hostile</title>
<form id="f" method="post" action="{root}/unlock" target="t"><input name="passphrase" value="{passphrase}"><input name="form_token" value="x"></form>
<iframe name="t"></iframe><iframe id="i" src="{root}/"></iframe><img id="m" src="{root}/unlock">
<script>
window.found = [];
window.done = (async () => {{
  for (const options of [{{}}, {{credentials: "include"}}, {{mode: "no-cors", credentials: "include"}}, {{method: "POST", credentials: "include"}}]) {{
    try {{ const answer = await fetch("{root}/", options); found.push(answer.type + ":" + (await answer.text()).slice(0, 200)); }}
    catch (error) {{ found.push("refused"); }}
  }}
  document.getElementById("f").submit();
  await new Promise(resolve => setTimeout(resolve, 1500));
  try {{ found.push(document.getElementById("i").contentDocument.body.textContent); }} catch (error) {{ found.push("refused"); }}
  return found;
}})();
</script>"""


@contextmanager
def hostile(page: str, seen: list[str]) -> Iterator[str]:
    """Serve a page on another port of this machine, and keep the cookies that a browser sends there."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            seen.append(self.headers.get("cookie", ""))
            self.send_response(200)
            self.send_header("Content-Type", "text/html")
            self.end_headers()
            self.wfile.write(page.encode())

        def log_message(self, *_: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}"
        finally:
            server.shutdown()
            thread.join()


@pytest.mark.slow
@pytest.mark.parametrize("knows_the_path", [True, False])
def test_a_hostile_page_in_the_same_browser_gets_nothing(served: Served, knows_the_path: bool) -> None:
    root = served.root if knows_the_path else served.url
    cookies: list[str] = []
    with sync_playwright() as playwright, hostile(HOSTILE.format(root=root, passphrase=PASSPHRASE), cookies) as elsewhere:
        browser = playwright.chromium.launch(executable_path=executable(), args=FLAGS)
        context = browser.new_context()
        page = context.new_page()
        served.enter(page)
        assert CANARY in page.content()
        attacker = context.new_page()
        for url in (elsewhere, elsewhere.replace("127.0.0.1", "localhost")):
            attacker.goto(url)
            found = attacker.evaluate("window.done")
            assert CANARY not in str(found)
            assert all(each == "refused" or each.startswith("opaque:") or each == "" for each in found), found
            for frame in attacker.frames[1:]:
                assert CANARY not in frame.content()
        # Not one of our cookies went to the other port, although it is the same site.
        assert all(served.service.door.cookie not in each for each in cookies)
        page.reload()
        assert CANARY in page.content()  # and it did not lock us out either
        browser.close()


def test_nothing_of_the_wallet_is_in_the_log_or_a_url(tmp_path: Path) -> None:
    def fail() -> Verifying:
        raise RuntimeError(f"about {CANARY} and {PASSPHRASE}")

    wallet_with(tmp_path / "wallet.laurea", CANARY)
    with serving_wallet(tmp_path / "wallet.laurea", tmp_path / "log", verifying=fail) as served, served.client() as client:
        token = {"form_token": served.form_token(client)}
        client.post("/unlock", data={"passphrase": f"wrong {CANARY}", **token})
        client.post("/unlock", data={"passphrase": PASSPHRASE, **token})
        page = client.get("/")
        assert CANARY in page.text
        client.post("/", data={"words": CANARY, **token})
        links = {part.split('"')[0] for part in client.get("/").text.split('href="')[1:]}
        assert not any(CANARY in link for link in links)
        broken = client.post("/check", data=token)
        assert (broken.status_code, CANARY in broken.text, "your wallet file is as it was" in broken.text) == (500, False, True)

    log = served.log.read_text()
    assert '"fault": "RuntimeError"' in log
    assert '"route": "/check"' in log
    assert CANARY not in log
    assert PASSPHRASE not in log
    assert served.service.door.place not in log
