"""What can be dropped into the wallet: files and pictures that carry a credential; it is looked at before it is kept, or left."""

import json
import re
from base64 import b64decode
from collections.abc import Iterator
from contextlib import AbstractContextManager
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path

import httpx
import pytest

from laurea.artefacts import baking, certificate, drawing, qr
from laurea.artefacts.carrier import MAX_FILE
from laurea.artefacts.certificate import Checking
from laurea.artefacts.fonts import Fonts
from laurea.core import canonical, qr_text
from laurea.core.credential import Credential
from laurea.core.disclosure import derive
from laurea.core.proof import DerivedProof, anchor_proof
from laurea.core.summary import Summary
from laurea.services import sharing
from laurea.services.holding import Holding
from laurea.web.wallet.card import name_of
from laurea.web.wallet.lock import Lock
from tests.released import release
from tests.web.issuing_once import issuing
from tests.web.share_host import share_host
from tests.web.wallet_world import Served, badge, serving_wallet, wallet_with

TITLE = "Statistics"
NOON = datetime(2026, 11, 26, 12, tzinfo=UTC)


@pytest.fixture
def served(tmp_path: Path) -> Iterator[Served]:
    wallet_with(tmp_path / "wallet.laurea", "First Aid")
    with serving_wallet(tmp_path / "wallet.laurea", tmp_path / "log") as served:
        yield served


def credential(subject: str | None = None) -> bytes:
    return release([badge(9, subject, TITLE)])[0]


def partial(data: bytes) -> bytes:
    return canonical.encode(derive(Credential.parse(data), lambda pointer: "result" not in pointer).secured())


def pdf(data: bytes) -> bytes:
    summary = Summary.of(Credential.parse(data).document)
    return certificate.draw(data, summary, language="en", at=datetime(2026, 11, 26, tzinfo=UTC), checking=Checking(), fonts=Fonts.of())


def test_every_kind_of_file_can_be_dropped(served: Served) -> None:
    data = release([{**badge(9, None, TITLE), "name": "S"}])[0]
    forms = [data, baking.bake(drawing.svg(TITLE), data), pdf(data), qr.draw(qr_text.to_text(partial(data)), "png")]
    with served.client(unlock=True) as client:
        for form in forms:
            assert TITLE in follow(served, client, drop(served, client, form))


def test_a_picture_without_anything_says_what_to_do(served: Served) -> None:
    with served.client(unlock=True) as client:
        answer = drop(served, client, drawing.png(TITLE, Fonts.of()))
        assert answer.status_code == 422
        assert "take the original" in answer.text


def drop(served: Served, client: httpx.Client, data: bytes) -> httpx.Response:
    return client.post("/add/file", data={"form_token": served.form_token(client)}, files={"file": ("x", data)})


def follow(served: Served, client: httpx.Client, answer: httpx.Response) -> str:
    assert answer.status_code == 303, answer.text
    return client.get(answer.headers["location"].removeprefix(served.service.door.place)).text


def test_what_is_declined_is_nowhere_and_what_is_accepted_is_kept_to_the_byte(served: Served) -> None:
    data = credential()
    with served.client(unlock=True) as client:
        answer = drop(served, client, data)
        page = follow(served, client, answer)
        assert TITLE in page
        assert "Nothing is kept yet" in page
        here = answer.headers["location"].removeprefix(served.service.door.place)
        assert client.get(f"{here}/file").content == data
        assert "Nothing was kept" in follow(served, client, served.send(client, f"{here}/decline"))
        assert client.get(here).status_code == 404
        assert len(served.holding().entries()) == 1

        answer = drop(served, client, data)
        here = answer.headers["location"].removeprefix(served.service.door.place)
        assert TITLE in follow(served, client, served.send(client, f"{here}/accept"))
        assert [entry.held.document for entry in served.holding().entries()][1:] == [data]
        assert "Your wallet has it already" in follow(served, client, drop(served, client, data))


def test_what_waits_is_forgotten_when_the_wallet_locks(served: Served) -> None:
    with served.client(unlock=True) as client:
        here = drop(served, client, credential()).headers["location"].removeprefix(served.service.door.place)
        served.send(client, "/lock")
        served.send(client, "/unlock", passphrase="glacier typist nickel oboe")
        assert client.get(here).status_code == 404


def test_a_check_is_kept_as_of_when_it_was_made_and_undoes_no_later_one(served: Served) -> None:
    data = credential()
    with served.client(unlock=True) as client:
        here = drop(served, client, data).headers["location"].removeprefix(served.service.door.place)
        checked = served.lock.tray.get(here.removeprefix("/add/")).checked
        served.ahead[0] += timedelta(hours=3)
        assert checked is not None
        assert served.service.languages.chosen(None, "en").moment(checked) in client.get(here).text
        assert "just now" not in client.get(here).text
        served.send(client, f"{here}/accept")
        kept = served.holding().entries()[1].held.checked
        assert kept is not None
        assert kept.at == checked

        here = drop(served, client, data).headers["location"].removeprefix(served.service.door.place)
        served.ahead[0] += timedelta(hours=1)
        found = {**kept.report, "verdict": "valid", "headline": "found later"}
        served.holding().keep_checks({sha256(data).digest(): found}, at=served.service.now())
        served.send(client, f"{here}/accept")
        later = served.holding().entries()[1].held.checked
        assert later is not None
        assert later.report["headline"] == "found later"


@pytest.mark.parametrize(("brought", "locks"), [(credential(), True), (b'{"type": "VerifiableCredential"}', False)])
def test_what_a_link_hands_out_once_is_not_lost_though_the_wallet_locks_or_cannot_read_it(
    served: Served, brought: bytes, locks: bool
) -> None:
    def meanwhile() -> None:
        if locks:
            served.lock.lock()

    with issuing(brought, meanwhile) as link, served.client(unlock=True) as client:
        answer = served.send(client, "/add/answer", link=link)
        assert (answer.status_code, served.lock.is_open) == (422, not locks)
        found = re.search(r'href="data:application/vc;base64,([^"]*)" download="credential.json"', answer.text)
        assert found is not None
        assert b64decode(found[1]) == brought
        assert "Download what it brought" in answer.text


def test_a_link_says_whom_it_leads_to_and_nothing_that_only_looks_like_it(served: Served) -> None:
    with served.client(unlock=True) as client:
        for link in ("https://badges.example.edu@127.0.0.1:1/claims/x", "https://[::1/claims/x"):
            answer = served.send(client, "/add/text", text=link)
            assert (answer.status_code, "This link is none that a wallet can answer" in answer.text) == (422, True)


@pytest.mark.parametrize(("path", "fields"), [("remove", {}), ("note", {"said": "mine"})])
def test_another_computer_that_takes_a_credential_out_meanwhile_moves_no_hand_to_a_wrong_one(
    served: Served, monkeypatch: pytest.MonkeyPatch, path: str, fields: dict[str, str]
) -> None:
    holding = served.holding()
    for number in (2, 3):
        holding.receive(release([badge(number, holding.opened().key.did, f"Title {number}")])[0], at=NOON)
    first, second, third = holding.entries()
    opened = Lock.holding

    def meanwhile(lock: Lock) -> AbstractContextManager[Holding]:
        holding.remove(first.lasting_name, at=NOON)
        return opened(lock)

    with served.client(unlock=True) as client:
        monkeypatch.setattr(Lock, "holding", meanwhile)
        served.send(client, f"/credentials/{name_of(second)}/{path}", **fields)
    left = {entry.held.digest: entry.note for entry in holding.entries()}
    assert left == ({third.held.digest: ""} if path == "remove" else {second.held.digest: "mine", third.held.digest: ""})


def test_what_belongs_to_another_wallet_is_refused_in_plain_words(served: Served) -> None:
    with served.client(unlock=True) as client:
        page = follow(served, client, drop(served, client, credential("did:key:z6MkhaXgBZDvotDkL5257faiztiGiC2QtKLGpbnnEGta2doK")))
        assert "It cannot be kept in this wallet" in page
        assert "Receive it into the wallet that it was issued to" in page
        assert "Accept" not in page


@pytest.mark.parametrize(("text", "status", "said"), [
    ("", 422, "Nothing was pasted"), ("{", 422, "This did not work"), ("http://badges.example.edu/claims/x", 422, "The link is not https"),
    ('{"type": "Assertion", "@context": "https://w3id.org/openbadges/v2"}', 422, "Open Badges 2.0"), ("https://127.0.0.1:1/claims/x", 503, "Nobody answered"),
])  # fmt: skip
def test_what_is_none_says_so(served: Served, text: str, status: int, said: str) -> None:
    with served.client(unlock=True) as client:
        answer = served.send(client, "/add/text", text=text)
        assert (answer.status_code, said in answer.text) == (status, True), answer.text
        assert drop(served, client, b"").status_code == 422
        assert drop(served, client, bytes(MAX_FILE + 1)).status_code == 413


def test_a_part_is_shared_by_a_link_that_the_wallet_ends(served: Served, tmp_path: Path) -> None:
    with share_host(tmp_path / "host") as host, served.client(unlock=True) as client:
        name = served.lock.opened().entries[0].held.digest.hex()[:16]
        form = {"host": host.url, "days": "1", "label": "Ms. Zimmermann"}
        answer = served.send(client, f"/credentials/{name}/share", **form)
        assert "Ms. Zimmermann" in follow(served, client, answer)
        (shared,) = served.holding().opened().shared
        document = sharing.fetch(shared.url)
        assert b"First Aid" not in document  # nothing was ticked: only what is always seen
        assert "Ms. Zimmermann" in client.get("/shares").text
        link = answer.headers["location"].removeprefix(served.service.door.place)
        assert "It was opened 1 time" in served.send(client, f"{link}/views").text
        assert "The link has ended" in follow(served, client, served.send(client, f"{link}/end"))
        assert served.holding().opened().shared == ()
        assert served.send(client, f"/credentials/{name}/share", host="ftp://x").status_code == 422
        assert client.get(link).status_code == 404


def test_a_link_that_others_shared_is_looked_at_like_a_file(served: Served, tmp_path: Path) -> None:
    with share_host(tmp_path / "host") as host, served.client(unlock=True) as client:
        made = sharing.share(partial(credential()), host.url)
        assert TITLE in follow(served, client, served.send(client, "/add/text", text=made.url))


def test_artefacts_and_a_resume_are_made_of_what_is_held(served: Served) -> None:
    with served.client(unlock=True) as client:
        (entry,) = served.lock.opened().entries
        name, data = entry.held.digest.hex()[:16], entry.held.document
        for kind in ("png", "svg"):
            made = f"/credentials/{name}/make/{kind}"
            part = Credential.parse(baking.extract(served.send(client, made).content).data)
            assert isinstance(anchor_proof(part), DerivedProof), "the seed stays in the wallet"
            assert "result" not in json.dumps(part.document), "what is not chosen is hidden"
            assert baking.extract(served.send(client, made, complete="1").content).data == data
        links = served.send(client, f"/credentials/{name}/make/links", address="https://share.example.edu/s/x#k=1&y")
        assert "https://www.linkedin.com/profile/add?startTask=CERTIFICATION_NAME&amp;name=First%20Aid" in links.text
        assert "https%3A%2F%2Fshare.example.edu%2Fs%2Fx%23k%3D1%26y" in links.text
        assert served.send(client, f"/credentials/{name}/make/links", address="http://x").status_code == 422
        assert "First Aid" in served.send(client, "/resume/html").text
        assert served.send(client, "/resume/json").json()["certificates"][0]["name"] == "First Aid"
