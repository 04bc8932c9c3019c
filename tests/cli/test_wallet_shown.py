"""What a wallet holds, checked, kept and shown against a real node: a verifier's desk and a holder's, with files between them."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import laurea
from laurea.core.credential import Credential
from laurea.core.disclosure import derive
from tests.anvil import Anvil
from tests.core.test_incoming import jwt
from tests.issued import DEMAND, PASSPHRASE, TESTNET, Issued, issue
from tests.released import badge, release

LAUREA = Path(sys.executable).with_name("laurea")
ASKED = ("--audience", DEMAND.audience, "--challenge", DEMAND.challenge)
NOBODY = "http://127.0.0.1:9"


@pytest.fixture(scope="module")
def issued(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Issued]:
    """A wallet with an issued credential, the same without its result, and one that no chain knows."""
    with Anvil(chain_id=TESTNET) as node:
        made = issue(tmp_path_factory.mktemp("issued"), node)
        holding = made.wallet()
        whole = Credential.of(made.document(1))
        part = derive(whole, lambda pointer: not pointer.startswith("/credentialSubject/result"))
        at = holding.entries()[0].held.received
        holding.receive(json.dumps(part.secured()).encode(), at=at)
        holding.receive(release([badge(3, made.holder)])[0], at=at)
        yield made


class Desk:
    """Commands on the wallet of an issued credential."""

    def __init__(self, issued: Issued, folder: Path) -> None:
        self.issued, self.folder = issued, folder
        self.env = {**os.environ, "LAUREA_WALLET_PASSPHRASE": PASSPHRASE, "LAUREA_WALLET": str(issued.folder / "wallet.laurea")}

    def run(self, *arguments: str | Path, code: int = 0) -> subprocess.CompletedProcess[str]:
        done = subprocess.run([LAUREA, *arguments], capture_output=True, text=True, check=False, timeout=60, cwd=self.folder, env=self.env)
        assert done.returncode == code, done.stdout + done.stderr
        return done

    def wallet(self, *arguments: str | Path, code: int = 0) -> subprocess.CompletedProcess[str]:
        return self.run("wallet", *arguments, code=code)

    def verify(self, *more: str | Path, code: int = 0) -> str:
        return self.run("verify", "shown.json", "--rpc", self.issued.url, "--trust", self.issued.trust, *more, code=code).stdout


@pytest.fixture
def desk(issued: Issued, tmp_path: Path) -> Desk:
    return Desk(issued, tmp_path)


@pytest.mark.slow
def test_a_check_is_kept_and_not_forgotten_offline(desk: Desk) -> None:
    trusted = ("--trust", desk.issued.trust)
    assert json.loads(desk.wallet("list", "--json").stdout)[0]["checked"] is None

    found = desk.wallet("check", "1", "--rpc", desk.issued.url, *trusted)
    assert found.stdout.splitlines()[1].startswith("   VALID: Issued by Example University, unaltered, not revoked as of block ")
    kept = json.loads(desk.wallet("list", "--json").stdout)[0]["checked"]
    assert (kept["verdict"], kept["attempted"]) == ("valid", None)

    offline = desk.wallet("check", "1", "--rpc", NOBODY, *trusted, code=3).stdout.splitlines()
    assert offline[1].startswith("   UNDECIDED: ")
    assert offline[2].startswith(f"   valid when checked on {kept['at']}: Issued by Example University")
    assert offline[3].startswith("   could not be checked again on ")
    after = json.loads(desk.wallet("list", "--json", "--status", "valid").stdout)
    assert [each["number"] for each in after] == [1]
    assert (after[0]["checked"]["at"], bool(after[0]["checked"]["attempted"])) == (kept["at"], True)

    every = json.loads(desk.wallet("check", "all", "--rpc", desk.issued.url, *trusted, "--json", code=1).stdout)
    assert [each["report"]["verdict"] for each in every] == ["valid", "valid", "invalid"]
    assert "checked   valid when checked on " in desk.wallet("list").stdout
    assert "checked   invalid when checked on " in desk.wallet("show", "3").stdout


def test_an_empty_wallet_has_nothing_to_check(desk: Desk) -> None:
    desk.env["LAUREA_WALLET"] = "empty.laurea"
    desk.wallet("new")

    assert "there is nothing to check" in desk.wallet("check", code=2).stderr


def test_a_jwt_is_not_checked_and_the_check_says_so(desk: Desk) -> None:
    desk.env["LAUREA_WALLET"] = "other.laurea"
    did = desk.wallet("new").stdout.strip()
    (desk.folder / "credential.jwt").write_bytes(jwt(badge(1, did)))
    desk.wallet("receive", "credential.jwt")

    assert "its JWT signature cannot be checked here" in desk.wallet("check", code=3).stdout
    assert json.loads(desk.wallet("list", "--json").stdout)[0]["checked"] is None


def test_several_credentials_are_shown_together_and_each_is_judged(desk: Desk) -> None:
    desk.wallet("present", "1", "2", *ASKED, "--purpose", "an application", "--hide", "1:Results", "--output", "shown.json")
    lines = desk.verify(*ASKED).splitlines()

    assert [line.split(": Issued by")[0] for line in lines if " of 2: " in line] == ["1 of 2: VALID", "2 of 2: VALID"]
    assert lines[-2:] == ["  said by the holder alone, and signed (self-asserted):", "    purpose: an application"]
    assert "/credentialSubject/result" not in "\n".join(lines)
    reports = json.loads(desk.verify(*ASKED, "--json"))
    assert [report["verdict"] for report in reports] == ["valid", "valid"]
    assert "1 of 2: INVALID: the presentation is signed for another audience" in desk.verify(
        "--audience", "other.example", "--challenge", DEMAND.challenge, code=1
    )


def test_the_worst_of_several_decides(desk: Desk) -> None:
    desk.wallet("present", "1", "3", *ASKED, "--output", "shown.json")
    said = desk.verify(*ASKED, code=1)

    assert "1 of 2: VALID: Issued by Example University" in said
    assert "2 of 2: INVALID: " in said
    undecided = desk.run("verify", "shown.json", *ASKED, "--rpc", desk.issued.url, code=1).stdout
    assert "1 of 2: UNDECIDED: " in undecided


def test_the_library_has_a_report_for_each(desk: Desk) -> None:
    desk.wallet("present", "1", "2", *ASKED, "--output", "shown.json")
    text = (desk.folder / "shown.json").read_text()
    given: Any = {
        "chain": desk.issued.url,
        "trust": desk.issued.trust.read_text(),
        "audience": DEMAND.audience,
        "challenge": DEMAND.challenge,
    }
    reports = laurea.verify_presentation(text, **given)

    assert bool(reports)
    assert [report.verdict for report in reports] == ["valid", "valid"]
    alone = laurea.verify(text, **given)
    assert not alone
    assert "holds 2 credentials, of which one report cannot tell" in alone.headline


@pytest.mark.slow
def test_files_go_along_and_are_compared(desk: Desk) -> None:
    (desk.folder / "report.pdf").write_bytes(b"%PDF-1.7 a report")
    attached = desk.wallet("attach", "1", "report.pdf")
    assert attached.stderr == "laurea: attached report.pdf (application/pdf): self-asserted: the credential names no file\n"
    assert desk.wallet("files", "1", "--output", "out").stdout == (
        "report.pdf  application/pdf  17 bytes  self-asserted: the credential names no file\n"
    )
    assert (desk.folder / "out/report.pdf").read_bytes() == b"%PDF-1.7 a report"
    desk.wallet("note", "1", "my own words")
    assert "own note  my own words" in desk.wallet("list").stdout

    desk.wallet("present", "1", *ASKED, "--with-files", "beside", "--with-note", "--output", "shown.json")
    assert "file report.pdf: not compared; give its folder: --files DIR" in desk.verify(*ASKED)
    said = desk.verify(*ASKED, "--files", "beside")
    assert "    note on " in said
    assert ": my own words\n    file report.pdf: matches\n" in said
    found = json.loads(desk.verify(*ASKED, "--files", "beside", "--json"))
    assert (len(found["reports"]), found["files"], found["filesProblem"]) == (1, [{"name": "report.pdf", "outcome": "matches"}], "")

    (desk.folder / "beside/report.pdf").write_bytes(b"%PDF-1.7 another")
    assert "file report.pdf: differs" in desk.verify(*ASKED, "--files", "beside", code=1)
    assert "another file" in desk.wallet("present", "1", *ASKED, "--with-files", "beside", code=2).stderr
    (desk.folder / "beside/report.pdf").unlink()
    assert "file report.pdf: missing" in desk.verify(*ASKED, "--files", "beside", code=3)
    desk.wallet("detach", "1", "report.pdf")
    assert "no file is attached" in desk.wallet("files", "1").stderr
    desk.wallet("note", "1", "--clear")
    assert "own note" not in desk.wallet("list").stdout


def test_files_that_nobody_signed_for_are_said_to_be_so(desk: Desk) -> None:
    (desk.folder / "a.txt").write_text("a")
    desk.wallet("attach", "2", "a.txt")
    desk.wallet("present", "2", *ASKED, "--with-files", "beside", "--output", "shown.json")
    shown = json.loads((desk.folder / "shown.json").read_text())
    del shown["proof"]
    (desk.folder / "shown.json").write_text(json.dumps(shown))

    assert "said by nobody known (nobody signed it):" in desk.verify("--files", "beside", code=1)
    (desk.folder / "shown.json").write_text(json.dumps(desk.issued.document(1)))
    assert "no file was named by the holder" in desk.verify("--files", "beside", code=3)
    assert "goes with one presentation" in desk.run("verify", ".", "--files", "beside", code=2).stderr


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("present", "1", "2", *ASKED, "--hide", "3:result"), "'3:result' is about number 3, which is not presented"),
        (("present", "1", "2", *ASKED, "--hide", "score"), "none of these credentials has a claim 'score'"),
        (("present", "1", *ASKED, "--hide", "2:result"), "which is not presented"),
        (("present", "1", "1", *ASKED), "each once"),
        (("note", "1"), "give the words of the note, or --clear"),
        (("note", "1", "x", "--clear"), "give the words of the note, or --clear"),
        (("attach", "1", "absent.pdf"), "cannot be read"),
        (("files", "1", "--output", "/dev/null/x"), "cannot be"),
        (("list", "--status", "good"), "is not one of"),
    ],
)
def test_a_slip_is_a_usage_error(desk: Desk, arguments: tuple[str, ...], words: str) -> None:
    done = desk.wallet(*arguments, code=2)

    assert words in done.stderr
    assert done.stdout == ""


def test_what_expires_and_what_is_looked_for_is_listed_alone(desk: Desk) -> None:
    assert desk.wallet("list", "--expiring", "60").stderr == "laurea: none of the 3 credentials is like that\n"
    assert [
        each["number"] for each in json.loads(desk.wallet("list", "--json", "--search", "windows", "--issuer", "EXAMPLE univ").stdout)
    ] == [1, 2, 3]
    assert [each["number"] for each in json.loads(desk.wallet("list", "--json", "--search", "запросы").stdout)] == [3]
