"""`laurea skills`: a framework imported, listed, searched, shown, found in a posting, and taken out."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

LAUREA = Path(sys.executable).with_name("laurea")
USAGE = 2
TABLE = (
    "uri,label,alternatives,broader,description,language\n"
    "https://guild.example/weld,weld metal,metal welding,,Join metal.,en\n"
    "https://guild.example/weld,Metall schweißen,,,,de\n"
    "https://guild.example/tig,tungsten inert gas welding,TIG welding,https://guild.example/weld,,en\n"
)
POSTING = "Requirements\n- You can weld metal\n- Experience with Kubernetes\n- No TIG welding needed\n"


@pytest.fixture
def desk(tmp_path: Path) -> Path:
    (tmp_path / "guild.csv").write_text(TABLE)
    (tmp_path / "job.txt").write_text(POSTING)
    (tmp_path / "laurea.toml").write_text('[skills]\nfile = "ours.db"\n')
    return tmp_path


def run(desk: Path, *arguments: str | Path) -> subprocess.CompletedProcess[str]:
    env = {**os.environ, "LAUREA_CONFIG": str(desk / "laurea.toml")}
    return subprocess.run([LAUREA, "skills", *arguments], capture_output=True, text=True, check=False, timeout=60, cwd=desk, env=env)


def test_a_framework_is_imported_and_used(desk: Path) -> None:
    imported = run(desk, "import", "guild.csv", "--framework", "own", "--name", "Guild", "--version", "3")
    assert (imported.returncode, imported.stdout) == (0, "")
    assert imported.stderr == "laurea: Guild 3: 2 concepts with 5 labels (de, en)\n"
    assert (desk / "ours.db").exists()

    assert run(desk, "list").stdout == "Guild  3  2 concepts  de en\n"
    assert json.loads(run(desk, "list", "--json").stdout)[0]["concepts"] == 2
    assert run(desk, "search", "metall", "schweissen").stdout.startswith(
        "1.00  weld metal  (Metall schweißen)  Guild  https://guild.example/weld\n"
    )
    assert json.loads(run(desk, "search", "TIG", "--json").stdout)[0]["matched"] == "TIG welding"
    shown = run(desk, "show", "http://guild.example/weld/")
    assert shown.stdout.splitlines() == [
        "weld metal",
        "https://guild.example/weld",
        "Guild 3",
        "Join metal.",
        "also: Metall schweißen",
        "also: metal welding",
        "narrower: tungsten inert gas welding  https://guild.example/tig",
    ]
    assert json.loads(run(desk, "show", "https://guild.example/tig", "--json").stdout)["related"] == {
        "https://guild.example/weld": "broader"
    }

    assert run(desk, "wanted", "job.txt").stdout.splitlines() == [
        "must  weld metal  = weld metal  Guild  https://guild.example/weld",
        "    You can weld metal",
        "must  Kubernetes  (no framework here knows it)",
        "    Experience with Kubernetes",
    ]
    assert [each["essential"] for each in json.loads(run(desk, "wanted", "job.txt", "--json").stdout)] == [True, True]

    assert run(desk, "remove", "Guild").returncode == 0
    assert "no framework was imported" in run(desk, "list").stderr


def test_what_is_not_there_is_said_with_what_to_do(desk: Path) -> None:
    unknown = run(desk, "show", "https://guild.example/none")
    assert (unknown.returncode, unknown.stdout) == (USAGE, "")
    assert "hint: laurea skills search" in unknown.stderr
    assert run(desk, "remove", "Guild").returncode == USAGE
    assert "nothing is like these words" in run(desk, "search", "weld").stderr
    wrong = run(desk, "import", "job.txt", "--framework", "esco")
    assert (wrong.returncode, "job.txt is no table of ESCO's skills" in wrong.stderr) == (USAGE, True)
    (desk / "bad.pdf").write_bytes(b"%PDF-1.7 nothing")
    assert run(desk, "wanted", "bad.pdf").returncode == USAGE
