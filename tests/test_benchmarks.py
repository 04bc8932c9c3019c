"""The benchmark: figures and their budgets, parts in processes of their own, and the plot that is made of what was stored."""

import json
import subprocess
import sys
import time
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from defusedxml.ElementTree import fromstring

from benchmarks.axes import Axis, apart
from benchmarks.figures import AT_LEAST, Figure, medians
from benchmarks.main import verdict
from benchmarks.meter import cost_of
from benchmarks.parts import NAMES
from benchmarks.peers.beside import CONTENDERS
from benchmarks.peers.standing import Standing
from benchmarks.plot import TITLES, plot
from benchmarks.processes import TooLong, cpu_of, peak_of, run
from benchmarks.table import tables
from tests.conftest import ROOT
from tests.postgres import Postgres

STORED: dict[str, Any] = json.loads((ROOT / "docs/bench.json").read_text())
PYTHON = sys.executable
PEERS = ROOT / "benchmarks/peers"


@pytest.mark.parametrize(
    ("figure", "met"),
    [
        (Figure("a", 2, "s"), None),
        (Figure("a", 2, "s", 2), True),
        (Figure("a", 2.1, "s", 2), False),
        (Figure("a", 2, "rows", 2, AT_LEAST), True),
        (Figure("a", 1.9, "rows", 2, AT_LEAST), False),
    ],
)
def test_a_budget_is_the_most_or_the_least_that_a_figure_may_be(figure: Figure, met: bool | None) -> None:
    assert figure.met is met
    assert Figure.of(figure.document()) == figure


def test_a_missed_budget_is_named_and_ends_the_benchmark_with_1(capsys: pytest.CaptureFixture[str]) -> None:
    good, bad = Figure("proof", 4, "µs", 5), Figure("tree", 0.7, "s", 0.5)

    assert verdict({"tree": [good]}) == 0
    assert verdict({"tree": [good, bad], "proof": [Figure("memory", 20, "MiB")]}) == 1
    assert capsys.readouterr().err == "bench: tree: tree: 0.7 s, at most 0.5: MISSED\n"


def test_several_runs_count_by_their_medians() -> None:
    (figure,) = medians([[Figure("tree", value, "s", 2)] for value in (1, 9, 3)])

    assert (figure.value, figure.runs, figure.met) == (3, 3, False)
    with pytest.raises(ValueError, match="different figures: tree, proof"):
        medians([[Figure("tree", 1, "s")], [Figure("proof", 1, "s")]])


def test_the_peak_memory_of_a_process_is_that_of_the_largest_it_waited_for_and_not_of_who_measures() -> None:
    child = "b = bytearray(300 << 20)"
    ours = bytearray(100 << 20)
    alone = run([PYTHON, "-c", "print('small')"], seconds=60)
    del ours
    parent = run([PYTHON, "-c", f"import subprocess, sys; subprocess.run([sys.executable, '-c', {child!r}])"], seconds=60)

    assert alone.printed == "small\n"
    assert alone.peak_mib < 50
    assert parent.peak_mib > 300


def test_a_process_that_takes_too_long_or_fails_gives_no_figure() -> None:
    with pytest.raises(TooLong, match="not done after 1 s of CPU"):
        run([PYTHON, "-c", "while True: pass"], seconds=1)
    with pytest.raises(ChildProcessError, match="ended with 3"):
        run([PYTHON, "-c", "raise SystemExit(3)"], seconds=60)


def test_the_work_of_a_server_and_of_those_below_it_counts() -> None:
    busy = "import sys\nfor _ in range(10**7): pass\nb = bytearray(50 << 20)\nprint(flush=True)\nsys.stdin.read()"
    above = f"import subprocess, sys; subprocess.run([sys.executable, '-c', {busy!r}])"
    with subprocess.Popen([PYTHON, "-c", above], stdin=subprocess.PIPE, stdout=subprocess.PIPE) as server:
        assert server.stdin
        assert server.stdout
        cost = cost_of(server.stdout.readline, server=server.pid)
        assert cpu_of(server.pid) > 0.1
        assert peak_of(server.pid) > 50
        server.stdin.close()

    assert cost.server > 0.1 > cost.cpu
    assert cost.work == cost.cpu + cost.server


def test_a_cost_is_of_this_process_and_its_children() -> None:
    def both() -> None:
        start = time.process_time()
        while time.process_time() - start < 0.1:
            pass
        subprocess.run([PYTHON, "-c", "import time\nwhile time.process_time() < 0.3: pass"], check=True)

    assert cost_of(both).cpu >= 0.4


def bench(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [PYTHON, "-m", "benchmarks", *map(str, arguments)], cwd=ROOT, capture_output=True, text=True, timeout=300, check=False
    )


@pytest.mark.slow
def test_figures_are_printed_and_stored_with_the_machine(tmp_path: Path) -> None:
    done = bench("--n", "60", "--runs", "1", "--only", "roster", "batch", "signatures", "--json", tmp_path / "new/bench.json")
    stored = json.loads((tmp_path / "new/bench.json").read_text())
    figures = {name: [Figure.of(each) for each in found] for name, found in stored["parts"].items()}
    missed = [f"bench: {name}: {figure}" for name, found in figures.items() for figure in found if figure.met is False]

    assert list(figures) == ["roster", "batch on sqlite", "batch on postgresql", "signatures"]
    assert {"processors", "model", "load", "python", "openssl"} <= set(stored["machine"])
    # The system counts the work of a server in hundredths of a second, of which so few take none.
    assert all(figure.value > 0 or "server" in figure.name for found in figures.values() for figure in found)
    assert all(found[-1].name == "peak memory of its largest process" for found in figures.values())
    assert len(done.stdout.splitlines()) == 1 + sum(map(len, figures.values()))
    assert (done.returncode, done.stderr.count("MISSED")) == (1 if missed else 0, len(missed))


def test_a_part_that_is_not_there_is_refused(tmp_path: Path) -> None:
    assert bench("--only", "nothing", "--json", tmp_path / "bench.json").returncode == 2
    assert not (tmp_path / "bench.json").exists()


def test_every_part_has_a_module_of_its_name() -> None:
    assert {path.stem for path in (ROOT / "benchmarks/parts").glob("*.py") if not path.stem.startswith("_")} == set(NAMES)


@pytest.mark.slow
def test_laurea_stands_beside_its_peers_with_the_credentials_that_they_are_given(tmp_path: Path) -> None:
    run([PYTHON, "-m", "benchmarks.peers.given", "credentials", "20", tmp_path / "credentials"], seconds=60)
    run([PYTHON, "-m", "benchmarks.peers.given", "leaves", "20", tmp_path / "leaves"], seconds=60)
    released, tree = (
        json.loads(run([PYTHON, "-m", *words], seconds=60).printed)
        for words in (
            ["benchmarks.peers.ours", "released", "20"],
            ["benchmarks.peers.ours_tree", tmp_path / "leaves"],
        )
    )

    assert len({json.loads(line)["id"] for line in (tmp_path / "credentials").read_text().splitlines()}) == 20
    assert released["cpu"] > tree["cpu"] > 0
    assert len(tree["root"]) == 64


def test_peers_are_pinned_by_lock_files_of_their_own() -> None:
    wanted = [line for line in (PEERS / "requirements.in").read_text().splitlines() if not line.startswith("#")]
    locked = (PEERS / "requirements.txt").read_text()
    packages = json.loads((PEERS / "package.json").read_text())["dependencies"]
    modules = json.loads((PEERS / "package-lock.json").read_text())["packages"]

    assert [each for each in wanted if f"{each} \\\n    --hash=" not in locked] == []
    assert {name: modules[f"node_modules/{name}"]["version"] for name in packages} == packages
    assert all("integrity" in module for path, module in modules.items() if path)


def test_everything_that_is_measured_is_stored() -> None:
    assert {part.partition(" on ")[0] for part in STORED["parts"]} == set(NAMES)
    assert {contender.what for contender in CONTENDERS} == {each["what"] for each in STORED["beside"]}
    assert {contender.by for contender in CONTENDERS} == {each["by"] for each in STORED["beside"]}


def test_the_plot_is_that_of_the_stored_figures() -> None:
    assert (ROOT / "docs/scale.svg").read_text() == plot(STORED)


def test_the_plot_shows_and_tells_what_everybody_took() -> None:
    drawn = fromstring(plot(STORED))
    title, about = (drawn.find(f"{{http://www.w3.org/2000/svg}}{name}") for name in ("title", "desc"))
    texts = [text.text for text in drawn.iter("{http://www.w3.org/2000/svg}text")]
    standings = [standing for standing in map(Standing.of, STORED["beside"]) if standing.what in TITLES]  # the others stand in tables

    assert {standing.what for standing in standings} == set(TITLES)
    assert title is not None
    assert about is not None
    assert drawn.get("aria-labelledby") == f"{title.get('id')} {about.get('id')}"
    assert {standing.by for standing in standings} <= set(texts)
    assert all(f"for {standing.count:,}" in str(about.text) for standing in standings if standing.cpu is not None)
    assert all(any(str(text).endswith(each.why) for text in texts) for each in standings if each.why)


def test_the_document_has_the_stored_figures() -> None:
    assert tables(STORED) in (ROOT / "docs/scale.md").read_text()


def test_who_did_not_finish_is_named_in_plot_and_table() -> None:
    late = Standing("leaves", "a peer", "1", 10**7, why="not done after 400 s")

    stored = {**STORED, "beside": [*STORED["beside"], late.document()]}
    assert "a peer: 10,000,000 leaves not done after 400 s" in plot(stored)
    assert "not done after 400 s |" in tables(stored)


def test_there_is_no_plot_without_peers() -> None:
    with pytest.raises(ValueError, match="--peers"):
        plot({**STORED, "beside": []})


def test_an_axis_goes_by_powers_of_ten() -> None:
    axis = Axis.over([30, 0.5], 0, 300)

    assert [name for _, name in axis.ticks()] == ["0.1", "1", "10", "100"]
    assert [round(axis.at(value)) for value in (0.1, 1, 10, 100)] == [0, 100, 200, 300]


@pytest.mark.parametrize("wanted", [[10.0, 12.0, 90.0], [99.0, 98.0, 97.0], [1.0, 1.0, 1.0]])
def test_labels_keep_apart_and_in_their_order(wanted: list[float]) -> None:
    placed = apart(wanted, 17, 100)
    ranked = sorted(placed)

    assert sorted(range(3), key=placed.__getitem__) == sorted(range(3), key=wanted.__getitem__)
    assert all(high - low >= 17 for low, high in pairwise(ranked))
    assert ranked[-1] <= 100


def test_the_work_of_postgresql_counts_that_of_connections_that_have_ended(postgres: Postgres) -> None:
    pid = int((postgres.folder / "data/postmaster.pid").read_text().split()[0])
    before = cpu_of(pid)

    postgres.sql("SELECT count(*) FROM generate_series(1, 1000000)")

    deadline = time.monotonic() + 30
    while cpu_of(pid) - before < 0.05 and time.monotonic() < deadline:
        time.sleep(0.01)  # until the server has waited for the process of the connection
    assert cpu_of(pid) - before >= 0.05
    assert cpu_of(2**22 + 1) == 0  # no process has this number
