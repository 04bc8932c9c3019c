"""The verifier's service about a capstone: how each part was found, over the API and on the page."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.anvil import Anvil
from tests.issued import TESTNET
from tests.stacked import Stacked, stacked
from tests.web.browser import browsing
from tests.web.verifier_host import VerifierHost, verifier_host


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stacked]:
    with Anvil(chain_id=TESTNET) as node:
        yield stacked(tmp_path_factory.mktemp("stacked"), node)


@pytest.fixture(scope="module")
def host(made: Stacked, tmp_path_factory: pytest.TempPathFactory) -> Iterator[VerifierHost]:
    with verifier_host(tmp_path_factory.mktemp("verifier") / "log", made.url, trust=(made.trust,)) as running:
        yield running


def test_the_api_says_how_each_part_was_found_when_it_is_asked_to(made: Stacked, host: VerifierHost) -> None:
    shown = made.presentation("analyst", "sql", "viz")

    plain, asked = host.asks(document=shown), host.asks(document=shown, parts=True)
    by_query = host.send(json.dumps(shown).encode(), "application/vp", params={"parts": "true"})

    assert isinstance(plain.json(), list)
    assert [report["verdict"] for report in asked.json()["reports"]] == ["valid", "valid", "invalid"]
    (found,) = asked.json()["parts"]
    assert {part["name"]: part["found"] for part in found["parts"]} == {"SQL": "valid", "Stats": "not shown", "Viz": "invalid"}
    assert [part["found"] for part in by_query.json()["parts"][0]["parts"]] == [part["found"] for part in found["parts"]]
    assert host.asks(document=shown, parts="perhaps").status_code == 422


def test_what_has_no_parts_says_so_in_the_same_shape(made: Stacked, host: VerifierHost) -> None:
    answer = host.asks(document=json.loads(made.file("sql").read_bytes()), parts=True).json()

    assert (len(answer["reports"]), answer["parts"]) == (1, [])


@pytest.mark.slow
def test_the_page_says_it_in_words(made: Stacked, host: VerifierHost, tmp_path: Path) -> None:
    file = tmp_path / "shown.json"
    file.write_text(json.dumps(made.presentation("analyst", "sql", "viz")))
    with browsing(host.url) as page:
        page.goto(f"{host.url}/")
        page.locator("#file").set_input_files(file)
        page.locator("#check button").click()
        page.wait_for_url("**/verify**")

        expect(page.get_by_role("heading", name="What it was awarded for")).to_be_visible()
        lines = page.locator(".points li:has(strong)").all_inner_texts()

    assert [line.partition(" It was ")[0].split()[-1] for line in lines] == ["SQL", "Stats", "Viz"]
    assert ["is valid" in lines[0], "was not shown" in lines[1], "is not valid" in lines[2]] == [True] * 3
