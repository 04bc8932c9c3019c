"""The source of the page has the proportions of the rest: small modules that say what they are, and nothing that runs what it is given."""

import re
from collections import Counter
from pathlib import Path

import pytest

from tests.conftest import ROOT

MODULES = sorted((ROOT / "browser").rglob("*.mjs"))
FORBIDDEN = re.compile(
    r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\(|new Function|import\(|localStorage|sessionStorage|cookie"
)


@pytest.mark.parametrize("path", MODULES, ids=lambda path: path.name)
def test_a_module_is_short_and_says_what_it_is(path: Path) -> None:
    lines = path.read_text(encoding="utf-8").splitlines()
    assert lines[0].startswith("// ")
    assert len(lines) <= 250
    assert path.name == "words.mjs" or max(map(len, lines)) <= 160


def test_nothing_runs_what_it_is_given_and_nothing_is_kept() -> None:
    assert len(MODULES) > 30
    assert [path.name for path in MODULES if FORBIDDEN.search(path.read_text(encoding="utf-8"))] == []


def test_every_export_is_used_somewhere() -> None:
    texts = {path: path.read_text(encoding="utf-8") for path in MODULES}
    names = {
        name
        for text in texts.values()
        for group in re.findall(r"^export (?:async )?(?:const|function|class) (\w+|\[[^\]]*\])", text, re.MULTILINE)
        for name in re.findall(r"\w+", group)
    }
    used = Counter(re.findall(r"\w+", "\n".join([(ROOT / "tests/browser/judge.mjs").read_text(encoding="utf-8"), *texts.values()])))
    assert {name for name in names if used[name] < 2} == set()
