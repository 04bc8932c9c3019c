"""`laurea verify` against a real node: what it answers, by exit code and words, to what is shown to it."""

import json
import subprocess
import sys
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

import laurea
from laurea.artefacts import qr
from laurea.chain.artefact import FUNCTIONS
from laurea.core.canonical import JsonObject
from laurea.core.leaf import Domain
from laurea.core.trust import parse_trust
from tests.anvil import Anvil
from tests.chain.http_node import relay
from tests.issued import DEMAND, PASSPHRASE, TESTNET, Issued, issue
from tests.released import release
from tests.services.issuing_world import DID

LAUREA = Path(sys.executable).with_name("laurea")
ASKED = ("--audience", DEMAND.audience, "--challenge", DEMAND.challenge)
NOBODY = "http://127.0.0.1:9"
Verify = Callable[..., tuple[int, JsonObject]]


@pytest.fixture(scope="module")
def issued(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Issued]:
    with Anvil(chain_id=TESTNET) as node:
        yield issue(tmp_path_factory.mktemp("issued"), node)


def run(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run([LAUREA, *arguments], capture_output=True, text=True, check=False, timeout=60)


@pytest.fixture
def verify(issued: Issued, tmp_path: Path) -> Verify:
    """Run `laurea verify --json` on a document; return the exit code and the report."""

    def act(document: JsonObject | str, *more: str, rpc: str = issued.url, trust: bool = True) -> tuple[int, JsonObject]:
        file = tmp_path / "shown.json"
        file.write_text(document if isinstance(document, str) else json.dumps(document))
        accepted = ["--trust", str(issued.trust)] if trust else []
        done = run("verify", file, "--rpc", rpc, *accepted, "--json", *more)
        assert done.stdout, done.stderr
        return done.returncode, json.loads(done.stdout)

    return act


def outcomes(report: JsonObject) -> dict[str, str]:
    checks = report["checks"]
    assert isinstance(checks, list)
    return {str(check["id"]): str(check["outcome"]) for check in checks if isinstance(check, dict)}


def failed(report: JsonObject) -> set[str]:
    return {name for name, outcome in outcomes(report).items() if outcome == "failed"}


def unknown(report: JsonObject) -> set[str]:
    return {name for name, outcome in outcomes(report).items() if outcome == "unknown"}


def facts_of(report: JsonObject) -> JsonObject:
    facts = report["facts"]
    assert isinstance(facts, dict)
    return facts


def test_a_released_credential_is_valid(issued: Issued, verify: Verify) -> None:
    code, report = verify(issued.document(1))

    assert code == 0
    assert report["verdict"] == "valid"
    assert str(report["headline"]).startswith("Issued by Example University, unaltered, not revoked as of block ")
    assert outcomes(report)["holder"] == "skipped"


def test_a_partial_presentation_is_valid_for_whom_it_was_made(issued: Issued, verify: Verify) -> None:
    shown = issued.present(show=("/credentialSubject/achievement/name",))

    code, report = verify(shown, *ASKED)

    assert (code, report["verdict"]) == (0, "valid")
    assert outcomes(report)["holder"] == "passed"
    assert '"93"' not in json.dumps(shown)


@pytest.mark.parametrize("asked", [("employer.example", "another"), ("another.example", DEMAND.challenge)])
def test_a_presentation_for_somebody_else_is_invalid(issued: Issued, verify: Verify, asked: tuple[str, str]) -> None:
    code, report = verify(issued.present(), "--audience", asked[0], "--challenge", asked[1])

    assert (code, failed(report)) == (1, {"holder"})


def test_with_proofs_the_answers_are_the_same_and_say_how_they_were_read(issued: Issued, verify: Verify) -> None:
    for number, code in ((1, 0), (3, 1)):
        called, proven = verify(issued.document(number)), verify(issued.document(number), "--proof")

        assert called[0] == proven[0] == code
        assert (facts_of(called[1]).pop("by"), facts_of(proven[1]).pop("by")) == ("call", "proof")
        for report in (called[1], proven[1]):
            report.pop("at")
            facts_of(report).pop("readAt")
        assert called[1] == proven[1]


def test_a_node_without_proofs_leaves_it_undecided_and_another_decides(issued: Issued, verify: Verify) -> None:
    def answer(request: JsonObject, true: JsonObject) -> JsonObject:
        error: JsonObject = {"code": -32601, "message": "no such method"}
        return {"jsonrpc": "2.0", "id": request["id"], "error": error} if request["method"] == "eth_getProof" else true

    with relay(issued.url, answer=answer) as node:
        code, report = verify(issued.document(1), "--proof", rpc=node.url)
        assert (code, unknown(report)) == (3, {"anchor", "revocation"})
        assert f"{node.host} refused eth_getProof: no such method" in str(report["headline"])
        code, report = verify(issued.document(1), "--proof", "--rpc", issued.url, rpc=node.url)

    facts = facts_of(report)
    assert (code, facts["by"], facts["notes"]) == (0, "proof", [f"{node.host} refused eth_getProof: no such method"])


def test_a_node_that_hides_a_revocation_is_found_out_with_proofs_only(issued: Issued, verify: Verify) -> None:
    """RELIABILITY attacks 9 and 11: what one node answers is believed, what it proves is checked."""

    def answer(request: JsonObject, true: JsonObject) -> JsonObject:
        if request["method"] == "eth_call" and str(request["params"]).count(FUNCTIONS["revokedWord"].selector.hex()):
            return {**true, "result": "0x" + "00" * 32}
        if request["method"] == "eth_getProof":
            storage = true["result"]["storageProof"]  # type: ignore[index,call-overload]
            return {**true, "result": {**true["result"], "storageProof": [{**each, "proof": storage[0]["proof"]} for each in storage]}}  # type: ignore[dict-item,index,call-overload,union-attr]
        return true

    with relay(issued.url, answer=answer) as node:
        assert verify(issued.document(3), rpc=node.url)[0] == 0, "the lie works on whoever believes"
        code, report = verify(issued.document(3), "--proof", rpc=node.url)
        assert (code, unknown(report)) == (3, {"anchor", "revocation"})
        assert f"{node.host} proves nothing about block" in str(report["headline"])
        code, report = verify(issued.document(3), "--proof", "--rpc", issued.url, rpc=node.url)

    assert (code, failed(report)) == (1, {"revocation"})


def test_the_library_proves_too(issued: Issued) -> None:
    text, trust = issued.file(1).read_text(), issued.trust.read_text()

    report = laurea.verify(text, chain=issued.url, proof=True, trust=trust)
    several = laurea.verify_presentation(text, chain=issued.url, proof=True, trust=trust)
    many = dict(laurea.verify_many([("a", text)], chain=issued.url, proof=True, trust=trust))

    assert {each.facts["by"] for each in (report, *several, *many.values())} == {"proof"}
    assert all((report, *several, *many.values()))


def test_an_altered_credential_is_invalid(issued: Issued, verify: Verify) -> None:
    document = json.loads(json.dumps(issued.document(1)))
    document["credentialSubject"]["result"][0]["value"] = "100"

    code, report = verify(document)

    assert (code, failed(report)) == (1, {"integrity"})


def test_a_forged_credential_is_invalid(issued: Issued, verify: Verify) -> None:
    document = json.loads(json.dumps(issued.document(1)))
    document["proof"][-1]["proofValue"] = issued.document(2)["proof"][-1]["proofValue"]  # type: ignore[index,call-overload]

    code, report = verify(document)

    assert (code, failed(report)) == (1, {"integrity"})


def test_a_revoked_credential_is_invalid_and_its_neighbours_are_not(issued: Issued, verify: Verify) -> None:
    code, report = verify(issued.document(3))

    assert (code, failed(report)) == (1, {"revocation"})
    assert verify(issued.document(2))[0] == 0


def test_a_revoked_credential_stripped_of_its_anchor_proof_is_not_valid(issued: Issued, verify: Verify) -> None:
    document = json.loads(json.dumps(issued.document(3)))
    del document["proof"][-1]

    code, report = verify(document)

    assert (code, report["verdict"]) == (3, "undecided")
    assert unknown(report) == {"integrity", "anchor", "revocation", "issuer"}


def test_a_credential_that_was_never_anchored_is_invalid(issued: Issued, verify: Verify) -> None:
    genuine = issued.document(1)
    unsigned = {name: member for name, member in genuine.items() if name != "proof"}
    issuers, _ = parse_trust(issued.trust.read_bytes())
    (domain,) = issuers[DID].accounts

    code, report = verify(json.loads(release([unsigned], domain)[0]))

    assert (code, failed(report)) == (1, {"anchor"})
    assert "holds no such root" in str(report["headline"])


def test_a_credential_of_a_registry_that_nobody_named_is_invalid(issued: Issued, verify: Verify) -> None:
    unsigned = {name: member for name, member in issued.document(1).items() if name != "proof"}

    code, report = verify(json.loads(release([unsigned], Domain(TESTNET, b"\x11" * 20, b"\x22" * 20))[0]))

    assert (code, failed(report)) == (1, {"anchor", "issuer"})


def test_a_chain_without_the_registry_decides_nothing(issued: Issued, verify: Verify) -> None:
    with Anvil(chain_id=TESTNET) as bare:
        code, report = verify(issued.document(1), rpc=bare.url)

    assert (code, unknown(report)) == (3, {"anchor", "revocation"})


def test_a_node_of_another_chain_decides_nothing(issued: Issued, verify: Verify) -> None:
    with Anvil(chain_id=1) as other:
        code, report = verify(issued.document(1), rpc=other.url)

    assert (code, unknown(report)) == (3, {"anchor", "revocation"})
    assert "chain" in str(report["headline"])


def test_a_node_that_is_down_decides_nothing(issued: Issued, verify: Verify) -> None:
    code, report = verify(issued.document(1), rpc=NOBODY)

    assert (code, report["verdict"], unknown(report)) == (3, "undecided", {"anchor", "revocation"})
    assert "cannot be reached" in str(report["headline"])


def test_an_issuer_that_nobody_vouches_for_is_undecided(issued: Issued, verify: Verify) -> None:
    code, report = verify(issued.document(1), trust=False)

    assert (code, unknown(report)) == (3, {"issuer", "signature"})


@pytest.mark.parametrize("text", ["", "{", "[]", '{"a": 1, "a": 2}', '{"a": NaN}', "\ufeff{}", '"\\ud800"'])
def test_what_is_no_credential_is_invalid_with_the_reason(verify: Verify, text: str) -> None:
    code, report = verify(text)

    assert (code, failed(report)) == (1, {"format"})
    assert report["headline"]


def test_the_library_gives_the_same_report(issued: Issued, verify: Verify) -> None:
    text = issued.file(1).read_text()

    report = laurea.verify(text, chain=issued.url, trust=issued.trust.read_text())

    assert report.verdict == "valid"
    ours, theirs = report.document(), verify(json.loads(text))[1]
    assert ours["checks"][0] == theirs["checks"][0]  # type: ignore[index]
    assert outcomes(ours) == outcomes(theirs)


def test_the_words_for_people_say_what_was_established_and_why(issued: Issued) -> None:
    done = run("verify", issued.file(1), "--rpc", issued.url, "--trust", issued.trust)

    first, *rest = done.stdout.splitlines()
    assert first.startswith("VALID: Issued by Example University, unaltered, not revoked as of block ")
    assert any(line.split()[:2] == ["passed", "anchor"] for line in rest)
    assert done.stderr == ""


def test_what_a_credential_holds_cannot_steer_the_terminal(issued: Issued, tmp_path: Path) -> None:
    document = issued.document(1) | {"issuer": "did:web:\x1b[2Jevil\u202e.example"}
    file = tmp_path / "evil.json"
    file.write_text(json.dumps(document))

    plain, as_json = run("verify", file, "--rpc", NOBODY), run("verify", file, "--rpc", NOBODY, "--json")

    assert all("\x1b" not in done.stdout and "\u202e" not in done.stdout for done in (plain, as_json))


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("missing.json",), "cannot be read"),
        (("",), "no file is named"),
        (("missing.json", "--language", "es"), "--language goes with --statement"),
        (("missing.json", "--audience", "A"), "--audience and --challenge go together"),
        ((), "Missing argument"),
    ],
)
def test_a_usage_error_ends_with_2_and_no_report(tmp_path: Path, arguments: tuple[str, ...], words: str) -> None:
    done = subprocess.run([LAUREA, "verify", *arguments], capture_output=True, text=True, check=False, cwd=tmp_path)

    assert (done.returncode, done.stdout) == (2, "")
    assert words in done.stderr


def test_a_malformed_trust_file_is_a_usage_error(issued: Issued, tmp_path: Path) -> None:
    wrong = tmp_path / "trust.json"
    wrong.write_text('{"laurea": "trust"}')

    done = run("verify", issued.file(1), "--rpc", issued.url, "--trust", wrong)

    assert (done.returncode, done.stdout) == (2, "")
    assert "trust file" in done.stderr


def test_chains_come_from_the_configuration_by_caip_2(issued: Issued, tmp_path: Path) -> None:
    config = tmp_path / "laurea.toml"
    config.write_text(f'[chains."eip155:{TESTNET}"]\nrpc = ["{issued.url}"]\n')

    done = run("--config", config, "verify", issued.file(1), "--trust", issued.trust)
    without = run("verify", issued.file(1), "--trust", issued.trust)

    assert done.returncode == 0
    assert without.returncode == 3
    assert "no RPC URL is known for chain eip155:11155111" in without.stdout


# Many at once


@pytest.fixture
def folder(issued: Issued, tmp_path: Path) -> Path:
    """Two good credentials, and around them one that is altered, one that is revoked, and what is no credential."""
    folder = tmp_path / "many"
    (folder / "below").mkdir(parents=True)
    for name, number in (("a.json", 1), ("below/c.json", 2), ("revoked.json", 3)):
        (folder / name).write_bytes(issued.file(number).read_bytes())
    altered = json.loads(issued.file(1).read_bytes())
    altered["credentialSubject"]["result"][0]["value"] = "100"
    (folder / "b.json").write_text(json.dumps(altered))
    (folder / "notes\x1b[2J\n.txt").write_text("VALID")
    (folder / ".hidden").write_text("{}")
    (folder / "link.json").symlink_to(issued.file(1))
    return folder


EXPECTED = {"a.json": "valid", "b.json": "invalid", "below/c.json": "valid", "notes\x1b[2J\n.txt": "invalid", "revoked.json": "invalid"}


def many(path: Path, *more: str | Path) -> tuple[int, dict[str, str], str]:
    """Run `laurea verify --json` on many; return the exit code, the verdicts by name, and what was said."""
    done = run("verify", path, "--json", *more)
    lines = [json.loads(line) for line in done.stdout.splitlines()]
    assert len({line["file"] for line in lines}) == len(lines)
    return done.returncode, {line["file"]: line["report"]["verdict"] if "report" in line else line["error"] for line in lines}, done.stderr


def test_every_file_of_a_folder_has_its_own_verdict_and_any_that_is_invalid_decides(issued: Issued, folder: Path) -> None:
    code, verdicts, said = many(folder, "--rpc", issued.url, "--trust", issued.trust)

    assert code == 1
    assert verdicts == EXPECTED
    assert list(verdicts) == sorted(verdicts)
    assert said == "laurea: 5 files: 2 valid, 3 invalid; left out: 1 hidden; left out: 1 no regular file\n"


def test_every_entry_of_a_zip_has_the_verdict_that_it_has_in_a_folder(issued: Issued, folder: Path) -> None:
    path = folder.parent / "many.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in EXPECTED:
            archive.write(folder / name, name)
        archive.writestr("zz.json", b" " * (1 << 20) + b"{")

    code, verdicts, _ = many(path, "--rpc", issued.url, "--trust", issued.trust)

    assert code == 1
    assert verdicts == {**EXPECTED, "zz.json": "the document is larger than 1,048,576 bytes"}


def test_a_line_for_each_file_has_verdict_name_and_reason_and_nothing_a_terminal_obeys(issued: Issued, folder: Path) -> None:
    done = run("verify", folder, "--rpc", issued.url, "--trust", issued.trust)

    lines = done.stdout.splitlines()
    assert lines[0].startswith("VALID      a.json: Issued by Example University, unaltered, not revoked as of block ")
    assert lines[1] == "INVALID    b.json: the credential or its proof was altered: they do not lead to the anchored root"
    assert lines[3].startswith("INVALID    notes\N{REPLACEMENT CHARACTER}[2J\N{REPLACEMENT CHARACTER}.txt: the document is not JSON")
    assert len(lines) == 5


def test_a_folder_of_good_ones_alone_is_valid(issued: Issued, folder: Path) -> None:
    assert many(folder / "below", "--rpc", issued.url, "--trust", issued.trust)[:2] == (0, {"c.json": "valid"})


def test_many_that_nobody_answers_for_are_undecided(issued: Issued, folder: Path) -> None:
    code, verdicts, _ = many(folder / "below", "--rpc", NOBODY, "--trust", issued.trust)
    assert (code, verdicts) == (3, {"c.json": "undecided"})
    (folder / "below" / "d.json").write_bytes(b" " * (1 << 20) + b"{")

    code, verdicts, said = many(folder / "below", "--rpc", issued.url, "--trust", issued.trust)

    assert (code, verdicts["c.json"]) == (3, "valid"), "what could not be read is not valid"
    assert said == "laurea: 2 files: 1 valid, 1 unreadable\n"


def test_nothing_to_check_is_an_error(tmp_path: Path) -> None:
    (tmp_path / ".hidden").write_text("{}")
    empty = tmp_path / "empty.zip"
    zipfile.ZipFile(empty, "w").close()
    folder = tmp_path / "folder"
    folder.mkdir()

    for path, said in ((folder, ""), (empty, "")):
        done = run("verify", path, "--rpc", NOBODY)
        assert (done.returncode, done.stdout) == (2, "")
        assert done.stderr == f"laurea: error: there is no file to check{said}\n"


def test_the_chain_is_asked_once_for_what_many_have_in_common(issued: Issued, tmp_path: Path) -> None:
    for number in range(600):  # more than are taken at a time
        (tmp_path / f"{number}.json").write_bytes(issued.file(1 + number % 2).read_bytes())

    with relay(issued.url) as node:
        code, verdicts, _ = many(tmp_path, "--rpc", node.url, "--trust", issued.trust)

    assert (code, set(verdicts.values()), len(verdicts)) == (0, {"valid"}, 600)
    assert len(node.bodies) == 4  # the two blocks, what is stored there, and the key
    assert sum(len(json.loads(body)) for body in node.bodies) < 30


def test_the_library_gives_the_same_reports_of_many(issued: Issued) -> None:
    texts = [(number, issued.file(number).read_text()) for number in (1, 2, 3)]

    found = dict(laurea.verify_many(texts, chain=issued.url, trust=issued.trust.read_text()))

    assert [report.verdict for report in found.values()] == ["valid", "valid", "invalid"]
    for number, text in texts:
        alone = laurea.verify(text, chain=issued.url, trust=issued.trust.read_text())
        assert found[number].checks == alone.checks


def test_the_library_refuses_many_before_the_first() -> None:
    with pytest.raises(laurea.errors.InputError, match="audience and challenge go together"):
        laurea.verify_many([], audience="employer.example")


@pytest.mark.parametrize(("command", "file"), [("bake", "a.png"), ("bake", "a.svg"), ("pdf", "a.pdf"), ("qr", "b.png"), ("qr", "b.svg")])
def test_what_a_picture_a_page_or_a_code_carries_is_verified_as_the_text_is(
    issued: Issued, tmp_path: Path, command: str, file: str
) -> None:
    wallet: list[str | Path] = ["--wallet", issued.folder / "wallet.laurea", "--passphrase-file", tmp_path / "secret"]
    (tmp_path / "secret").write_text(PASSPHRASE)
    made = run("wallet", command, "1", "--output", tmp_path / file, "--hide", "/credentialSubject/result", *wallet)
    assert made.returncode == 0, made.stderr
    done = run("verify", tmp_path / file, "--rpc", issued.url, "--trust", issued.trust)

    if file == "b.svg":  # a drawing of a code is no carrier: it has to be photographed
        assert (done.returncode, "the SVG carries no credential" in done.stderr) == (2, True)
        return
    assert (done.returncode, done.stdout.split(":")[0]) == (0, "VALID"), done.stdout + done.stderr
    assert "93" not in done.stdout.split("what is shown")[1]


def test_a_code_with_a_link_is_not_followed(tmp_path: Path) -> None:
    (tmp_path / "a.png").write_bytes(qr.draw("https://share.example/s/AAAA", "png"))
    done = run("verify", tmp_path / "a.png")

    assert (done.returncode, done.stdout) == (2, "")
    assert "the QR code holds a link" in done.stderr
    assert "--follow" in done.stderr


def test_a_jwt_is_neither_valid_nor_invalid_for_it_cannot_be_checked(tmp_path: Path) -> None:
    (tmp_path / "credential.jwt").write_text("eyJhbGciOiJFZERTQSJ9.eyJ2YyI6e319.c2ln")
    done = run("verify", tmp_path / "credential.jwt")

    assert (done.returncode, done.stdout) == (2, "")
    assert "secured as a JWT, whose signature laurea does not check" in done.stderr
