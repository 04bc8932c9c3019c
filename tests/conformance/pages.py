"""The doors that are pages, in a real browser; one browser is driven at a time."""

import json
from collections.abc import Iterator
from contextlib import contextmanager

from playwright.sync_api import Page

from tests.conformance.doors import Door, Service, question
from tests.conformance.shown import Expected, Shown
from tests.conftest import ROOT
from tests.web.browser import browsing, browsing_each

FILE = (ROOT / "src/laurea/web/static/verifier.html").as_uri()
OF_NODES = ("http://127.0.0.1:", "Failed to load resource: net::ERR_")  # that are asked, and do not answer


class FilePage:
    """verifier.html in a real browser, opened from a file: what its script answers."""

    ASK = (
        "async ({document, ...given}) => laurea.verify({...given, document: Uint8Array.from(atob(document), (each) => each.charCodeAt(0))})"
    )

    def __init__(self, page: Page) -> None:
        """Take a page that has it open."""
        self._page = page

    def judge(self, shown: Shown, *rpc: str) -> Expected:
        """Call the function that the page has for programs."""
        return Expected.of(self._page.evaluate(self.ASK, question(shown, *rpc)))


@contextmanager
def file_page() -> Iterator[FilePage]:
    """Open it; what the browser says of nodes that do not answer is expected."""
    with browsing(FILE, expected=OF_NODES) as page:
        page.goto(FILE)
        yield FilePage(page)


class ServedPage:
    """The page of `laurea verifier serve` in a real browser: what it shows for people. It demands no holder but for challenges of its own."""

    def __init__(self, page: Page, http: Service) -> None:
        """Take a page of a service."""
        self._page = page
        self._http = http

    def judge(self, shown: Shown, *rpc: str) -> Expected:
        """Choose the document as a file, and read the answer; what it shows for people is what its report says."""
        self._http.set_up(shown, *rpc)
        self._page.goto("/")
        self._page.locator("#file").set_input_files({"name": "shown", "mimeType": "application/octet-stream", "buffer": shown.data})
        self._page.locator("#check button").click()
        self._page.wait_for_url("**/verify**")
        found = Expected.of(json.loads(self._page.locator("pre code").text_content() or ""))
        points = self._page.locator(".points li").evaluate_all("all => all.map(each => each.className)")
        assert points == list(found.checks.values())
        assert self._page.locator(".verdict").get_attribute("class") == f"verdict {found.verdict}"
        return found


@contextmanager
def served_page(http: Service) -> Iterator[ServedPage]:
    """Open it."""
    assert http.host is not None
    with browsing(http.host.url) as page:
        yield ServedPage(page, http)


@contextmanager
def each_page(http: Service) -> Iterator[dict[str, Door]]:
    """Open both, in browsers of their own."""
    assert http.host is not None
    with browsing_each(FILE, http.host.url, expected=OF_NODES) as (file, served):
        file.goto(FILE)
        yield {"file": FilePage(file), "served": ServedPage(served, http)}
