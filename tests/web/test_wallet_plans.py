"""History from elsewhere and pathways on the wallet's pages."""

import html
import json
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
import pytest

from laurea.services.holding import cataloguing
from laurea.storage.wallet import Wallet
from tests.core.test_history import BADGR
from tests.core.test_pathway import achievement
from tests.released import badge, release
from tests.web.wallet_world import Served, serving_wallet, wallet_with

LINK = "https://www.coursera.org/account/accomplishments/verify/LBUFQRNR2VWA"
AT = datetime(2026, 11, 25, tzinfo=UTC)
ISSUER = {"id": "did:web:uni.example", "name": "Uni"}
OFFERS: list[dict[str, Any]] = [
    {"achievement": achievement("capstone", "b", entryRequirement=["sql", "B2 English"]), "issuer": ISSUER},
    {"achievement": achievement("sql", "a", volumeOfLearning="PT75H"), "issuer": ISSUER, "cost": {"amount": 0, "currency": "EUR"}},
]
CATALOGUE = json.dumps({"laurea": "catalogue", "version": 1, "offers": OFFERS}).encode()


@pytest.fixture
def served(tmp_path: Path) -> Iterator[Served]:
    holding = wallet_with(tmp_path / "wallet.laurea", "SQL")
    holding.change(lambda kept: cataloguing.added(kept, CATALOGUE, "uni.json", at=AT))
    with serving_wallet(tmp_path / "wallet.laurea", tmp_path / "log") as served:
        yield served


@pytest.fixture
def client(served: Served) -> Iterator[httpx.Client]:
    with served.client(unlock=True) as client:
        yield client


def kept(served: Served) -> Wallet:
    return served.holding().opened()


def upload(served: Served, client: httpx.Client, path: str, name: str, data: bytes, **fields: str) -> httpx.Response:
    return client.post(path, data={"form_token": served.form_token(client), **fields}, files={"file": (name, data)})


def test_a_link_and_a_badge_are_kept_labelled_and_removed(served: Served, client: httpx.Client) -> None:
    assert "Nothing is in your history yet" in client.get("/history").text
    assert served.send(client, "/history/link", link=LINK + "?utm_source=x", title="<b>ML</b>").status_code == 303
    assert upload(served, client, "/history/file", "badge.json", json.dumps(BADGR).encode()).status_code == 303

    page = client.get("/history").text
    assert page.count("From elsewhere, not verified") == 2
    assert "&lt;b&gt;ML&lt;/b&gt;" in page
    assert f'href="{LINK}" rel="noopener noreferrer"' in page
    shelf = client.get("/").text
    assert "From elsewhere (2)" in shelf
    assert "I am Data Scientist" not in shelf  # it is no credential

    where = re.search(r'href="[^"]*(/history/[0-9a-f]{16}/file)"', page)
    assert where is not None
    file = client.get(where[1])
    assert (file.content, file.headers["content-disposition"]) == (json.dumps(BADGR).encode(), "attachment; filename*=UTF-8''badge.json")
    resume = served.send(client, "/resume/json").json()
    assert [each["verification"] for each in resume["history"]] == [{"verified": False}] * 2
    assert "From elsewhere, not verified" in served.send(client, "/resume/html").text

    for name in re.findall(r"/history/([0-9a-f]{16})/remove", page):
        assert served.send(client, f"/history/{name}/remove").status_code == 303
    assert kept(served).history == ()
    assert client.get(where[1]).status_code == 404


def test_what_has_a_proof_is_no_history_on_the_page_either(served: Served, client: httpx.Client) -> None:
    answer = upload(served, client, "/history/file", "c.json", release([badge(9, None)])[0])
    assert answer.status_code == 422
    assert "add it as a credential" in answer.text.lower()
    assert served.send(client, "/history/link", link="javascript:alert(1)").status_code == 422
    assert served.send(client, "/history/link", link=" ").status_code == 422
    assert kept(served).history == ()


def test_the_way_to_an_achievement_is_shown_with_its_reasons(served: Served, client: httpx.Client) -> None:
    served.send(client, "/history/link", link=LINK, title="Sql")
    assert '<option value="https://uni.example/capstone"' in client.get("/pathway").text

    page = html.unescape(served.send(client, "/pathway", goal="https://uni.example/capstone", by="hours").text)

    assert "0 of 1 requirements are met" in page
    steps = page[page.index("The way there") : page.index("What you can begin with")]
    assert steps.index("Sql") < steps.index("Capstone is the achievement that is asked for")
    for said in ("Needed for:", "75 hours", "free of charge", "B2 English", "some of it asks for something else first"):
        assert said in steps
    assert served.send(client, "/pathway", goal="nothing", by="hours").status_code == 422
    assert served.send(client, "/pathway", goal="capstone", by="luck").status_code == 422
    assert "capstone" not in served.log.read_text().lower()


def test_a_goal_can_come_in_a_file(served: Served, client: httpx.Client) -> None:
    wanted = {"laurea": "requirements", "version": 1, "title": "Analyst", "requirements": [{"name": "A", "uris": ["http://esco.example/a"]}, {"name": "Q", "uris": ["http://esco.example/q"]}]}  # fmt: skip
    page = html.unescape(upload(served, client, "/pathway/file", "goal.json", json.dumps(wanted).encode(), by="steps").text)
    assert "Closes:" in page
    assert "nothing that is offered closes it" in page
    assert upload(served, client, "/pathway/file", "goal.json", b"{}", by="steps").status_code == 422
