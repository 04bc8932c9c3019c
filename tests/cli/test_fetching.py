"""`laurea verify` and what it fetches: from a web site of the issuer's, to the verdict; and `laurea trust fetch`, which pins what is there."""

import json
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

import laurea
from laurea import wire
from laurea.cli import main
from laurea.cli.fetching import CACHE_VARIABLE, NO_FETCH_VARIABLE
from laurea.core import canonical
from laurea.services.issuing import publishing, showing, suspension
from laurea.services.issuing.status_policy import StatusPolicy
from laurea.storage.issuer.directory import IssuerDirectory
from tests.anvil import Anvil
from tests.cli.test_issuer import Said
from tests.conftest import NO_FETCH
from tests.fetch.site import Site
from tests.services.issuing_world import World, started

VALID, INVALID, USAGE, UNDECIDED, LATER = 0, 1, 2, 3, 75


@dataclass
class Online:
    """An issuer with a web site, which nobody lists, and a credential of theirs."""

    site: Site
    world: World
    folder: Path

    @property
    def did(self) -> str:
        return f"did:web:localhost%3A{self.site.port}"

    @property
    def credential(self) -> Path:
        return next(IssuerDirectory(self.world.path).released.iterdir())

    def publish(self) -> None:
        """Put the issuer's DID document and its lists where they are said to be."""
        with self.world.issuer() as issuer:
            self.site.pages["/.well-known/did.json"] = canonical.dump(showing.did_document(issuer))
            publishing.publish(issuer, self.world.keyring())
            self.site.pages.update({f"/status/{each.file_name}": each.data for each in publishing.published(issuer)})

    def suspend(self, *, suspended: bool) -> None:
        with self.world.issuer() as issuer:
            suspension.suspend(issuer, [f"urn:uuid:{self.world.members()[0].id}"], suspended=suspended)
        self.publish()


class Verifier:
    """Types commands, in this process: starting another takes seconds."""

    def __init__(self, online: Online, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
        self.online, self._patch, self._capsys = online, monkeypatch, capsys

    def types(self, *arguments: str | Path) -> Said:
        self._patch.setattr(sys, "argv", ["laurea", *map(str, arguments)])
        with pytest.raises(SystemExit) as ended:
            main.main()
        captured = self._capsys.readouterr()
        return Said(int(ended.value.code or 0), captured.out, captured.err)

    def verify(self, *more: str | Path) -> tuple[int, dict[str, Any]]:
        said = self.types("verify", self.online.credential, "--json", *more)
        assert said.out, said.err
        return said.code, json.loads(said.out)


@pytest.fixture(scope="module")
def founded(tmp_path_factory: pytest.TempPathFactory, authority: Path) -> Iterator[Online]:
    folder = tmp_path_factory.mktemp("online")
    with Anvil() as node, Site(authority) as site:
        world = World.founded(folder / "issuer", started(node), did=f"did:web:localhost%3A{site.port}")
        world.statuses = StatusPolicy(site.url("/status"), ("revocation", "suspension"))
        world.enrol(1)
        world.run()
        node.mine(4)
        yield Online(site, world, folder)


@pytest.fixture
def online(founded: Online, authority: Path, monkeypatch: pytest.MonkeyPatch) -> Online:
    config = founded.folder / "laurea.toml"
    config.write_text(
        f'[chains."eip155:31337"]\nrpc = ["{founded.world.node.url}"]\n'
        f'[fetch]\nprivate_hosts = ["localhost"]\nports = [{founded.site.port}]\n'
    )
    for name, value in {
        "LAUREA_CONFIG": str(config),
        "SSL_CERT_FILE": str(authority),
        CACHE_VARIABLE: str(founded.folder),
    }.items():
        monkeypatch.setenv(name, value)
    monkeypatch.delenv(NO_FETCH_VARIABLE)
    wire._trust.cache_clear()
    founded.publish()
    founded.site.asked.clear()
    return founded


@pytest.fixture
def verifier(online: Online, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Verifier:
    return Verifier(online, monkeypatch, capsys)


def reasons(report: dict[str, Any]) -> dict[str, tuple[str, str]]:
    return {check["id"]: (check["outcome"], check["reason"]) for check in report["checks"]}


def test_the_tests_themselves_fetch_nothing() -> None:
    assert NO_FETCH == NO_FETCH_VARIABLE


def test_an_issuer_that_nobody_lists_is_known_by_what_it_publishes(online: Online, verifier: Verifier) -> None:
    code, report = verifier.verify()

    assert code == VALID
    assert report["headline"].startswith(f"Issued by {online.did}, unaltered")
    (document, suspension) = online.site.asked
    assert (document, suspension.endswith("-suspension.json")) == ("/.well-known/did.json", True), "what the chain says is not asked for"
    policy = online.site.policy("localhost")
    assert laurea.verify(online.credential.read_text(), chain=online.world.node.url, fetch=policy).verdict is laurea.Verdict.VALID


def test_whoever_asks_nobody_gets_no_verdict(online: Online, verifier: Verifier, monkeypatch: pytest.MonkeyPatch) -> None:
    found = verifier.verify("--no-fetch")
    monkeypatch.setenv(NO_FETCH_VARIABLE, "1")
    assert (verifier.verify()[0], found[0]) == (UNDECIDED, UNDECIDED)
    monkeypatch.delenv(NO_FETCH_VARIABLE)
    config = online.folder / "laurea.toml"
    config.write_text(config.read_text().replace("[fetch]\n", "[fetch]\nenabled = false\n"))
    assert verifier.verify()[0] == UNDECIDED
    report = laurea.verify(online.credential.read_text(), chain=online.world.node.url, fetch=False)

    assert [check.outcome for check in report.checks] == [check["outcome"] for check in found[1]["checks"]]
    assert {name for name, (outcome, _) in reasons(found[1]).items() if outcome == "unknown"} == {"revocation", "issuer", "signature"}
    assert online.site.asked == []


def test_this_machine_is_not_asked_unless_the_verifier_says_so(online: Online, verifier: Verifier) -> None:
    config = online.folder / "laurea.toml"
    config.write_text(config.read_text().replace('private_hosts = ["localhost"]\n', ""))

    code, report = verifier.verify()

    assert (code, online.site.asked) == (UNDECIDED, [])
    assert "has no public address, and is not fetched from" in reasons(report)["issuer"][1]
    assert laurea.verify(online.credential.read_text(), chain=online.world.node.url).verdict is laurea.Verdict.UNDECIDED


def test_a_suspension_reaches_the_verifier(online: Online, verifier: Verifier) -> None:
    online.suspend(suspended=True)

    code, report = verifier.verify()
    assert (code, "suspended by the issuer" in report["headline"]) == (INVALID, True)

    online.suspend(suspended=False)
    assert verifier.verify()[0] == VALID


def test_a_document_that_was_pinned_needs_no_website(online: Online, verifier: Verifier) -> None:
    done = verifier.types("trust", "fetch", online.did, "--name", "Example University")
    assert done.code == 0, done.err
    assert "laurea: 1 accounts, 1 keys; ask the issuer whether they are theirs\nlaurea: eip155:31337 registry 0x" in done.err
    pinned = online.folder / "pinned.json"
    pinned.write_text(done.out)
    assert verifier.types("trust", "check", pinned).out == f"{online.did}  Example University  1 accounts, 1 keys\n"
    merged = verifier.types("trust", "merge", pinned)
    assert json.loads(merged.out)["issuers"] == json.loads(done.out)["issuers"]
    del online.site.pages["/.well-known/did.json"]

    code, report = verifier.verify("--trust", pinned)

    assert (code, report["headline"].startswith("Issued by Example University,")) == (VALID, True)


@pytest.mark.parametrize(
    ("did", "code", "words"),
    [
        ("did:key:z6MkrJVnaZkeFzdQyMZu1cgjg7k1pZZ6pvBQ7XJPt4swbTQ2", USAGE, "is not a did:web"),
        ("{did}:gone", LATER, "answered with HTTP status 404"),
        ("{did}:other", USAGE, "is that of another"),
        ("{did}:broken", USAGE, "is not an object with an id"),
        ("did:web:localhost%3A1", USAGE, "is not fetched from"),
        ("did:web:127.0.0.1%3A{port}", USAGE, "has no public address"),
    ],
)
def test_a_document_that_cannot_be_pinned_says_why(online: Online, verifier: Verifier, did: str, code: int, words: str) -> None:
    online.site.pages["/other/did.json"], online.site.pages["/broken/did.json"] = b'{"id": "did:web:x.example"}', b"{}"

    done = verifier.types("trust", "fetch", did.format(did=online.did, port=online.site.port))

    assert (done.code, done.out, words in done.err) == (code, "", True), done.err


def test_an_accreditation_is_a_file_and_anything_else_a_usage_error(online: Online, verifier: Verifier) -> None:
    for data, words in (("{", "cannot be read"), (online.credential.read_text(), "is not an EndorsementCredential")):
        (online.folder / "accreditation.json").write_text(data)
        done = verifier.types("verify", online.credential, "--accreditation", online.folder / "accreditation.json")
        assert (done.code, done.out, words in done.err) == (USAGE, "", True)
        with pytest.raises(laurea.LaureaError, match=words):
            laurea.verify(online.credential.read_text(), accreditations=[data])


def test_the_copy_that_was_kept_is_told_with_its_date_when_the_site_is_gone(online: Online, verifier: Verifier) -> None:
    assert verifier.verify()[0] == VALID
    online.site.close()

    code, report = verifier.verify()

    assert code == UNDECIDED, "its list for suspension is gone, too"
    outcome, reason = reasons(report)["issuer"]
    assert (outcome, "as it was kept at 20" in reason, "cannot be reached" in reason) == ("passed", True, True)
    assert "could not be read" in reasons(report)["revocation"][1]
    assert [path.stat().st_mode & 0o777 for path in (online.folder / "laurea" / "did").iterdir()] == [0o600]
