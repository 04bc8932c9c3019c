"""The audit and the collections on the wallet's pages, as a browser sends their forms."""

import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest

from laurea.core.presented import Presented
from laurea.services.holding.doubting import Doubtful
from laurea.web.wallet.pages.audit import DOUBTS
from tests.services.test_auditing import catalogue, offer
from tests.web.wallet_tour import JOB, furnished
from tests.web.wallet_world import Served, serving_wallet


@pytest.fixture
def served(tmp_path: Path) -> Iterator[Served]:
    furnished(tmp_path / "wallet.laurea")
    with serving_wallet(tmp_path / "wallet.laurea", tmp_path / "log") as found:
        yield found


@contextmanager
def inside(served: Served) -> Iterator[httpx.Client]:
    with served.client(unlock=True) as client:
        client.follow_redirects = True
        yield client


def send_file(served: Served, client: httpx.Client, path: str, name: str, data: bytes) -> httpx.Response:
    return client.post(path, data={"form_token": served.form_token(client)}, files={"file": (name, data)})


def begun(served: Served, client: httpx.Client, name: str = "Analyst", **more: str) -> str:
    """Begin a collection, and return where it is."""
    answer = served.send(client, "/collections", name=name, **more)
    assert answer.status_code == 200, answer.text
    return answer.url.path.removeprefix(served.service.door.place)


def of(text: str) -> list[str]:
    """Return the names of the credentials that a page of a collection offers to put in."""
    return re.findall(r'name="credential" value="([0-9a-f]{16})"', text)


def test_a_pasted_job_is_put_beside_the_wallet_and_stands_in_no_url(served: Served) -> None:
    with inside(served) as client:
        answer = served.send(client, "/audit", text=JOB)

    assert re.search(r"/audit/[\w-]{12}$", answer.url.path)
    for words in ("SQL", "Charts that tell, Example School", "200 EUR", "25 hours", "3 years of experience with people."):
        assert words in answer.text
    assert "Partly: <strong" in answer.text
    assert "SQL" not in served.log.read_text()


def test_a_job_in_a_file_is_read_and_what_it_says_is_escaped(served: Served) -> None:
    with inside(served) as client:
        answer = send_file(served, client, "/audit/file", "<b>.html", b"<ul><li>SQL</li></ul>")
        empty = served.send(client, "/audit", text="  ")

    assert answer.status_code == 200
    assert "<b>.html" not in answer.text
    assert "&lt;b&gt;.html" in answer.text
    assert empty.status_code == 422


def test_no_page_is_fetched_where_nothing_is_to_be_fetched(served: Served) -> None:
    with inside(served) as client:
        answer = served.send(client, "/audit", text="https://jobs.example/1")
        page = client.get("/audit").text

    assert answer.status_code == 422
    assert "Nothing is fetched here" in answer.text
    assert "that page is fetched" not in page


def test_a_catalogue_is_kept_listed_and_taken_out(served: Served) -> None:
    with inside(served) as client:
        added = send_file(served, client, "/catalogues", "more.json", catalogue(offer("Bread", "Bread")))
        refused = send_file(served, client, "/catalogues", "more.json", b"{}")
        gone = served.send(client, "/catalogues/remove", name="more.json")

    assert ("more.json" in added.text, refused.status_code, "more.json" in gone.text) == (True, 422, False)
    assert [each.name for each in served.holding().opened().catalogues] == ["courses.json"]


def test_a_collection_is_filled_and_emptied_and_removed(served: Served) -> None:
    with inside(served) as client:
        here = begun(served, client, goal="a <job>", posting=JOB)
        page = client.get(here).text
        assert "a &lt;job&gt;" in page
        (first, *_) = of(page)
        filled = served.send(client, f"{here}/add", credential=first).text
        assert (first in of(filled), len(of(filled))) == (False, 2)
        assert "In part for the goal" in filled
        emptied = served.send(client, f"{here}/out/{first}").text
        assert len(of(emptied)) == 3
        assert served.send(client, f"{here}/remove").status_code == 200
        assert client.get(here).status_code == 404

    assert served.holding().opened().collections == ()
    assert len(served.holding().entries()) == 3


def test_a_collection_for_a_job_keeps_what_the_job_asks_for(served: Served) -> None:
    with inside(served) as client:
        piece = served.send(client, "/audit", text=JOB).url.path.rpartition("/")[2]
        begun(served, client, piece=piece)

    (kept,) = served.holding().opened().collections
    assert kept.posting == JOB


def test_own_words_are_marked_as_such_and_go_along_only_when_they_are_chosen(served: Served) -> None:
    whom = {"audience": "employer.example", "challenge": "7f3a"}
    with inside(served) as client:
        here = begun(served, client)
        credential = of(client.get(here).text)[0]
        served.send(client, f"{here}/add", credential=credential)
        page = served.send(client, f"{here}/narrative", said="I like tables.").text
        assert "It is shown as your own word everywhere" in page
        shown = [served.send(client, f"{here}/present", **whom, **more) for more in ({}, {"narrative": "1"})]
        plain, told = (Presented.parse(client.get(f"{each.url}/file").content) for each in shown)
        made = served.send(client, f"{here}/make/page", documents="1").text
        statement = json.loads(served.send(client, f"{here}/make/statement").text)
        listed = json.loads(served.send(client, f"{here}/make/resume").text)

    assert len(plain.shown) == len(listed["certificates"]) == 1
    assert plain.statement.notes == ()
    assert [note.text for note in told.statement.notes] == [statement["credentialSubject"]["description"]] == ["I like tables."]
    assert "Self-asserted: said by the holder" in made


def test_nothing_is_presented_of_an_empty_collection_or_to_nobody(served: Served) -> None:
    with inside(served) as client:
        here = begun(served, client)
        nobody = served.send(client, f"{here}/present", audience="", challenge="1")
        nothing = served.send(client, f"{here}/present", audience="a", challenge="1")
        again = served.send(client, "/collections", name="ANALYST")

    assert [each.status_code for each in (nobody, nothing, again)] == [422, 422, 422]


def test_every_doubt_has_words_for_the_page() -> None:
    assert set(DOUBTS) == set(Doubtful)
