"""Whether forge's tests would notice a fault in the registry contract."""

import re
import subprocess
import sys

import pytest

from scripts import mutants
from tests.contracts.deployed import ROOT

SOURCE = (ROOT / mutants.SOURCE).read_bytes()


@pytest.mark.slow
def test_the_tests_kill_every_mutant_of_the_contract() -> None:
    finished = subprocess.run([sys.executable, ROOT / "scripts/mutants.py"], capture_output=True, text=True, timeout=1500, check=False)

    assert finished.returncode == 0, finished.stdout + finished.stderr
    summary = re.search(r"^(\d+) of \1 mutants killed$", finished.stdout, re.MULTILINE)
    assert summary is not None, finished.stdout
    assert int(summary[1]) >= 200


@pytest.mark.slow
def test_a_mutant_that_is_no_different_survives_and_is_named(capsys: pytest.CaptureFixture[str]) -> None:
    harmless = mutants.Mutant("nothing", 0, 0, "/* harmless */")

    assert mutants.run(SOURCE, [harmless], jobs=1) == 1
    assert capsys.readouterr().out == "survived: line 1: nothing: `` -> `/* harmless */`\n0 of 1 mutants killed\n"


def test_every_check_modifier_event_and_condition_has_its_mutant() -> None:
    found = mutants.find_mutants(SOURCE)
    text = SOURCE.decode()
    counts = {what: sum(mutant.what == what for mutant in found) for what in {mutant.what for mutant in found}}

    assert counts["check removed"] == len(re.findall(r"\bif \(", text)) - text.count("} else {")
    assert counts["modifier removed"] == text.count(" onlyAdmin(issuer) {")
    assert counts["event removed"] == text.count("emit ")
    assert counts["condition dropped"] == 2 * len(re.findall(r"\|\||&&", text))
