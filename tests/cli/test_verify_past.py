"""`laurea verify --at`, key compromise windows and replaced blocks, on a real chain that is ninety days old."""

import json
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from eth_utils.address import to_canonical_address
from typer.testing import CliRunner

import laurea
from laurea.chain import registry
from laurea.chain.artefact import canonical_address
from laurea.chain.registry import ANCHOR, REVOKE
from laurea.cli.main import app
from laurea.cli.memory import memory_of
from laurea.config import Settings, VerifierSettings
from laurea.core import canonical
from laurea.core.account import account_document
from laurea.core.anchor import AnchorRef
from laurea.core.canonical import JsonObject
from laurea.core.credential import Credential, format_time
from laurea.core.leaf import Domain
from laurea.core.proof import anchor_proof
from laurea.core.report import CheckId, Outcome, Report, Verdict
from laurea.errors import InputError
from tests.anvil import Anvil
from tests.chain.conftest import Chain, Issuer, with_registry
from tests.chain.http_node import relay
from tests.core.world import ISSUER, badge
from tests.released import release

LAUREA = Path(sys.executable).with_name("laurea")
TESTNET = 11155111
DAY = timedelta(days=1)
BEGAN = datetime.now(UTC).replace(microsecond=0) - 90 * DAY


def on(day: float) -> datetime:
    return BEGAN + day * DAY


@dataclass
class Story:
    """What happened on the chain.

    Day 10: batch `old` is anchored; day 20: `young`, with the same key, which is declared compromised on day 30, from day 15; day 40: the first
    credential of `old` is revoked; day 50: the whole batch `gone`, anchored on day 12 with another key.
    """

    chain: Chain
    trust: str
    old: list[bytes]
    young: list[bytes]
    gone: list[bytes]

    def verify(self, document: bytes, at: datetime | None = None, *urls: str, memory: Path | None = None) -> Report:
        return laurea.verify(document, chain=urls or self.chain.node.url, trust=self.trust, at=at, memory=memory)


def happens(chain: Chain, day: float) -> None:
    """Let the next block be of a day."""
    chain.node.rpc("evm_setNextBlockTimestamp", int(on(day).timestamp()))


def root_of(document: bytes) -> AnchorRef:
    proof = anchor_proof(Credential.parse(document))
    assert proof is not None
    return proof.anchoring.ref


def batch(issuer: Issuer, name: int) -> list[bytes]:
    """Two credentials of one batch."""
    names = [f"urn:uuid:00000000-0000-4000-8000-{10 * name + number:012}" for number in (1, 2)]
    documents = [badge(id=each, validFrom="2020-01-01T00:00:00Z", validUntil=None) for each in names]
    return release(documents, Domain(TESTNET, canonical_address(), issuer.id))


def trusting(issuer: Issuer) -> str:
    """A trust file that names the issuer."""
    account = account_document(Domain(TESTNET, canonical_address(), issuer.id))
    entry: JsonObject = {"did": ISSUER, "name": "Example University", "date": format_time(BEGAN), "accounts": [account]}
    return json.dumps({"laurea": "trust", "version": 1, "issuers": [entry]})


@pytest.fixture(scope="module")
def story() -> Iterator[Story]:
    with Anvil(chain_id=TESTNET, arguments=("--timestamp", str(int(BEGAN.timestamp())))) as node:
        chain = with_registry(node)
        issuer = chain.issuer(roles=0)
        keys = [chain.account(), chain.account()]
        for key in keys:
            chain.act(key, registry.serve(issuer.id))
            issuer.act(registry.set_key(issuer.id, to_canonical_address(key.address), ANCHOR | REVOKE))
        stolen, cold = keys
        batches = [batch(issuer, name) for name in (1, 2, 3)]
        old, young, gone = (root_of(each[0]).root for each in batches)
        events = (
            (10, stolen, registry.anchor(old, 2)),
            (12, cold, registry.anchor(gone, 2)),
            (20, stolen, registry.anchor(young, 2)),
            (30, issuer.account, registry.set_compromised(issuer.id, to_canonical_address(stolen.address), int(on(15).timestamp()))),
            (40, cold, registry.revoke(registry.revocations(old, [0]), 1)),
            (50, cold, registry.revoke_batch(gone, 2)),
        )
        for day, account, data in events:
            happens(chain, day)
            chain.act(account, data)
            node.mine(3)
        node.rpc("evm_setNextBlockTimestamp", int(time.time()))
        node.mine(4)
        yield Story(chain, trusting(issuer), *batches)


def short_of_passed(report: Report) -> dict[str, str]:
    fine = {Outcome.PASSED, Outcome.SKIPPED}
    return {check.id.value: check.outcome.value for check in report.checks if check.outcome not in fine}


def test_a_credential_that_was_revoked_later_was_valid_until_then(story: Story) -> None:
    before, after, now = story.verify(story.old[0], on(39)), story.verify(story.old[0], on(41)), story.verify(story.old[0])

    assert before.verdict is Verdict.VALID
    assert before.headline.startswith(f"As of {format_time(on(39))}: Issued by Example University, unaltered, not revoked")
    assert before.headline.endswith(f"; revoked since, at {format_time(on(40))}")
    assert short_of_passed(after) == short_of_passed(now) == {"revocation": "failed"}
    assert f"no final event shows that this was after {format_time(on(41))}" in after[CheckId.REVOCATION].reason
    assert now[CheckId.REVOCATION].reason.startswith("the credential was revoked by the issuer, as of block ")
    assert "event" not in now[CheckId.REVOCATION].reason


@pytest.mark.parametrize(("seconds", "verdict"), [(-1, "valid"), (0, "invalid")])
def test_it_is_the_second_of_the_event_that_counts(story: Story, seconds: int, verdict: str) -> None:
    assert story.verify(story.old[0], on(40) + timedelta(seconds=seconds)).verdict == verdict


def test_a_batch_that_was_revoked_later_was_valid_until_then_and_its_neighbours_in_others_still_are(story: Story) -> None:
    assert story.verify(story.gone[1], on(49)).verdict is Verdict.VALID
    assert short_of_passed(story.verify(story.gone[1], on(51))) == {"revocation": "failed"}
    assert story.verify(story.old[1]).verdict is story.verify(story.old[1], on(11)).verdict is Verdict.VALID


def test_before_it_was_anchored_nothing_is_known_of_it(story: Story) -> None:
    report = story.verify(story.old[1], on(9))

    assert report.verdict is Verdict.UNDECIDED
    assert short_of_passed(report) == {"anchor": "unknown"}
    assert f"nothing shows that it was there before {format_time(on(10))}" in report.headline


@pytest.mark.parametrize("day", [21, 29, 31, 60])
def test_what_was_anchored_since_the_compromise_is_void_whatever_the_moment(story: Story, day: int) -> None:
    report = story.verify(story.young[0], on(day))

    assert short_of_passed(report)["anchor"] == "failed"
    assert report[CheckId.ANCHOR].reason == (
        f"the anchor is void: it was made at {format_time(on(20))} with a key that was declared compromised from {format_time(on(15))}"
    )


def test_what_was_anchored_before_the_compromise_stands_and_the_report_says_so(story: Story) -> None:
    report = story.verify(story.old[1])

    assert report.verdict is Verdict.VALID
    assert report[CheckId.ANCHOR].reason.endswith(
        f"; its key was declared compromised from {format_time(on(15))}, and this anchor is older and stands"
    )


def test_now_nobody_is_asked_for_events_and_as_of_the_past_only_about_what_is_revoked(story: Story) -> None:
    with relay(story.chain.node.url) as node:
        for document, at, asked in ((story.old[0], None, 0), (story.old[1], on(39), 0), (story.old[0], on(39), 1)):
            node.bodies.clear()
            story.verify(document, at, node.url)
            assert sum(b"eth_getLogs" in body for body in node.bodies) == asked


def test_a_node_that_refuses_events_leaves_the_revocation_as_it_is_and_says_why(story: Story) -> None:
    with relay(story.chain.node.url, request=lambda one: {**one, "method": one["method"].replace("getLogs", "getNothing")}) as node:
        report = story.verify(story.old[0], on(39), node.url)

    assert short_of_passed(report) == {"revocation": "failed"}
    assert f"that this was after {format_time(on(39))} is not known" in report[CheckId.REVOCATION].reason


def test_a_moment_in_the_future_or_without_a_zone_is_refused(story: Story) -> None:
    with pytest.raises(InputError, match="is in the future"):
        story.verify(story.old[0], datetime.now(UTC) + timedelta(minutes=2))
    with pytest.raises(InputError, match="no time zone"):
        story.verify(story.old[0], datetime(2026, 1, 1))  # noqa: DTZ001 - this is the point


# The command


@pytest.fixture
def shown(story: Story, tmp_path: Path) -> Path:
    (tmp_path / "trust.json").write_text(story.trust)
    (tmp_path / "shown.json").write_bytes(story.old[0])
    return tmp_path / "shown.json"


def run(story: Story, shown: Path, *more: str | Path) -> subprocess.CompletedProcess[str]:
    trust = shown.with_name("trust.json")
    command: list[str | Path] = [LAUREA, "verify", shown, "--rpc", story.chain.node.url, "--trust", trust, *more]
    return subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)


def invoke(*arguments: str | Path) -> tuple[int, str]:
    """Run a command here and not in a process of its own, which takes as long as all the rest."""
    done = CliRunner().invoke(app, [str(each) for each in arguments])
    return done.exit_code, done.stdout or done.stderr


def test_the_command_judges_as_of_a_moment(story: Story, shown: Path) -> None:
    done = [run(story, shown, "--json", "--at", each) for each in (format_time(on(39)), on(39).isoformat(), format_time(on(41)))]
    reports = [json.loads(each.stdout) for each in done]

    assert [each.returncode for each in done] == [0, 0, 1]
    assert [each["at"] for each in reports] == [format_time(on(39)), format_time(on(39)), format_time(on(41))]
    assert reports[0]["facts"]["revokedAt"] == format_time(on(40))
    assert "revokedAt" not in reports[2]["facts"]


@pytest.mark.parametrize(
    ("given", "words"), [("yesterday", "is not a date and time with a time zone"), ("2999-01-01T00:00:00Z", "is in the future")]
)
def test_the_command_refuses_a_moment_that_is_none_or_to_come(story: Story, shown: Path, given: str, words: str) -> None:
    done = run(story, shown, "--at", given)

    assert (done.returncode, done.stdout) == (2, "")
    assert words in done.stderr


def test_many_are_judged_as_of_the_same_moment(story: Story, shown: Path) -> None:
    folder = shown.parent / "many"
    folder.mkdir()
    for name, document in (("a", story.old[0]), ("b", story.old[1]), ("c", story.gone[0])):
        (folder / f"{name}.json").write_bytes(document)
    command = ("verify", folder, "--rpc", story.chain.node.url, "--trust", shown.with_name("trust.json"), "--json")

    def verdicts(*at: str) -> list[str]:
        return [json.loads(line)["report"]["verdict"] for line in invoke(*command, *at)[1].splitlines()]

    assert verdicts() == ["invalid", "valid", "invalid"]
    assert verdicts("--at", format_time(on(39))) == ["valid", "valid", "valid"]
    assert verdicts("--at", format_time(on(45))) == ["invalid", "valid", "valid"]


def test_a_replaced_final_block_is_reported_by_the_command_until_the_chain_is_forgotten(tmp_path: Path) -> None:
    memory = tmp_path / "finality.json"
    config = tmp_path / "laurea.toml"
    with Anvil(chain_id=TESTNET) as node:
        chain = with_registry(node)
        issuer = chain.issuer()
        documents = batch(issuer, 1)
        issuer.act(registry.anchor(root_of(documents[0]).root, 2))
        node.mine(10)
        (tmp_path / "trust.json").write_text(trusting(issuer))
        (tmp_path / "shown.json").write_bytes(documents[0])
        config.write_text(f'[chains."eip155:{TESTNET}"]\nrpc = ["{node.url}"]\n\n[verifier]\nmemory = "finality.json"\n')

        def verify(*more: str | Path) -> tuple[int, JsonObject]:
            code, said = invoke("--config", config, "verify", tmp_path / "shown.json", "--trust", tmp_path / "trust.json", "--json", *more)
            report = canonical.parse(said.encode())
            assert isinstance(report, dict)
            return code, report

        assert verify()[0] == 0
        assert memory.exists(), "beside the configuration that names it"
        assert not {b"example", issuer.id, issuer.id.hex().encode()} & set(memory.read_bytes().split(b'"'))
        node.rpc("anvil_reorg", 5, [])
        node.mine(4)
        code, report = verify()
        assert (code, report["verdict"]) == (3, "undecided")
        assert "was final when it was seen before" in str(report["headline"])
        assert f"laurea chain forget eip155:{TESTNET}" in str(report["headline"])
        assert verify("--memory", "off")[0] == 0, "who does not want to remember"
        assert verify("--memory", tmp_path / "another.json")[0] == 0
        assert verify()[0] == 3
        assert invoke("--config", config, "chain", "forget", "eip155:1")[1] == "laurea: nothing is remembered of eip155:1\n"
        code, said = invoke("--config", config, "chain", "forget", f"eip155:{TESTNET}")
        assert (code, said.split(" (")[0].split(": block")[0]) == (0, f"eip155:{TESTNET}")
        assert verify()[0] == 0


def test_forgetting_where_nothing_is_to_be_remembered_says_so() -> None:
    assert invoke("chain", "forget", "eip155:1", "--memory", "off") == (0, "laurea: nothing is remembered of eip155:1\n")


def test_the_library_remembers_where_it_is_told_to_and_else_nothing(story: Story, tmp_path: Path) -> None:
    assert story.verify(story.old[1]).verdict is Verdict.VALID
    assert list(tmp_path.iterdir()) == []
    assert story.verify(story.old[1], memory=tmp_path / "finality.json").verdict is Verdict.VALID
    assert [each.name for each in tmp_path.iterdir()] == ["finality.json"]


@pytest.mark.parametrize(
    ("given", "configured", "found"),
    [
        (None, None, "STATE/laurea/finality.json"),
        (None, "mine.json", "CONFIG/mine.json"),
        (None, "off", None),
        ("given.json", "off", "given.json"),
        ("off", "mine.json", None),
    ],
)
def test_the_memory_is_given_or_configured_or_the_users_or_off(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, given: str | None, configured: str | None, found: str | None
) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "STATE"))
    settings = Settings(verifier=VerifierSettings(memory=configured), source=tmp_path / "CONFIG" / "laurea.toml")

    file = memory_of(given, settings)

    assert (None if file is None else str(file.path).removeprefix(f"{tmp_path}/")) == found


def test_without_a_state_folder_of_ones_own_it_is_where_others_have_theirs(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    for relative in ("", "not/absolute"):
        monkeypatch.setenv("XDG_STATE_HOME", relative)
        file = memory_of(None, Settings())
        assert file is not None
        assert file.path == tmp_path / ".local" / "state" / "laurea" / "finality.json"
