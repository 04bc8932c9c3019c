"""Back up while the issuer works, restore elsewhere, and refuse whatever was damaged or made by others."""

import io
import os
import signal
import stat
import subprocess
import sys
import tarfile
from pathlib import Path

import pytest

from laurea import Verdict
from laurea.errors import FormatError, InputError
from laurea.services.issuing import enrolment
from laurea.services.issuing.backup import back_up, restore
from laurea.storage.issuer.directory import IssuerDirectory
from tests.anvil import ROOT
from tests.postgres import Postgres
from tests.services.issuing_world import Killed, World, killing_at

UUID = "00000000-0000-4000-8000-000000000001"


def backed_up(world: World, target: Path) -> Path:
    with world.issuer() as issuer, issuer.lock("backup"):
        back_up(issuer, target)
    return target


def test_what_is_restored_goes_on_where_the_backup_was(world: World, tmp_path: Path) -> None:
    world.enrol(3)
    world.run()
    world.enrol(2)
    with pytest.raises(Killed):
        world.run(checkpoint=killing_at("persisted-not-sent")[0])
    backup = backed_up(world, tmp_path / "backup")

    restore(backup, tmp_path / "restored")
    again = World(tmp_path / "restored", world.node)
    assert again.run().lost == ()

    again.require_whole([3, 2])
    assert {again.verdict(data).verdict for data in again.released().values()} == {Verdict.VALID}
    modes = {stat.S_IMODE(path.stat().st_mode) for path in again.path.rglob("*") if path.is_file()}
    assert modes == {0o600}
    assert stat.S_IMODE(backup.stat().st_mode) == 0o600


def test_a_backup_of_either_database_becomes_either(world: World, tmp_path: Path, postgres: Postgres) -> None:
    world.enrol(2)
    world.run()
    url = postgres.new()

    restore(backed_up(world, tmp_path / "backup"), tmp_path / "restored", database_url=url)

    again = World(tmp_path / "restored", world.node, postgres)
    assert not (again.path / "issuer.db").exists()
    again.enrol(1)
    with again.issuer() as issuer:  # of another form than those that came with the backup
        enrolment.enrol(issuer, b"learner,name,achievement,evidence\nM-1,Ada,sql,https://example.edu/e")
    again.run()
    again.require_whole([2, 2])
    with pytest.raises(InputError, match="not empty"):
        restore(tmp_path / "backup", tmp_path / "twice", database_url=url)
    assert not (tmp_path / "twice").exists()


def test_a_backup_from_before_an_anchor_stops_sealing_when_it_is_restored(world: World, tmp_path: Path) -> None:
    world.enrol(2)
    backup = backed_up(world, tmp_path / "backup")
    world.run()
    restore(backup, tmp_path / "restored")

    assert len(World(tmp_path / "restored", world.node).run().lost) == 1


def test_a_backup_goes_over_nothing_and_a_restore_into_nothing(world: World, tmp_path: Path) -> None:
    backup = backed_up(world, tmp_path / "backup")
    before = backup.read_bytes()

    with pytest.raises(InputError, match="something at"):
        backed_up(world, backup)
    with pytest.raises(InputError, match="something at"):
        restore(backup, world.path)
    assert backup.read_bytes() == before
    with pytest.raises(InputError, match="cannot be written"):
        backed_up(world, tmp_path / "nowhere" / "backup")
    with pytest.raises(InputError, match="cannot be read"):
        restore(tmp_path / "nothing", tmp_path / "restored")


def test_no_byte_of_a_file_can_be_changed_unseen(world: World, tmp_path: Path) -> None:
    world.enrol(1)
    world.run()
    backup = backed_up(world, tmp_path / "backup")
    data = backup.read_bytes()
    with tarfile.open(backup) as archive:
        members = [(member.name, member.offset_data, member.size) for member in archive]
    places = [offset + at for _, offset, size in members for at in {0, size // 2, size - 1}]

    for place in places:
        (tmp_path / "damaged").write_bytes(data[:place] + bytes([data[place] ^ 1]) + data[place + 1 :])
        with pytest.raises(FormatError):
            restore(tmp_path / "damaged", tmp_path / "restored")
    for length in (0, 100, 512, len(data) // 2, members[-1][1]):
        (tmp_path / "damaged").write_bytes(data[:length])
        with pytest.raises(FormatError):
            restore(tmp_path / "damaged", tmp_path / "restored")
    assert not (tmp_path / "restored").exists()
    assert [path.name for path in tmp_path.iterdir() if path.name.startswith(".")] == []


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("../escaped", tarfile.REGTYPE),
        ("/tmp/escaped", tarfile.REGTYPE),
        ("keys/../../escaped", tarfile.REGTYPE),
        ("keys/anchor.json", tarfile.SYMTYPE),
        ("keys/anchor.json", tarfile.LNKTYPE),
        ("keys/anchor.json", tarfile.CHRTYPE),
        ("keys", tarfile.DIRTYPE),
        ("keys/anchor.sh", tarfile.REGTYPE),
        (f"released/{UUID}.json.exe", tarfile.REGTYPE),
    ],
)
def test_what_a_backup_never_has_is_refused(tmp_path: Path, name: str, kind: bytes) -> None:
    with tarfile.open(tmp_path / "backup", "w") as archive:
        member = tarfile.TarInfo(name)
        member.type, member.linkname = kind, "/etc/passwd"
        archive.addfile(member, io.BytesIO(b""))

    with pytest.raises(FormatError):
        restore(tmp_path / "backup", tmp_path / "restored")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["backup"]


def test_the_same_name_twice_and_files_without_a_manifest_are_refused(tmp_path: Path) -> None:
    for names in (["keys/a.json", "keys/a.json"], ["keys/a.json"], []):
        with tarfile.open(tmp_path / "backup", "w") as archive:
            for name in names:
                archive.addfile(tarfile.TarInfo(name), io.BytesIO(b""))
        with pytest.raises(FormatError):
            restore(tmp_path / "backup", tmp_path / "restored")


def test_a_kill_while_backing_up_leaves_nothing_at_the_target_and_the_next_backup_clears_up(world: World, tmp_path: Path) -> None:
    world.enrol(200)
    script = (
        "import os, signal, sys, threading, time\n"
        "from datetime import UTC, datetime\n"
        "from pathlib import Path\n"
        "from laurea.storage import archive\n"
        "from laurea.services.issuing.backup import back_up\n"
        "from laurea.services.issuing.issuer import opened\n"
        "archive._member = lambda *_: os.kill(os.getpid(), signal.SIGKILL)\n"
        "with opened(Path(sys.argv[1]), lambda: datetime.now(UTC)) as issuer:\n"
        "    back_up(issuer, Path(sys.argv[2]))\n"
    )
    killed = subprocess.run([sys.executable, "-c", script, world.path, tmp_path / "backup"], cwd=ROOT, env=os.environ, check=False)

    assert killed.returncode == -signal.SIGKILL
    assert not (tmp_path / "backup").exists()
    assert list(world.path.glob(".backup-*"))
    backed_up(world, tmp_path / "backup")
    assert not list(world.path.glob(".backup-*"))


def test_a_file_that_was_erased_meanwhile_is_left_out(world: World, tmp_path: Path) -> None:
    world.enrol(2)
    world.run()
    directory = IssuerDirectory(world.path)
    gone = next(directory.released.iterdir())
    (directory.released / f"{UUID}.json").symlink_to(tmp_path / "nowhere")

    restore(backed_up(world, tmp_path / "backup"), tmp_path / "restored")

    assert (tmp_path / "restored" / "released" / gone.name).exists()
    assert not (tmp_path / "restored" / "released" / f"{UUID}.json").exists()
