"""The page in a real Chromium, opened from a file: what an employer is told, with a real node, without any, and when nodes disagree."""

import hashlib
import json
import re
from base64 import b64encode
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from playwright.sync_api import Page, expect

from laurea import verify
from laurea.artefacts import png, svg
from laurea.core.bitstring import encode
from tests.anvil import Anvil
from tests.artefacts.samples import PNG, SVG
from tests.browser.test_same_chain import SCHEMA, timeless
from tests.chain.test_rpc import free_port
from tests.conftest import ROOT
from tests.issued import DEMAND, TESTNET, Issued, issue
from tests.web.browser import browsing, require_accessible, shoot

FILE = ROOT / "src/laurea/web/static/verifier.html"
# What the page may ask, and what the browser says of nodes that do not answer, and of a script that is not the page's own.
EXPECTED = ("http://127.0.0.1:", "Failed to load resource: net::ERR_", "violates the following Content Security Policy directive")
HOSTILE = '<img src=x onerror="document.title=1"><script>document.title=1</script>'


@pytest.fixture(scope="module")
def node() -> Iterator[Anvil]:
    with Anvil(chain_id=TESTNET) as running:
        yield running


@pytest.fixture(scope="module")
def issued(node: Anvil, tmp_path_factory: pytest.TempPathFactory) -> Issued:
    return issue(tmp_path_factory.mktemp("issued"), node)


@pytest.fixture(scope="module")
def page() -> Iterator[Page]:
    """One browser for all tests: each opens the page anew."""
    with browsing(FILE.as_uri(), expected=EXPECTED) as page:
        yield page


def give(page: Page, issued: Issued, document: Path | str, *urls: str, trust: bool = True) -> None:
    """Open the page, and give it what was shown, a trust file and nodes, as people do; then have it checked."""
    page.goto(FILE.as_uri())
    if isinstance(document, Path):
        page.locator("#file").set_input_files(document)
    else:
        page.locator("#text").fill(document)
    if trust:
        page.locator("#trust").set_input_files(issued.trust)
    page.locator("#rpc").fill("\n".join(urls))
    page.locator("#check").click()
    expect(page.locator("#answer")).to_be_focused()


def outcomes(page: Page) -> dict[str, str]:
    return dict(page.locator(".checks li").evaluate_all("found => found.map(each => [each.dataset.check, each.dataset.outcome])"))


def shown_report(page: Page) -> Any:
    return json.loads(page.locator("details pre").text_content() or "")


def test_a_good_credential_is_valid_and_the_page_says_what_that_rests_on(page: Page, issued: Issued) -> None:
    give(page, issued, issued.file(1), issued.url)
    expect(page.locator(".verdict")).to_have_text("✓ Valid")
    expect(page.locator(".headline")).to_contain_text("Issued by Example University, unaltered, not revoked as of block")
    expect(page.get_by_role("heading", name="SQL, scored")).to_be_visible()
    assert outcomes(page) == dict.fromkeys(["format", "integrity", "anchor", "revocation", "issuer", "signature", "validity"], "passed") | {
        "holder": "skipped"
    }
    expect(page.locator("dt", has_text="credentialSubject › achievement › name")).to_be_visible()
    report = shown_report(page)
    jsonschema.validate(report, SCHEMA)
    ours = verify(issued.file(1).read_bytes(), chain=issued.url, trust=issued.trust.read_text()).document()
    assert timeless({**report, "at": ours["at"]}) == timeless(ours)
    shoot(page, "verifier-valid")


def test_a_revoked_and_a_damaged_credential_are_not_valid(page: Page, issued: Issued) -> None:
    damaged = json.dumps({**issued.document(1), "validUntil": "2099-01-01T00:00:00Z"})
    give(page, issued, issued.file(3), issued.url)
    expect(page.locator(".verdict")).to_have_text("✗ Not valid")
    expect(page.locator(".headline")).to_contain_text("the credential was revoked by the issuer, as of block")
    give(page, issued, damaged, issued.url)
    expect(page.locator(".verdict")).to_have_text("✗ Not valid")
    expect(page.locator(".headline")).to_have_text("the credential or its proof was altered: they do not lead to the anchored root")
    expect(page.get_by_text("What is shown")).to_have_count(0)
    shoot(page, "verifier-invalid")


def test_without_a_network_it_is_undecided_and_what_needs_no_chain_is_checked(page: Page, issued: Issued) -> None:
    page.context.set_offline(True)
    give(page, issued, issued.file(1), issued.url)
    page.context.set_offline(False)
    expect(page.locator(".verdict")).to_have_text("? Undecided")
    expect(page.locator(".headline")).to_contain_text("cannot be reached")
    assert outcomes(page) == dict.fromkeys(["format", "integrity", "issuer", "signature", "validity"], "passed") | {
        "anchor": "unknown",
        "revocation": "unknown",
        "holder": "skipped",
    }
    give(page, issued, issued.file(1))
    expect(page.locator(".headline")).to_have_text(f"no RPC URL is known for chain eip155:{TESTNET}")
    give(page, issued, issued.file(1), trust=False)
    assert outcomes(page)["issuer"] == "unknown"


def test_nodes_that_disagree_leave_it_undecided_and_are_named(page: Page, issued: Issued) -> None:
    with Anvil(chain_id=TESTNET) as other:
        other.mine(int(issued.world.node.rpc("eth_blockNumber"), 16))
        give(page, issued, issued.file(1), issued.url, other.url)
        expect(page.locator(".verdict")).to_have_text("? Undecided")
        for url in (issued.url, other.url):
            expect(page.locator(".headline")).to_contain_text(url.removeprefix("http://"))
        expect(page.locator(".headline")).to_contain_text("disagree about")
        shoot(page, "verifier-undecided")
        give(page, issued, issued.file(1), issued.url, f"http://127.0.0.1:{free_port()}")
        expect(page.locator(".headline")).to_contain_text("1 of 2 nodes answered")


def test_the_holder_is_asked_for_and_a_presentation_for_another_is_refused(page: Page, issued: Issued) -> None:
    shown = json.dumps(issued.present(show=("/credentialSubject/achievement/name",)))
    for audience, outcome in ((DEMAND.audience, "passed"), ("another.example", "failed")):
        give(page, issued, shown, issued.url)
        page.get_by_text("More: a holder's signature").click()
        page.locator("#audience").fill(audience)
        page.locator("#challenge").fill(DEMAND.challenge)
        page.locator("#check").click()
        expect(page.locator('[data-check="holder"]')).to_have_attribute("data-outcome", outcome)
    page.locator("#challenge").fill("")
    page.locator("#check").click()
    expect(page.locator("#answer .trouble")).to_have_text("audience and challenge go together: the holder signs both")


def test_badges_are_opened_and_what_is_not_read_here_is_said(page: Page, issued: Issued, tmp_path: Path) -> None:
    data = issued.file(1).read_bytes()
    files = {"badge.png": png.bake(PNG, data), "badge.svg": svg.bake(SVG, data)}
    others = {"a.pdf": (b"%PDF-1.7", "This is a PDF"), "a.jpg": (b"\xff\xd8\xff", "photograph"), "a.txt": (b"a.b.c", "secured as a JWT")}
    others |= {"bare.png": (PNG, "carries no credential"), "cut.png": (files["badge.png"][:-20], "cut off")}
    others |= {"entity.svg": (b"<!DOCTYPE svg [<!ENTITY a 'b'>]>" + SVG, "defines entities"), "none.svg": (b"<svg/>", "no SVG")}
    for name, content in files.items():
        (tmp_path / name).write_bytes(content)
        give(page, issued, tmp_path / name, issued.url)
        expect(page.locator(".verdict")).to_have_text("✓ Valid")
    for name, (content, words) in others.items():
        (tmp_path / name).write_bytes(content)
        give(page, issued, tmp_path / name, issued.url)
        expect(page.locator("#answer .trouble")).to_contain_text(words)
        expect(page.locator(".verdict")).to_have_count(0)


def test_the_page_speaks_spanish_where_the_browser_does_and_can_be_told_to(page: Page, issued: Issued) -> None:
    assert page.context.browser is not None
    context = page.context.browser.new_context(locale="es-MX", viewport={"width": 1100, "height": 800})
    spanish = context.new_page()
    give(spanish, issued, issued.file(1), issued.url)
    expect(spanish.locator("html")).to_have_attribute("lang", "es")
    expect(spanish.locator(".verdict")).to_have_text("✓ Válida")
    expect(spanish.locator(".headline")).to_contain_text("Emitida por Example University, sin alterar, no revocada según el bloque")
    assert spanish.locator(".checks p[lang=en]").count() == 0
    shoot(spanish, "verifier-es")
    spanish.locator("#language").select_option("en")
    expect(spanish.locator(".verdict")).to_have_text("✓ Valid")
    expect(spanish.locator("#check")).to_have_text("Check it")
    context.close()


def test_the_page_is_usable_on_a_small_dark_screen_and_by_keyboard(page: Page, issued: Issued) -> None:
    page.set_viewport_size({"width": 320, "height": 640})
    page.emulate_media(color_scheme="dark")
    page.goto(FILE.as_uri())
    require_accessible(page)
    give(page, issued, issued.file(1), issued.url)
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
    shoot(page, "verifier-small-dark")
    page.keyboard.press("Tab")
    expect(page.get_by_text("What the chain said")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.get_by_text("finalized › block › hash")).to_be_visible()
    page.emulate_media(media="print")
    expect(page.locator("form")).to_be_hidden()
    expect(page.locator(".verdict")).to_be_visible()
    page.emulate_media(media="screen", color_scheme="light")
    page.set_viewport_size({"width": 1100, "height": 800})


def test_nothing_in_a_document_is_run_or_loaded_and_nothing_is_asked_of_others(page: Page, issued: Issued) -> None:
    hostile = {**issued.document(1), "name": HOSTILE, "issuer": {"id": HOSTILE}}
    for document in (json.dumps(hostile), HOSTILE, json.dumps({"id": HOSTILE, "type": HOSTILE})):
        give(page, issued, document, issued.url)
        expect(page).to_have_title("Verify a credential")
        assert page.locator("#answer img, #answer script").count() == 0
    page.evaluate("document.body.append(Object.assign(document.createElement('script'), {text: 'window.ran = 1'}))")
    assert page.evaluate("window.ran === undefined"), "the policy lets only the page's own script run"


def test_files_that_are_dropped_go_where_they_belong(page: Page, issued: Issued) -> None:
    files = [issued.trust.read_text(), issued.file(1).read_text(), json.dumps({"type": ["BitstringStatusListCredential"], "x": encode([])})]
    page.goto(FILE.as_uri())
    page.evaluate(
        """texts => {
            const held = new DataTransfer();
            texts.forEach((text, at) => held.items.add(new File([text], `${at}.json`)));
            document.body.dispatchEvent(new DragEvent("drop", {bubbles: true, cancelable: true, dataTransfer: held}));
        }""",
        files,
    )
    for at, place in enumerate(("trust", "file", "lists")):
        page.wait_for_function("([id, name]) => document.getElementById(id).files[0]?.name === name", arg=[place, f"{at}.json"])


def test_programs_call_the_same_verifier(page: Page, issued: Issued) -> None:
    given = {"document": issued.file(1).read_text(), "rpc": [issued.url], "trust": issued.trust.read_text()}
    page.goto(FILE.as_uri())
    assert page.evaluate("given => laurea.verify(given)", given)["verdict"] == "valid"
    assert [each["verdict"] for each in page.evaluate("given => laurea.verifyPresentation(given)", given)] == ["valid"]
    assert page.evaluate("given => laurea.verify(given)", {**given, "at": "2000-01-01T00:00:00Z"})["verdict"] == "invalid"


def test_the_policy_of_the_page_lets_its_own_script_and_style_run_and_no_others() -> None:
    text = FILE.read_text(encoding="utf-8")
    (policy,) = re.findall(r'Content-Security-Policy" content="([^"]*)"', text)
    for name, kind in (("script", "script-src"), ("style", "style-src")):
        (content,) = re.findall(rf"<{name}>(.*?)</{name}>", text, re.DOTALL)
        assert f"{kind} 'sha256-{b64encode(hashlib.sha256(content.encode()).digest()).decode()}'" in policy
    assert policy.startswith("default-src 'none'; ")
    assert "unsafe" not in policy
    assert not re.search(r"\b(src|href)=\"(?!data:)", text)
