"""`scripts/bulk`, with fewer files than it has for people."""

from pathlib import Path

import pytest

from tests.conformance import bulk


@pytest.mark.slow
def test_each_of_many_files_has_the_verdict_that_it_should_have(tmp_path: Path) -> None:
    figures = bulk.run(1000, tmp_path)

    assert figures.verdicts == {"valid": 997, "invalid": 3}
    assert figures.requests < 20
