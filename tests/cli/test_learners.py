"""Rosters, invitations, links and mails as the operator of a cron job meets them; and backups."""

import json
import re
import resource
import shutil
import subprocess
import sys
from pathlib import Path

import openpyxl
import pytest

from tests.anvil import Anvil
from tests.cli.test_issuer import Operator, environment, mining_every_second, write
from tests.mail.smtp import Smtp, text_of
from tests.services.issuing_world import World, roster

MAILED = b"learner,name,achievement,email,holder\nL-1,Ada,sql,ada@example.org,did:key:z6MkhaXgBZDvotDkL5257faiztiGiC2QtKLGpbnnEGta2doK\n"
ASKED = b"learner,name,achievement,email\nL-2,Grace,sql,grace@example.org\n"


@pytest.fixture
def operator(tmp_path: Path, node: Anvil, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Operator:
    return Operator(tmp_path, node, monkeypatch, capsys)


def reachable(folder: Path, smtp: Smtp) -> None:
    config = folder / "laurea.toml"
    mail = f'[mail]\nhost = "127.0.0.1"\nport = {smtp.port}\nsecurity = "none"\nsender = "badges@example.edu"\n'
    config.write_text(config.read_text() + '[service]\nurl = "https://badges.example.edu"\n' + mail)


def test_a_run_writes_to_learners_after_release_and_to_those_who_are_asked(world: World, operator: Operator, tmp_path: Path) -> None:
    with Smtp() as smtp:
        reachable(tmp_path, smtp)
        assert operator.types("enrol", write(tmp_path / "a.csv", MAILED)).code == 0
        assert (
            "1 credential enrolled, 1 wait for their learners' wallets first"
            in operator.types("enrol", write(tmp_path / "b.csv", ASKED)).err
        )
        with mining_every_second(world):
            first = operator.types("run", "--log", "json")
        assert first.code == 0
        assert [json.loads(line)["count"] for line in first.out.splitlines() if '"mails.sent"' in line] == [2]
        assert sorted(smtp.recipients) == ["ada@example.org", "grace@example.org"]
        assert "1 wait for an answer" in operator.types("plan").out
        (asked,) = [message for message in smtp.taken if message["To"] == "grace@example.org"]
        assert "https://badges.example.edu/invitations/" in text_of(asked)

        credential = json.loads(operator.types("show", "L-1", "--json").out)[0]["id"]
        link = operator.types("link", credential)
        assert re.fullmatch(r"https://badges\.example\.edu/claims/[A-Za-z0-9_-]{43}\n", link.out)
        assert "works once, until" in link.err
        assert operator.types("link", credential, "--mail").code == 0
        with mining_every_second(world):
            assert operator.types("run").code == 0
        assert len(smtp.taken) == 3
    report = json.loads(operator.types("report", "--json").out)
    assert [run["mails"] for run in report] == [1, 2]


def test_a_mail_server_that_is_down_leaves_the_mails_to_the_next_run(world: World, operator: Operator, tmp_path: Path) -> None:
    with Smtp() as smtp:
        reachable(tmp_path, smtp)
    operator.types("enrol", write(tmp_path / "a.csv", MAILED))
    with mining_every_second(world):
        said = operator.types("run")

    assert said.code == 3
    assert "mails that wait: 1; the next run tries again" in said.err
    assert len(world.released()) == 1


def test_a_link_takes_a_service_and_a_credential_that_is_there(world: World, operator: Operator, tmp_path: Path) -> None:
    operator.types("enrol", write(tmp_path / "a.csv", MAILED))
    credential = json.loads(operator.types("show", "L-1", "--json").out)[0]["id"]
    for identifier, says in ((credential, "set [service] url in the configuration"), ("urn:uuid:" + "0" * 8, "there is no credential")):
        said = operator.types("link", identifier)
        assert (said.code, said.out, says in said.err) == (2, "", True)


def test_a_workbook_is_enrolled_again_after_corrections(world: World, operator: Operator, tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    assert book.active is not None
    for row in (("learner", "name", "achievement"), ("L-1", "Ada", "sql"), ("L-2", "Grace", "sql")):
        book.active.append(row)
    path = tmp_path / "roster.xlsx"
    book.save(path)
    assert "2 credentials enrolled" in operator.types("enrol", str(path)).err
    book.active["B2"] = "Ada Lovelace"
    book.save(path)

    refused = operator.types("enrol", str(path))
    assert (refused.code, "row 2, column learner, 'L-1'" in refused.err) == (2, True)
    said = operator.types("enrol", str(path), "--duplicates", "correct", "--dry-run").err
    assert "0 credentials would be enrolled, 1 corrected, 1 skipped; nothing was imported" in said
    assert "0 credentials enrolled, 1 corrected, 1 skipped" in operator.types("enrol", str(path), "--duplicates", "correct").err


def test_a_backup_is_written_and_restored(world: World, operator: Operator, tmp_path: Path) -> None:
    world.enrol(2)
    file = str(tmp_path / "issuer.backup")
    written = operator.types("backup", file)
    assert (written.code, file in written.err) == (0, True)
    assert operator.types("backup", file).code == 2, "what is there is not overwritten"
    assert operator.types("restore", file).code == 2, "an issuer that is there is not overwritten"
    shutil.rmtree(world.path)

    assert operator.types("restore", file).code == 0
    with mining_every_second(world):
        assert operator.types("run").code == 0
    world.require_whole([2])


@pytest.mark.parametrize("arguments", [["run"], ["enrol", "many.csv"]])
def test_a_disk_that_is_full_loses_nothing_and_sends_nothing(world: World, tmp_path: Path, arguments: list[str]) -> None:
    """Fault 28: no file may grow, as on a disk that has no room left."""
    world.enrol(3)
    with world.issuer() as issuer:
        issuer.database.forget()
    (tmp_path / "many.csv").write_bytes(roster(400))
    config = tmp_path / "laurea.toml"
    config.write_text(f'[chains."eip155:31337"]\nrpc = ["{world.node.url}"]\n')
    before = world.spent()
    room = 16 << 10  # less than the journal of any act that matters

    full = subprocess.run(
        [Path(sys.executable).with_name("laurea"), "issuer", *arguments],
        env={"PATH": "/usr/bin:/bin", "PYTHONDONTWRITEBYTECODE": "1", **environment(tmp_path, config)},
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (room, room)),
    )

    assert full.returncode == 75, full.stderr
    assert "the disk is full" in full.stderr
    assert world.spent() == before
    world.run()
    world.require_whole([3])
