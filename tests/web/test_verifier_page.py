"""The page of a verifier's service in a real browser: what an employer sees, in words, and what no document can do there."""

import json
import re
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from laurea.core.presentation import Demand
from laurea.services import sharing
from laurea.web.verifier.words import DECIDES, FOUND
from laurea.web.wallet.language import Language, Languages
from tests.anvil import ROOT, Anvil
from tests.issued import TESTNET, Issued, issue
from tests.released import release
from tests.web.browser import browsing, shoot
from tests.web.share_host import ShareHost, share_host
from tests.web.test_wallet_languages import NARROW, UNTRANSLATED, WIDE, Pseudo, fits, outside
from tests.web.verifier_host import VerifierHost, verifier_host

HOSTILE = '<img src=x onerror="document.title=1"><script>document.title=1</script>'
NOBODY = "http://127.0.0.1:9"


@pytest.fixture(scope="module")
def issued(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Issued]:
    with Anvil(chain_id=TESTNET) as node:
        yield issue(tmp_path_factory.mktemp("issued"), node)


@pytest.fixture(scope="module")
def host(issued: Issued, tmp_path_factory: pytest.TempPathFactory) -> Iterator[VerifierHost]:
    with verifier_host(tmp_path_factory.mktemp("verifier") / "log", issued.url, trust=(issued.trust,)) as running:
        yield running


@pytest.fixture(scope="module")
def sharer(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ShareHost]:
    with share_host(tmp_path_factory.mktemp("share")) as running:
        yield running


def checks(page: Page, *, text: str = "", file: Path | dict[str, Any] | None = None) -> None:
    """Paste a text or choose a file, and have it checked."""
    if text:
        page.locator("#text").fill(text)
    if file is not None:
        page.locator("#file").set_input_files(file)  # type: ignore[arg-type]
    page.locator("#check button").click()
    page.wait_for_url("**/verify**")


def anchored(document: Any) -> Any:
    """Anchor a document in a batch of its own, of which no chain knows: what is shown leads to its root."""
    return json.loads(release([document])[0])


def verdict(page: Page) -> str:
    return page.locator("h1").inner_text()


def points(page: Page) -> list[str]:
    return page.locator(".points li").evaluate_all("all => all.map(each => each.className)")  # type: ignore[no-any-return]


@pytest.mark.slow
def test_an_employer_sees_in_words_whether_it_is_good_and_what_that_rests_on(host: VerifierHost, issued: Issued) -> None:
    with browsing(host.url) as page:
        page.goto("/")
        expect(page).to_have_title("Check a credential · Credential check")
        shoot(page, "service")
        checks(page, file=issued.file(1))
        expect(page).to_have_title("Valid · Credential check")
        shoot(page, "service-valid")
        assert verdict(page) == "Valid"
        expect(page.locator(".verdict")).to_contain_text("Every check that was needed was passed.")
        expect(page.locator(".headline")).to_contain_text("Issued by Example University, unaltered, not revoked as of block")
        expect(page.get_by_role("heading", level=2)).to_have_text("SQL, scored")
        expect(page.locator(".judged")).to_contain_text("To whom it was issued: Ada")
        assert points(page) == ["passed"] * 7 + ["skipped"]
        expect(page.locator(".points li").nth(3)).to_have_text("✓ good The issuer has not taken it back.")
        expect(page.locator(".points li").nth(7)).to_contain_text("Nobody was asked to sign, so anybody who has a copy could have sent it.")
        rests = page.get_by_role("region", name="What this rests on")
        expect(rests).to_contain_text(issued.url.removeprefix("http://"))
        expect(page.get_by_text('"verdict": "valid"')).to_be_hidden()
        rests.locator("summary").click()
        expect(page.get_by_text('"verdict": "valid"')).to_be_visible()
        with page.expect_download() as download:
            page.get_by_role("link", name="Save the report").click()
        assert json.loads(Path(download.value.path()).read_text())["verdict"] == "valid"
        with page.expect_download() as download:
            page.get_by_role("link", name="Save a statement to print or file").click()
        said = Path(download.value.path()).read_text()
        for part in ("SQL, scored", issued.file(1).name, "trust.json", sha256(issued.trust.read_bytes()).hexdigest()):
            assert part in said
        page.get_by_role("link", name="Check another").first.click()
        expect(page.get_by_role("heading", level=1)).to_have_text("Check a credential")


@pytest.mark.slow
def test_what_is_wrong_or_open_is_said_in_words_and_never_by_colour_alone(host: VerifierHost, issued: Issued, tmp_path: Path) -> None:
    altered = issued.document(1)
    altered["credentialSubject"]["result"][0]["value"] = "100"  # type: ignore[index,call-overload]
    with browsing(host.url) as page:
        page.goto("/?lang=es")
        checks(page, text=issued.file(3).read_text())
        assert (verdict(page), page.locator("html").get_attribute("lang")) == ("No válida", "es")
        expect(page.locator(".points .failed")).to_contain_text("El emisor la ha retirado, para siempre o por un tiempo.")
        expect(page.get_by_role("heading", level=2)).to_have_text("SQL, scored")
        shoot(page, "service-invalid-es")
        page.goto("/")
        checks(page, text=json.dumps(altered))
        assert verdict(page) == "Not valid"
        expect(page.locator("h2")).to_have_text("What it says is not shown")
        expect(page.locator("main")).not_to_contain_text("SQL, scored")
        expect(page.locator(".points .skipped").first).to_contain_text("because of what was found before")
    with verifier_host(tmp_path / "log", NOBODY) as lonely, browsing(lonely.url) as page:
        page.goto("/")
        checks(page, text=issued.file(1).read_text())
        assert verdict(page) == "Undecided"
        expect(page.locator(".verdict")).to_contain_text("It is neither confirmed nor refuted.")
        expect(page.locator("main")).to_contain_text("That is the name that the credential itself gives. It was not confirmed.")
        decides = page.locator("ul", has_text="when the nodes of the chain answer")
        expect(decides).to_contain_text("The operator of this service can take the issuer into the list of those whom it trusts.")
        page.emulate_media(color_scheme="dark")
        shoot(page, "service-undecided-dark")


@pytest.mark.slow
def test_a_file_or_a_text_is_checked_without_any_script(host: VerifierHost, issued: Issued) -> None:
    with browsing(host.url, script=False) as page:
        page.goto("/")
        checks(page, file=issued.file(1))
        assert verdict(page) == "Valid"
        page.goto("/")
        checks(page, text=issued.file(3).read_text())
        assert verdict(page) == "Not valid"
        page.goto("/")
        checks(page, text=f"https://share.example/s/{'A' * 22}#k={'A' * 43}")
        expect(page.get_by_role("alert")).to_have_text(
            re.compile(r"This is a link, and this service fetches none\.\s+Open it, download the file, and check that\.")
        )
        page.goto("/")
        checks(page)
        expect(page.get_by_role("alert")).to_contain_text("Choose a file or paste a text, one of the two.")


@pytest.mark.slow
def test_a_shared_link_is_opened_in_the_browser_and_its_key_is_sent_nowhere(host: VerifierHost, issued: Issued, sharer: ShareHost) -> None:
    share = sharing.share(issued.file(1).read_bytes(), sharer.url)
    key = share.url.partition("#k=")[2]
    sent: list[str] = []
    with browsing("http://127.0.0.1:", expected="net::ERR") as page:
        page.on("request", lambda request: sent.append(request.url + (request.post_data or "")))
        page.goto(host.url)
        checks(page, text=share.url)
        assert verdict(page) == "Valid"
        assert sharing.status(share).views == 1
        assert len(sent) > 3
        assert not any(key in each for each in sent)

        def says(link: str, words: str) -> None:
            page.goto(host.url)
            page.locator("#text").fill(link)
            page.locator("#check button").click()
            expect(page.locator("#said")).to_have_text(words)

        says(share.url[:-1] + ("A" if share.url[-1] != "A" else "E"), "The link is not whole: the key behind the # does not fit.")
        shoot(page, "service-link")
        says(f"{NOBODY}/s/{share.id}#k={key}", "The host of the link did not answer. Open the link, download the file, and check that.")
        sharing.end(share)
        says(share.url, "This link has ended or never was. Ask whoever shared it for another.")
        assert not any(key in each for each in sent)


@pytest.mark.slow
def test_a_holder_is_asked_to_sign_and_the_answer_counts_once(host: VerifierHost, issued: Issued) -> None:
    with browsing(host.url) as page:
        page.goto("/")
        page.get_by_role("button", name="Ask the holder to sign").click()
        expect(page.get_by_role("heading", level=1)).to_have_text("Ask the holder to sign")
        shoot(page, "service-ask")
        demand = Demand(page.locator("#audience").inner_text(), page.locator("code#challenge").inner_text())
        shown = json.dumps(issued.present(show=("/credentialSubject/achievement/name",), demand=demand)).encode()
        file = {"name": "presentation.json", "mimeType": "application/json", "buffer": shown}
        checks(page, file={"name": "a.png", "mimeType": "image/png", "buffer": b"\x89PNG\r\n\x1a\n"})
        expect(page.get_by_role("alert")).to_be_visible()
        expect(page.locator("code#challenge")).to_have_text(demand.challenge)
        checks(page, file=file)
        assert verdict(page) == "Valid"
        expect(page.locator(".points li").nth(7)).to_contain_text("The person whom it names has signed your question just now.")
    again = host.ask("POST", "/verify", files={"file": ("presentation.json", shown)}, data={"challenge": demand.challenge})
    assert (again.status_code, demand.challenge in again.text) == (409, False)
    assert "This challenge is not one that waits for an answer: it was used" in again.text


@pytest.mark.slow
def test_nothing_in_a_document_runs_loads_or_is_followed(host: VerifierHost, issued: Issued, tmp_path: Path) -> None:
    document = issued.document(2)
    del document["proof"]
    document["name"] = HOSTILE
    document["credentialSubject"] = {
        "type": ["AchievementSubject"],
        "name": HOSTILE,
        "achievement": {
            "id": "javascript:document.title=1", "type": ["Achievement"], "name": HOSTILE,
            "description": "javascript:document.title=1 [x](javascript:document.title=1) ![y](https://elsewhere.example/y.png)",
            "criteria": {"narrative": HOSTILE, "id": "javascript:document.title=1"},
            "image": {"id": "https://elsewhere.example/x.png", "type": "Image"},
            "alignment": [{"type": ["Alignment"], "targetName": HOSTILE, "targetUrl": "data:text/html,<script>document.title=1</script>"}],
            HOSTILE: HOSTILE,
        },
    }  # fmt: skip
    document["evidence"] = [{"id": "javascript:document.title=1", "type": ["Evidence"], "name": HOSTILE}]
    picture = "data:image/svg+xml," + "<svg xmlns='http://www.w3.org/2000/svg' onload='document.title=1'/>".replace(" ", "%20")
    said = {
        "@context": ["https://www.w3.org/ns/credentials/v2"],
        "type": ["VerifiablePresentation"],
        "description": HOSTILE,
        "verifiableCredential": [anchored(document), anchored({**document, "image": {"id": picture, "type": "Image"}})],
    }
    with browsing(host.url) as page:
        page.goto("/")
        checks(page, text=json.dumps(said))
        for summary in page.locator("summary").all():
            summary.click()
        expect(page.get_by_text(HOSTILE).first).to_be_visible()
        assert page.title() == "Not valid · Credential check"
        assert page.locator("main script, iframe, object, main svg, main form").count() == 0
        assert {str(image.get_attribute("src"))[:5] for image in page.locator("img").all()} <= {"data:"}
        links = [str(link.get_attribute("href")) for link in page.locator("main a").all()]
        assert {link.partition(":")[0] for link in links if ":" in link} <= {"data", "https"}
        assert [link[:22] for link in links if link.startswith("data")] == ["data:application/json;"]


@pytest.mark.slow
@pytest.mark.parametrize("direction", ["ltr", "rtl"])
def test_no_page_says_anything_that_cannot_be_translated_and_all_fit_a_small_screen(issued: Issued, tmp_path: Path, direction: str) -> None:
    languages = Languages([Language({"ltr": "eo", "rtl": "ar"}[direction], Pseudo(direction))])
    several = {
        "@context": ["https://www.w3.org/ns/credentials/v2"],
        "type": ["VerifiablePresentation"],
        "verifiableCredential": [issued.document(3), issued.document(1)],
        "description": "for a job",
    }
    with verifier_host(tmp_path / "log", issued.url, trust=(issued.trust,), languages=languages) as host, browsing(host.url) as page:

        def looks(name: str) -> None:
            for summary in page.locator("summary").all():
                summary.click()
            bare = [text for text in page.evaluate(UNTRANSLATED) if outside(text)]
            assert bare == [], name
            assert page.evaluate("getComputedStyle(document.body).direction") == direction
            page.set_viewport_size(NARROW)
            assert fits(page), name
            shoot(page, "")
            page.set_viewport_size(WIDE)
            shoot(page, f"service-{name}-rtl" if (direction, name) == ("rtl", "one") else "")

        page.goto("/")
        looks("form")
        checks(page, text=issued.file(1).read_text())
        looks("one")
        page.goto("/")
        checks(page, text=json.dumps(several))
        looks("several")
        page.goto("/")
        page.locator("form button").last.click()
        looks("ask")
        page.goto("/")
        checks(page)
        looks("trouble")


def test_each_outcome_that_a_check_can_have_has_its_sentence() -> None:
    never = {("format", "unknown"), ("integrity", "skipped"), ("validity", "skipped")}
    for check in ("format", "integrity", "anchor", "revocation", "issuer", "signature", "validity", "holder"):
        for outcome in ("passed", "failed", "unknown"):
            assert (check, outcome) in FOUND or (check, outcome) in never
        assert check == "format" or check in DECIDES


def test_the_page_lets_a_browser_do_nothing_else_and_keep_nothing(host: VerifierHost) -> None:
    for answer in (host.ask("GET", "/"), host.ask("POST", "/ask"), host.ask("POST", "/verify", data={"text": "{}"})):
        assert answer.status_code == 200
        assert answer.headers["content-security-policy"] == (
            "default-src 'none'; style-src 'self'; script-src 'self'; img-src data:; connect-src https: http://127.0.0.1:* "
            "http://localhost:*; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
        )
        assert answer.headers["cache-control"] == "no-store"
        assert answer.headers["cross-origin-opener-policy"] == "same-origin"
        assert "set-cookie" not in answer.headers
    for name, kind in (("wallet.css", "text/css"), ("verifier.mjs", "text/javascript"), ("sealed.mjs", "text/javascript")):
        answer = host.ask("GET", f"/static/{name}")
        assert answer.headers["content-type"].startswith(kind)
        assert "innerHTML" not in answer.text
    assert host.ask("GET", "/static/../app.py").status_code == 404


def test_the_page_that_needs_no_service_is_handed_out_and_does_not_run_here(host: VerifierHost) -> None:
    answer = host.ask("GET", "/verifier.html")

    assert answer.content == (ROOT / "src/laurea/web/static/verifier.html").read_bytes()
    assert answer.headers["content-disposition"] == 'attachment; filename="verifier.html"'
    assert answer.headers["content-security-policy"] == "default-src 'none'; frame-ancestors 'none'"


@pytest.mark.parametrize(
    "headers", [{"Sec-Fetch-Site": "cross-site"}, {"Origin": "https://elsewhere.example"}, {"Origin": "null"}, {"Origin": "http://[::1"}]
)
def test_a_form_of_another_site_is_refused(host: VerifierHost, headers: dict[str, str]) -> None:
    for path in ("/verify", "/ask"):
        assert host.ask("POST", path, headers=headers, data={"text": "{}"}).status_code == 403


# Whoever took this for punycode would be at work for minutes, and answer nobody else.
SLOW = b'--x\r\nContent-Disposition: form-data; name="text-"\r\n\r\n' + b"a" * 480_000 + b"-" + b"a" * 480_000 + b"\r\n--x--\r\n"


@pytest.mark.parametrize(
    ("kind", "body", "status"),
    [
        ("text/plain", b"{}", 415),
        ("multipart/form-data", b"{}", 400),
        ("multipart/form-data; boundary=x; charset=undefined", b"--x\r\nno", 415),
        ("multipart/form-data; boundary=x; charset=punycode", SLOW, 415),
        ("multipart/form-data; boundary=x; charset=UTF-8", b"--x\r\nno", 422),
        ("multipart/form-data; boundary=x", b"--x\r\nno", 422),
        ("application/x-www-form-urlencoded", b"a=1&" * 20, 400),
        ("application/x-www-form-urlencoded", b"text=eyJhbGciOiJFZERTQSJ9.eyJ2YyI6e319.c2ln", 422),
        ("application/x-www-form-urlencoded", b"text=" + b"x" * ((1 << 20) + 1), 400),
    ],
)
def test_what_is_no_form_of_ours_is_said_to_be_none_on_a_page(host: VerifierHost, kind: str, body: bytes, status: int) -> None:
    answer = host.ask("POST", "/verify", content=body, headers={"Content-Type": kind})

    assert (answer.status_code, 'role="alert"' in answer.text) == (status, True), answer.text


def test_a_large_file_is_never_laid_on_the_disk(host: VerifierHost, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tempfile.TemporaryFile", lambda *_, **__: pytest.fail("it was laid on the disk"))
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "none"))

    answer = host.ask("POST", "/verify", files={"file": ("photograph.jpg", b"\xff\xd8\xff" + bytes(8 << 20))})

    assert answer.status_code == 422


def test_an_answer_that_is_loaded_anew_leads_to_the_form(host: VerifierHost) -> None:
    for path in ("/verify", "/ask"):
        assert host.ask("GET", path).headers["location"] == "/"
