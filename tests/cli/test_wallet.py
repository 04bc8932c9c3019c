"""Transcripts of `laurea wallet`: what is on stdout and stderr, and the exit codes."""

import io
import json
import os
import stat
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from laurea.cli.main import main
from laurea.core.claims import split
from laurea.core.credential import parse_time
from laurea.core.presentation import Demand, Presentation, holder_problem
from laurea.services.holding import Holding
from laurea.storage.wallet import Kdf
from tests.core.test_incoming import jwt
from tests.released import badge, release

LAUREA = Path(sys.executable).with_name("laurea")
VARIABLE = "LAUREA_WALLET_PASSPHRASE"
PASSPHRASE = "glacier typist nickel oboe"
NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
CHEAP = Kdf(memory=8 << 10, passes=1, lanes=1)
PRESENT = ("present", "1", "--audience", "https://employer.example", "--challenge", "c-1")


@dataclass(frozen=True)
class Done:
    """What a command did."""

    returncode: int
    stdout: str
    stderr: str


class Desk:
    """A folder with a wallet of a known holder, in which commands are run: as `laurea` runs them, without the cost of a process each."""

    def __init__(self, folder: Path, patch: pytest.MonkeyPatch, capture: pytest.CaptureFixture[str]) -> None:
        self.folder = folder
        self.patch = patch
        self.capture = capture
        self.path = folder / "wallet.laurea"
        self.did = Holding(self.path, PASSPHRASE, CHEAP).new(at=NOON)
        patch.chdir(folder)
        for name in [name for name in os.environ if name.startswith("LAUREA_")]:
            patch.delenv(name)

    def run(self, *arguments: str, secret: str | None = PASSPHRASE, stdin: bytes = b"") -> Done:
        self.patch.setattr(sys, "argv", ["laurea", "wallet", *arguments])
        self.patch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(stdin)))
        if secret is None:
            self.patch.delenv(VARIABLE, raising=False)
        else:
            self.patch.setenv(VARIABLE, secret)
        self.capture.readouterr()
        with pytest.raises(SystemExit) as caught:
            main()
        assert isinstance(caught.value.code, int)
        return Done(caught.value.code, *self.capture.readouterr())

    def ok(self, *arguments: str) -> str:
        done = self.run(*arguments)
        assert done.returncode == 0, done.stderr
        return done.stdout

    def refused(self, *arguments: str, secret: str | None = PASSPHRASE) -> str:
        done = self.run(*arguments, secret=secret)
        assert (done.returncode, done.stdout) == (2, ""), done.stderr
        return done.stderr

    def put(self, *credentials: bytes) -> None:
        for credential in credentials:
            Holding(self.path, PASSPHRASE, CHEAP).receive(credential, at=NOON)


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> Desk:
    return Desk(tmp_path, monkeypatch, capfd)


@pytest.fixture
def released(desk: Desk) -> list[bytes]:
    return release([badge(1, desk.did), badge(2, desk.did), badge(3, None)])


def test_a_wallet_is_made_filled_shown_copied_and_restored(desk: Desk, tmp_path: Path) -> None:
    desk.path.unlink()
    (tmp_path / "secret.txt").write_text(PASSPHRASE + "\n")

    made = desk.run("new", "--passphrase-file", "secret.txt", secret=None)
    did = made.stdout.rstrip("\n")
    assert did.startswith("did:key:z6Mk")
    assert made.stderr == "laurea: made wallet.laurea; keep the passphrase well: nobody can open the wallet without it\n"
    assert stat.S_IMODE(desk.path.stat().st_mode) == 0o600

    assert desk.run("list").stderr == "laurea: the wallet is empty; laurea wallet receive FILE puts a credential into it\n"
    (tmp_path / "credential.json").write_bytes(release([badge(1, did)])[0])
    kept = desk.run("receive", "credential.json")
    assert kept.stdout == "urn:uuid:00000000-0000-4000-8000-000000000001\n"
    assert kept.stderr == "laurea: kept number 1: SQL for Analysts 1\n"
    assert desk.run("receive", "credential.json").stderr == "laurea: the wallet already has number 1: SQL for Analysts 1\n"

    copied = desk.run("backup", "copy.laurea")
    assert copied.stderr == "laurea: backed up wallet.laurea to copy.laurea: restored from there, it has its keys and 1 credential\n"
    desk.path.unlink()
    restored = desk.run("restore", "copy.laurea")
    assert (restored.stdout, restored.stderr) == (did + "\n", "laurea: restored wallet.laurea from copy.laurea\n")
    assert desk.path.read_bytes() == (tmp_path / "copy.laurea").read_bytes()
    assert "SQL for Analysts 1" in desk.ok("list")


def test_the_list_names_each_credential_and_where_it_comes_from(desk: Desk, released: list[bytes]) -> None:
    desk.put(*released)

    assert desk.ok("list").splitlines()[6:] == [
        "2  SQL for Analysts 2",
        "   id        urn:uuid:00000000-0000-4000-8000-000000000002",
        "   issuer    did:web:issuer.example",
        "   dates     from 2026-11-22T00:00:00Z: in force",
        "   received  2026-11-23T12:00:00Z",
        "   checked   not checked yet",
        "3  SQL for Analysts 3",
        "   id        urn:uuid:00000000-0000-4000-8000-000000000003",
        "   issuer    did:web:issuer.example",
        "   dates     from 2026-11-22T00:00:00Z: in force",
        "   received  2026-11-23T12:00:00Z",
        "   checked   not checked yet",
        "   remark    names no holder",
    ]


def test_the_list_is_json_on_demand(desk: Desk, released: list[bytes]) -> None:
    desk.put(*released)
    found = json.loads(desk.ok("list", "--json"))

    assert [entry["number"] for entry in found] == [1, 2, 3]
    assert found[0] == {
        "number": 1,
        "id": "urn:uuid:00000000-0000-4000-8000-000000000001",
        "name": "SQL for Analysts 1",
        "issuer": "did:web:issuer.example",
        "subject": desk.did,
        "bound": True,
        "partial": False,
        "remarks": [],
        "validFrom": "2026-11-22T00:00:00Z",
        "validUntil": None,
        "note": None,
        "files": 0,
        "standing": "current",
        "received": "2026-11-23T12:00:00Z",
        "checked": None,
        "replacedBy": None,
    }
    assert (found[2]["subject"], found[2]["bound"]) == (None, False)


def test_show_lists_the_claims_by_the_pointers_that_present_takes(desk: Desk, released: list[bytes]) -> None:
    desk.put(*released)
    lines = desk.ok("show", "2").splitlines()

    assert lines[0] == "SQL for Analysts 2"
    assert "/credentialSubject/achievement/name  SQL — запросы 查询" in lines
    assert '/credentialSubject/result  [{"type": ["Result"], "value": "92"}]' in lines
    claims = json.loads(desk.ok("show", "urn:uuid:00000000-0000-4000-8000-000000000002", "--json"))["claims"]
    assert [claim["pointer"] for claim in claims if claim["pointer"]] == [line.split("  ")[0] for line in lines if line.startswith("/")]


def test_a_credential_cannot_rewrite_the_screen(desk: Desk) -> None:
    name = "Law\u001b[2J\r\n\u202egnitnuoccA"
    subject = {"id": desk.did, "note\u001b[8m": name}
    desk.put(release([badge(1, desk.did, name=name, id="urn:x:\u001b]0;owned\u0007", credentialSubject=subject)])[0])

    for command in (("list",), ("show", "1"), ("list", "--json"), ("show", "1", "--json"), PRESENT):
        shown = desk.ok(*command)
        assert set(shown).isdisjoint("\u001b\r\u202e\u0007")
        assert "Law" in shown


def presented(text: str) -> Presentation:
    """Read a presentation and check the holder's signature within its time."""
    shown = Presentation.parse(text.encode())
    assert shown.problem == ""
    assert shown.proof is not None
    at = parse_time(str(shown.proof["created"]))
    assert abs(datetime.now(UTC) - at) < timedelta(minutes=1)
    assert holder_problem(shown, Demand("https://employer.example", "c-1"), at=at) == ""
    return shown


def test_a_presentation_shows_what_was_chosen(desk: Desk, released: list[bytes]) -> None:
    desk.put(*released)
    text = desk.ok(*PRESENT, "--show", "/credentialSubject/achievement", "--hide", "/credentialSubject/achievement/criteria")

    assert {claim.pointer for claim in split(presented(text).credential.document)} == {
        "",
        "/credentialSubject/id",
        "/credentialSubject/type",
        "/credentialSubject/achievement/id",
        "/credentialSubject/achievement/name",
        "/credentialSubject/achievement/type",
    }
    assert "Joins and windows" not in text
    assert '"92"' not in text


def test_a_presentation_goes_to_a_file_and_expires_when_asked(desk: Desk, released: list[bytes]) -> None:
    desk.put(*released)
    done = desk.run(*PRESENT, "--hide", "/credentialSubject/result", "--valid-for", "60", "--output", "shown.json")

    assert (done.returncode, done.stdout) == (0, "")
    assert done.stderr == "laurea: wrote shown.json, for https://employer.example, good for 60 seconds\n"
    shown = presented((desk.folder / "shown.json").read_text())
    assert shown.proof is not None
    assert parse_time(str(shown.proof["expires"])) - parse_time(str(shown.proof["created"])) == timedelta(seconds=60)


def test_what_cannot_be_presented_is_a_usage_error_with_a_hint(desk: Desk, released: list[bytes]) -> None:
    desk.put(*released)

    unknown = desk.refused(*PRESENT, "--hide", "/credentialSubject/score")
    assert unknown.startswith(
        "laurea: error: there is no claim '/credentialSubject/score'\nlaurea: hint: the claims are /credentialSubject/"
    )
    assert "always shown" in desk.refused(*PRESENT, "--hide", "/issuer")
    assert "ties the presentation to its holder" in desk.refused(*PRESENT, "--hide", "/credentialSubject/id")
    assert "no credential '9'" in desk.refused("present", "9", *PRESENT[2:])
    assert "names 3 credentials" in desk.refused("present", "urn:uuid", *PRESENT[2:])
    assert "less than or equal to 300" in desk.refused(*PRESENT, "--valid-for", "301")
    assert "--challenge" in desk.refused(*PRESENT[:4])


def test_a_credential_comes_by_pipe_as_well(desk: Desk, released: list[bytes]) -> None:
    done = desk.run("receive", "-", stdin=released[0])

    assert (done.returncode, done.stdout) == (0, "urn:uuid:00000000-0000-4000-8000-000000000001\n")


def test_a_credential_without_a_holder_is_taken_with_a_warning(desk: Desk, released: list[bytes]) -> None:
    done = desk.run("receive", "-", stdin=released[2])

    assert done.returncode == 0
    assert "laurea: warning: the credential names no holder" in done.stderr


def test_a_preview_says_what_a_file_would_bring_and_keeps_nothing(desk: Desk, released: list[bytes]) -> None:
    before = desk.path.read_bytes()
    (desk.folder / "file.json").write_bytes(released[0])
    done = desk.run("receive", "file.json", "--preview")

    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.splitlines() == [
        "SQL — запросы 查询",
        "   issuer     did:web:issuer.example (calls itself Example University)",
        f"   holder     {desk.did}, a key of this wallet",
        "   signature  skipped: the credential carries no issuer signature",
    ]
    assert desk.path.read_bytes() == before
    desk.put(released[0])
    assert "known      the wallet has it as number 1" in desk.ok("receive", "file.json", "--preview")
    assert "a link works once" in desk.refused("receive", "https://issuer.example/claims/1", "--preview")


def test_a_preview_of_what_cannot_be_kept_ends_as_receiving_it_would(desk: Desk, released: list[bytes]) -> None:
    shown = {"type": "VerifiablePresentation", "verifiableCredential": [json.loads(released[0]), {**badge(2, None), "evidence": 7}]}
    (desk.folder / "file.json").write_text(json.dumps(shown))
    done = desk.run("receive", "file.json", "--preview")

    assert done.returncode == 2
    assert done.stderr == "laurea: a presentation of 2 credentials\n"
    assert "   refused    the credential was not taken: it has no proof, so anybody may have written it" in done.stdout.splitlines()
    assert any(line.startswith("   problem    /evidence") for line in done.stdout.splitlines())


def test_the_credentials_of_a_presentation_are_kept(desk: Desk, released: list[bytes]) -> None:
    shown = {"type": "VerifiablePresentation", "verifiableCredential": [json.loads(data) for data in released]}
    done = desk.run("receive", "-", stdin=json.dumps(shown).encode())

    assert done.stdout.splitlines() == [f"urn:uuid:00000000-0000-4000-8000-00000000000{number}" for number in (1, 2, 3)]
    assert "laurea: a presentation of 3 credentials\nlaurea: kept number 1: SQL for Analysts 1\n" in done.stderr


def test_a_jwt_is_kept_with_a_warning_and_listed_with_it(desk: Desk) -> None:
    done = desk.run("receive", "-", stdin=jwt(badge(1, desk.did)))

    assert done.stderr == (
        "laurea: kept number 1: SQL for Analysts 1\nlaurea: warning: its JWT signature was not checked\nlaurea: warning: not anchored\n"
    )
    assert "   remark    its JWT signature was not checked, not anchored" in desk.ok("list").splitlines()


def test_what_is_not_taken_says_why_and_changes_nothing(desk: Desk, released: list[bytes]) -> None:
    altered = released[0].replace(b'"92"', b'"93"')
    foreign = release([badge(1, "did:key:z6MkhaXgBZDvotDkL5257faiztiGiC2QtKLGpbnnEGta2doK")])[0]
    before = desk.path.read_bytes()
    for data, words in (
        (altered, "was altered"),
        (released[0][:-40], "not JSON"),
        (json.dumps(badge(1, desk.did)).encode(), "it has no proof"),
        (foreign, f"this wallet is {desk.did}"),
        (b'{"a": 1, "a": 1}', "twice"),
    ):
        (desk.folder / "file.json").write_bytes(data)
        assert words in desk.refused("receive", "file.json")
    assert "cannot be read" in desk.refused("receive", "absent.json")
    assert desk.path.read_bytes() == before


def test_a_wrong_passphrase_and_a_damaged_file_are_the_same_error(desk: Desk) -> None:
    wrong = desk.refused("list", secret="wrong")
    (desk.folder / "wallet.laurea").write_bytes(desk.path.read_bytes()[:-1])
    damaged = desk.refused("list")

    assert wrong == damaged
    assert wrong.startswith("laurea: error: the wallet cannot be opened")
    assert "laurea: hint: " in wrong


def test_nobody_types_a_passphrase_in_vain(desk: Desk) -> None:
    assert "wallet.laurea exists already" in desk.refused("new", secret=None)
    assert "wallet.laurea exists already" in desk.refused("restore", "copy.laurea", secret=None)
    assert "no passphrase for the wallet" in desk.refused("list", secret=None)
    desk.path.unlink()
    for command in (("list",), ("show", "1"), PRESENT, ("receive", "x"), ("backup", "copy.laurea")):
        assert "there is no wallet at wallet.laurea" in desk.refused(*command, secret=None)


def test_the_wallet_is_named_by_option_or_environment(desk: Desk, released: list[bytes]) -> None:
    desk.put(released[0])
    (desk.folder / "stick").mkdir()
    desk.path.rename(desk.folder / "stick/mine")

    assert "SQL for Analysts 1" in desk.ok("list", "--wallet", "stick/mine")
    assert "there is no wallet at wallet.laurea" in desk.refused("list")
    desk.patch.setenv("LAUREA_WALLET", "stick/mine")
    assert "SQL for Analysts 1" in desk.ok("list")


def test_a_copy_replaces_no_other_file(desk: Desk) -> None:
    (desk.folder / "copy.laurea").write_text("an older copy")

    assert "copy.laurea exists already" in desk.refused("backup", "copy.laurea")
    assert "is the wallet itself" in desk.refused("backup", "wallet.laurea")
    assert "No such file" in desk.refused("backup", "absent/copy.laurea")
    assert (desk.folder / "copy.laurea").read_text() == "an older copy"


def receive_in_a_process(desk: Desk, data: bytes) -> subprocess.CompletedProcess[bytes]:
    command = [str(LAUREA), "wallet", "receive", "-", "--wallet", str(desk.path)]
    return subprocess.run(command, check=False, capture_output=True, input=data, env={**os.environ, VARIABLE: PASSPHRASE}, timeout=120)


def test_credentials_received_by_several_processes_at_once_are_all_kept(desk: Desk) -> None:
    released = release([badge(number, desk.did) for number in range(1, 5)])
    with ThreadPoolExecutor(4) as pool:
        done = list(pool.map(lambda data: receive_in_a_process(desk, data), released))

    assert [(process.returncode, process.stdout) for process in done] == [
        (0, b"urn:uuid:00000000-0000-4000-8000-%012d\n" % number) for number in range(1, 5)
    ]
    held = [entry.held.document for entry in Holding(desk.path, PASSPHRASE).entries()]
    assert sorted(held) == sorted(released)
