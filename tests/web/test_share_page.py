"""The page of a share in a real browser: what an employer sees first, what they are told when it does not open, and what no document can do there."""

import json
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, Route, expect

from laurea.core import canonical
from laurea.services import sharing
from laurea.web.share.words import LANGUAGES, language_of, words
from tests.shared_examples import everything, partial
from tests.web.browser import browsing, shoot
from tests.web.share_host import ShareHost, share_host

DOCUMENT = canonical.encode(partial())
HOSTILE = '<img src=x onerror="document.title=1"><script>document.title=1</script>'


@pytest.fixture(scope="module")
def host(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ShareHost]:
    with share_host(tmp_path_factory.mktemp("share")) as running:
        yield running


def shown(page: Page, host: ShareHost, document: Any) -> sharing.Share:
    """Share a document and open its page."""
    share = sharing.share(document if isinstance(document, bytes) else json.dumps(document).encode(), host.url)
    page.goto(share.url)
    return share


def fact(page: Page, name: str) -> Any:
    return page.locator(".card dl > div", has=page.locator("dt", has_text=name)).locator("dd")


@pytest.mark.slow
def test_an_employer_reads_in_a_humans_order_what_was_shown_and_takes_the_file(host: ShareHost) -> None:
    with browsing(host.url) as page:
        share = shown(page, host, DOCUMENT)
        expect(page.get_by_role("heading", level=1)).to_have_text("SQL for Analysts")
        expect(page).to_have_title("SQL for Analysts")
        shoot(page, "share")
        expect(page.locator(".holder")).to_have_text("Awarded to Ada Lovelace")
        assert page.locator(".card dt").all_inner_texts() == [
            "What they can do",
            "How it was earned",
            "Result",
            "Skills",
            "Who says so",
            "Since",
            "Until",
        ]
        expect(fact(page, "What they can do")).to_contain_text("Writes queries with joins")
        expect(fact(page, "Result")).to_have_text("Project score: 84")
        expect(fact(page, "Who says so")).to_have_text(["Example University", "did:web:example.edu"])
        expect(fact(page, "Until")).to_have_text("22 November 2029")
        expect(page.get_by_role("region", name="This page did not check it")).to_contain_text("laurea verify credential.json")
        with page.expect_download() as download:
            page.get_by_role("link", name="Download the file").click()
        assert download.value.suggested_filename == "credential.json"
        assert Path(download.value.path()).read_bytes() == DOCUMENT, "to the byte"
        assert sharing.status(share).views == 1


@pytest.mark.slow
def test_all_else_that_was_shown_is_folded_away_and_opens_by_keyboard(host: ShareHost) -> None:
    with browsing(host.url) as page:
        shown(page, host, DOCUMENT)
        expect(page.locator("#shared")).to_be_focused()
        expect(page.get_by_text("merkle-anchor-2026")).to_have_count(0)
        page.keyboard.press("Tab")
        expect(page.get_by_role("link", name="Download the file")).to_be_focused()
        page.keyboard.press("Tab")
        page.keyboard.press("Enter")
        expect(page.get_by_text("merkle-anchor-2026")).to_be_visible()
        expect(page.get_by_text("credentialSubject › achievement › criteria › narrative")).to_be_visible()
        shoot(page, "share-all")


@pytest.mark.slow
def test_the_page_speaks_the_language_of_the_browser(host: ShareHost) -> None:
    with browsing(host.url, language="es-MX") as page:
        shown(page, host, DOCUMENT)
        expect(page.locator("html")).to_have_attribute("lang", "es")
        expect(page.locator(".card dt").first).to_have_text("Lo que sabe hacer")
        expect(fact(page, "Hasta")).to_have_text("22 de noviembre de 2029")
        expect(page.locator("footer")).to_contain_text("El enlace termina el ")
        shoot(page, "share-es")
        page.goto(f"{host.url}/s/{'A' * 22}")
        expect(page.get_by_role("heading", level=1)).to_have_text("Este enlace ha terminado o nunca existió")


@pytest.mark.slow
def test_each_way_of_not_opening_has_its_plain_words(host: ShareHost) -> None:
    with browsing(host.url, expected="net::ERR_FAILED") as page:
        share = shown(page, host, DOCUMENT)
        expect(page.get_by_role("heading", level=1)).to_have_text("SQL for Analysts")
        link, _, key = share.url.partition("#k=")

        def says(url: str, title: str) -> None:
            page.goto("about:blank")
            page.goto(url)
            expect(page.get_by_role("heading", level=1)).to_have_text(title)
            expect(page).to_have_title(title)
            expect(page.get_by_role("link")).to_have_count(0)

        says(f"{link}#k={('B' if key[0] == 'A' else 'A') + key[1:]}", "The key does not fit")
        shoot(page, "share-wrong-key")
        views = sharing.status(share).views
        for fragment in ("", "#", f"#k={key[:-1]}", f"#{key}"):
            says(link + fragment, "The link is not whole")
        assert sharing.status(share).views == views, "what cannot be opened is not fetched"
        sealed = host.folder / "shares" / f"{share.id}.sealed"
        whole = sealed.read_bytes()
        sealed.write_bytes(whole[:-1] + bytes([whole[-1] ^ 1]))
        says(share.url, "The key does not fit")
        sealed.write_bytes(b"\x02" + whole[1:])
        says(share.url, "This cannot be opened")
        sealed.write_bytes(whole)
        page.route("**/open", lambda route: route.abort())
        says(share.url, "The server did not answer")
        page.unroute("**/open")
        page.route("**/open", lambda route: route.fulfill(status=429))
        says(share.url, "The server did not answer")
        page.unroute("**/open")

        def end_first(route: Route) -> None:  # between the page and its script
            sharing.end(share)
            route.continue_()

        page.route("**/open", end_first)
        says(share.url, "This link has ended or never was")
        page.unroute("**/open")
        says(share.url, "This link has ended or never was")
        shoot(page, "share-ended")


@pytest.mark.slow
def test_another_key_behind_the_same_link_is_tried_at_once(host: ShareHost) -> None:
    with browsing(host.url) as page:
        share = shown(page, host, DOCUMENT)
        page.goto("about:blank")
        page.goto(share.url.partition("#")[0])
        expect(page.get_by_role("heading", level=1)).to_have_text("The link is not whole")
        page.goto(share.url)
        expect(page.get_by_role("heading", level=1)).to_have_text("SQL for Analysts")


@pytest.mark.slow
def test_nothing_in_a_document_runs_loads_or_is_followed(host: ShareHost) -> None:
    achievement = {
        "name": HOSTILE,
        "description": "javascript:document.title=1 \u202eesrever",
        "image": {"id": f"{host.url}/canary.png"},
        "criteria": {"narrative": "[x](javascript:document.title=1) ![y](https://elsewhere.example/y.png)"},
        "alignment": [{"targetName": HOSTILE, "targetUrl": "javascript:document.title=1"}],
    }
    credential = {
        "type": ["VerifiableCredential"],
        "issuer": {"id": "javascript:document.title=1", "name": HOSTILE, "image": "https://elsewhere.example/x.png"},
        "validUntil": HOSTILE,
        "credentialSubject": {"id": HOSTILE, "achievement": achievement, "__proto__x": HOSTILE},
        HOSTILE: HOSTILE,
    }
    with browsing(host.url) as page:
        shown(page, host, credential)
        page.locator("summary").click()
        expect(page.get_by_role("heading", level=1)).to_have_text(HOSTILE)
        expect(page.get_by_text(HOSTILE, exact=True).nth(3)).to_be_visible()
        assert page.title() == HOSTILE
        assert page.locator("img, iframe, object, svg, form, main script").count() == 0
        assert [str(link.get_attribute("href"))[:5] for link in page.get_by_role("link").all()] == ["blob:"]
    assert "canary.png" not in host.log.read_text()


@pytest.mark.slow
@pytest.mark.parametrize(
    ("document", "title"),
    [
        ({"type": ["VerifiableCredential"]}, "Credential without a name"),
        (
            {"type": "VerifiableCredential", "credentialSubject": [], "issuer": 7, "validFrom": [], "validUntil": {}},
            "Credential without a name",
        ),
        ({"type": ["VerifiableCredential"], "credentialSubject": None, "issuer": None, "name": "  "}, "Credential without a name"),
        ({"a": {"b": [1, None, {}, []]}}, "Shared document"),
        ([1, 2], "Shared document"),
        ("text", "Shared document"),
        (b"\xff\xfe", "This cannot be opened"),
        (b'{"a":', "This cannot be opened"),
        (b"[" * 20_000 + b"]" * 20_000, "Shared document"),
        ({"rows": list(range(10_000))}, "Shared document"),
    ],
    ids=range(10),
)
def test_whatever_was_sealed_is_laid_out_or_said_to_be_none(host: ShareHost, document: Any, title: str) -> None:
    with browsing(host.url) as page:
        shown(page, host, document)
        expect(page.get_by_role("heading", level=1)).to_have_text(title)
        if page.locator("summary").count():
            page.locator("summary").click()
            expect(page.locator("details dd").first).to_be_attached()
            assert page.locator("details dd").count() <= 2000


@pytest.mark.slow
def test_a_presentation_of_several_shows_each_and_what_is_over_is_said(host: ShareHost) -> None:
    over = partial(valid_until="2026-11-23T00:00:00Z")
    hidden = partial(keep=lambda pointer: pointer.endswith("achievement/name"))
    later = {**partial(), "validFrom": "2999-01-01T00:00:00Z"}
    document = {"type": ["VerifiablePresentation"], "verifiableCredential": [over, partial("python-for-data", everything), hidden, later]}
    with browsing(host.url) as page:
        shown(page, host, document)
        expect(page.get_by_role("heading", level=1)).to_have_text("4 credentials")
        assert (
            page.get_by_role("heading", level=2).all_inner_texts()[:4] == ["SQL for Analysts", "Python for Data"] + ["SQL for Analysts"] * 2
        )
        expect(fact(page, "Until").first).to_have_text("23 November 2026: this is over")
        expect(fact(page, "Since").last).to_have_text("1 January 2999: not yet")
        expect(page.locator(".holder").nth(2)).to_have_text("Awarded to Not shown")
        expect(page.locator(".card").nth(2).locator("dd").first).to_have_text("Not shown")
        shoot(page, "share-several")


@pytest.mark.slow
def test_without_scripts_it_says_why_and_what_to_do(host: ShareHost) -> None:
    share = sharing.share(DOCUMENT, host.url)
    with browsing(host.url, script=False) as page:
        page.goto(share.url)
        expect(page.locator(".trouble")).to_contain_text("laurea share get LINK")
        expect(page.get_by_text("Opening")).to_be_hidden()
    assert sharing.status(share).views == 0


def test_the_page_lets_a_browser_do_nothing_else_and_keep_nothing(host: ShareHost) -> None:
    share = sharing.share(DOCUMENT, host.url, life=timedelta(hours=1))

    for path in (share.url.partition("#")[0].removeprefix(host.url), f"/s/{'A' * 22}"):
        headers = host.ask("GET", path).headers
        assert headers["content-security-policy"] == (
            "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src data:; "
            "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
        )
        assert headers["referrer-policy"] == "no-referrer"
        assert headers["cache-control"] == "no-store"
        assert headers["x-robots-tag"] == "noindex, nofollow"
        assert "set-cookie" not in headers
    assert host.ask("GET", "/static/share.mjs").headers["content-type"].startswith("text/javascript")
    assert "innerHTML" not in host.ask("GET", "/static/share.mjs").text


def test_the_languages_have_the_same_words() -> None:
    for language in LANGUAGES:
        assert set(words(language)) == set(words("en"))
        assert all(text.strip() for text in words(language).values())
        assert {name for name, text in words(language).items() if "{date}" in text} == {"runOut", "future", "expires"}


@pytest.mark.parametrize(
    ("accepted", "language"),
    [
        ("", "en"),
        ("es", "es"),
        ("es-MX,es;q=0.9,en;q=0.8", "es"),
        ("de, es;q=0.5, en;q=0.7", "en"),
        ("fr", "en"),
        ("es;q=0, en", "en"),
        ("es;q=x", "en"),
        ("ES", "es"),
        ("*", "en"),
        ("en;q=0.1,es;q=0.2", "es"),
        ("es;q=nan", "en"),
        ("x" * 100_000, "en"),
    ],
)
def test_the_language_is_the_one_that_is_wished_for_most(accepted: str, language: str) -> None:
    assert language_of(accepted) == language
