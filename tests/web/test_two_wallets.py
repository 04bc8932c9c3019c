"""Two learners with a browser and a wallet each, one issuer, one verifier: what each can do, and what they cannot do with each other's."""

from contextlib import AbstractContextManager
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

import laurea
from laurea.core.report import CheckId, Outcome, Verdict
from laurea.services import sharing
from tests.services.issuing_world import on_sqlite
from tests.web.browser import browsing_each, require_accessible
from tests.web.conftest import Api
from tests.web.share_host import share_host
from tests.web.test_links import link
from tests.web.test_wallet_pages import CHAIN, SHOWN, answer_an_invitation, fetch_and_accept, present, trusting
from tests.web.wallet_world import Served, serving_wallet, wallet_with

pytestmark = on_sqlite


def enrol(known: Api, name: str) -> str:
    learner = {"learner": name, "name": name, "achievement": "sql", "email": f"{name.lower()}@example.org"}
    credential: str = known.post("/v1/credentials", learner)["credentials"][0]
    return credential


def share(page: Page, host: str) -> str:
    """Share the credential that the page shows, without what it took, and return the link."""
    page.get_by_role("link", name="Share by a link").click()
    page.get_by_label("Criteria (text)", exact=False).uncheck()
    page.get_by_label("Share host").fill(host)
    page.get_by_role("button", name="Make the link").click()
    expect(page.get_by_role("status").first).to_contain_text("The link works now")
    require_accessible(page)
    return page.locator("#document").input_value()


def drop_file(page: Page, path: Path) -> None:
    page.get_by_role("link", name="Add", exact=True).click()
    page.locator("input[type=file]").set_input_files(path)
    page.get_by_role("button", name="Look at it").last.click()


@pytest.mark.slow
def test_two_learners_and_a_verifier(known: Api, tmp_path: Path) -> None:
    node, trust = known.world.node, trusting(known.world, tmp_path)
    ada, grace = enrol(known, "Ada"), enrol(known, "Grace")

    def verify(shown: bytes, audience: str | None = None, challenge: str | None = None) -> laurea.Report:
        return laurea.verify(shown, chain=node.url, trust=trust.read_text(), audience=audience, challenge=challenge)

    def serving(name: str) -> AbstractContextManager[Served]:
        wallet_with(tmp_path / f"{name}.laurea")
        return serving_wallet(tmp_path / f"{name}.laurea", tmp_path / f"{name}.log", rpc={CHAIN: (node.url,)}, trust=(trust,))

    with (
        serving("ada") as ones,
        serving("grace") as others,
        share_host(tmp_path / "host") as host,
        browsing_each(ones.url, others.url, host.url) as (one, other, employer),
    ):
        for page, served, credential in ((one, ones, ada), (other, others, grace)):
            served.enter(page)
            answer_an_invitation(page, served, known, credential)
        known.world.run()
        node.mine(4)

        # The link of one is of no use to the other, and is not used up by the attempt.
        claim = link(known, ada)
        other.get_by_role("link", name="Add", exact=True).click()
        other.get_by_label("The link from the mail").fill(claim)
        other.get_by_role("button", name="Look at it").first.click()
        other.get_by_role("button", name="Fetch it").click()
        expect(other.get_by_text("the credential belongs to another wallet")).to_be_visible()
        other.get_by_role("link", name="To my credentials").click()
        for page, served, credential in ((one, ones, ada), (other, others, grace)):
            fetch_and_accept(page, served, known, credential)

        shown = [present(one), present(other)]
        assert [verify(each, *SHOWN).verdict for each in shown] == [Verdict.VALID] * 2
        late = verify(shown[0], SHOWN[0], "another")
        assert (late.verdict, late[CheckId.HOLDER].outcome) == (Verdict.INVALID, Outcome.FAILED)

        # What one has shown cannot be taken into the other's wallet, and so not be shown by it.
        (tmp_path / "shown.json").write_bytes(shown[0])
        drop_file(other, tmp_path / "shown.json")
        expect(other.get_by_text("It cannot be kept in this wallet")).to_be_visible()
        assert len(others.holding().entries()) == 1

        one.get_by_role("link", name="My wallet").click()
        one.get_by_role("link", name="SQL").first.click()
        url = share(one, host.url)
        employer.goto(url)
        expect(employer.get_by_text("SQL").first).to_be_visible()
        assert "Passed a project" not in employer.content()
        assert verify(sharing.fetch(url)).verdict is Verdict.VALID
        one.get_by_role("button", name="End this link").click()
        employer.goto("about:blank")
        employer.goto(url)
        expect(employer.get_by_text("ended", exact=False).first).to_be_visible()
