"""What a holder makes of a credential at the terminal, and that it comes back out of each form as what was put in."""

import json
import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from pypdf import PdfReader

from laurea.core.canonical import Json, JsonObject, parse
from laurea.core.credential import Credential
from laurea.core.proof import BaseProof, DerivedProof, anchor_proof
from laurea.services.holding import Holding
from laurea.storage.wallet import Checked
from tests.cli.test_wallet import CHEAP, NOON, PASSPHRASE, Desk
from tests.released import badge, release
from tests.web.share_host import ShareHost, share_host

SCORE = "canary77"


def latin(document: JsonObject) -> JsonObject:
    """Return a badge with a score, whose name our fonts have: a certificate in other scripts takes fonts of one's own."""
    subject = document["credentialSubject"]
    assert isinstance(subject, dict)
    achievement = subject["achievement"]
    assert isinstance(achievement, dict)
    result: list[Json] = [{"type": ["Result"], "value": SCORE}]
    return {**document, "credentialSubject": {**subject, "achievement": {**achievement, "name": "SQL — запросы"}, "result": result}}


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> Desk:
    made = Desk(tmp_path, monkeypatch, capfd)
    made.put(*release([latin(badge(number, made.did)) for number in (1, 2)]))
    return made


def again(desk: Desk, file: str) -> Credential:
    """Receive a file into a second wallet of the same keys; return what that keeps, alone."""
    other = desk.folder / "other.laurea"
    other.unlink(missing_ok=True)
    kept = Holding(desk.path, PASSPHRASE, CHEAP).opened()
    Holding(other, PASSPHRASE, CHEAP)
    other.write_bytes(desk.path.read_bytes())
    holding = Holding(other, PASSPHRASE, CHEAP)
    for _ in kept.held:
        holding.remove("1", at=NOON)
    desk.ok("receive", file, "--wallet", "other.laurea")
    (entry,) = holding.entries()
    return entry.credential


@pytest.mark.parametrize("command", [("bake", "a.png"), ("bake", "a.svg"), ("pdf", "a.pdf"), ("qr", "a.png")])
def test_what_was_made_of_a_credential_brings_it_back_without_what_was_hidden(desk: Desk, command: tuple[str, str]) -> None:
    desk.ok(command[0], "1", "--output", command[1], "--hide", "/credentialSubject/result")
    found = again(desk, command[1])

    assert isinstance(anchor_proof(found), DerivedProof)
    assert "result" not in json.dumps(found.document)
    assert SCORE not in json.dumps(found.secured())
    assert found.subject_id == desk.did


def test_the_page_of_a_certificate_tells_nothing_that_was_hidden(desk: Desk) -> None:
    desk.ok("pdf", "1", "--output", "all.pdf")
    desk.ok("pdf", "1", "--output", "part.pdf", "--hide", "/credentialSubject/result")
    whole, part = ("".join(page.extract_text() for page in PdfReader(desk.folder / name).pages) for name in ("all.pdf", "part.pdf"))

    assert (SCORE in whole, SCORE in part) == (True, False)
    assert "запросы" in part


@pytest.mark.parametrize("command", [("bake", "a.png"), ("bake", "a.svg"), ("pdf", "a.pdf")])
def test_a_complete_credential_is_carried_to_the_byte(desk: Desk, command: tuple[str, str]) -> None:
    desk.ok(command[0], "1", "--output", command[1], "--complete")

    assert isinstance(anchor_proof(again(desk, command[1])), BaseProof)
    kept = Holding(desk.path, PASSPHRASE, CHEAP).entries()[0].held.document
    assert Holding(desk.folder / "other.laurea", PASSPHRASE, CHEAP).entries()[0].held.document == kept
    assert "hides nothing" in desk.refused(command[0], "1", "--output", command[1], "--complete", "--hide", "/credentialSubject/result")


def test_the_text_of_a_code_can_be_received_as_well(desk: Desk) -> None:
    (desk.folder / "code.txt").write_text(desk.ok("qr", "2", "--hide", "/credentialSubject/result"))

    assert again(desk, "code.txt").id == "urn:uuid:00000000-0000-4000-8000-000000000002"


def test_links_for_elsewhere_are_printed(desk: Desk) -> None:
    url = desk.ok("linkedin", "1", "--url", "https://wallet.example/s/1")
    assert url.startswith("https://www.linkedin.com/profile/add?startTask=CERTIFICATION_NAME")
    assert "name=SQL%20%E2%80%94" in url or "name=SQL%20for%20Analysts%201" in url
    assert 'href="https://verifier.example/"' in desk.ok("embed", "1", "--verifier", "https://verifier.example/")


def test_a_resume_marks_what_was_found_valid_and_nothing_else(desk: Desk) -> None:
    report = {"verdict": "valid", "headline": "Issued by Example University, unaltered"}
    holding = Holding(desk.path, PASSPHRASE, CHEAP)
    holding.keep_checks({holding.entries()[0].held.digest: {**report, "checks": []}}, at=NOON)

    first, second = json.loads(desk.ok("resume"))["certificates"]
    assert "2026-11-23" in json.dumps(first)
    assert "not verified" not in json.dumps(first).lower()
    assert "not verified" in json.dumps(second).lower()
    assert "Issued by Example University" in desk.ok("resume", "1", "--html")
    assert "Issued by Example University" not in desk.ok("resume", "2", "--html")


@pytest.fixture
def host(tmp_path: Path) -> Iterator[ShareHost]:
    with share_host(tmp_path / "shares") as running:
        yield running


def test_a_link_is_shared_opened_counted_and_ended(desk: Desk, host: ShareHost) -> None:
    assert desk.run("links").stderr == "laurea: nothing is shared; laurea wallet share ID --host URL shares a credential\n"
    url = desk.ok("share", "1", "--host", host.url, "--days", "2", "--hide", "/credentialSubject/result").strip()
    assert re.fullmatch(re.escape(host.url) + r"/s/[\w-]{22}#k=[\w-]{43}", url)
    assert "opened 0 times" in desk.ok("links")

    assert "result" not in json.dumps(again(desk, url).document)
    (told,) = json.loads(desk.ok("links", "--json"))
    assert (told["number"], told["url"], told["credentials"]) == (1, url, ["SQL for Analysts 1"])
    assert told["standing"].startswith("opened 1 time, last in the hour of")

    assert "has ended; its host keeps nothing of it" in desk.run("unshare", "1").stderr
    assert desk.ok("links") == ""
    assert "this link is not in the wallet any more" in desk.refused("unshare", "1")
    assert "ended" in desk.refused("receive", url)


def test_a_link_whose_host_is_away_stays_in_the_wallet(desk: Desk, tmp_path: Path) -> None:
    with share_host(tmp_path / "shares") as running:
        desk.ok("share", "1", "--host", running.url)
    assert "its host cannot be asked" in desk.ok("links")
    assert desk.run("unshare", "1").returncode == 75
    assert "its host cannot be asked" in desk.ok("links")


def test_checks_that_another_program_wrote_are_no_checks(desk: Desk) -> None:
    holding = Holding(desk.path, PASSPHRASE, CHEAP)
    holding.change(lambda kept: replace(kept, held=tuple(replace(each, checked=Checked(NOON, {})) for each in kept.held)))

    assert "not checked yet" in desk.ok("list")
    assert parse(desk.ok("resume").encode())
