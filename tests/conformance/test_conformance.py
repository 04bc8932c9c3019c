"""Every vector through every door: the same verdict, and the same outcome of each check."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from typer.testing import CliRunner

from laurea.chain.rpc import Rpc
from laurea.cli.main import app
from laurea.errors import InputError
from tests.conformance import contract
from tests.conformance.doors import EXIT_CODES, Command, Door, Library, Service, service
from tests.conformance.pages import FilePage, file_page
from tests.conformance.shown import NAMES, Expected, Shown, load, one_of_each

LAUREA = Path(sys.executable).with_name("laurea")
VECTORS = [load(name) for name in NAMES]
IN_A_PROCESS = ("complete", "partial", "altered-claim", "node-silent", "utf-16-le")


@pytest.mark.parametrize("shown", VECTORS, ids=lambda shown: shown.name)
def test_the_library_gives_the_verdict_and_every_outcome(urls: dict[str, str], shown: Shown) -> None:
    assert Library().judge(shown, urls[shown.chain]) == shown.expected


@pytest.mark.parametrize("shown", VECTORS, ids=lambda shown: shown.name)
def test_the_command_does(urls: dict[str, str], tmp_path: Path, shown: Shown) -> None:
    assert Command(tmp_path).judge(shown, urls[shown.chain]) == shown.expected


@pytest.mark.parametrize("shown", VECTORS, ids=lambda shown: shown.name)
def test_the_service_does(urls: dict[str, str], http: Service, shown: Shown) -> None:
    assert http.judge(shown, urls[shown.chain]) == shown.expected


ASK_THE_CHAIN = [shown for shown in VECTORS if shown.expected.checks["anchor"] != "skipped"]


@pytest.fixture(scope="module")
def proving_http(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    with service(tmp_path_factory.mktemp("service") / "log", proof=True) as found:
        yield found


@pytest.mark.parametrize("shown", ASK_THE_CHAIN, ids=lambda shown: shown.name)
def test_the_library_does_with_all_proven(urls: dict[str, str], shown: Shown) -> None:
    assert Library(proof=True).judge(shown, urls[shown.chain]) == shown.expected


@pytest.mark.parametrize("shown", one_of_each(ASK_THE_CHAIN), ids=lambda shown: shown.name)
@pytest.mark.parametrize("name", ["command", "service"])
def test_so_do_the_others(urls: dict[str, str], proving_http: Service, tmp_path: Path, name: str, shown: Shown) -> None:
    door: Door = proving_http if name == "service" else Command(tmp_path, proof=True)

    assert door.judge(shown, urls[shown.chain]) == shown.expected


@pytest.fixture(scope="module")
def file() -> Iterator[FilePage]:
    with file_page() as found:
        yield found


@pytest.mark.parametrize("shown", [shown for shown in VECTORS if not shown.suites and not shown.blocks], ids=lambda shown: shown.name)
def test_the_page_in_a_file_does(urls: dict[str, str], file: FilePage, shown: Shown) -> None:
    assert file.judge(shown, urls[shown.chain]) == shown.expected


@pytest.mark.parametrize("name", IN_A_PROCESS)
def test_the_command_does_as_a_process_and_leaves_with_the_code_of_the_verdict(urls: dict[str, str], tmp_path: Path, name: str) -> None:
    shown = load(name)
    command = Command(tmp_path)
    arguments = command.arguments(shown, urls[shown.chain])

    done = subprocess.run(
        [LAUREA, *arguments], capture_output=True, text=True, check=False, timeout=60, env=os.environ | command.environment
    )

    assert Expected.of(json.loads(done.stdout)) == shown.expected
    assert done.returncode == EXIT_CODES[shown.expected.verdict]


@pytest.mark.parametrize("shown", VECTORS, ids=lambda shown: shown.name)
def test_the_contract_says_the_same_of_the_leaf(urls: dict[str, str], shown: Shown) -> None:
    assert contract.ask(shown, Rpc(urls["replayed"])) == shown.contract


def test_what_is_larger_than_a_file_may_be_is_refused_by_each_door_in_its_own_way(
    urls: dict[str, str], http: Service, tmp_path: Path
) -> None:
    shown = replace(load("complete"), data=b" " * (1 << 20) + load("complete").data)

    assert Library().judge(shown, urls["replayed"]).checks["format"] == "failed"
    done = CliRunner().invoke(app, Command(tmp_path).arguments(shown, urls["replayed"]))
    assert isinstance(done.exception, InputError)
    assert http.send(shown, urls["replayed"]).status_code == 413
