"""Every page of the wallet, one after the other, as somebody would come to it."""

import json
from collections.abc import Iterator
from contextlib import ExitStack, chdir, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from playwright.sync_api import Page

from laurea.services.holding import Holding, cataloguing
from laurea.storage import wallet
from laurea.web.wallet.language import Languages
from tests.offers import issuer
from tests.released import release
from tests.web.conftest import Api
from tests.web.issuing_once import issuing
from tests.web.share_host import ShareHost, share_host
from tests.web.test_links import enrol, link
from tests.web.wallet_world import PASSPHRASE, Served, badge, serving_wallet

JOB = "You need:\nSQL\nCharts\n3 years of experience with people."
SQL = {"type": ["Alignment"], "targetName": "SQL", "targetUrl": "https://skills.example/sql", "targetFramework": "Example skills"}
CHARTS = {"type": ["Alignment"], "targetName": "Charts", "targetUrl": "https://skills.example/charts", "targetFramework": "Example skills"}
SOON = "%Y-%m-%dT%H:%M:%SZ"


@dataclass
class Tour:
    """A wallet with credentials of several kinds, a place without any wallet, an issuer and a share host."""

    full: Served
    none: Served
    issuer: Api
    host: ShareHost
    holder: str

    def pages(self, page: Page) -> Iterator[str]:
        """Give the name of each page while the browser shows it."""
        yield from self._first(page)
        yield from self._door(page)
        yield from self._adding(page)
        yield from self._one(page)
        yield from self._portfolio(page)
        yield from self._plans(page)
        for name in ("resume", "backup", "settings"):
            page.goto(f"{self.full.root}/{name}")
            yield name
        page.goto(f"{self.full.root}/nothing")
        yield "trouble"

    def _first(self, page: Page) -> Iterator[str]:
        page.goto(self.none.service.door.link)
        page.wait_for_url(f"{self.none.root}/welcome")
        for path, name in (("", "welcome"), ("/recover", "recover"), ("/restore", "restore"), ("/new", "new")):
            page.goto(f"{self.none.root}/welcome{path}")
            yield name
        page.locator("#passphrase").fill(PASSPHRASE)
        page.locator("#again").fill(PASSPHRASE)
        self._submit(page, "#passphrase", "**/words")
        yield "words"
        page.goto(f"{self.none.root}/welcome/check")
        yield "check_words"

    def _door(self, page: Page) -> Iterator[str]:
        page.goto(self.full.service.door.link)
        page.wait_for_url(f"{self.full.root}/unlock**")
        page.locator("#passphrase").fill("wrong")
        self._submit(page, "#passphrase", "**/unlock")
        yield "unlock"
        page.locator("#passphrase").fill(PASSPHRASE)
        self._submit(page, "#passphrase", f"{self.full.root}/")
        yield "shelf"
        page.goto(f"{self.full.root}/idle")
        yield "idle"

    def _adding(self, page: Page) -> Iterator[str]:
        page.goto(f"{self.full.root}/add")
        yield "add"
        page.locator("#text").fill(link(self.issuer, enrol(self.issuer)))
        self._submit(page, "#text", "**/add/text")
        yield "link"
        self._submit(page, "[name=key]", "**/add/answer")
        yield "invited"
        page.goto(f"{self.full.root}/add")
        page.locator("#text").fill(release([badge(9, self.holder, "Statistics")])[0].decode())
        self._submit(page, "#text", "**/add/*")
        yield "preview"
        with issuing(b"{}") as once:
            page.goto(f"{self.full.root}/add")
            page.locator("#text").fill(once)
            self._submit(page, "#text", "**/add/text")
            self._submit(page, "[name=link]", "**/add/answer")
        yield "rescued"
        code = {"code": "4711", "asked": {"length": 4, "description": "in the mail"}}
        with issuer.issuing() as others:
            page.goto(f"{self.full.root}/add")
            page.locator("#text").fill(others.make(configurations=["badge", "mdoc"], deferred=1, txCode=code).link)
            self._submit(page, "#text", "**/add/text")
            yield "offer"
            page.locator("#code").fill("4711")
            self._submit(page, "#code", "**/waiting")
        yield "waiting"

    def _one(self, page: Page) -> Iterator[str]:
        page.goto(f"{self.full.root}/")
        page.locator(".card a").last.click()
        page.wait_for_url("**/credentials/*")
        here = page.url
        for each in page.locator("summary").all():
            if not each.locator("..").get_attribute("open"):
                each.click()
        yield "credential"
        for name in ("make", "remove", "share"):
            page.goto(f"{here}/{name}")
            yield name
        page.locator("#host").fill(self.host.url)
        page.locator("#label").fill("Ms. Zimmermann")
        self._submit(page, "#host", "**/shares/*")
        yield "shared"
        page.goto(f"{self.full.root}/shares")
        yield "shares"
        page.goto(f"{here}/present")
        yield "present"
        page.locator("#audience").fill("employer.example")
        page.locator("#challenge").fill("7f3a-9c51")
        self._submit(page, "#audience", "**/presented/*")
        yield "presented"

    def _portfolio(self, page: Page) -> Iterator[str]:
        page.goto(f"{self.full.root}/audit")
        yield "audit"
        page.locator("#text").fill(JOB)
        self._submit(page, "#text", "**/audit/*")
        for each in page.locator("summary").all():
            each.click()
        yield "audited"
        page.locator("#name").fill("Junior analyst")
        self._submit(page, "#name", "**/collections/*")
        page.locator("#said").fill("I like tables.")
        self._submit(page, "#said", "**/collections/*")
        for each in page.locator("summary").all():
            each.click()
        yield "collection"
        page.goto(f"{self.full.root}/collections")
        yield "collections"

    def _plans(self, page: Page) -> Iterator[str]:
        page.goto(f"{self.full.root}/history")
        page.locator("#link").fill("https://coursera.org/verify/N6DEUQV6FRRX")
        page.locator("summary").first.click()
        page.locator("#link-title").fill("Machine learning")
        self._submit(page, "#link", "**/history")
        yield "history"
        page.goto(f"{self.full.root}/pathway")
        self._submit(page, "#goal", "**/pathway")
        yield "pathway"

    def _submit(self, page: Page, within: str, url: str) -> None:
        page.locator("form").filter(has=page.locator(within)).locator("button[type=submit]").last.click()
        page.wait_for_url(url)
        page.wait_for_load_state()


def catalogue() -> bytes:
    """Return a catalogue with one offer, which costs something and takes some hours."""
    achievement = {
        "id": "https://school.example/charts",
        "type": ["Achievement"],
        "name": "Charts that tell",
        "description": "Charts",
        "criteria": {"narrative": "An exam"},
        "assessmentMethodType": "exam",
        "volumeOfLearning": "PT25H",
        "alignment": [CHARTS],
    }
    issuer_of = {"id": "did:web:school.example", "name": "Example School"}
    offer = {
        "achievement": achievement,
        "issuer": issuer_of,
        "cost": {"amount": 200, "currency": "EUR"},
        "url": "https://school.example/charts",
    }
    return json.dumps({"laurea": "catalogue", "version": 1, "offers": [offer]}).encode()


def furnished(path: Path) -> str:
    """Make a wallet with credentials of several kinds, a note and a file; return its DID."""
    holding = Holding(path, PASSPHRASE, wallet.Kdf(memory=8 << 10, passes=1, lanes=1))
    did, at = holding.new(at=datetime(2026, 11, 1, tzinfo=UTC)), datetime(2026, 11, 25, tzinfo=UTC)
    soon = (datetime.now(UTC) + timedelta(days=12)).strftime(SOON)
    badges = [
        badge(1, did, "SQL for Analysts"),
        badge(2, did, "First Aid", validUntil=soon),
        badge(3, None, "Laboratory Safety", validUntil="2026-11-23T00:00:00Z"),
    ]
    badges[0]["credentialSubject"]["achievement"]["alignment"] = [SQL]  # type: ignore[call-overload, index, list-item]
    for data in release(badges):
        holding.receive(data, at=at)
    holding.note("1", "I taught this later.", at=at)
    holding.attach("1", "report.txt", b"what I did")
    holding.change(lambda kept: cataloguing.added(kept, catalogue(), "courses.json", at=at))
    return did


@contextmanager
def touring(issuer: Api, folder: Path, languages: Languages | None = None) -> Iterator[Tour]:
    """Give all that a tour needs, in a folder that becomes the current one, so that no page shows where it is."""
    with ExitStack() as stack:
        stack.enter_context(chdir(folder))
        did = furnished(Path("wallet.laurea"))
        host = stack.enter_context(share_host(folder / "host"))
        full = stack.enter_context(serving_wallet(Path("wallet.laurea"), folder / "log1", languages=languages))
        none = stack.enter_context(serving_wallet(Path("none.laurea"), folder / "log2", languages=languages))
        yield Tour(full, none, issuer, host, did)
