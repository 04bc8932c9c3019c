"""Status lists, suspension and signing keys at the command line: what is typed, what is told, and what a verifier then sees."""

import json
from dataclasses import dataclass
from pathlib import Path

import pytest

from laurea.services.issuing.status_policy import StatusPolicy
from tests.anvil import Anvil
from tests.cli.test_issuer import Operator, mining_every_second
from tests.cli.test_verify import run
from tests.services.issuing_world import World

URL = "https://badges.example.edu/status"
STATUS = f'[status]\nurl = "{URL}"\npurposes = ["revocation", "suspension"]\n'


@dataclass
class Desk:
    """An operator whose configuration has status lists, with one credential released, and a verifier."""

    world: World
    operator: Operator
    folder: Path
    credential: str
    learner: str

    def verify(self, *lists: Path) -> tuple[int, str]:
        """Return the exit code and the first line of `laurea verify` with these lists."""
        shown, trust = self.folder / "shown.json", self.folder / "trust.json"
        shown.write_text(self.operator.types("show", self.credential).out)
        trust.write_text(self.operator.types("trust-file").out)
        given = [part for path in lists for part in ("--status-list", str(path))]
        done = run("verify", shown, "--rpc", self.world.node.url, "--trust", trust, *given)
        return done.returncode, done.stdout.splitlines()[0] if done.stdout else done.stderr

    def exported(self) -> list[Path]:
        """Export the lists and return where they are."""
        site = self.folder / "site"
        site.mkdir(exist_ok=True)
        said = self.operator.types("status-lists", "--export", str(site))
        assert said.code == 0, said.err
        assert all(line.startswith(URL + "/") for line in said.out.splitlines())
        found = sorted(site.iterdir())
        assert [f"{URL}/{path.name}" for path in found] == sorted(said.out.splitlines())
        assert {path.stat().st_mode & 0o777 for path in found} == {0o644}
        return found


@pytest.fixture
def operator(tmp_path: Path, node: Anvil, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Operator:
    made = Operator(tmp_path, node, monkeypatch, capsys)
    config = tmp_path / "laurea.toml"
    config.write_text(config.read_text() + STATUS)
    return made


@pytest.fixture
def desk(world: World, operator: Operator, tmp_path: Path) -> Desk:
    world.statuses = StatusPolicy(URL, ("revocation", "suspension"))
    world.enrol(2)
    world.run()
    first = world.members()[0]
    return Desk(world, operator, tmp_path, f"urn:uuid:{first.id}", first.learner)


def test_a_suspension_from_the_command_to_the_verifier(desk: Desk) -> None:
    code, line = desk.verify()
    assert (code, "its status list for suspension" in line) == (3, True), "which nobody has read"
    assert desk.verify(*desk.exported())[0] == 0

    said = desk.operator.types("suspend", desk.credential)
    assert (said.code, said.err.splitlines()[0]) == (0, f"laurea: {desk.credential} is suspended")
    assert desk.operator.types("suspend", desk.credential).err == f"laurea: {desk.credential} is suspended already\n"
    assert f"{desk.credential}  sql  released  suspended\n" in desk.operator.types("show", desk.learner).out
    code, line = desk.verify(*desk.exported())
    assert (code, line.startswith("INVALID: the credential is suspended by the issuer")) == (1, True)

    assert desk.operator.types("unsuspend", desk.credential).code == 0
    assert desk.verify(*desk.exported())[0] == 0


def test_what_cannot_be_suspended_says_why(desk: Desk) -> None:
    with mining_every_second(desk.world):
        assert desk.operator.types("revoke", desk.credential, "--reason", "error").code == 0

    said = desk.operator.types("suspend", desk.credential)

    assert (said.code, "was taken back" in said.err) == (2, True)
    assert desk.operator.types("suspend", "urn:uuid:00000000-0000-4000-8000-000000000000").code == 2
    assert desk.operator.types("suspend").code == 2


def test_a_folder_that_is_not_there_and_a_list_that_is_none_are_usage_errors(desk: Desk) -> None:
    said = desk.operator.types("status-lists", "--export", str(desk.folder / "nowhere"))
    assert (said.code, "cannot be written" in said.err) == (2, True)
    (desk.folder / "wrong.json").write_text("{}")

    code, line = desk.verify(desk.folder / "wrong.json")

    assert (code, "not a BitstringStatusListCredential" in line) == (2, True)
    one, *_ = desk.exported()
    other = desk.folder / "older.json"
    other.write_text(json.dumps({**json.loads(one.read_text()), "name": "older"}))
    code, line = desk.verify(one, other)
    assert (code, "two status lists say that they are the one at" in line) == (2, True)


def test_a_signing_key_changes_and_is_compromised(desk: Desk) -> None:
    made = desk.operator.types("key", "new", "autumn", "--roles", "sign")
    assert (made.code, "hand out the new trust file" in made.err) == (0, True)
    states = [line.split("  ")[2:] for line in desk.operator.types("key", "list").out.splitlines()]
    assert states[-2:] == [["replaced", "may do nothing"], ["granted", "may sign credentials"]]
    assert desk.verify(*desk.exported())[0] == 0, "what the old one signed stays good"

    said = desk.operator.types("key", "compromised", "signing", "--from", "2020-01-01")
    assert (said.code, "`laurea issuer sign-again`" in said.err) == (0, True)
    code, line = desk.verify(*desk.exported())
    assert (code, "compromised from 2020-01-01T00:00:00Z" in line) == (1, True)
    assert desk.operator.types("sign-again").err.startswith("laurea: 2 credentials signed again")
    assert desk.verify(*desk.exported())[0] == 0


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("new", "x", "--roles", "sign", "--until", "2030-01-01"), "leave --until out"),
        (("new", "x", "--roles", "anchor", "--from", "2030-01-01"), "--from and --kind are for keys that sign credentials"),
        (("new", "x", "--roles", "sign,anchor"), "or sign"),
        (("new", "x", "--roles", "sign", "--from", "soon"), "for example 2026-03-01"),
        (("new", "anchor", "--roles", "sign"), "there is a key anchor already"),
        (("remove", "signing"), "--roles sign"),
        (("compromised", "signing", "--from", "2020-01-01"), "make one first"),
    ],
)
def test_a_signing_key_that_cannot_be_says_why(world: World, operator: Operator, arguments: tuple[str, ...], says: str) -> None:
    said = operator.types("key", *arguments)

    assert (said.code, says in said.err) == (2, True), said.err


def test_a_key_is_announced_before_it_signs(world: World, operator: Operator) -> None:
    assert operator.types("key", "new", "spring", "--roles", "sign", "--from", "2099-03-01").code == 0

    assert operator.types("key", "list").out.splitlines()[-1].endswith("to come  may sign credentials from 2099-03-01T00:00:00Z")
    assert len(json.loads(operator.types("did-document").out)["assertionMethod"]) == 2
