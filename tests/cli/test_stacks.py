"""A capstone and its parts on the command line: the rules, the record of a learner, and what `laurea verify` says of each part."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import jsonschema
import pytest

from laurea.core import canonical
from tests.anvil import Anvil
from tests.issued import TESTNET
from tests.services.issuing_world import PASSPHRASE
from tests.stacked import RULE, Stacked, achievement, stacked

LAUREA = Path(sys.executable).with_name("laurea")
ADA = "ada@example.org"


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stacked]:
    with Anvil(chain_id=TESTNET) as node:
        yield stacked(tmp_path_factory.mktemp("stacked"), node)


def run(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
    secret = {"LAUREA_ISSUER_PASSPHRASE": PASSPHRASE}
    return subprocess.run(
        [LAUREA, *arguments], capture_output=True, text=True, check=False, timeout=60, env={**os.environ, **secret}
    )  # fmt: skip


def verify(made: Stacked, *more: str | Path) -> subprocess.CompletedProcess[str]:
    return run("verify", *more, "--rpc", made.url, "--trust", made.trust)


def found(answer: str) -> dict[str, str]:
    (only,) = json.loads(answer)["parts"]
    return {part["name"]: part["found"] for part in only["parts"]}


def test_each_part_that_is_shown_with_a_capstone_is_judged_by_itself(made: Stacked) -> None:
    done = verify(made, made.file("analyst"), made.file("sql"), made.file("viz"), "--json")

    assert found(done.stdout) == {"SQL": "valid", "Stats": "not shown", "Viz": "invalid"}
    answer = json.loads(done.stdout)
    assert [report["verdict"] for report in answer["reports"]] == ["valid", "valid", "invalid"]
    assert answer["files"] == [str(made.file(key)) for key in ("analyst", "sql", "viz")]
    assert done.returncode == 1


def test_it_is_said_in_words(made: Stacked) -> None:
    done = verify(made, made.file("analyst"), made.file("sql"), made.file("viz"))

    assert "its parts, each judged by itself (2 of 3 are shown, 1 are valid):" in done.stdout
    lines = [line.strip() for line in done.stdout.splitlines()]
    assert any(line.startswith(f"valid      SQL (urn:uuid:{made.ids['sql']}): Issued by Example University") for line in lines)
    assert any(line.startswith(f"invalid    Viz (urn:uuid:{made.ids['viz']}): ") and "revoked" in line for line in lines)
    assert any(line.startswith(f"not shown  Stats (urn:uuid:{made.ids['stats']})") for line in lines)


def test_a_capstone_alone_stays_valid_and_says_what_was_not_shown(made: Stacked) -> None:
    done = verify(made, made.file("analyst"), "--json")

    assert done.returncode == 0
    assert set(found(done.stdout).values()) == {"not shown"}


def test_the_same_is_said_of_a_presentation(made: Stacked, tmp_path: Path) -> None:
    file = tmp_path / "shown.json"
    file.write_text(json.dumps(made.presentation("sql", "analyst")))

    done = verify(made, file, "--json")

    assert found(done.stdout) == {"SQL": "valid", "Stats": "not shown", "Viz": "not shown"}
    assert json.loads(done.stdout)["parts"][0]["number"] == 2


def test_of_a_part_whose_chain_is_silent_nothing_follows(made: Stacked) -> None:
    done = run("verify", made.file("analyst"), made.file("sql"), "--rpc", "http://127.0.0.1:9", "--trust", made.trust, "--json")

    assert found(done.stdout) == {"SQL": "undecided", "Stats": "not shown", "Viz": "not shown"}
    assert done.returncode == 3


def test_a_capstone_that_was_altered_is_believed_no_part(made: Stacked, tmp_path: Path) -> None:
    altered = json.loads(made.file("analyst").read_bytes())
    altered["evidence"] = altered["evidence"][:1]
    file = tmp_path / "altered.json"
    file.write_text(json.dumps(altered))

    answer = json.loads(verify(made, file, made.file("sql"), "--json").stdout)

    assert (answer["reports"][0]["verdict"], answer["parts"]) == ("invalid", [])


def test_a_forged_copy_of_a_part_counts_for_nothing(made: Stacked, tmp_path: Path) -> None:
    forged = json.loads(made.file("stats").read_bytes())
    forged["name"] = "Better statistics"
    file = tmp_path / "forged.json"
    file.write_text(json.dumps(forged))

    alone = verify(made, made.file("analyst"), file, "--json")
    beside = verify(made, made.file("analyst"), file, made.file("stats"), "--json")

    assert (found(alone.stdout)["Stats"], found(beside.stdout)["Stats"]) == ("invalid", "valid")


@pytest.mark.parametrize("other", [".", "row.csv"])
def test_what_is_many_is_checked_alone(made: Stacked, other: str) -> None:
    done = verify(made, made.file("sql"), other)

    assert done.returncode == 2
    assert "is checked alone" in done.stderr


def test_a_learner_record_holds_what_counts_and_each_is_checked_again(made: Stacked, tmp_path: Path) -> None:
    printed = run("issuer", "clr", ADA, "--dir", made.world.path)
    assert printed.returncode == 0, printed.stderr
    record = json.loads(printed.stdout)
    file = tmp_path / "clr.json"
    file.write_text(printed.stdout)

    done = verify(made, file, "--json")

    assert record["type"] == ["VerifiableCredential", "ClrCredential"]
    assert record["partial"] is False
    assert {each["sourceId"].rpartition("/")[2] for each in record["credentialSubject"]["association"]} == {"sql", "stats"}
    answer = json.loads(done.stdout)
    record_report, *others = answer["reports"]
    assert {check["id"]: check["outcome"] for check in record_report["checks"]}["signature"] == "passed"
    assert (record_report["verdict"], [each["verdict"] for each in others]) == ("undecided", ["valid"] * 3)
    held = next(each for each in answer["parts"] if each["number"] == 1)
    assert {part["name"]: part["found"] for part in held["parts"]} == {"SQL": "valid", "Stats": "valid", "Analyst": "valid"}
    assert done.returncode == 3  # the record itself is signed, and not anchored


def test_a_record_from_before_a_revocation_says_what_was_taken_back(made: Stacked, tmp_path: Path) -> None:
    record = json.loads(run("issuer", "clr", ADA, "--dir", made.world.path).stdout)
    record["credentialSubject"]["verifiableCredential"].append(json.loads(made.file("viz").read_bytes()))
    file = tmp_path / "clr.json"
    file.write_text(json.dumps(record))

    done = verify(made, file, "--json")

    verdicts = [report["verdict"] for report in json.loads(done.stdout)["reports"]]
    assert verdicts == ["invalid", "valid", "valid", "valid", "invalid"]  # the record's signature does not fit any more


def dated(value: object) -> object:
    """Name dates as the draft-04 schemas do, and leave out contexts within a document: they know of VC 1.1 alone."""
    if isinstance(value, list):
        return [dated(each) for each in value]
    if not isinstance(value, dict):
        return value
    names = {"validFrom": "issuanceDate", "validUntil": "expirationDate"}
    found = {names.get(name, name): dated(member) for name, member in value.items()}
    return {**found, "@context": [each for each in value["@context"] if isinstance(each, str)]} if "@context" in value else found


@pytest.mark.shared
def test_a_record_follows_the_schema_of_clr(made: Stacked, shared_data: Path) -> None:
    record = json.loads(run("issuer", "clr", ADA, "--dir", made.world.path).stdout)
    schema = json.loads((shared_data / "schemas/clr_v2p0_clrcredential_schema_draft4.json").read_text())

    assert [error.message for error in jsonschema.Draft4Validator(schema).iter_errors(dated(record))] == []


def test_a_record_of_some_says_that_there_are_more(made: Stacked) -> None:
    record = json.loads(run("issuer", "clr", ADA, "--achievement", "sql", "--dir", made.world.path).stdout)
    assert record["partial"] is True
    subject = record["credentialSubject"]
    assert [each["type"] for each in subject["identifier"]] == ["IdentityObject"]
    assert "association" not in subject
    assert len(canonical.dump(record)) < 256 << 10


def test_the_rules_are_added_listed_told_and_removed(made: Stacked, tmp_path: Path) -> None:
    copy = made.world.copy(tmp_path / "issuer")
    at = ("--dir", copy.path)
    (tmp_path / "expert.json").write_bytes(achievement("expert"))
    (tmp_path / "stack.json").write_text(json.dumps({"capstone": "expert", "needs": 1, "of": ["analyst"]}))
    assert run("issuer", "achievement", "add", tmp_path / "expert.json", *at).returncode == 0

    added = run("issuer", "stack", "add", tmp_path / "stack.json", *at)

    assert "expert is awarded for 1 of analyst" in added.stderr
    assert "does not name analyst as related" in added.stderr
    assert run("issuer", "stack", "list", *at).stdout.splitlines() == ["analyst  2 of sql, stats, viz", "expert  1 of analyst"]
    assert json.loads(run("issuer", "stack", "list", "--json", *at).stdout)[0] == RULE
    assert run("issuer", "stack", "status", *at).stdout.splitlines() == [
        "analyst  1 awarded, 0 due at the next run",
        "expert  0 awarded, 1 due at the next run",
    ]
    progress = run("issuer", "stack", "status", ADA, *at).stdout.splitlines()
    assert progress[:4] == ["analyst: released; 2 of the 2 that it takes", "  sql  released", "  stats  released", "  viz  revoked"]
    assert run("issuer", "stack", "remove", "expert", *at).returncode == 0
    assert run("issuer", "stack", "remove", "expert", *at).returncode == 2
