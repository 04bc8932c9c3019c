"""Links as learners open them: in a browser, and with the wallet's own command over HTTP."""

import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import httpx
import pytest

from laurea.cli.main import main
from laurea.services.holding import Holding
from laurea.storage.issuer.tables import Access
from laurea.storage.wallet import Kdf
from tests.services.issuing_world import on_sqlite
from tests.web.conftest import Api

pytestmark = on_sqlite

PASSPHRASE = "correct horse battery staple"
CHEAP = Kdf(memory=8 << 10, passes=1, lanes=1)
ADA = {"learner": "L-1", "name": "Ada", "achievement": "sql", "email": "ada@example.org"}
BROWSER = {"Accept": "text/html"}


@dataclass
class Wallet:
    """A learner's wallet, used by its command."""

    holding: Holding
    did: str
    run: Callable[..., int]


@pytest.fixture
def wallet(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Wallet:
    return made(tmp_path / "wallet.laurea", monkeypatch)


def made(path: Path, monkeypatch: pytest.MonkeyPatch) -> Wallet:
    holding = Holding(path, PASSPHRASE, CHEAP)
    did = holding.new(at=datetime(2026, 11, 25, tzinfo=UTC))
    monkeypatch.setenv("LAUREA_WALLET_PASSPHRASE", PASSPHRASE)
    monkeypatch.chdir(path.parent)

    def run(*arguments: str) -> int:
        monkeypatch.setattr("sys.argv", ["laurea", "wallet", *arguments, "--wallet", str(path)])
        with pytest.raises(SystemExit) as ended:
            main()
        return int(ended.value.code or 0)

    return Wallet(holding, did, run)


def enrol(api: Api) -> str:
    credential: str = api.post("/v1/credentials", ADA)["credentials"][0]
    return credential


def link(api: Api, credential: str) -> str:
    url: str = api.post(f"/v1/credentials/{credential}/link", None)["url"]
    return url


def test_from_the_invitation_to_the_wallet(known: Api, wallet: Wallet, capsys: pytest.CaptureFixture[str]) -> None:
    credential = enrol(known)
    assert known.get(f"/v1/credentials/{credential}")["waitsUntil"] is not None
    invitation = link(known, credential)
    assert invitation.startswith(f"{known.url}/invitations/")

    assert wallet.run("receive", invitation) == 0
    assert "Example University will issue SQL to this wallet" in capsys.readouterr().err
    assert known.get(f"/v1/credentials/{credential}")["holder"] == wallet.did
    assert wallet.run("receive", invitation) == 2
    assert "was used already" in capsys.readouterr().err

    known.world.run()
    assert wallet.run("receive", link(known, credential)) == 0
    said = capsys.readouterr()
    assert (said.out.strip(), "names no holder" in said.err) == (credential, False)
    (entry,) = wallet.holding.entries()
    assert entry.bound


def test_an_issuer_may_know_a_wallet_by_a_key_that_nobody_else_knows(
    known: Api, wallet: Wallet, capsys: pytest.CaptureFixture[str]
) -> None:
    credential = enrol(known)
    assert wallet.run("receive", link(known, credential), "--own-key") == 0
    own = known.get(f"/v1/credentials/{credential}")["holder"]
    assert own != wallet.did
    assert [(each.key.did, each.origin) for each in wallet.holding.opened().issuer_keys] == [(own, known.url)]

    known.world.run()
    claim = link(known, credential)
    assert wallet.run("receive", claim, "--wallet-key") == 2
    assert "the credential belongs to another wallet" in capsys.readouterr().err
    assert wallet.run("receive", claim) == 0  # by the key that this issuer knows
    (entry,) = wallet.holding.entries()
    assert entry.bound
    assert entry.credential.subject_id == own


def test_another_wallet_gets_nothing_and_uses_nothing_up(
    known: Api, wallet: Wallet, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    credential = known.post("/v1/credentials", {**ADA, "holder": wallet.did})["credentials"][0]
    known.world.run()
    claim = link(known, credential)
    (tmp_path / "other").mkdir()

    assert made(tmp_path / "other/wallet.laurea", monkeypatch).run("receive", claim) == 2
    assert wallet.run("receive", claim) == 0


def test_a_browser_shows_the_page_as_often_as_it_likes_and_downloads_once(known: Api) -> None:
    credential = enrol(known)
    invitation = link(known, credential)
    page = known.ask("GET", invitation.removeprefix(known.url), who=None, headers=BROWSER)
    assert (page.status_code, invitation in page.text, "Example University" in page.text) == (200, True, True)
    assert "ada@" not in page.text.lower()
    assert "L-1" not in page.text
    assert page.headers["content-security-policy"].startswith("default-src 'none'")

    bind = known.ask(
        "PUT", f"/v1/credentials/{credential}", json={**ADA, "holder": "did:key:z6MkhaXgBZDvotDkL5257faiztiGiC2QtKLGpbnnEGta2doK"}
    )
    assert bind.status_code == 200, bind.text
    known.world.run()
    claim = link(known, credential).removeprefix(known.url)
    for _ in range(3):
        assert known.ask("GET", claim, who=None, headers=BROWSER).status_code == 200
    foreign = {**BROWSER, "Sec-Fetch-Site": "cross-site"}
    assert known.ask("POST", f"{claim}/credential", who=None, headers=foreign).status_code == 403
    file = known.ask("POST", f"{claim}/credential", who=None, headers={**BROWSER, "Sec-Fetch-Site": "same-origin"})
    assert file.headers["content-disposition"] == 'attachment; filename="credential.json"'
    assert json.loads(file.content)["id"] == credential
    gone = known.ask("POST", f"{claim}/credential", who=None, headers=BROWSER)
    assert (gone.status_code, "was used already" in gone.text) == (404, True)


def test_links_take_a_registrar_and_their_tokens_are_in_no_log(known: Api) -> None:
    credential = enrol(known)
    assert known.ask("POST", f"/v1/credentials/{credential}/link", who=Access.AUDITOR).status_code == 403
    token = link(known, credential).rpartition("/")[2]
    known.ask("GET", f"/invitations/{token}", who=None)
    known.ask("POST", f"/invitations/{token}", who=None, json={})
    assert known.ask("POST", f"/v1/credentials/{credential}/mail").status_code == 202

    log = known.log.read_text()
    assert token not in log
    assert '"route": "/invitations/{token}"' in log
    assert token.encode() not in known.world.dump()


@pytest.mark.parametrize("body", [{"verifiablePresentation": {}}, {"verifiablePresentation": {"holder": "x"}}, {"more": 1}, []])
def test_what_a_wallet_never_says_is_refused(known: Api, body: object) -> None:
    token = link(known, enrol(known)).rpartition("/")[2]
    assert known.ask("POST", f"/invitations/{token}", who=None, json=body).status_code == 422
    assert known.ask("POST", f"/claims/{token}", who=None, json=body).status_code in (404, 422)


def test_a_wallet_signs_for_no_other_host_than_that_of_the_link(known: Api, wallet: Wallet, capsys: pytest.CaptureFixture[str]) -> None:
    invitation = link(known, enrol(known))
    elsewhere = invitation.replace("127.0.0.1", "localhost")

    assert wallet.run("receive", elsewhere) == 2
    assert "asks for a signature for another host: nothing was signed" in capsys.readouterr().err
    assert wallet.run("receive", "http://example.org/claims/x") == 2
    assert "not https" in capsys.readouterr().err
    assert wallet.run("receive", f"{known.url}/v1/me") == 2


def test_a_page_that_is_wrong_says_so_as_a_page(known: Api) -> None:
    answer = known.ask("GET", "/claims/none", who=None)
    assert answer.status_code == 404
    assert answer.headers["content-type"].startswith("text/html")
    assert re.search(r"<h1>[^<]+</h1>", answer.text)
    with httpx.Client(trust_env=False) as client:
        style = client.get(f"{known.url}/static/style.css")
    assert (style.status_code, style.headers["content-type"]) == (200, "text/css; charset=utf-8")
