"""The operator's pages in a real browser: a registrar's evening, by mouse and by keyboard, and what nobody else may do."""

import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest
from playwright.sync_api import Page, expect

from laurea.config import ChainSettings, ServiceSettings, Settings, StatusSettings
from laurea.services.issuing.run_record import RunRecord
from laurea.storage.issuer.tables import Access
from tests.anvil import ROOT
from tests.services.issuing_world import World, on_sqlite
from tests.web.browser import browsing, shoot
from tests.web.conftest import MANY, Api, serving

pytestmark = on_sqlite

ROSTER = "Matriculation number,First name,Last name,Grade\n2026-001,Ada,Lovelace,1\n2026-002,Grace,Hopper,\n2026-003,Katherine,Johnson,\n"


def explored(url: str) -> Settings:
    """Return the settings of a service that names an explorer, and asks learners for their wallets."""
    chains = {31337: ChainSettings(rpc=("http://127.0.0.1:1",), explorer="https://explorer.example/tx/{tx}")}
    service = ServiceSettings(url=url, requests_a_minute=MANY, invitation_days=0)
    return Settings(service=service, chains=chains, status=StatusSettings(purposes=("suspension",)))


@pytest.mark.slow
def test_a_registrars_evening(world: World, tmp_path: Path) -> None:
    (tmp_path / "course.csv").write_text(ROSTER)
    with serving(world, tmp_path, settings=explored) as api, browsing(api.url) as page:
        enter(page, api)
        add_an_achievement(page)
        import_a_roster(page, tmp_path / "course.csv")
        page.get_by_role("link", name="Overview").click()
        expect(page.locator(".card").first).to_contain_text("3 credentials due")
        with world.issuer() as issuer:
            record = RunRecord(issuer)
            world.run()
            record.end(0)
        look_at_the_batch(page, world)
        link = make_a_link_and_revoke(page, api)
        read_the_audit_log(page)
        page.get_by_role("button", name="Sign out").click()
        page.goto("/")
        expect(page).to_have_url(f"{api.url}/sign-in?to=%2F")
        page.goto(link)  # of what was revoked meanwhile
        expect(page.get_by_text("the credential was taken back", exact=False)).to_be_visible()


def enter(page: Page, api: Api) -> None:
    page.goto("/batches")
    shoot(page, "sign-in")
    page.get_by_label("Access key").fill("laurea_wrong")
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("alert")).to_contain_text("unknown, or has ended")
    page.get_by_label("Access key").fill(api.keys[Access.REGISTRAR])
    page.get_by_role("button", name="Sign in").click()
    expect(page).to_have_url(f"{api.url}/batches")


def add_an_achievement(page: Page) -> None:
    page.get_by_role("link", name="Achievements").click()
    page.get_by_label("An Open Badges 3.0 Achievement").set_input_files(ROOT / "examples/achievements/sql-for-analysts.json")
    page.get_by_role("button", name="Add").click()
    expect(page.get_by_role("heading", name="As a learner will see it")).to_be_visible()
    expect(page.get_by_text("1 of the elements that every micro-credential is to have are missing")).to_be_visible()
    expect(page.get_by_role("row", name="Country or region of the issuer")).to_contain_text("laurea issuer country CODE")
    shoot(page, "achievement")
    page.get_by_role("link", name="Achievements").click()
    shoot(page, "achievements")


def import_a_roster(page: Page, roster: Path) -> None:
    page.get_by_role("link", name="Import").click()
    shoot(page, "import")
    page.get_by_label("File").set_input_files(roster)
    page.get_by_role("button", name="Upload and review").click()
    expect(page.get_by_label("learner: column of the roster")).to_have_value("Matriculation number")
    expect(page.get_by_label("name: joined with the column")).to_have_value("Last name")
    page.get_by_label("achievement: the same for all rows").select_option("sql")
    page.get_by_role("button", name="Use this mapping").click()
    expect(page.get_by_text("1 problem", exact=True)).to_be_visible()
    shoot(page, "roster-problems")
    with page.expect_download() as download:
        page.get_by_role("link", name="errors.csv").click()
    assert Path(download.value.path()).read_text().splitlines()[1].startswith("2,Grade (result),1,")
    page.get_by_label("result: column of the roster").select_option("")
    page.get_by_role("button", name="Use this mapping").click()
    expect(page.get_by_text("3 new, 0 corrected, 0 replaced, 0 unchanged.")).to_be_visible()
    shoot(page, "roster")
    page.get_by_role("button", name="Import 3 rows").click()
    expect(page.get_by_role("heading", name="Imported")).to_be_visible()
    shoot(page, "imported")


def look_at_the_batch(page: Page, world: World) -> None:
    page.reload()
    expect(page.get_by_text("Nothing stands in the way of the next run.")).to_be_visible()
    shoot(page, "overview")
    page.get_by_role("link", name="1", exact=True).click()
    expect(page.get_by_role("heading", name="Batch 1")).to_be_visible()
    transaction = f"0x{(world.batch().mined_hash or b'').hex()}"
    assert page.get_by_role("link", name=transaction).get_attribute("href") == f"https://explorer.example/tx/{transaction}"
    shoot(page, "batch")


def make_a_link_and_revoke(page: Page, api: Api) -> str:
    """Return the link."""
    page.get_by_role("row", name=re.compile("2026-002")).get_by_role("link").last.click()
    expect(page.get_by_text("Grace Hopper").first).to_be_visible()
    page.get_by_role("button", name="Make a new link").click()
    expect(page.get_by_text(f"{api.url}/claims/")).to_be_visible()
    link = page.locator(".well code").inner_text()
    page.get_by_role("link", name="Credentials").click()
    shoot(page, "credentials")
    page.get_by_label("Learner, as the roster has it").fill("2026-002")
    page.get_by_role("button", name="Find").click()
    assert "2026-002" not in page.url
    page.get_by_role("row", name=re.compile("2026-002")).get_by_role("link").last.click()
    page.get_by_role("button", name="Suspend").click()
    expect(page.get_by_text("yes; the status list says so after the next run")).to_be_visible()
    shoot(page, "credential")
    page.get_by_role("button", name="End the suspension").click()
    expect(page.get_by_text("not any more; the status list says so after the next run")).to_be_visible()
    page.get_by_label("Reason").select_option("error")
    page.get_by_role("button", name="Revoke").click()
    expect(page.get_by_text("to be revoked by the next run (error)")).to_be_visible()
    return link


def read_the_audit_log(page: Page) -> None:
    page.get_by_role("link", name="Audit").click()
    expect(page.get_by_text("Every entry follows from the one before it.")).to_be_visible()
    expect(page.get_by_role("cell", name="credential.revoke")).to_be_visible()
    shoot(page, "audit")


@pytest.mark.slow
def test_a_learner_opens_a_link(known: Api) -> None:
    credential = known.post("/v1/credentials", {"learner": "L-1", "name": "Ada", "achievement": "sql"})["credentials"][0]
    holder = "did:key:z6MkhaXgBZDvotDkL5257faiztiGiC2QtKLGpbnnEGta2doK"
    with browsing(known.url) as page:
        page.goto(known.post(f"/v1/credentials/{credential}/link", None)["url"])
        shoot(page, "invitation")
        bound = {"learner": "L-1", "name": "Ada", "achievement": "sql", "holder": holder}
        assert known.ask("PUT", f"/v1/credentials/{credential}", json=bound).status_code == 200
        known.world.run()
        page.goto(known.post(f"/v1/credentials/{credential}/link", None)["url"])
        shoot(page, "claim")
        with page.expect_download() as download:
            page.get_by_role("button", name="Download the credential").click()
        assert json.loads(Path(download.value.path()).read_text())["id"] == credential
        page.reload()
        expect(page.get_by_text("was used already", exact=False)).to_be_visible()
        shoot(page, "used")


@pytest.mark.slow
def test_all_can_be_done_by_keyboard(api: Api) -> None:
    with browsing(api.url) as page:
        page.goto("/")
        expect(page.get_by_label("Access key")).to_be_focused()
        page.keyboard.type(api.keys[Access.AUDITOR])
        page.keyboard.press("Enter")
        expect(page.get_by_role("heading", name="Overview", exact=True)).to_be_visible()
        page.keyboard.press("Tab")
        expect(page.get_by_role("link", name="Skip to the content")).to_be_focused()
        page.keyboard.press("Tab")
        page.keyboard.press("Tab")
        expect(page.get_by_role("link", name="Import")).to_be_focused()
        page.keyboard.press("Enter")
        expect(page.get_by_text("may look, and not import")).to_be_visible()


READS = ("/", "/rosters", "/credentials", "/batches", "/achievements", "/audit")
WRITES = (
    *("/rosters", "/achievements", "/rosters/x/mapping", "/rosters/x/commit", "/rosters/x/discard"),
    *("/credentials/x/revoke", "/credentials/x/link", "/credentials/x/mail"),
)


def test_nobody_gets_in_who_has_not_signed_in_and_an_auditor_changes_nothing(api: Api) -> None:
    for path in (*READS, "/batches/1", "/achievements/sql", "/credentials/x", "/rosters/x", "/rosters/x/errors.csv"):
        assert api.ask("GET", path, who=None).status_code == 303, path
        assert api.ask("GET", path, who=Access.OPERATOR).status_code == 303, "a key is for programs, a session for browsers"
    for path in WRITES:
        assert api.ask("POST", path, who=None).status_code == 303, path
    with signed_in(api, Access.AUDITOR) as client:
        for path in READS:
            assert client.get(path).status_code == 200, path
        for path in WRITES:
            assert client.post(path).status_code == 403, path
    with signed_in(api, Access.REGISTRAR) as client:
        for path in WRITES:
            assert client.post(path, data={"reason": "error"}).status_code in (404, 422), path


def test_another_sites_page_can_have_nothing_done(api: Api) -> None:
    foreign = ({"Sec-Fetch-Site": "cross-site"}, {"Sec-Fetch-Site": "same-site"}, {"Origin": "https://evil.example"}, {"Origin": "null"})
    with signed_in(api, Access.OPERATOR) as client:
        for headers in foreign:
            for path in (*WRITES, "/sign-in", "/sign-out", "/credentials/search"):
                assert client.post(path, headers=headers, data={"reason": "error"}).status_code == 403, (path, headers)
        assert client.get("/").status_code == 200


def test_a_session_is_a_careful_cookie_and_ends_with_its_key(api: Api) -> None:
    with signed_in(api, Access.REGISTRAR) as client:
        (cookie,) = client.cookies.jar
        assert cookie.value is not None
        assert cookie.has_nonstandard_attr("HttpOnly")
        assert cookie.get_nonstandard_attr("SameSite") == "strict"
        assert cookie.value.encode() not in api.world.dump()
        assert cookie.value not in api.log.read_text()
        page = client.get("/")
        assert (page.headers["cache-control"], "script" in page.text) == ("no-store", False)
        assert "default-src 'none'" in page.headers["content-security-policy"]
        from_elsewhere = client.post("/sign-in", data={"key": api.keys[Access.AUDITOR], "to": "//evil.example"})
        assert from_elsewhere.headers["location"] == "/"


def test_whoever_guesses_waits(api: Api) -> None:
    with httpx.Client(base_url=api.url, trust_env=False) as client:
        tries = [client.post("/sign-in", data={"key": f"laurea_{number}"}).status_code for number in range(6)]
    assert tries == [401] * 5 + [429]


def test_what_a_learner_is_called_cannot_run_in_a_page(api: Api) -> None:
    name = "<img src=x onerror=alert(1)>"
    credential = api.post("/v1/credentials", {"learner": name, "name": name, "achievement": "sql"})["credentials"][0]
    with signed_in(api, Access.OPERATOR) as client:
        for path in ("/credentials", f"/credentials/{credential.removeprefix('urn:uuid:')}"):
            text = client.get(path).text
            assert "<img" not in text
            assert "&lt;img" in text


def test_a_roster_that_is_none_or_too_large_is_refused_as_a_page(api: Api) -> None:
    with signed_in(api, Access.REGISTRAR) as client:
        for data, status in ((b"\xff\xfe", 422), (b"", 422), (b"a" * ((17 << 20) + 1), 413)):
            answer = client.post("/rosters", files={"file": ("x.csv", data)})
            assert (answer.status_code, answer.headers["content-type"]) == (status, "text/html; charset=utf-8")
        assert (
            client.post("/rosters", content=iter([b"chunks"]), headers={"Content-Type": "multipart/form-data; boundary=x"}).status_code
            == 413
        )


@contextmanager
def signed_in(api: Api, who: Access) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=api.url, trust_env=False, timeout=30) as client:
        answer = client.post("/sign-in", data={"key": api.keys[who]})
        assert answer.status_code == 303, answer.text
        yield client
