"""Transcripts of `laurea wallet receive OFFER`, `waiting` and `collect`, with an issuer that others wrote and with hostile ones."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from laurea.artefacts import qr
from laurea.cli import wallet_offers
from laurea.errors import InputError
from laurea.services.holding import Holding, waiting
from tests.cli.test_wallet import CHEAP, PASSPHRASE, VARIABLE, Desk
from tests.cli.test_wallet_file import Terminal
from tests.offers.hostile import CREDENTIAL, DEFERRED, NOTIFICATION, TOKEN, Hostile, answering, honest
from tests.offers.issuer import Issuer, issuing
from tests.released import badge, release

CODE = {"code": "4711", "asked": {"input_mode": "numeric", "length": 4, "description": "in the mail"}}
SOMEBODY = "did:key:z6MkhaXgBZDvotDkL5257faiztiGiC2QtKLGpbnnEGta2doK"


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> Desk:
    return Desk(tmp_path, monkeypatch, capfd)


@pytest.fixture(scope="module")
def issuer() -> Iterator[Issuer]:
    with issuing() as running:
        yield running


@pytest.fixture
def hostile(desk: Desk) -> Iterator[Hostile]:
    with answering() as place:
        place.replies = honest(place.url, json.loads(release([badge(1, desk.did)])[0]))
        yield place


@pytest.fixture
def ahead(monkeypatch: pytest.MonkeyPatch) -> list[timedelta]:
    """How far the clock of the commands is ahead."""
    found = [timedelta()]
    monkeypatch.setattr(wallet_offers, "now", lambda: datetime.now(UTC).replace(microsecond=0) + found[0])
    return found


def held(desk: Desk) -> list[bytes]:
    return [each.document for each in Holding(desk.path, PASSPHRASE, CHEAP).opened().held]


def test_an_offer_is_shown_and_taken(desk: Desk, issuer: Issuer) -> None:
    link = issuer.make(configurations=["badge", "mdoc"]).link
    shown = desk.run("receive", link, "--preview")
    assert (shown.returncode, shown.stdout) == (0, (
        f"{issuer.host} offers (it calls itself Example University):\n   A badge (ldp_vc), as it calls it\n"
        "   mdoc, in a format that this wallet does not take: it is left out\n"
    ))  # fmt: skip
    done = desk.run("receive", link, "--yes")
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("urn:uuid:")
    lines = done.stderr.splitlines()
    assert lines[0] == f"laurea: {issuer.host} offers (it calls itself Example University):"
    assert lines[3] == "laurea: kept number 1: Statistics"
    assert lines[5].startswith(f"laurea: warning: it was offered by {issuer.host}, and nothing ties its issuer did:key:")
    assert (len(held(desk)), desk.did.encode() in held(desk)[0]) == (1, True)
    assert "used already" in desk.refused("receive", link, "--yes")


@pytest.mark.parametrize("form", ["page", "picture", "stdin"])
def test_an_offer_comes_as_a_link_a_picture_or_on_stdin(desk: Desk, issuer: Issuer, form: str) -> None:
    made = issuer.make(byReference=True)
    (desk.folder / "code.png").write_bytes(qr.draw(made.link, "png"))
    source = {"page": made.page, "picture": "code.png", "stdin": "-"}[form]
    done = desk.run("receive", source, "--yes", stdin=made.link.encode() + b"\n")
    assert done.returncode == 0, done.stderr
    assert len(held(desk)) == 1


def test_nobody_takes_an_offer_unasked(desk: Desk, hostile: Hostile) -> None:
    assert "hint: pass --yes" in desk.refused("receive", hostile.link())
    assert TOKEN not in hostile.paths


def test_at_a_terminal_it_is_asked_and_the_code_is_typed(desk: Desk, issuer: Issuer) -> None:
    terminal = Terminal(desk.folder, "receive", issuer.make(txCode=CODE).link, **{VARIABLE: PASSPHRASE})
    assert f"{issuer.host} offers" in terminal.until(f"take this from {issuer.host}?")
    terminal.answer("y")
    terminal.until("the code that the issuer sent you (4 digits; the issuer says: in the mail)")
    terminal.answer("4711")
    terminal.until("kept number 1: Statistics")
    assert terminal.end() == 0


def test_a_code_comes_from_a_file_where_there_is_no_terminal(desk: Desk, issuer: Issuer) -> None:
    link = issuer.make(txCode=CODE).link
    assert "hint: pass --tx-code-file FILE" in desk.refused("receive", link, "--yes")
    (desk.folder / "code").write_text("1234\n")
    assert "hint: look at the code that the issuer sent you" in desk.refused("receive", link, "--yes", "--tx-code-file", "code")
    (desk.folder / "code").write_bytes(b"\xff")
    assert "is not UTF-8" in desk.refused("receive", link, "--yes", "--tx-code-file", "code")
    (desk.folder / "code").write_text("4711\n")
    desk.ok("receive", link, "--yes", "--tx-code-file", "code")


def test_a_key_for_this_issuer_alone_is_proven_when_it_is_wanted(desk: Desk, issuer: Issuer) -> None:
    desk.ok("receive", issuer.make().link, "--yes", "--own-key")
    kept = Holding(desk.path, PASSPHRASE, CHEAP).opened()
    (own,) = kept.issuer_keys
    assert own.origin == issuer.url
    assert own.key.did.encode() in kept.held[0].document


@pytest.mark.slow
def test_what_is_deferred_is_listed_collected_and_told(desk: Desk, issuer: Issuer, ahead: list[timedelta]) -> None:
    assert desk.run("waiting").stderr == "laurea: nothing is waited for\n"
    assert desk.run("collect").stderr == "laurea: nothing is waited for\n"
    assert "A badge (ldp_vc) comes later" in desk.run("receive", issuer.make(deferred=1, interval=30).link, "--yes").stderr
    desk.ok("receive", issuer.make(deferred=0, interval=30, denied=True).link, "--yes")
    (listed, _) = json.loads(desk.ok("waiting", "--json"))
    assert (listed["issuer"], listed["holder"], listed["state"]) == (f"{issuer.url}/tenant", desk.did, "early")

    before = issuer.seen("path").count("/tenant/deferred")
    assert desk.run("collect").stderr.count("not ready, to be asked for again from") == 2
    assert issuer.seen("path").count("/tenant/deferred") == before
    ahead[0] = timedelta(seconds=40)
    done = desk.run("collect")
    assert (done.returncode, done.stdout) == (2, "")
    assert "not ready, to be asked for again from" in done.stderr
    assert "error: the issuer will not issue this credential\nlaurea: hint: ask the issuer why" in done.stderr
    ahead[0] = timedelta(seconds=80)
    assert "laurea wallet collect asks for it" in desk.ok("waiting")
    done = desk.run("collect")
    assert (done.returncode, done.stdout[:9]) == (2, "urn:uuid:")
    assert "kept number 1: Statistics" in done.stderr
    listed = desk.ok("waiting")
    assert listed.startswith(f"1  A badge (ldp_vc) of {issuer.host}: refused: the issuer will not issue this credential; ")
    assert "is not waited for any more" in desk.run("waiting", "--remove", "1").stderr
    assert "not waited for any more" in desk.refused("waiting", "--remove", "1")


def test_a_permission_that_has_ended_says_so(desk: Desk, issuer: Issuer, ahead: list[timedelta]) -> None:
    desk.ok("receive", issuer.make(deferred=0).link, "--yes")
    ahead[0] = timedelta(hours=1)
    assert "the permission to fetch it has ended; ask the issuer for another offer" in desk.ok("waiting")
    assert desk.run("collect").returncode == 2


def test_what_was_issued_to_somebody_else_is_refused_and_not_lost(desk: Desk, issuer: Issuer, ahead: list[timedelta]) -> None:
    for more in ({}, {"deferred": 0}):
        done = desk.run("receive", issuer.make(holder=SOMEBODY, **more).link, "--yes")
        if more:
            ahead[0] = timedelta(seconds=10)
            done = desk.run("collect")
        assert done.returncode == 2
        assert f"was issued to {SOMEBODY}" in done.stderr
    assert held(desk) == []
    assert len(list(Path(desk.folder).glob("credential-*.json"))) == 2
    assert {each["event"] for each in issuer.seen("notified")[-2:]} == {"credential_failure"}


def test_what_can_be_kept_is_kept_though_the_rest_cannot(desk: Desk, hostile: Hostile) -> None:
    kinds = hostile.metadata["credential_configurations_supported"]
    kinds["other"] = {**kinds["badge"], "format": "jwt_vc_json"}
    kinds["third"] = {**kinds["badge"], "format": "jwt_vc_json"}
    done = desk.run("receive", hostile.link(credential_configuration_ids=["other", "badge", "third"]), "--yes")
    assert (done.returncode, len(held(desk))) == (2, 1)
    assert done.stderr.count("error: the issuer delivered something else") == 2
    assert hostile.body(NOTIFICATION) == {"event": "credential_accepted", "notification_id": "i-1"}


def test_what_an_issuer_says_moves_no_terminal(desk: Desk, hostile: Hostile) -> None:
    hostile.metadata["display"] = [{"name": "A\x1b[2J\u202eB"}]
    hostile.replies[CREDENTIAL] = 202, {"transaction_id": "x", "interval": 5}
    done = desk.run("receive", hostile.link(), "--yes")
    assert done.returncode == 0
    assert "\x1b" not in done.stderr
    assert "\u202e" not in done.stderr
    assert DEFERRED not in hostile.paths


def test_an_offer_that_wants_a_login_says_what_to_ask_for(desk: Desk, hostile: Hostile) -> None:
    said = desk.refused("receive", hostile.link(grants={"authorization_code": {}}), "--yes")
    assert "error: the offer wants you to log in at the issuer's site first" in said
    assert "hint: ask the issuer for an offer with a pre-authorised code" in said


def test_what_came_at_once_is_not_lost_with_what_cannot_be_noted(desk: Desk, hostile: Hostile, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> None:
        raise InputError("no space left on the device")

    monkeypatch.setattr(waiting, "keep", full)
    done = desk.run("receive", hostile.link(), "--yes")
    assert (done.returncode, len(held(desk))) == (2, 1)
    assert "error: no space left on the device" in done.stderr
