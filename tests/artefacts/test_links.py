"""What goes onto other people's pages: every field encoded, nothing that runs, nothing that is fetched."""

import base64
from html.parser import HTMLParser
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from laurea.artefacts import drawing
from laurea.artefacts.embed import snippet
from laurea.artefacts.inert import MAX_BYTES, is_inert
from laurea.artefacts.linkedin import MAX_NAME, add_to_profile
from laurea.core.summary import Summary
from laurea.errors import InputError
from tests.artefacts.samples import PNG, SUMMARY, SVG
from tests.web.browser import browsing, require_accessible

URL = "https://example.org/share/1"
HARD = 'A & B #1 + 50 % "x" = / ? 🎓 تحليل البيانات'
NOT_HTTPS = ["http://example.org", "javascript:alert(1)", "https://", "https:// example.org", "https://a@example.org", "//example.org"]


class Page(HTMLParser):
    """The tags of a page with their attributes, and its text."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.text += data


def fields(url: str) -> dict[str, str]:
    return dict(parse_qsl(urlsplit(url).query, strict_parsing=True))


def test_the_link_has_what_linkedin_asks_for() -> None:
    assert add_to_profile(SUMMARY, URL) == (
        "https://www.linkedin.com/profile/add?startTask=CERTIFICATION_NAME&name=SQL%20for%20Analysts"
        "&organizationName=Example%20University&issueYear=2026&issueMonth=11&expirationYear=2029&expirationMonth=11"
        "&certUrl=https%3A%2F%2Fexample.org%2Fshare%2F1&certId=urn%3Auuid%3A6a9f4b9e-8f5b-4d4e-9b5c-0d8c6f1b2a3d"
    )


def test_what_is_not_known_is_left_out() -> None:
    assert fields(add_to_profile(Summary.of({"id": "urn:" + "x" * 600, "name": "\x1b"}), URL, language="es")) == {
        "startTask": "CERTIFICATION_NAME",
        "name": "Credencial sin título",
        "certUrl": URL,
    }


@given(st.text())
def test_any_title_and_issuer_come_through_and_add_no_field(text: str) -> None:
    summary = Summary.of({"name": "T" + text, "issuer": {"id": "did:example:1", "name": HARD}})
    link = add_to_profile(summary, URL + "?a=b&name=c#d")

    assert link.isascii()
    assert " " not in link
    assert "+" not in link
    found = fields(link)
    assert set(found) == {"startTask", "name", "organizationName", "certUrl"}
    assert found["organizationName"] == HARD
    assert found["certUrl"] == URL + "?a=b&name=c#d"


def test_a_long_title_is_cut_with_a_mark() -> None:
    name = fields(add_to_profile(Summary.of({"name": "x" * 5_000}), URL))["name"]

    assert len(name) == MAX_NAME
    assert name.endswith("x…")


@pytest.mark.parametrize("url", [*NOT_HTTPS, "https://example.org/\n", "https://[", "https://example.org/" + "x" * 1_000])
def test_only_https_is_linked_to(url: str) -> None:
    with pytest.raises(InputError, match="is not an https address"):
        add_to_profile(SUMMARY, url)
    with pytest.raises(InputError, match="is not an https address"):
        snippet(SUMMARY, url, language="en")


def test_the_snippet_names_the_credential_and_links_to_the_verifier() -> None:
    page = Page(snippet(SUMMARY, URL, language="es"))

    assert ("a", {"href": URL, "rel": "noopener noreferrer"}) in page.tags
    assert "SQL for Analysts" in page.text
    assert "Emitido por Example University" in page.text
    assert "Comprobar la credencial «SQL for Analysts»" in page.text
    assert page.tags[0][1]["lang"] == "es"
    assert [attributes["alt"] for tag, attributes in page.tags if tag == "img"] == [""]  # the title stands beside it


@given(st.text(), st.text())
@example("</figure><script>alert(1)</script>", "<img src=x>")
@example('" onload="alert(1)', "&lt;b&gt;<b>")
def test_no_text_becomes_markup(title: str, issuer: str) -> None:
    page = Page(snippet(Summary.of({"name": title, "issuer": {"name": issuer}}), URL + "?a=1&b='2'", language="en"))

    assert [tag for tag, _ in page.tags] == ["figure", "img", "figcaption", "strong", "br", "span", "br", "a"]
    assert {name for _, attributes in page.tags for name in attributes} <= {
        "class", "lang", "style", "src", "alt", "width", "height", "dir", "href", "rel",
    }  # fmt: skip


def test_the_snippet_is_accessible_in_a_browser_and_asks_nothing_of_the_network() -> None:
    pieces = [snippet(SUMMARY, URL, language="en"), snippet(Summary.of({"name": "تحليل"}), URL + "?2", language="es")]
    with browsing("http://127.0.0.1") as page:  # which fails on any request
        page.set_content(f'<!doctype html><html lang="en"><title>Mine</title><main><h1>Mine</h1>{"".join(pieces)}</main></html>')
        require_accessible(page)
        pictures = page.locator("img").evaluate_all("found => found.map(each => each.complete && each.naturalWidth)")

    assert pictures == [drawing.SIZE] * 2


def test_a_title_from_right_to_left_says_so() -> None:
    assert '<strong dir="rtl">' in snippet(Summary.of({"name": "تحليل"}), URL, language="en")


def picture_in(snippet: str) -> str:
    return next(str(attributes["src"]) for tag, attributes in Page(snippet).tags if tag == "img")


def with_image(image: str) -> Summary:
    document: Any = {"name": "T", "credentialSubject": {"achievement": {"image": {"id": image}}}}
    return Summary.of(document)


def test_a_safe_picture_of_the_credential_is_shown_and_else_one_of_ours() -> None:
    safe = drawing.data_url(PNG, "png")

    assert picture_in(snippet(with_image(safe), URL, language="en")) == safe
    for other in ("https://example.org/p.png", drawing.data_url(SVG.replace(b"<rect", b"<script"), "svg+xml")):
        shown = picture_in(snippet(with_image(other), URL, language="en"))
        assert shown == drawing.data_url(drawing.svg("T"), "svg+xml")
        assert is_inert(shown)


def svg_url(inside: str, attributes: str = "") -> str:
    return drawing.data_url(f'<svg xmlns="http://www.w3.org/2000/svg"{attributes}>{inside}</svg>'.encode(), "svg+xml")


@pytest.mark.parametrize(
    "url",
    [
        drawing.data_url(PNG, "png"),
        drawing.data_url(SVG, "svg+xml"),
        svg_url('<path fill="url(#a)" style="fill: url(&apos;#b&apos;)"/><use href="#c"/>'),
    ],
)
def test_a_picture_that_only_looks_is_inert(url: str) -> None:
    assert is_inert(url)


@pytest.mark.parametrize(
    "url",
    [
        "",
        "https://example.org/p.png",
        "data:image/png,xx",
        "data:image/gif;base64,R0lGOD",
        "data:image/png;base64,AAA",
        drawing.data_url(PNG[:-1], "png"),
        drawing.data_url(SVG, "png"),
        drawing.data_url(b"\xff", "svg+xml"),
        svg_url("<script>alert(1)</script>"),
        svg_url("<foreignObject/>"),
        svg_url("<style>@import url(https://example.org)</style>"),
        svg_url('<a href="#x"/>'),
        svg_url('<image href="https://example.org/p.png"/>'),
        svg_url('<use xmlns:xlink="http://www.w3.org/1999/xlink" xlink:href="https://example.org#a"/>'),
        svg_url('<path fill="url(https://example.org#a)"/>'),
        svg_url('<path style="background: u&#x72;l( &quot;//example.org&quot; )"/>'),
        svg_url("", ' onload="alert(1)"'),
        svg_url('<path d="javascript:alert(1)"/>'),
        drawing.data_url(b'<?xml-stylesheet href="https://example.org"?>' + SVG.partition(b"\n")[2], "svg+xml"),
        "data:image/png;base64," + base64.b64encode(bytes(MAX_BYTES + 100)).decode(),
    ],
)
def test_a_picture_that_could_run_or_fetch_something_is_not(url: str) -> None:
    assert not is_inert(url)
