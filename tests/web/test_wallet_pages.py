"""The wallet in a real browser, with a real issuer and a real chain: from the first run to a presentation that a verifier accepts."""

import json
import re
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

import laurea
from laurea.core.report import Verdict
from laurea.services.issuing import achievements, enrolment, showing
from laurea.storage.issuer.directory import IssuerDirectory
from tests.anvil import ROOT
from tests.services.issuing_world import World, on_sqlite
from tests.web.browser import browsing, require_accessible, shoot
from tests.web.conftest import Api
from tests.web.test_links import enrol, link
from tests.web.wallet_world import PASSPHRASE, Served, serving_wallet, wallet_with

pytestmark = on_sqlite

CHAIN = 31337
SHOWN = ("employer.example", "7f3a-9c51")


def trusting(world: World, folder: Path) -> Path:
    """Write down whom a learner trusts: this issuer."""
    path = folder / "trust.json"
    with world.issuer() as issuer:
        path.write_text(json.dumps(showing.trust_file(issuer)))
    return path


def make_a_wallet(page: Page, served: Served) -> None:
    served.enter(page, unlock=False)
    require_accessible(page)
    page.get_by_role("link", name="Make a wallet").click()
    for passphrase in ("password1234", PASSPHRASE):
        page.get_by_label("Passphrase", exact=True).fill(passphrase)
        page.get_by_label("The same once more").fill(passphrase)
        page.keyboard.press("Enter")
        if passphrase != PASSPHRASE:
            expect(page.get_by_role("alert")).to_contain_text("too easy to guess")
            require_accessible(page)
    expect(page.locator(".words-list li")).to_have_count(12)
    words = page.locator(".words-list li").all_inner_texts()
    require_accessible(page)
    page.get_by_role("link", name="I wrote them down").click()
    expect(page.get_by_role("heading", name="Look at your paper")).to_be_visible()
    asked = [int(label.removeprefix("Word ")) for label in page.locator("form label").all_inner_texts()]
    page.locator(f"#word{asked[0]}").fill("wrong")
    for number in asked[1:]:
        page.locator(f"#word{number}").fill(words[number - 1])
    page.get_by_role("button", name="Make the wallet").click()
    expect(page.get_by_role("alert")).to_contain_text(f"Word {asked[0]} is another one")
    require_accessible(page)
    for number in asked:
        page.locator(f"#word{number}").fill(words[number - 1].upper())
    page.get_by_role("button", name="Make the wallet").click()
    expect(page.get_by_role("heading", name="Nothing here yet")).to_be_visible()
    shoot(page, "wallet-empty")


def answer_an_invitation(page: Page, served: Served, known: Api, credential: str) -> None:
    page.get_by_role("link", name="Add", exact=True).click()
    page.get_by_label("The link from the mail").fill(link(known, credential))
    page.get_by_role("button", name="Look at it").first.click()
    expect(page.get_by_text("Example University will issue you this credential:")).to_be_visible()
    assert served.holding().opened().issuer_keys == ()
    require_accessible(page)
    page.get_by_label("By a key for this issuer alone.", exact=False).check()
    page.get_by_role("button", name="Answer").click()
    expect(page.get_by_role("heading", name="They know your wallet now")).to_be_visible()
    (own,) = served.holding().opened().issuer_keys
    assert known.get(f"/v1/credentials/{credential}")["holder"] == own.key.did
    require_accessible(page)


def fetch_and_accept(page: Page, served: Served, known: Api, credential: str) -> None:
    page.get_by_role("link", name="Add", exact=True).click()
    page.get_by_label("The link from the mail").fill(link(known, credential))
    page.get_by_role("button", name="Look at it").first.click()
    page.get_by_role("button", name="Fetch it").click()
    expect(page.get_by_text("Yes: it was checked on")).to_be_visible()
    assert served.holding().entries() == ()  # looked at, and not kept
    shoot(page, "wallet-preview")
    page.get_by_role("button", name="Accept and keep it").click()
    expect(page.get_by_role("heading", name="SQL", exact=True)).to_be_visible()
    expect(page.locator("header.title .chip")).to_have_text(re.compile("Valid"))
    assert re.fullmatch(r".*/credentials/[0-9a-f]{16}", page.url)


def present(page: Page) -> bytes:
    """Present it without what it took, and return the file."""
    page.get_by_role("link", name="Present it").click()
    page.get_by_label("Criteria (text)", exact=False).uncheck()
    expect(page.get_by_role("status")).to_have_text(re.compile(r"\d of \d statements will be seen"))
    page.get_by_label("Who asks for it").fill(SHOWN[0])
    page.get_by_label("Their challenge").fill(SHOWN[1])
    page.get_by_label("What it is for").fill("a job as an analyst")
    shoot(page, "wallet-present")
    page.get_by_role("button", name="Sign and make it").click()
    with page.expect_download() as download:
        page.get_by_role("link", name="Download the file").click()
    require_accessible(page)
    data = Path(download.value.path()).read_bytes()
    assert json.loads(page.locator("#document").input_value()) == json.loads(data)
    return data


@pytest.mark.slow
def test_from_the_first_run_to_a_presentation_that_a_verifier_accepts(known: Api, tmp_path: Path) -> None:
    node, trust = known.world.node, trusting(known.world, tmp_path)
    credential = enrol(known)
    with (
        serving_wallet(tmp_path / "w.laurea", tmp_path / "wallet.log", rpc={CHAIN: (node.url,)}, trust=(trust,)) as served,
        browsing(served.url) as page,
    ):
        make_a_wallet(page, served)
        answer_an_invitation(page, served, known, credential)
        known.world.run()
        node.mine(4)
        fetch_and_accept(page, served, known, credential)
        shown = present(page)
        page.get_by_role("link", name="My wallet").click()
        page.get_by_role("button", name="Lock").click()
        expect(page.get_by_role("heading", name="Your wallet is locked")).to_be_visible()
        require_accessible(page)

    report = laurea.verify(shown, chain=node.url, trust=trust.read_text(), audience=SHOWN[0], challenge=SHOWN[1])
    assert report.verdict is Verdict.VALID, report.document()
    assert b"Passed a project" not in shown
    other = laurea.verify(shown, chain=node.url, trust=trust.read_text(), audience="another.example", challenge=SHOWN[1])
    assert other.verdict is Verdict.INVALID


def released(world: World, holder: str, roster: str) -> list[bytes]:
    """Issue the examples' achievements by a roster, and return what was released."""
    with world.issuer() as issuer:
        for path in sorted((ROOT / "examples/achievements").glob("*.json")):
            achievements.add(issuer, path.read_bytes())
        enrolment.enrol(issuer, roster.format(holder=holder, soon=datetime.now(UTC).date() + timedelta(days=12)).encode())
    assert not world.run().waiting
    world.node.mine(4)
    return [path.read_bytes() for path in sorted(IssuerDirectory(world.path).released.iterdir())]


ROSTER = (
    "learner,name,achievement,result,holder,valid_until,evidence,evidence_name\n"
    "L-1,Ada Lovelace,python-for-data,A,{holder},,https://example.edu/evidence/1,Four programs\n"
    "L-1,Ada Lovelace,sql-for-analysts,93,{holder},{soon},,\n"
    "L-1,Ada Lovelace,sql,,,,,\n"
)


@pytest.mark.slow
def test_a_shelf_of_credentials(world: World, tmp_path: Path) -> None:
    holding = wallet_with(tmp_path / "wallet.laurea")
    for data in released(world, holding.opened().key.did, ROSTER):
        holding.receive(data, at=datetime.now(UTC).replace(microsecond=0))
    trust = trusting(world, tmp_path)
    with (
        serving_wallet(tmp_path / "wallet.laurea", tmp_path / "log", rpc={CHAIN: (world.node.url,)}, trust=(trust,)) as served,
        browsing(served.url) as page,
    ):
        served.enter(page)
        expect(page.locator(".card")).to_have_count(3)
        page.get_by_role("button", name="Check all").click()
        expect(page.get_by_role("status")).to_have_text("All were checked just now.")
        expect(page.locator(".near")).to_contain_text(re.compile(r"SQL for Analysts\s+Ends in 1[23] days"))
        shoot(page, "wallet-list")
        search(page)
        page.get_by_role("link", name="Python for Data").click()
        shoot(page, "wallet-credential")
        add_to_it(page, tmp_path)
        offline_changes_nothing(page, world)
        remove(page, served)


def search(page: Page) -> None:
    for field, value, found in (
        ("Search", "PROGRÁMS", 1),
        ("Skill", "Python (computer programming)", 1),
        ("Status", "Valid, ends soon", 1),
    ):
        box = page.get_by_label(field)
        if field == "Search":
            box.fill(value)
        else:
            box.select_option(value)
        page.get_by_role("button", name="Find").click()
        expect(page.locator(".card")).to_have_count(found)
        assert "=" not in page.url  # what is looked for is in no URL
        page.get_by_role("button", name="Show all").click()
        expect(page.locator(".card")).to_have_count(3)


def add_to_it(page: Page, folder: Path) -> None:
    page.get_by_text("Add to it, in my own words").click()
    page.get_by_label("What I want to say about it").fill("I taught this later.\nTwice.")
    page.get_by_role("button", name="Save the note").click()
    expect(page.get_by_label("What I want to say about it")).to_have_value("I taught this later.\nTwice.")
    (folder / "préparé.txt").write_text("what I did")
    page.locator("input[type=file]").set_input_files(folder / "préparé.txt")
    page.get_by_role("button", name="Attach it").click()
    expect(page.locator(".files")).to_contain_text("You say this yourself: the credential names no file.")
    with page.expect_download() as download:
        page.get_by_role("link", name="préparé.txt").click()
    assert (download.value.suggested_filename, Path(download.value.path()).read_text()) == ("préparé.txt", "what I did")
    page.get_by_role("link", name="Present it").click()
    page.get_by_label("SQL for Analysts").check()
    page.get_by_label("My own note goes with it", exact=False).check()
    page.get_by_label("My evidence files are named", exact=False).check()
    page.get_by_label("Who asks for it").fill(SHOWN[0])
    page.get_by_label("Their challenge").fill(SHOWN[1])
    page.get_by_role("button", name="Sign and make it").click()
    expect(page.get_by_text("préparé.txt").first).to_be_visible()
    document = json.loads(page.locator("#document").input_value())
    assert len(document["verifiableCredential"]) == 3  # two of an issuer, and what the holder says themselves
    page.get_by_role("link", name="Back to it").click()
    page.get_by_role("button", name="Take it out").click()
    expect(page.get_by_role("status")).to_have_text("It was taken out.")


def offline_changes_nothing(page: Page, world: World) -> None:
    url = page.url
    world.node.stop()
    page.get_by_role("button", name="Check now").click()
    expect(page.get_by_role("status")).to_contain_text("What was found before still stands")
    expect(page.locator("header.title .chip")).to_have_text(re.compile("Valid"))
    expect(page.get_by_text("It could not be checked again on")).to_be_visible()
    assert page.url == url


def remove(page: Page, served: Served) -> None:
    page.get_by_role("link", name="Remove it…").click()
    require_accessible(page)
    page.get_by_role("link", name="Keep it").click()
    page.get_by_role("link", name="Remove it…").click()
    page.get_by_role("button", name="Remove it").click()
    expect(page.locator(".card")).to_have_count(2)
    assert len(served.holding().entries()) == 2
