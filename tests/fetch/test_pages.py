"""A page that its reader names: fetched under the guards, as text, HTML or PDF, and as nothing else."""

import pytest

from laurea.errors import Unreachable
from laurea.fetch import pages
from laurea.fetch.guard import PUBLIC, NotAllowed
from laurea.fetch.pages import SAVE, page
from laurea.wire import BadAnswer
from tests.fetch.site import Site, says


def put(site: Site, body: bytes, status: int = 200, **headers: str) -> str:
    site.pages["/job"] = says(body, status, **headers)
    return site.url("/job")


@pytest.mark.parametrize(
    ("kind", "name"),
    [("text/html", "page.html"), ("Text/HTML; charset=utf-8", "page.html"), ("text/plain", "page.txt"), ("application/pdf", "page.pdf")],
)
def test_a_page_comes_with_a_name_that_says_what_it_is(site: Site, kind: str, name: str) -> None:
    found = page(put(site, b"words", content_type=kind), site.policy())

    assert (found.data, found.name, found.host) == (b"words", name, "localhost")
    assert site.headers[0]["User-Agent"] == "laurea"
    assert set(site.headers[0]) <= {"Host", "Accept", "Accept-Encoding", "User-Agent", "Content-Length"}


def test_text_that_came_in_another_encoding_is_in_utf_8(site: Site) -> None:
    assert page(put(site, "Größe".encode("latin-1"), content_type="text/plain; charset=ISO-8859-1"), site.policy()).data == "Größe".encode()
    assert page(put(site, b"a", content_type="text/plain; charset=nobody-knows"), site.policy()).data == b"a"


def test_what_is_neither_text_nor_pdf_is_not_taken(site: Site) -> None:
    for kind in ("application/json", "image/png", ""):
        with pytest.raises(BadAnswer, match="neither text, HTML nor PDF"):
            page(put(site, b"{}", content_type=kind), site.policy())


def test_a_redirect_is_not_followed_and_the_way_out_is_told(site: Site) -> None:
    site.pages["/login"] = says(b"words", 200)

    with pytest.raises(BadAnswer, match="redirect, which is not followed") as caught:
        page(put(site, b"", 302, location=site.url("/login")), site.policy())
    assert caught.value.hint == SAVE
    assert site.asked == ["/job"]
    with pytest.raises(BadAnswer, match="status 404"):
        page(site.url("/nothing"), site.policy())


def test_a_page_that_is_too_large_is_not_read(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pages, "MAX_BYTES", 1 << 20)

    with pytest.raises(Unreachable, match="more than 1 MiB"):
        page(put(site, b"a" * (1 << 21), content_type="text/plain"), site.policy())


def test_what_is_inside_is_not_asked(site: Site) -> None:
    for url in (site.url("/job"), "http://localhost/job", "https://user@localhost/job"):
        with pytest.raises(NotAllowed) as caught:
            page(url, PUBLIC)
        assert "/job" not in str(caught.value)
    assert site.asked == []
