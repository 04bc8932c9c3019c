"""Blockcerts at the command line: from a roster to what its published verifier accepts, and to what it refuses once it is revoked."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.cli.test_issuer import Operator, mining_every_second
from tests.services.blockcerts_world import FOLDER, SEPOLIA, judged, sepolia
from tests.services.issuing_world import Template, World, roster


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Template]:
    yield from sepolia(tmp_path_factory.mktemp("blockcerts"))


@pytest.fixture
def world(tmp_path: Path, template: Template) -> World:
    return template.copy(tmp_path / "issuer")


@pytest.fixture
def operator(tmp_path: Path, world: World, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Operator:
    made = Operator(tmp_path, world.node, monkeypatch, capsys)
    (tmp_path / "laurea.toml").write_text(f'[chains."eip155:{SEPOLIA}"]\nrpc = ["{world.node.url}"]\n[blockcerts]\nurl = "{FOLDER}"\n')
    return made


def test_an_issuer_of_blockcerts(world: World, operator: Operator, tmp_path: Path) -> None:
    (tmp_path / "roster.csv").write_bytes(roster(2))
    site = tmp_path / "site"
    site.mkdir()

    tried = operator.types("enrol", str(tmp_path / "roster.csv"), "--profile", "blockcerts", "--dry-run")
    enrolled = operator.types("enrol", str(tmp_path / "roster.csv"), "--profile", "blockcerts")
    planned = json.loads(operator.types("plan", "--json").out)
    with mining_every_second(world):
        ran = operator.types("run", "--log", "text")
    ids = [f"urn:uuid:{member.id}" for member in world.members()]
    shown = [json.loads(operator.types("show", each).out) for each in ids]

    assert tried.err == "laurea: 2 credentials would be enrolled; nothing was imported\n"
    assert enrolled.err == "laurea: 2 credentials enrolled\n"
    assert (planned["due"], planned["transactions"]) == (2, 1)
    assert (ran.code, ran.err.splitlines()[-1]) == (0, "laurea: batch 1: released")
    assert statuses(world, shown, exported(operator, site)) == ["success", "success"]
    printed = operator.types("blockcerts-profile")
    assert json.loads(printed.out) == json.loads((site / "profile.json").read_text())
    assert printed.err == f"laurea: verifiers look for them at {FOLDER}\n"

    revoked = operator.types("revoke", ids[0], "--reason", "error")

    assert revoked.err.startswith(f"laurea: {ids[0]} is revoked: in the revocation list, which `laurea issuer serve` has")
    assert statuses(world, shown, exported(operator, site)) == ["failure", "success"]
    assert json.loads(operator.types("show", ids[0], "--json").out)["state"] == "revoked"


def test_without_a_place_for_its_profile_nothing_is_imported(operator: Operator, tmp_path: Path) -> None:
    config = tmp_path / "laurea.toml"
    config.write_text(config.read_text().partition("[blockcerts]")[0])
    (tmp_path / "roster.csv").write_bytes(roster(1))

    said = operator.types("enrol", str(tmp_path / "roster.csv"), "--profile", "blockcerts")

    assert (said.code, said.out) == (2, "")
    assert "hint: name the folder of its profile under [blockcerts]" in said.err
    assert "none" in operator.types("status").out
    assert operator.types("blockcerts-profile").code == 2


def exported(operator: Operator, site: Path) -> dict[str, str]:
    assert operator.types("blockcerts-profile", "--export", str(site)).code == 0
    assert {path.stat().st_mode & 0o777 for path in site.iterdir()} == {0o644}
    return {f"{FOLDER}/{path.name}": path.read_text() for path in site.iterdir()}


def statuses(world: World, documents: list[Any], pages: dict[str, str]) -> list[str]:
    return [answer["status"] for answer in judged(world, documents, pages)]
