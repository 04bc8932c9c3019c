"""The wallet's pages in the languages that there are, and ready for those to come: nothing untranslated, also from right to left."""

import ast
import io
import re
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from gettext import NullTranslations
from importlib.resources import files
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po
from playwright.sync_api import Page, ViewportSize

from laurea.web.wallet.language import CODES, COOKIE, Language, Languages
from laurea.web.wallet.messages import ERRORS
from tests.anvil import ROOT
from tests.services.issuing_world import on_sqlite
from tests.web.browser import browsing, shoot
from tests.web.conftest import Api
from tests.web.wallet_tour import touring

SOURCE = ROOT / "src/laurea"
PLACES = re.compile(r"%\((\w+)\)s|\{(\w+)\}")
PARTS = {"base", "parts", "passphrases", "choose", "start"}  # templates that are a part of others, or gone at once
NARROW = ViewportSize(width=320, height=640)
WIDE = ViewportSize(width=1100, height=800)
# What stands on a page and is no message: names and numbers of people's own, marked so for translators of browsers, too.
UNTRANSLATED = """() => {
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  const found = [];
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    const text = node.textContent.trim();
    if (!text || node.parentElement.closest("[translate=no], script, textarea")) continue;
    found.push(text);
  }
  for (const each of document.querySelectorAll("[alt], [aria-label], [title], [data-done], [data-counts]")) {
    if (each.closest("[translate=no]")) continue;
    for (const name of ["alt", "aria-label", "title", "data-done", "data-counts"]) if (each.getAttribute(name)) found.push(each.getAttribute(name));
  }
  return found;
}"""


class Pseudo(NullTranslations):
    """Says every message longer and between brackets, in a language that is written from right to left."""

    def __init__(self, direction: str) -> None:
        super().__init__()
        self._direction = direction

    def gettext(self, message: str) -> str:
        return f"⟦{message}~~~⟧"

    def ngettext(self, msgid1: str, msgid2: str, n: int) -> str:  # noqa: ARG002 - it has but one form
        return f"⟦{msgid2}~~~⟧"

    def pgettext(self, context: str, message: str) -> str:
        return self._direction if context.startswith("direction") else f"⟦{message}⟧" if context.startswith("date") else message


def catalogue(code: str) -> Catalog:
    return read_po(io.BytesIO(files("laurea.web.wallet").joinpath(f"locale/{code}/LC_MESSAGES/wallet.po").read_bytes()), locale=code)


def test_the_catalogues_are_current_and_compiled() -> None:
    script = [sys.executable, str(ROOT / "scripts/catalogues.py"), "--check"]
    done = subprocess.run(script, capture_output=True, text=True, timeout=120, check=False)

    assert (done.returncode, done.stdout) == (0, "")


@pytest.mark.parametrize("code", CODES)
def test_every_message_is_translated_with_all_its_values(code: str) -> None:
    for message in catalogue(code):
        if not message.id:
            continue
        said = message.string if isinstance(message.string, tuple) else (message.string,)
        asked = message.id if isinstance(message.id, tuple) else (message.id,)
        assert all(said), message.id
        assert len(said) == len(asked)
        for text in said:
            assert set(PLACES.findall(str(text))) == set(PLACES.findall(str(asked[-1]))), message.id
        assert not message.fuzzy


def test_a_message_that_ends_like_a_sentence_does_so_in_every_language() -> None:
    for message in catalogue("es"):
        if message.id and isinstance(message.id, str) and isinstance(message.string, str) and len(message.id) > 3:
            assert (message.id[-1] in ".:…") == (message.string[-1] in ".:…"), message.id


def strings(path: Path) -> Iterator[str]:
    """Give the texts that stand in a module, with {} for what is put into them."""
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.value
        if isinstance(node, ast.JoinedStr):
            yield "".join(str(part.value) if isinstance(part, ast.Constant) else "{}" for part in node.values)


def test_the_errors_that_have_translations_are_those_that_are_raised() -> None:
    said = {text for path in SOURCE.rglob("*.py") if path.name != "messages.py" for text in strings(path)}

    assert [message for message in ERRORS if message not in said and re.sub("PNG|SVG|PDF", "{}", message) not in said] == []


@pytest.mark.parametrize(("cookie", "accepted", "code"), [
    (None, "", "en"), (None, "es", "es"), (None, "es-MX,es;q=0.9,en;q=0.8", "es"), (None, "de, en;q=0.5, es;q=0.4", "en"),
    (None, "de, es;q=0.4", "es"), (None, "es;q=0, de", "en"), (None, "es;q=x, *", "en"), ("en", "es", "en"), ("es", "en", "es"), ("xx", "es", "es"),
    (None, "," * 10_000 + "es", "en"),
])  # fmt: skip
def test_a_language_is_chosen_by_the_page_and_else_by_the_browser(cookie: str | None, accepted: str, code: str) -> None:
    assert Languages.of_package().chosen(cookie, accepted).code == code


def test_dates_and_numbers_are_written_as_the_language_does(monkeypatch: pytest.MonkeyPatch) -> None:
    english, spanish = Languages.of_package()
    day = datetime(2026, 3, 5, 9, 7, tzinfo=UTC).astimezone()

    assert english.date(day) == f"March {day.day}, 2026"
    assert spanish.date(day) == f"{day.day} de marzo de 2026"
    assert spanish.moment(day) == f"{day.day} de marzo de 2026 a las {day:%H:%M}"
    assert (english.number(1_234_567), spanish.number(1_234_567)) == ("1,234,567", "1.234.567")
    assert (english.direction, spanish.direction) == ("ltr", "ltr")
    assert english.counted("%(num)s day", "%(num)s days", 1) == "1 day"
    assert spanish.counted("%(num)s day", "%(num)s days", 1_000) == "1.000 días"


def outside(text: str) -> str:
    """Return what of a text is in no message: brackets may stand within brackets."""
    while (less := re.sub(r"⟦[^⟦⟧]*⟧", "", text)) != text:
        text = less
    return text.strip(" ·.,:?")


def fits(page: Page) -> bool:
    """Tell whether a page needs no scrolling to the side."""
    return bool(page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth"))


@on_sqlite
@pytest.mark.slow
@pytest.mark.parametrize("direction", ["ltr", "rtl"])
def test_no_page_says_anything_that_cannot_be_translated(known: Api, tmp_path: Path, direction: str) -> None:
    seen = set()
    languages = Languages([Language({"ltr": "eo", "rtl": "ar"}[direction], Pseudo(direction))])
    with touring(known, tmp_path, languages) as tour, browsing("http://127.0.0.1:") as page:
        for name in tour.pages(page):
            seen.add(name)
            bare = [text for text in page.evaluate(UNTRANSLATED) if outside(text)]
            assert bare == [], name
            assert page.evaluate("getComputedStyle(document.body).direction") == direction
            page.set_viewport_size(NARROW)
            assert fits(page), name
            page.set_viewport_size(WIDE)
            shoot(page, f"wallet-{name}-rtl" if direction == "rtl" and name in ("shelf", "credential", "present") else "")

    templates = {path.name.removesuffix(".html") for path in (Path(str(files("laurea.web.wallet"))) / "templates").iterdir()}
    assert seen == templates - PARTS


@on_sqlite
@pytest.mark.slow
@pytest.mark.parametrize("code", CODES)
def test_every_page_can_be_used_by_everybody(known: Api, tmp_path: Path, code: str) -> None:
    with touring(known, tmp_path) as tour, browsing("http://127.0.0.1:") as page:
        page.context.add_cookies([{"name": COOKIE, "value": code, "url": tour.full.url}])
        for name in tour.pages(page):
            assert page.evaluate("document.documentElement.lang") == code
            page.set_viewport_size(NARROW)
            assert fits(page), name
            page.set_viewport_size(WIDE)
            page.emulate_media(color_scheme="dark")
            shoot(page, f"wallet-{name}-dark" if code == "en" and name == "shelf" else "")
            page.emulate_media(color_scheme="light")
            shoot(page, f"wallet-{name}-{code}")


@on_sqlite
@pytest.mark.slow
def test_a_language_that_was_chosen_stays(known: Api, tmp_path: Path) -> None:
    with touring(known, tmp_path) as tour, browsing("http://127.0.0.1:") as page:
        tour.full.enter(page)
        page.get_by_role("button", name="Español").click()
        page.get_by_role("heading", name="Mis credenciales").wait_for()
        page.get_by_role("button", name="Bloquear").click()
        page.get_by_role("heading", name="Tu cartera está bloqueada").wait_for()
