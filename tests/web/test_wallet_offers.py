"""Offers on the wallet's pages: shown before they are taken, looked at before they are kept, waited for on a page of their own."""

import html
import json
import re
from base64 import b64decode
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest

from laurea.storage.wallet import Wallet
from tests.offers.hostile import CREDENTIAL, DEFERRED, NOTIFICATION, TOKEN, Hostile, answering, honest
from tests.offers.issuer import Issuer, issuing
from tests.released import badge, release
from tests.web.wallet_world import Served, serving_wallet, wallet_with

CODE = {"code": "4711", "asked": {"input_mode": "numeric", "length": 4, "description": "in <the> mail"}}
SOMEBODY = "did:key:z6MkhaXgBZDvotDkL5257faiztiGiC2QtKLGpbnnEGta2doK"


@pytest.fixture(scope="module")
def issuer() -> Iterator[Issuer]:
    with issuing() as running:
        yield running


@pytest.fixture
def served(tmp_path: Path) -> Iterator[Served]:
    wallet_with(tmp_path / "wallet.laurea")
    with serving_wallet(tmp_path / "wallet.laurea", tmp_path / "log") as served:
        yield served


@pytest.fixture
def client(served: Served) -> Iterator[httpx.Client]:
    with served.client(unlock=True) as client:
        yield client


@pytest.fixture
def hostile(served: Served) -> Iterator[Hostile]:
    with answering() as place:
        place.replies = honest(place.url, json.loads(release([badge(1, kept(served).key.did)])[0]))
        yield place


def kept(served: Served) -> Wallet:
    return served.holding().opened()


def pasted(served: Served, client: httpx.Client, link: str) -> httpx.Response:
    return served.send(client, "/add/text", text=link)


def took(served: Served, client: httpx.Client, shown: httpx.Response, **fields: str) -> httpx.Response:
    """Send the form of an offer, as it stands on its page."""
    assert shown.status_code in (200, 422), shown.text
    hidden = {name: html.unescape(value) for name, value in re.findall(r'name="(offer|origin)" value="([^"]*)"', shown.text)}
    return served.send(client, "/add/offer", **hidden, **fields)


def at(served: Served, answer: httpx.Response) -> str:
    """Return where an answer leads to."""
    assert answer.status_code == 303, answer.text
    return answer.headers["location"].removeprefix(served.service.door.place)


def test_an_offer_is_shown_taken_looked_at_and_kept(served: Served, client: httpx.Client, issuer: Issuer) -> None:
    shown = pasted(served, client, issuer.make(configurations=["badge", "mdoc"], byReference=True).link)
    assert f'The offer comes from <strong translate="no">{issuer.host}</strong>' in shown.text
    assert "Example University" in shown.text
    assert "A badge (ldp_vc)" in shown.text
    assert re.search("does not take it in this form:.*mdoc", shown.text)
    here = at(served, took(served, client, shown))
    page = client.get(here).text
    assert "Nothing ties the issuer that it names to who offered it" in page
    assert (kept(served).held, issuer.seen("notified")) == ((), [])
    assert at(served, served.send(client, f"{here}/accept")).startswith("/credentials/")
    assert b"Statistics" in kept(served).held[0].document
    assert issuer.seen("notified")[-1]["event"] == "credential_accepted"

    here = at(served, took(served, client, pasted(served, client, issuer.make().link)))
    served.send(client, f"{here}/decline")
    assert issuer.seen("notified")[-1]["event"] == "credential_deleted"
    assert len(kept(served).held) == 1


def test_several_are_looked_at_together(served: Served, client: httpx.Client, issuer: Issuer) -> None:
    here = at(served, took(served, client, pasted(served, client, issuer.make(configurations=["badge", "jwt"]).link)))
    assert "2 credentials came" in client.get(here).text
    served.send(client, f"{here}/accept")
    assert len(kept(served).held) == 2
    assert len(issuer.seen("notified")) >= 2


def test_the_code_is_asked_for_and_may_be_typed_again(served: Served, client: httpx.Client, issuer: Issuer) -> None:
    shown = pasted(served, client, issuer.make(txCode=CODE).link)
    assert 'inputmode="numeric"' in shown.text
    assert "in &lt;the&gt; mail" in shown.text
    for code, said in (("", "The issuer wants the code"), ("4712", "It is wrong, was used already")):
        answer = took(served, client, shown, code=code)
        assert (answer.status_code, said.lower() in answer.text.lower()) == (422, True), answer.text
        shown = answer
    assert at(served, took(served, client, shown, code=" 4711 ")).startswith("/add/")


def test_a_key_for_this_issuer_alone_can_be_chosen(served: Served, client: httpx.Client, issuer: Issuer) -> None:
    took(served, client, pasted(served, client, issuer.make().link), key="own")
    (own,) = kept(served).issuer_keys
    assert own.origin == issuer.url


def test_what_is_deferred_waits_on_a_page_and_is_asked_for_by_a_button(served: Served, client: httpx.Client, issuer: Issuer) -> None:
    assert "You wait for nothing now" in client.get("/waiting").text
    assert "/waiting" not in client.get("/").text
    answer = took(served, client, pasted(served, client, issuer.make(deferred=1, interval=30).link))
    assert at(served, answer) == "/waiting"
    page = client.get("/waiting").text
    assert "Your wallet remembers where to ask for it" in page
    assert "may be asked again from" in page
    assert '/collect"' not in page
    assert "You wait for 1 credential" in client.get("/").text
    assert "/waiting" in client.get("/add").text

    served.ahead[0] = timedelta(seconds=40)
    button = button_of(client)
    assert at(served, served.send(client, button)) == "/waiting"
    served.ahead[0] = timedelta(seconds=80)
    where = at(served, served.send(client, button))
    assert where.startswith("/credentials/")
    page = client.get(where).text
    assert "It is in your wallet now" in page
    assert f"It was offered by {issuer.host}, and nothing ties its issuer to that" in page
    assert (kept(served).waiting, len(kept(served).held)) == ((), 1)


def button_of(client: httpx.Client) -> str:
    found = re.search(r'action="[^"]*(/waiting/[0-9a-f]{16}/collect)"', client.get("/waiting").text)
    assert found is not None
    return found[1]


@pytest.mark.parametrize(
    ("denied", "said"), [(True, "The issuer will not issue this credential"), (False, "The permission to fetch it ended on")]
)
def test_what_will_not_come_says_so_and_can_be_removed(
    served: Served, client: httpx.Client, issuer: Issuer, denied: bool, said: str
) -> None:
    took(served, client, pasted(served, client, issuer.make(deferred=0, denied=denied).link))
    served.ahead[0] = timedelta(hours=0 if denied else 1, seconds=10)
    if denied:
        assert said in served.send(client, button_of(client)).text
    page = client.get("/waiting").text
    assert said in page
    name = re.search(r"/waiting/([0-9a-f]{16})/remove", page)
    assert name is not None
    assert at(served, served.send(client, f"/waiting/{name[1]}/remove")) == "/waiting"
    assert kept(served).waiting == ()
    assert served.send(client, f"/waiting/{name[1]}/collect").status_code == 404


def test_what_was_issued_to_somebody_else_is_not_kept_and_not_lost(served: Served, client: httpx.Client, issuer: Issuer) -> None:
    here = at(served, took(served, client, pasted(served, client, issuer.make(holder=SOMEBODY).link)))
    page = client.get(here).text
    assert "receive it into the wallet that it was issued to" in page.lower()
    assert "Accept" not in page
    took(served, client, pasted(served, client, issuer.make(holder=SOMEBODY, deferred=0).link))
    served.ahead[0] = timedelta(seconds=10)
    answer = served.send(client, button_of(client))
    found = re.search(r'href="data:application/vc;base64,([^"]*)"', answer.text)
    assert found is not None
    assert SOMEBODY.encode() in b64decode(found[1])
    assert kept(served).held == ()


def test_what_is_no_credential_is_handed_out_all_the_same(served: Served, client: httpx.Client, hostile: Hostile) -> None:
    hostile.replies[CREDENTIAL] = 200, {"credentials": [{"credential": {"a": "b"}}]}
    answer = took(served, client, pasted(served, client, hostile.link()))
    assert answer.status_code == 422
    assert "data:application/vc;base64," in answer.text


def test_not_all_that_was_offered_may_come(served: Served, client: httpx.Client, hostile: Hostile) -> None:
    kinds = hostile.metadata["credential_configurations_supported"]
    kinds["other"] = {**kinds["badge"], "format": "jwt_vc_json"}
    shown = pasted(served, client, hostile.link(credential_configuration_ids=["badge", "other"]))
    page = client.get(at(served, took(served, client, shown))).text
    assert "Not all that was offered came. the issuer delivered something else" in page


def test_what_waits_is_kept_though_the_wallet_is_locked_meanwhile(served: Served, client: httpx.Client, hostile: Hostile) -> None:
    def locking(handler: Any) -> None:
        served.lock.lock()
        text = json.dumps({"transaction_id": "x-1", "interval": 5}).encode()
        handler.send_response(202)
        handler.send_header("Content-Length", str(len(text)))
        handler.end_headers()
        handler.wfile.write(text)

    shown = pasted(served, client, hostile.link())
    hostile.replies[CREDENTIAL] = locking
    took(served, client, shown)
    assert [each.transaction_id for each in kept(served).waiting] == ["x-1"]


def test_an_offer_is_taken_by_a_form_of_ours_alone(served: Served, client: httpx.Client, hostile: Hostile) -> None:
    shown = pasted(served, client, hostile.link())
    hidden = {name: html.unescape(value) for name, value in re.findall(r'name="(offer|origin)" value="([^"]*)"', shown.text)}
    assert client.post("/add/offer", data=hidden).status_code == 403
    assert served.send(client, "/add/offer", offer="{}", origin="x").status_code == 422
    assert not {TOKEN, CREDENTIAL, DEFERRED, NOTIFICATION} & set(hostile.paths)


@pytest.mark.parametrize(("link", "status", "said"), [
    ("openid-credential-offer://?credential_offer=x", 422, "This did not work"), ("openid-credential-offer://", 422, "The link has no offer in it"),
    ("openid-credential-offer://?credential_offer_uri=http://issuer.example/o", 422, "The link is not https"),
    ("openid-credential-offer://?credential_offer_uri=https://127.0.0.1:1/o", 503, "Nobody answered"),
])  # fmt: skip
def test_what_is_no_offer_says_so(served: Served, client: httpx.Client, link: str, status: int, said: str) -> None:
    answer = pasted(served, client, link)
    assert (answer.status_code, said in answer.text) == (status, True), answer.text


def test_nothing_of_an_offer_is_in_the_log(served: Served, client: httpx.Client, issuer: Issuer) -> None:
    made = issuer.make(byReference=True)
    took(served, client, pasted(served, client, made.link))
    log = served.log.read_text()
    assert made.page.rpartition("/")[2] not in log
    assert issuer.host not in log
