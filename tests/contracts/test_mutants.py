"""Whether `scripts/mutants` breaks the registry contract in every way that it says."""

import re

from scripts import mutants
from tests.contracts.deployed import ROOT

SOURCE = (ROOT / mutants.SOURCE).read_bytes()


def test_every_check_modifier_event_and_condition_has_its_mutant() -> None:
    found = mutants.find_mutants(SOURCE)
    text = SOURCE.decode()
    counts = {what: sum(mutant.what == what for mutant in found) for what in {mutant.what for mutant in found}}

    assert counts["check removed"] == len(re.findall(r"\bif \(", text)) - text.count("} else {")
    assert counts["modifier removed"] == text.count(" onlyAdmin(issuer) {")
    assert counts["event removed"] == text.count("emit ")
    assert counts["condition dropped"] == 2 * len(re.findall(r"\|\||&&", text))
