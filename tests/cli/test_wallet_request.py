"""`laurea wallet present --request` against the verifier of others (@openid4vc/openid4vp): what it shows, to whom, and what it refuses."""

import contextlib
import json
import os
import pty
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, Any, NamedTuple

import pytest
from typer.testing import CliRunner

from laurea.cli.exit_codes import exit_code
from laurea.cli.main import app
from laurea.core import canonical
from laurea.core.keys import SigningKey
from laurea.core.presentation import Demand
from laurea.errors import LaureaError
from laurea.services.verifying import Verifying, read_trust, readers_at
from tests.anvil import ROOT, Anvil
from tests.issued import PASSPHRASE, TESTNET, Issued, issue

LAUREA = Path(sys.executable).with_name("laurea")
NAME, RESULT = "/credentialSubject/achievement/name", "/credentialSubject/result"
KEY = SigningKey.from_seed(b"key of the verifier of others...")
BADGE = {"id": "badge", "format": "ldp_vc", "meta": {"type_values": [["OpenBadgeCredential"]]}}
QUERY: Any = {"credentials": [{**BADGE, "claims": [{"path": ["credentialSubject", "achievement", "name"]}]}]}


@pytest.fixture(scope="module")
def issued(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Issued]:
    with Anvil(chain_id=TESTNET) as node:
        yield issue(tmp_path_factory.mktemp("issued"), node)


class Others:
    """A verifier of others that is up: the link to its request, and what it made of the answer."""

    def __init__(self, process: "subprocess.Popen[bytes]", out: IO[bytes]) -> None:
        self._out = out
        self._process = process
        said = json.loads(out.readline())
        self.link, self.host = said["link"], said["url"].removeprefix("http://")

    def found(self) -> Any:
        return json.loads(self._out.readline())

    def was_told(self) -> bool:
        """Tell whether anything was sent to it."""
        return self._process.poll() is not None


@contextlib.contextmanager
def others(**asked: Any) -> Iterator[Others]:
    question = {"query": QUERY, "mode": "unsigned", "seed": KEY.seed.hex(), "didUrl": KEY.method, **asked}
    script = ["node", str(ROOT / "tests/judges/vp_verifier.mjs")]
    with subprocess.Popen(script, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        assert process.stdin
        assert process.stdout
        try:
            process.stdin.write(json.dumps(question).encode())
            process.stdin.close()
            yield Others(process, process.stdout)
        finally:
            process.kill()


def environment() -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("LAUREA_")}
    return {**kept, "LAUREA_WALLET_PASSPHRASE": PASSPHRASE}


def command(issued: Issued, *arguments: str | Path) -> list[str | Path]:
    return [LAUREA, "wallet", "present", "--wallet", issued.folder / "wallet.laurea", *arguments]


class Done(NamedTuple):
    returncode: int
    stdout: str
    stderr: str


def wallet(issued: Issued, *arguments: str | Path) -> Done:
    """Run the command where nobody is at a terminal."""
    said = CliRunner().invoke(app, [str(each) for each in command(issued, *arguments)[1:]], env=environment())
    if isinstance(said.exception, LaureaError):
        return Done(exit_code(said.exception), said.stdout, f"{said.stderr}{said.exception} {said.exception.hint}")
    assert said.exception is None, said.exception
    return Done(said.exit_code, said.stdout, said.stderr)


@pytest.mark.parametrize("mode", ["unsigned", "signed"])
def test_the_verifier_of_others_takes_what_our_wallet_answers(issued: Issued, mode: str) -> None:
    with others(mode=mode) as verifier:
        done = wallet(issued, "1", "--request", verifier.link, "--yes", "--audience", verifier.host, "--show", NAME)
        assert done.returncode == 0, done.stderr
        found = verifier.found()

    assert (found["satisfied"], found["holders"]) == (True, [True]), found
    assert done.stdout == "https://verifier.example/done#response_code=1\n", "it is told, and never opened"
    assert 'it calls itself "A verifier of others", which nobody has checked' in done.stderr
    assert (f"signed by {KEY.did}" in done.stderr) == (mode == "signed")
    (shown,) = found["presentations"]["badge"]
    subject = shown["verifiableCredential"][0]["credentialSubject"]
    assert subject == {
        "id": issued.holder,
        "type": ["AchievementSubject"],
        "achievement": {"type": ["Achievement"], "name": "SQL, scored"},
    }, "no more than was asked for, but whose it is, and types"
    verifying = Verifying(readers_at([issued.url]), read_trust([issued.trust.read_bytes()]))
    demand = Demand(found["clientId"], found["nonce"])
    report = verifying.demanding(demand).verify(canonical.encode(shown), at=datetime.now(UTC))
    assert report, report.document()


def test_a_credential_without_a_holders_signature_goes_bare_where_none_is_wanted(issued: Issued) -> None:
    query = {"credentials": [{**QUERY["credentials"][0], "require_cryptographic_holder_binding": False}]}
    with others(query=query, binding=False) as verifier:
        done = wallet(issued, "1", "--request", verifier.link, "--yes", "--audience", verifier.host, "--show", NAME)
        assert done.returncode == 0, done.stderr
        found = verifier.found()

    (shown,) = found["presentations"]["badge"]
    assert found["satisfied"]
    assert shown["type"] == ["VerifiableCredential", "OpenBadgeCredential"]
    assert "id" not in shown["credentialSubject"], "whose it is was not asked"


def test_nothing_is_sent_unasked(issued: Issued) -> None:
    with others() as verifier:
        for given, words in [
            ((), "nobody can be asked whether to send this"),
            (("--yes",), "--yes needs to know to whom, and what"),
            (("--yes", "1"), "--yes needs to know to whom, and what"),
            (("--yes", "--audience", verifier.host), "--yes needs to know to whom, and what"),
            (("1", "--yes", "--audience", "employer.example"), "employer.example is meant: nothing was sent"),
            (("1", "--yes", "--audience", verifier.host), f"{NAME} of number 1 would be shown, and --show does not name it"),
            (("1", "--yes", "--audience", verifier.host, "--show", RESULT), f"{NAME} of number 1 would be shown"),
            (("--challenge", "x"), "nothing goes beside it"),
            (("--hide", NAME), "nothing goes beside it"),
            (("--with-note",), "nothing goes beside it"),
        ]:
            done = wallet(issued, "--request", verifier.link, *given)
            assert (done.returncode, done.stdout) == (2, ""), done.stderr
            assert words in done.stderr
        assert not verifier.was_told()


def typed(issued: Issued, answer: str, *arguments: str) -> tuple[int, str]:
    """Run the command at a terminal where somebody types an answer."""
    ours, theirs = pty.openpty()
    with subprocess.Popen(command(issued, *arguments), env=environment(), stdin=theirs, stdout=theirs, stderr=theirs) as process:
        os.close(theirs)
        said = b""
        deadline = time.monotonic() + 60
        while b"[y/N]" not in said and time.monotonic() < deadline:
            said += os.read(ours, 4096)
        os.write(ours, answer.encode() + b"\n")
        with contextlib.suppress(OSError):  # the other end is closed
            while more := os.read(ours, 4096):
                said += more
        code = process.wait(60)
    os.close(ours)
    return code, said.decode()


def test_somebody_is_shown_what_would_go_and_may_say_no(issued: Issued) -> None:
    with others() as verifier:
        code, said = typed(issued, "n", "--request", verifier.link)
        assert code == 2, said
        assert f"{verifier.host} asks" in said
        assert "Achievement name (/credentialSubject/achievement/name)" in said
        assert "nothing was done" in said
        assert not verifier.was_told()

        code, said = typed(issued, "y", "--request", verifier.link)
        assert code == 0, said
        assert verifier.found()["satisfied"]


def test_a_refusal_is_sent_when_it_is_wanted(issued: Issued) -> None:
    with others() as verifier:
        done = wallet(issued, "--request", verifier.link, "--refuse")
        assert done.returncode == 0, done.stderr
        assert verifier.found()["error"] == "access_denied"


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"response_uri": "http://127.0.0.1:9/elsewhere"}, "wants its answer sent elsewhere than to the one who asks"),
        ({"response_mode": "direct_post.jwt"}, "in another way than direct_post"),
        ({"transaction_data": ["e30"]}, "transaction_data"),
        ({"client_id": "x509_san_dns:verifier.example"}, "named by x509_san_dns, which this wallet cannot check"),
        ({"client_id": "decentralized_identifier:did:key:z6MkhaXgBZDvotDkL5257faiztiGiC2QtKLGpbnnEGta2doK"}, "is not signed by it"),
        ({"client_id": "verifier.example"}, "not named in a way that this wallet can check"),
        ({"redirect_uri": "http://127.0.0.1:9/elsewhere"}, "redirect_uri"),
    ],
)
def test_what_a_wallet_must_not_answer_is_refused(issued: Issued, change: dict[str, Any], words: str) -> None:
    with others(change=change) as verifier:
        done = wallet(issued, "1", "--request", verifier.link, "--yes", "--audience", verifier.host, "--show", NAME)
        assert (done.returncode, done.stdout) == (2, ""), done.stderr
        assert words in done.stderr
        assert not verifier.was_told()


def test_what_the_wallet_does_not_have_is_not_answered(issued: Issued) -> None:
    query = {"credentials": [{**BADGE, "claims": [{"path": ["credentialSubject", "degree"]}]}]}
    with others(query=query) as verifier:
        done = wallet(issued, "1", "--request", verifier.link, "--yes", "--audience", verifier.host)
        assert done.returncode == 2
        assert "the wallet has nothing that answers what is asked: badge" in done.stderr
        assert not verifier.was_told()
