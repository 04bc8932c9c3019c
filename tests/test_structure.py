"""The proportions of the code: small modules, small functions, one module that prints."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

SOURCE = Path(__file__).parent.parent / "src" / "laurea"
MODULES = sorted(SOURCE.rglob("*.py"))
MAX_MODULE_LINES = 250
MAX_BODY_LINES = 40

Function = ast.FunctionDef | ast.AsyncFunctionDef


def name(path: Path) -> str:
    return str(path.relative_to(SOURCE))


def functions(path: Path) -> Iterator[Function]:
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, Function):
            yield node


def body_lines(function: Function) -> int:
    body = function.body[1:] if ast.get_docstring(function) else function.body
    return (body[-1].end_lineno or 0) - body[0].lineno + 1 if body else 0


@pytest.mark.parametrize("path", MODULES, ids=name)
def test_a_module_is_short_and_says_what_it_is(path: Path) -> None:
    text = path.read_text()

    assert len(text.splitlines()) <= MAX_MODULE_LINES
    assert ast.get_docstring(ast.parse(text)), "a module begins with what it is"


@pytest.mark.parametrize("path", MODULES, ids=name)
def test_a_function_fits_on_half_a_screen(path: Path) -> None:
    assert {function.name: lines for function in functions(path) if (lines := body_lines(function)) > MAX_BODY_LINES} == {}


@pytest.mark.parametrize("path", MODULES, ids=name)
def test_no_import_hides_in_a_function(path: Path) -> None:
    hidden = [function.name for function in functions(path) for node in ast.walk(function) if isinstance(node, ast.Import | ast.ImportFrom)]

    assert hidden == []


@pytest.mark.parametrize("path", [path for path in MODULES if name(path) != "cli/output.py"], ids=name)
def test_only_the_output_module_prints(path: Path) -> None:
    tree = ast.parse(path.read_text())
    calls = {ast.unparse(node.func) for node in ast.walk(tree) if isinstance(node, ast.Call)}
    names = {ast.unparse(node) for node in ast.walk(tree) if isinstance(node, ast.Attribute)}

    assert calls.isdisjoint({"print", "typer.echo", "click.echo"})
    assert names.isdisjoint({"sys.stdout", "sys.stderr"})
