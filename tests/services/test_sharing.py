"""A document behind a link: sealed here, kept by a real host that cannot read it, opened with the link, ended by its owner."""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest

from laurea.core import canonical, sealed_share
from laurea.errors import FormatError, InputError, Locked, NotFound, Unreachable
from laurea.fetch.guard import PUBLIC, NotAllowed
from laurea.services import sharing
from laurea.services.holding import Holding, Portion, links
from laurea.services.holding.links import Host
from laurea.services.sharing import Share
from tests.fetch.site import Site, says
from tests.shared_examples import partial
from tests.web.share_host import ShareHost, share_host
from tests.web.wallet_world import wallet_with

DOCUMENT = canonical.encode(partial())
TOKEN = "an-upload-token-of-a-school"


@pytest.fixture(scope="module")
def host(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ShareHost]:
    with share_host(tmp_path_factory.mktemp("share")) as running:
        yield running


def test_what_was_shared_is_fetched_by_its_link_counted_and_ended(host: ShareHost) -> None:
    share = sharing.share(DOCUMENT, host.url, life=timedelta(days=7))

    assert sharing.status(share) == sharing.Status(0, None, share.expires)
    assert sharing.fetch(share.url) == DOCUMENT
    assert sharing.fetch(f" {share.url}\n") == DOCUMENT
    hour = host.clock.now.replace(minute=0, second=0, microsecond=0)
    assert sharing.status(share) == sharing.Status(2, hour, share.expires)
    assert share.expires - host.clock.now < timedelta(days=7) < share.expires - host.clock.now + timedelta(seconds=1)
    sharing.end(share)
    for ask in (lambda: sharing.fetch(share.url), lambda: sharing.status(share), lambda: sharing.end(share)):
        with pytest.raises(NotFound, match="this link has ended or never was"):
            ask()


def test_what_the_host_keeps_and_hears_has_neither_the_document_nor_the_key(host: ShareHost) -> None:
    share = sharing.share(DOCUMENT, host.url)
    sharing.fetch(share.url)

    key = share.url.partition("#k=")[2]
    kept = b"".join(path.read_bytes() for path in host.folder.rglob("*") if path.is_file())
    assert len(key) == 43
    for secret in (b"Lovelace", b"SQL for Analysts", key.encode(), share.deletion_token.encode()):
        assert secret not in kept + host.log.read_bytes()
    assert key not in repr(share)
    assert share.deletion_token not in repr(share)


def test_each_share_has_a_key_an_id_and_a_token_of_its_own(host: ShareHost) -> None:
    shares = [sharing.share(DOCUMENT, host.url + "/") for _ in range(5)]

    assert len({share.url.partition("#")[2] for share in shares}) == len({share.id for share in shares}) == 5
    assert len({share.deletion_token for share in shares}) == 5
    assert all(share.url.startswith(f"{host.url}/s/{share.id}#k=") for share in shares)


def test_a_wrong_key_and_what_was_damaged_open_nothing(host: ShareHost) -> None:
    share = sharing.share(DOCUMENT, host.url)
    link, _, key = share.url.partition("#k=")
    wrong = ("B" if key[0] == "A" else "A") + key[1:]

    with pytest.raises(Locked, match="the key in the link is wrong, or what was shared is damaged"):
        sharing.fetch(f"{link}#k={wrong}")
    path = host.folder / "shares" / f"{share.id}.sealed"
    sealed = path.read_bytes()
    path.write_bytes(sealed[:-1] + bytes([sealed[-1] ^ 1]))
    with pytest.raises(Locked):
        sharing.fetch(share.url)


def test_a_receipt_is_enough_to_end_a_share(host: ShareHost) -> None:
    share = sharing.share(DOCUMENT, host.url)
    kept = Share.of_receipt(canonical.encode(share.receipt()))

    assert kept == share
    sharing.end(kept)
    with pytest.raises(NotFound):
        sharing.fetch(share.url)


@pytest.mark.parametrize(
    "change",
    [
        {"url": 1},
        {"url": None},
        {"deletionToken": "short"},
        {"deletionToken": "A" * 42 + "\n"},
        {"expires": "soon"},
        {"url": "https://example.edu"},
    ],
)
def test_what_is_no_receipt_is_refused(change: dict[str, str]) -> None:
    receipt = {
        "url": "https://share.example/s/" + "A" * 22 + "#k=" + "A" * 43,
        "deletionToken": "A" * 43,
        "expires": "2026-11-23T12:00:00Z",
    }
    assert Share.of_receipt(json.dumps(receipt).encode()).id == "A" * 22

    with pytest.raises((FormatError, InputError)):
        Share.of_receipt(json.dumps({**receipt, **change}).encode())


ID, KEY = "A" * 22, "A" * 43


@pytest.mark.parametrize(
    ("url", "reason"),
    [
        (f"https://share.example/s/{ID}", "cut off"),
        (f"https://share.example/s/{ID}#k={KEY[:-1]}", "cut off"),
        (f"https://share.example/s/{ID}#key={KEY}", "cut off"),
        (f"https://share.example/s/{ID[:-1]}#k={KEY}", "cut off"),
        (f"https://share.example/{ID}#k={KEY}", "no link to something shared"),
        (f"http://share.example/s/{ID}#k={KEY}", "not reached by https"),
        (f"ftp://share.example/s/{ID}#k={KEY}", "not given by an https URL"),
        (f"https://user:pass@share.example/s/{ID}#k={KEY}", "not given by an https URL"),
        (f"https://share.example?x=/s/{ID}#k={KEY}", "not given by an https URL"),
        (f"https://[share/s/{ID}#k={KEY}", "not given by an https URL"),
        (f"https:///s/{ID}#k={KEY}", "not given by an https URL"),
        (f"https://share.example\n/s/{ID}#k={KEY}", "not given by an https URL"),
        ("credential.json", "no link to something shared"),
    ],
)
def test_what_is_no_link_or_not_safe_is_not_asked_for(url: str, reason: str) -> None:
    with pytest.raises(InputError, match=reason):
        sharing.fetch(url)
    assert not sharing.is_share_link(url)


def test_a_link_is_known_by_its_form() -> None:
    assert sharing.is_share_link(f"https://share.example/below/s/{ID}#k={KEY}")


def test_what_cannot_be_shared_is_refused_before_the_host_hears_of_it(host: ShareHost) -> None:
    before = host.log.read_bytes()

    for life in (timedelta(0), timedelta(minutes=59), timedelta(days=366), timedelta(minutes=90)):
        with pytest.raises(InputError, match="between 1 hour and 365 days, in whole hours"):
            sharing.share(DOCUMENT, host.url, life=life)
    with pytest.raises(InputError, match="can be shared"):
        sharing.share(bytes(1 << 20), host.url)
    assert host.log.read_bytes() == before


def test_a_life_beyond_the_limits_is_refused_by_the_host_too(host: ShareHost) -> None:
    with pytest.raises(InputError, match="between 1 hour and 365 days"):
        host.hosting.put(b"\x01" + bytes(4095), timedelta(days=366))


def test_a_host_with_an_upload_token_takes_nothing_without_it(tmp_path: Path) -> None:
    with share_host(tmp_path, upload_token=TOKEN) as host:
        for wrong in (None, TOKEN[:-1], TOKEN + "x"):
            with pytest.raises(InputError, match="takes uploads with its upload token only") as caught:
                sharing.share(DOCUMENT, host.url, upload_token=wrong)
            assert "--upload-token-file" in caught.value.hint
        share = sharing.share(DOCUMENT, host.url, upload_token=TOKEN)
        assert sharing.fetch(share.url) == DOCUMENT, "opening takes the link alone"
        assert TOKEN.encode() not in host.log.read_bytes()


def test_a_full_host_is_to_be_asked_later(tmp_path: Path) -> None:
    with share_host(tmp_path, capacity=4096) as host, pytest.raises(Unreachable, match="HTTP status 503"):
        sharing.share(DOCUMENT, host.url)


def test_a_link_that_a_wallet_cannot_keep_because_it_was_locked_meanwhile_is_ended(host: ShareHost, tmp_path: Path) -> None:
    holding = wallet_with(tmp_path / "wallet.laurea", "First Aid")
    (entry,) = holding.entries()
    at = host.clock.now.replace(microsecond=0)

    @contextmanager
    def locked() -> Iterator[Holding]:
        raise Locked("the wallet is locked")
        yield holding

    ticket = links.share(entry, Portion(), Host(host.url), life=timedelta(days=1), at=at)
    assert sharing.fetch(ticket.share.url)
    with pytest.raises(Locked):
        links.keep(locked(), ticket)
    with pytest.raises(NotFound):
        sharing.fetch(ticket.share.url)


def test_nobody_at_home_is_unreachable_and_no_end() -> None:
    with pytest.raises(Unreachable):
        sharing.fetch(f"http://127.0.0.1:9/s/{ID}#k={KEY}")


def test_a_host_that_refuses_the_document_says_so_in_words(host: ShareHost, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sealed_share, "seal", lambda *_: b"plain text")  # as a client with a fault would

    with pytest.raises(InputError, match="does not take this document"):
        sharing.share(DOCUMENT, host.url)


@pytest.mark.parametrize(
    "answer",
    [
        b"",
        b"[]",
        b"{}",
        b'{"id":"../../x","deletionToken":"","expires":"2026-11-23T12:00:00Z"}',
        f'{{"id":"{ID}","deletionToken":"{KEY}","expires":"soon"}}'.encode(),
        b'{"views":1,"lastViewed":"soon","expires":"2026-11-23T12:00:00Z"}',
    ],
)
def test_what_answers_otherwise_is_no_share_host(answer: bytes) -> None:
    class Stranger(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            self.rfile.read(int(self.headers["Content-Length"]))
            self._answer(201)

        def do_GET(self) -> None:
            self._answer(200)

        def _answer(self, status: int) -> None:
            self.send_response(status)
            self.send_header("Content-Length", str(len(answer)))
            self.end_headers()
            self.wfile.write(answer)

        def log_message(self, *_: object) -> None:
            pass

    with HTTPServer(("127.0.0.1", 0), Stranger) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        url = f"http://127.0.0.1:{server.server_port}"
        try:
            with pytest.raises(Unreachable, match="as a share host does"):
                sharing.share(DOCUMENT, url)
            receipt = {"url": f"{url}/s/{ID}#k={KEY}", "deletionToken": KEY, "expires": "2026-11-23T12:00:00Z"}
            with pytest.raises(Unreachable, match="as a share host does"):
                sharing.status(Share.of_receipt(json.dumps(receipt).encode()))
        finally:
            server.shutdown()
            thread.join()


def test_a_link_that_somebody_else_names_is_fetched_under_the_guards(host: ShareHost, site: Site) -> None:
    key, name = bytes(sealed_share.KEY_BYTES), "n" * 22
    sealed = sealed_share.seal(DOCUMENT, key, bytes(sealed_share.NONCE_BYTES))
    site.pages[f"/v1/shares/{name}/open"] = says(sealed, content_type="application/octet-stream")
    link = site.url(f"/s/{name}#k={'A' * 43}")

    assert sharing.fetch(link, site.policy()) == DOCUMENT
    for url in (link, sharing.share(DOCUMENT, host.url).url):
        with pytest.raises(NotAllowed):
            sharing.fetch(url, PUBLIC)
    assert len(site.asked) == 1
