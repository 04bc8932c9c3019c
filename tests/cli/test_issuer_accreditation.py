"""A ministry accredits an agency, the agency a college: as their operators type it, and as a verifier finds it, before and after it ends."""

import json
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from laurea.cli import main
from tests.anvil import Anvil
from tests.cli.test_issuer import Operator, Said, mining_every_second
from tests.services.issuing_world import DID, World, started

DIDS = {name: f"did:web:{name}.example" for name in ("ministry", "agency", "college")}


@dataclass
class Place:
    """Three issuers on one chain, and what is typed at their desks and at a verifier's."""

    folder: Path
    worlds: dict[str, World]
    operator: Operator
    capsys: pytest.CaptureFixture[str]
    patch: pytest.MonkeyPatch

    def types(self, who: str, *arguments: str) -> Said:
        return self.operator.types(*arguments, "--dir", str(self.worlds[who].path))

    def file(self, name: str, content: str) -> str:
        path = self.folder / name
        path.write_text(content)
        return str(path)

    def run(self, who: str) -> None:
        with mining_every_second(self.worlds[who]):
            assert self.types(who, "run").code == 0

    def accredits(self, by: str, whom: str, *options: str) -> str:
        """Accredit by the DID document, anchor it, and return the file of it."""
        document = self.file(f"did-{whom}.json", self.types(whom, "did-document").out)
        done = self.types(by, "accredit", DIDS[whom], "--name", whom, "--did-document", document, *options)
        assert done.code == 0, done.err
        self.run(by)
        return self.file(f"{whom}-by-{by}.json", self.types(by, "show", done.out.strip()).out)

    def issues(self, who: str, learner: str) -> str:
        roster = self.file("roster.csv", f"learner,name,achievement\n{learner},Ada,sql\n")
        assert self.types(who, "enrol", roster).code == 0
        self.run(who)
        credential = self.types(who, "show", learner).out.split()[0]
        return self.file(f"{learner}.json", self.types(who, "show", credential).out)

    def verifies(self, file: str, *options: str) -> Any:
        """The report by a verifier that knows the ministry alone."""
        trust = json.loads(self.types("ministry", "trust-file").out)
        trust["issuers"][0] |= {"accredits": True, "name": "The Ministry"}
        arguments = ["verify", file, "--trust", self.file("trust.json", json.dumps(trust)), "--no-fetch", "--json", *options]
        self.patch.setattr(sys, "argv", ["laurea", *arguments])
        with pytest.raises(SystemExit):
            main.main()
        return json.loads(self.capsys.readouterr().out)


@pytest.fixture(scope="module")
def founded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Anvil, dict[str, World]]]:
    folder = tmp_path_factory.mktemp("accrediting")
    with Anvil() as node:
        started(node)
        yield node, {name: World.founded(folder / name, node, did=did) for name, did in DIDS.items()}


@pytest.fixture
def place(
    founded: tuple[Anvil, dict[str, World]], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Iterator[Place]:
    node, worlds = founded
    snapshot = node.rpc("evm_snapshot")
    copies = {name: world.copy(tmp_path / name) for name, world in worlds.items()}
    yield Place(tmp_path, copies, Operator(tmp_path, node, monkeypatch, capsys), capsys, monkeypatch)
    node.rpc("evm_revert", snapshot)


def issuer(report: Any) -> tuple[str, str]:
    (check,) = [each for each in report["checks"] if each["id"] == "issuer"]
    return check["outcome"], check["reason"]


@pytest.mark.slow
def test_a_chain_is_issued_followed_and_ends(place: Place) -> None:
    agency = place.accredits("ministry", "agency", "--may-accredit", "1", "--comment", "Reviews colleges.")
    assert json.loads(Path(agency).read_text())["credentialSubject"]["mayAccredit"] == 1
    added = place.types("agency", "accreditation", "add", agency)
    assert (added.code, "kept, the accreditation by did:web:ministry.example" in added.err) == (0, True)
    college = place.accredits("agency", "college", "--valid-from", "2026-01-01T00:00:00Z")
    carried = json.loads(Path(college).read_text())["id"]
    assert place.types("college", "accreditation", "add", college).code == 0
    assert DIDS["agency"] in place.types("college", "accreditation", "list").out

    before = place.issues("college", "L-1")
    report = place.verifies(before)
    assert report["verdict"] == "valid", report["headline"]
    words = f"The Ministry, an accreditor on the trust list, vouches for {DIDS['agency']}, which vouches for {DIDS['college']}"
    assert issuer(report) == ("passed", words)
    signature = next(each for each in report["checks"] if each["id"] == "signature")
    assert signature["reason"].startswith("the issuer's eddsa-rdfc-2022 signature fits")

    accreditation = json.loads(Path(agency).read_text())["id"]
    assert place.types("ministry", "revoke", accreditation, "--reason", "withdrawn").code == 0
    place.worlds["ministry"].node.mine(4)
    after = place.issues("college", "L-2")
    report = place.verifies(before)
    assert report["verdict"] == "valid", report["headline"]
    assert f"the accreditation of {DIDS['agency']} was revoked at" in issuer(report)[1]
    report = place.verifies(after)
    assert report["verdict"] == "undecided"
    assert "does not count: the endorsement of did:web:agency.example by did:web:ministry.example: " in issuer(report)[1]

    late = place.accredits("agency", "college", "--replace", "--valid-from", "2026-01-01T00:00:00Z")
    assert place.types("college", "accreditation", "remove", carried).code == 0
    assert place.types("college", "accreditation", "add", late).code == 0
    third = place.issues("college", "L-3")
    assert place.verifies(third)["verdict"] == "undecided", "what is written with an older date is not believed"
    refused = place.types("agency", "accreditation", "add", agency)
    assert refused.code == 2
    assert "the accreditation is invalid: " in refused.err


@pytest.fixture
def operator(tmp_path: Path, node: Anvil, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Operator:
    return Operator(tmp_path, node, monkeypatch, capsys)


AGENCY, ACCOUNT = DIDS["agency"], f"eip155:31337:0x{'22' * 20}"


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["agency.example", "--account", ACCOUNT], "is not a DID"),
        ([AGENCY], "no account is named"),
        ([AGENCY, "--account", "eip155:1"], "does not name an account"),
        ([AGENCY, "--account", ACCOUNT, "--valid-until", "2020-01-01T00:00:00Z"], "it would end before it begins"),
        ([DID, "--account", ACCOUNT], "nobody accredits itself"),
        ([AGENCY, "--account", ACCOUNT, "--may-accredit", "9"], "less than or equal to 3"),
        ([AGENCY, "--did-document", "DOCUMENT"], f"the DID document is that of {DID}"),
    ],
)
@pytest.mark.usefixtures("world")
def test_what_is_typed_wrong_says_why_and_makes_nothing(operator: Operator, tmp_path: Path, arguments: list[str], says: str) -> None:
    document = tmp_path / "did.json"
    document.write_text(operator.types("did-document").out)

    said = operator.types("accredit", *[str(document) if each == "DOCUMENT" else each for each in arguments], "--name", "Agency")

    assert (said.code, said.out) == (2, "")
    assert says in said.err
    assert "credentials: none" in operator.types("status").out


@pytest.mark.usefixtures("world")
def test_one_that_stands_is_not_given_twice_unless_it_is_replaced(operator: Operator) -> None:
    arguments = [AGENCY, "--name", "Agency", "--account", ACCOUNT]
    first = operator.types("accredit", *arguments)
    again = operator.types("accredit", *arguments)
    assert (again.code, f"is accredited already, by {first.out.strip()}" in again.err) == (2, True)

    other = operator.types("accredit", *arguments, "--replace", "--comment", "Reviewed anew.")
    listed = operator.types("show", AGENCY).out
    assert f"{first.out.strip()}  accreditation:  withdrawn" in listed
    assert f"{other.out.strip()}  accreditation:  open" in listed


@pytest.mark.slow
def test_what_is_no_accreditation_of_this_issuer_is_not_kept(place: Place) -> None:
    agency = place.accredits("ministry", "agency")
    altered = json.loads(Path(agency).read_text())
    for file, says in (
        (place.file("a.json", "{}"), "is invalid"),
        (place.file("b.json", json.dumps({**altered, "name": "Other"})), "is invalid"),
        (
            place.file("c.json", json.dumps({name: value for name, value in altered.items() if name != "proof"})),
            "is no anchored accreditation",
        ),
    ):
        said = place.types("agency", "accreditation", "add", file)
        assert (said.code, says in said.err) == (2, True), said.err
    wrong = place.types("college", "accreditation", "add", agency)
    assert "this is no accreditation of this issuer" in wrong.err
    assert place.types("college", "accreditation", "list", "--json").out.strip() == "[]"
    assert "no accreditation" in place.types("college", "accreditation", "remove", "urn:uuid:x").err


@pytest.mark.slow
def test_a_roster_that_was_imported_says_the_same_after_an_accreditation_was_added(place: Place) -> None:
    roster = place.file("roster.csv", "learner,name,achievement\nL-9,Ada,sql\n")
    assert place.types("agency", "enrol", roster).code == 0
    assert place.types("agency", "accreditation", "add", place.accredits("ministry", "agency")).code == 0

    assert "1 skipped" in place.types("agency", "enrol", roster, "--duplicates", "skip").err
