"""What is fetched, and what is not for anybody: attacks 24, 25 and 26 of RELIABILITY.md."""

import gzip
import socket
import threading
import time
from http.server import BaseHTTPRequestHandler
from pathlib import Path

import httpcore
import pytest

from laurea import wire
from laurea.errors import Unreachable
from laurea.fetch.addresses import is_public
from laurea.fetch.guard import MAX_ADDRESSES, MAX_BYTES, PUBLIC, FetchPolicy, NotAllowed, fetch, guarded
from laurea.wire import BadStatus
from tests.fetch.site import LOOPBACK, Site, certificate, says

PAGE = b'{"a": 1}'
INSIDE = [
    "127.0.0.1",
    "127.8.9.10",
    "0.0.0.0",
    "10.0.0.1",
    "172.16.0.1",
    "172.31.255.255",
    "192.168.1.1",
    "169.254.169.254",
    "100.64.0.1",
    "100.100.100.200",
    "168.63.129.16",
    "192.0.0.192",
    "192.0.2.1",
    "192.88.99.1",
    "198.18.0.1",
    "198.51.100.1",
    "203.0.113.1",
    "224.0.0.1",
    "239.255.255.250",
    "240.0.0.1",
    "255.255.255.255",
    "::",
    "::1",
    "::7f00:1",
    "::ffff:127.0.0.1",
    "::ffff:10.0.0.1",
    "::ffff:169.254.169.254",
    "64:ff9b::7f00:1",
    "64:ff9b::a9fe:a9fe",
    "64:ff9b:1::5db8:d822",
    "2002:7f00:1::",
    "2002:a00:1::1",
    "2001:0:5db8:d822::1",
    "2001:db8::1",
    "3fff::1",
    "100::1",
    "fc00::1",
    "fd00:ec2::254",
    "fe80::1",
    "fe80::1%1",
    "fec0::1",
    "ff02::1",
    "4000::1",
    "not an address",
    "",
]
OUTSIDE = [
    "93.184.216.34",
    "1.1.1.1",
    "223.255.255.254",
    "2606:2800:220:1::1",
    "::ffff:93.184.216.34",
    "64:ff9b::5db8:d822",
    "2002:5db8:d822::1",
]


def leading_to(*addresses: str) -> FetchPolicy:
    return FetchPolicy(resolve=lambda _, __: addresses)


def fetched(site: Site, body: bytes, status: int = 200, **headers: str) -> bytes:
    """What is fetched of a site that answers so."""
    site.pages["/list"] = says(body, status, **headers)
    return fetch(site.url("/list"), site.policy())


# What is fetched


def test_a_page_of_a_host_that_may_be_inside_is_fetched_under_its_name(site: Site) -> None:
    site.pages["/list?a=b"] = PAGE

    assert fetch(site.url("/list?a=b", "issuer.example"), site.policy("issuer.example")) == PAGE
    assert site.named == ["issuer.example"], "the certificate is asked for by the name, not by the address"
    assert site.headers[0]["Host"] == f"issuer.example:{site.port}"
    assert {name.lower() for name in site.headers[0]} == {
        "host",
        "accept",
        "accept-encoding",
        "content-length",
    }, "nothing tells who asks"


@pytest.mark.parametrize(
    "kind", ["application/json", "application/vc", "application/did+ld+json; charset=utf-8", "APPLICATION/LD+JSON", "text/plain", ""]
)
def test_json_is_taken_by_whatever_it_is_called(site: Site, kind: str) -> None:
    assert fetched(site, PAGE, content_type=kind) == PAGE


@pytest.mark.parametrize("kind", ["text/html", "image/svg+xml", "application/octet-stream", "application/xml", "json"])
def test_another_kind_of_document_is_not_taken(site: Site, kind: str) -> None:
    with pytest.raises(Unreachable, match=f"^localhost:{site.port} answered with another kind of document than JSON$"):
        fetched(site, PAGE, content_type=kind)


def test_gzip_is_taken_though_it_was_not_asked_for(site: Site) -> None:
    assert fetched(site, gzip.compress(PAGE, mtime=0), content_encoding="gzip") == PAGE
    assert site.headers[0]["Accept-Encoding"] == "identity"


@pytest.mark.parametrize("coding", ["br", "deflate", "gzip, gzip"])
def test_another_encoding_is_not_taken(site: Site, coding: str) -> None:
    with pytest.raises(Unreachable, match="in an encoding that was not asked for"):
        fetched(site, gzip.compress(PAGE, mtime=0), content_encoding=coding)


@pytest.mark.parametrize("body", [PAGE, gzip.compress(PAGE, mtime=0)[:-4], gzip.compress(PAGE, mtime=0) + b"more", b""])
def test_what_does_not_inflate_is_not_taken(site: Site, body: bytes) -> None:
    with pytest.raises(Unreachable, match="does not inflate"):
        fetched(site, body, content_encoding="gzip")


# Size and time


def test_a_body_of_a_mebibyte_is_taken_and_not_a_byte_more(site: Site) -> None:
    assert len(fetched(site, b" " * MAX_BYTES)) == MAX_BYTES
    for body, coding in ((b" " * (MAX_BYTES + 1), "identity"), (gzip.compress(b" " * (MAX_BYTES + 1)), "gzip")):
        with pytest.raises(Unreachable, match="answered with more than 1 MiB"):
            fetched(site, body, content_encoding=coding)


def test_a_body_without_end_is_left_when_it_is_too_long(site: Site) -> None:
    def endless(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(200)
        handler.end_headers()
        while not site.stop.is_set():
            try:
                handler.wfile.write(b" " * (64 << 10))
            except OSError:
                return

    site.pages["/list"] = endless
    with pytest.raises(Unreachable, match="more than 1 MiB"):
        fetch(site.url("/list"), site.policy())


def test_a_host_that_sends_a_byte_now_and_then_costs_no_more_than_the_deadline(site: Site) -> None:
    def drip(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(200)
        handler.end_headers()
        while not site.stop.wait(0.05):
            try:
                handler.wfile.write(b" ")
                handler.wfile.flush()
            except OSError:
                return

    site.pages["/list"] = drip
    began = time.monotonic()

    with pytest.raises(Unreachable, match=r"did not answer within 0\.3 s"):
        guarded(site.url("/list"), site.policy(), seconds=0.3).exchange("GET")

    assert time.monotonic() - began < 1.5


def test_a_name_that_takes_long_to_resolve_costs_no_more_than_the_deadline() -> None:
    asleep = threading.Event()

    def never(_: str, __: int) -> list[str]:
        asleep.wait(60)
        return []

    began = time.monotonic()
    with pytest.raises(Unreachable, match=r"did not answer within 0\.2 s"):
        guarded("https://slow.example/", FetchPolicy(resolve=never), seconds=0.2).exchange("GET")
    asleep.set()

    assert time.monotonic() - began < 1.5


# Where to: attack 24


@pytest.mark.parametrize(
    "url",
    [
        "http://lists.example/1",
        "ftp://lists.example/1",
        "file:///etc/passwd",
        "HTTPS://lists.example/1",
        "//lists.example/1",
        "lists.example/1",
        "",
        "https://",
        "https:///etc/passwd",
        "https://lists.example/a b",
        "https://lists.example\\@inside/",
        "https://lists.example/\r\nX: y",
        "https://lists.example/é",
        "https://lists.example:99999/",
        "https://lists.example:x/",
        "https://[::1/",
        "https://lists.example/" + "a" * 2000,
        f"https://{'a' * 254}/",
    ],
)
def test_what_is_no_https_url_is_not_asked(url: str) -> None:
    with pytest.raises(NotAllowed, match=r"^what a document names is not an https URL$"):
        fetch(url, leading_to("1.1.1.1"))


@pytest.mark.parametrize("url", ["https://user@lists.example/", "https://user:word@lists.example/", "https://@lists.example/"])
def test_a_user_is_not_told_to_anybody(url: str) -> None:
    with pytest.raises(NotAllowed, match=r"^lists\.example is named with a user, which is not fetched$"):
        fetch(url, leading_to("1.1.1.1"))


@pytest.mark.parametrize("port", [0, 22, 80, 6379, 8443])
def test_another_port_is_not_asked_unless_the_verifier_allows_it(port: int) -> None:
    with pytest.raises(NotAllowed, match=f"is named with port {port}"):
        fetch(f"https://lists.example:{port}/", leading_to("1.1.1.1"))


@pytest.mark.parametrize("address", INSIDE)
def test_an_address_that_is_not_public_is_not_asked(address: str) -> None:
    assert not is_public(address)
    with pytest.raises(NotAllowed, match=r"^lists\.example has no public address, and is not fetched from$"):
        fetch("https://lists.example/1", leading_to(address))


@pytest.mark.parametrize("address", INSIDE)
def test_nor_is_it_asked_beside_a_public_one(address: str) -> None:
    for addresses in (("1.1.1.1", address), (address, "1.1.1.1"), (*(["1.1.1.1"] * MAX_ADDRESSES), address)):
        with pytest.raises(NotAllowed):
            fetch("https://lists.example/1", leading_to(*addresses))


@pytest.mark.parametrize("address", OUTSIDE)
def test_a_public_address_is_one(address: str) -> None:
    assert is_public(address)


@pytest.mark.parametrize(
    "host", ["127.0.0.1", "localhost", "LOCALHOST", "2130706433", "0x7f000001", "127.1", "0177.0.0.1", "[::1]", "[::ffff:7f00:1]"]
)
def test_this_machine_is_not_asked_however_it_is_written(host: str) -> None:
    with pytest.raises(Unreachable, match=r"has no public address|cannot be reached"):
        fetch(f"https://{host}/")


def test_a_host_that_may_be_inside_says_nothing_about_others(site: Site) -> None:
    site.pages["/"] = PAGE

    assert fetch(site.url("/", "lists.example"), site.policy("lists.example")) == PAGE
    for host in ("other.example", "lists.example.other.example", "a.lists.example"):
        with pytest.raises(NotAllowed, match="has no public address"):
            fetch(site.url("/", host), site.policy("lists.example"))
    assert len(site.asked) == 1


def test_a_host_without_an_address_cannot_be_reached() -> None:
    def unknown(_: str, __: int) -> list[str]:
        raise socket.gaierror

    for policy in (leading_to(), FetchPolicy(resolve=unknown)):
        with pytest.raises(Unreachable, match=r"^lists\.example cannot be reached$"):
            fetch("https://lists.example/secret", policy)


# Rebinding: attack 25


def test_a_name_is_resolved_once_and_the_address_that_was_checked_is_asked(site: Site) -> None:
    site.pages["/"] = PAGE
    answers = [[LOOPBACK], ["192.0.2.1"], ["192.0.2.1"]]

    def changing(_: str, __: int) -> list[str]:
        return answers.pop(0)

    assert fetch(site.url("/", "lists.example"), site.policy("lists.example", resolve=changing)) == PAGE
    assert len(answers) == 2


def test_a_public_name_that_leads_inside_a_moment_later_is_not_asked_there(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    # The first answer is checked, the second one would lead here: whoever resolves again to connect is caught by it.
    answers = [["1.1.1.1"], [LOOPBACK], [LOOPBACK]]
    connected: list[tuple[str, int]] = []

    def changing(_: str, __: int) -> list[str]:
        return answers.pop(0)

    def connect(_: httpcore.SyncBackend, host: str, port: int, *__: object) -> httpcore.NetworkStream:
        connected.append((host, port))
        raise httpcore.ConnectError  # nothing leaves this machine

    monkeypatch.setattr(httpcore.SyncBackend, "connect_tcp", connect)
    with pytest.raises(Unreachable, match="cannot be reached"):
        fetch(site.url("/", "other.example"), FetchPolicy(ports=frozenset({site.port}), resolve=changing))
    assert connected == [("1.1.1.1", site.port)]
    assert (len(answers), site.asked) == (2, [])


def test_a_redirect_is_not_followed(site: Site) -> None:
    site.pages["/inside"] = PAGE
    for status in (301, 302, 303, 307, 308):
        with pytest.raises(Unreachable, match=f"^localhost:{site.port} answered with a redirect, which is not followed$"):
            fetched(site, b"", status=status, location=site.url("/inside"))

    assert set(site.asked) == {"/list"}


@pytest.mark.parametrize("status", [404, 410, 500, 204])
def test_what_is_not_there_is_told_by_its_status(site: Site, status: int) -> None:
    with pytest.raises(BadStatus, match=f"^localhost:{site.port} answered with HTTP status {status}$") as caught:
        fetched(site, b"", status=status)

    assert caught.value.status == status


# The name is proved


def test_a_certificate_for_another_name_is_not_trusted(site: Site) -> None:
    with pytest.raises(Unreachable, match="shows a certificate that is not trusted"):
        fetch(site.url("/", "unnamed.example"), site.policy("unnamed.example"))
    assert site.asked == []


def test_a_certificate_of_an_unknown_authority_is_not_trusted(tmp_path: Path) -> None:
    wire._trust.cache_clear()
    with Site(certificate(tmp_path), {"/": PAGE}) as site:
        with pytest.raises(Unreachable, match="shows a certificate that is not trusted"):
            fetch(site.url("/"), site.policy())
        assert site.asked == []


# What else is asked under the guards


def test_more_can_be_asked_under_the_same_guards(site: Site) -> None:
    site.pages["/open"] = says(b"sealed", content_type="application/octet-stream")

    assert guarded(site.url("/open"), site.policy()).ask("POST") == b"sealed"
    with pytest.raises(NotAllowed):
        guarded("http://localhost/open", PUBLIC)
    with pytest.raises(NotAllowed):
        guarded("https://localhost/open", PUBLIC).ask("POST")


def test_another_address_of_a_host_is_tried_when_one_does_not_answer(site: Site) -> None:
    site.pages["/"] = PAGE

    assert fetch(site.url("/"), site.policy(resolve=lambda _, __: ["127.0.0.2", LOOPBACK])) == PAGE
    with pytest.raises(Unreachable, match="cannot be reached"):
        fetch(site.url("/"), site.policy(resolve=lambda _, __: [*(["127.0.0.2"] * MAX_ADDRESSES), LOOPBACK]))
