"""What a share host keeps: there whole or not at all, counted exactly, gone when it has ended."""

import json
import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from laurea.core.credential import format_time
from laurea.errors import Busy, ConfigError, FormatError, NotFound
from laurea.storage import files
from laurea.storage.shares import Record, Shares
from tests.storage.killed_while_sharing import CANARY, HASH, NAME, NOON, RECORD, SEALED
from tests.storage.test_files import at_most

OTHER = "BBBBBBBBBBBBBBBBBBBBBB"


@pytest.fixture
def shares(tmp_path: Path) -> Shares:
    return Shares(tmp_path, capacity=1 << 30)


def bytes_under(folder: Path) -> bytes:
    return b"".join(path.read_bytes() for path in folder.rglob("*") if path.is_file())


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in (folder / "shares").iterdir())


def test_what_was_put_is_opened_to_the_byte_and_each_opening_counts(shares: Shares) -> None:
    shares.put(NAME, SEALED, RECORD)

    assert shares.look(NAME, at=NOON) == RECORD, "looking counts nothing"
    assert shares.open(NAME, at=NOON + timedelta(minutes=59)) == SEALED
    assert shares.open(NAME, at=NOON + timedelta(minutes=61)) == SEALED
    assert shares.look_with(NAME, HASH, at=NOON) == replace(RECORD, views=2, last_viewed=NOON + timedelta(hours=1)), "to the hour only"


def test_only_its_owner_reads_what_is_kept(shares: Shares, tmp_path: Path) -> None:
    shares.put(NAME, SEALED, RECORD)

    assert {path.stat().st_mode & 0o777 for path in (tmp_path / "shares").iterdir()} == {0o600}
    assert (tmp_path / "shares").stat().st_mode & 0o777 == 0o700


def test_openings_at_once_by_threads_and_processes_are_counted_each(shares: Shares, tmp_path: Path) -> None:
    shares.put(NAME, SEALED, RECORD)
    program = (
        "import sys; from pathlib import Path; from laurea.storage.shares import Shares; from tests.storage.killed_while_sharing import *\n"
        "shares = Shares(Path(sys.argv[1]), capacity=1 << 30)\n"
        "for _ in range(40): shares.open(NAME, at=NOON)"
    )
    command = [sys.executable, "-c", program, str(tmp_path)]
    others = [subprocess.Popen(command, cwd=Path(__file__).parents[2]) for _ in range(2)]
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda _: shares.open(NAME, at=NOON), range(120)))

    assert [other.wait(60) for other in others] == [0, 0]
    assert shares.look(NAME, at=NOON).views == 200


def test_what_was_removed_is_gone_from_the_disk_with_every_byte(shares: Shares, tmp_path: Path) -> None:
    shares.put(NAME, SEALED, RECORD)
    shares.open(NAME, at=NOON)
    assert CANARY in bytes_under(tmp_path)

    shares.remove(NAME, HASH, at=NOON)

    assert names(tmp_path) == []
    assert CANARY not in bytes_under(tmp_path)
    for ask in (lambda: shares.open(NAME, at=NOON), lambda: shares.look(NAME, at=NOON), lambda: shares.remove(NAME, HASH, at=NOON)):
        with pytest.raises(NotFound, match="this link has ended or never was"):
            ask()


def test_another_token_neither_sees_nor_ends_a_share(shares: Shares) -> None:
    shares.put(NAME, SEALED, RECORD)

    for ask in (shares.look_with, shares.remove):
        with pytest.raises(NotFound, match="this link has ended or never was"):
            ask(NAME, b"!" * 32, at=NOON)
    assert shares.open(NAME, at=NOON) == SEALED


def test_what_expired_is_refused_at_once_and_swept_later(shares: Shares, tmp_path: Path) -> None:
    shares.put(NAME, SEALED, RECORD)
    shares.put(OTHER, SEALED, replace(RECORD, expires=RECORD.expires + timedelta(days=1)))
    last, after = RECORD.expires - timedelta(seconds=1), RECORD.expires

    assert shares.open(NAME, at=last) == SEALED
    for ask in (shares.open, shares.look):
        with pytest.raises(NotFound):
            ask(NAME, at=after)
    assert shares.sweep(at=last) == 0
    assert shares.sweep(at=after) == 1
    assert names(tmp_path) == [f"{OTHER}.json", f"{OTHER}.sealed"]


@pytest.mark.parametrize(
    "name", ["", ".", "..", "../lock", "A" * 21, "A" * 23, "A" * 21 + "/", "A" * 21 + "\n", "A" * 21 + "é", "A" * 21 + "\0"]
)
def test_no_other_name_reaches_the_disk(shares: Shares, tmp_path: Path, name: str) -> None:
    (tmp_path / "lock.json").write_bytes(RECORD.encode())

    with pytest.raises(NotFound):
        shares.open(name, at=NOON)


def test_beyond_its_capacity_a_host_takes_nothing_and_says_so(tmp_path: Path) -> None:
    shares = Shares(tmp_path, capacity=20 << 10)
    shares.put(NAME, bytes(8 << 10), RECORD)  # with its record 12 KiB

    with pytest.raises(Busy, match="this host is full"):
        shares.put(OTHER, bytes(8 << 10), RECORD)
    assert names(tmp_path) == [f"{NAME}.json", f"{NAME}.sealed"]
    shares.remove(NAME, HASH, at=NOON)
    shares.put(OTHER, bytes(8 << 10), RECORD)


def test_a_disk_that_fails_is_no_end_of_a_share_and_its_name_is_not_told(shares: Shares, tmp_path: Path) -> None:
    with at_most(1_000), pytest.raises(Busy, match=r"^this host cannot read or write its disk$"):
        shares.put(NAME, SEALED, RECORD)
    assert names(tmp_path) == []

    shares.put(NAME, SEALED, RECORD)
    record = tmp_path / "shares" / f"{NAME}.json"
    record.unlink()
    record.mkdir()
    with pytest.raises(Busy):
        shares.open(NAME, at=NOON)
    with pytest.raises(Busy):
        shares.sweep(at=NOON)
    assert (tmp_path / "shares" / f"{NAME}.sealed").exists()


@pytest.mark.parametrize(
    "record",
    [
        b"",
        b"[]",
        b'{"expires":"2026-11-24T12:00:00Z"}',
        RECORD.encode().replace(b"2026-11", b"2026-13"),
        RECORD.encode().replace(b"23", b"2g"),
        RECORD.encode().replace(b'"views":0', b'"views":"0"'),
    ],
)
def test_a_record_that_cannot_be_read_is_an_end(shares: Shares, tmp_path: Path, record: bytes) -> None:
    shares.put(NAME, SEALED, RECORD)
    (tmp_path / "shares" / f"{NAME}.json").write_bytes(record)

    with pytest.raises(NotFound):
        shares.open(NAME, at=NOON)
    assert shares.sweep(at=NOON) == 1
    assert names(tmp_path) == []


def test_a_record_comes_back_as_it_was_kept() -> None:
    viewed = replace(RECORD, views=7, last_viewed=NOON)

    assert [Record.decode(record.encode()) for record in (RECORD, viewed)] == [RECORD, viewed]
    with pytest.raises(FormatError):
        Record.decode(b"{}")
    assert format_time(RECORD.expires).encode() in RECORD.encode()


def test_a_file_that_a_kill_left_half_written_is_swept(shares: Shares, tmp_path: Path) -> None:
    shares.put(NAME, SEALED, RECORD)
    (tmp_path / "shares" / f".{OTHER}.sealed.tmp-x1").write_bytes(CANARY)

    assert shares.sweep(at=NOON) == 0
    assert names(tmp_path) == [f"{NAME}.json", f"{NAME}.sealed"]


def test_what_else_lies_in_the_folder_is_left_alone(shares: Shares, tmp_path: Path) -> None:
    (tmp_path / "shares" / "README").write_text("mine")

    assert shares.sweep(at=NOON) == 0
    assert names(tmp_path) == ["README"]


def test_a_directory_that_cannot_be_used_is_an_error_of_the_configuration(tmp_path: Path) -> None:
    (tmp_path / "file").touch()

    with pytest.raises(ConfigError, match="cannot be used: Not a directory"):
        Shares(tmp_path / "file" / "below", capacity=1)


def test_a_removal_lasts_and_one_that_cannot_be_done_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(Exception, match="none/file cannot be removed: No such file or directory"):
        files.remove(tmp_path / "none" / "file")


@pytest.mark.slow
@pytest.mark.parametrize(("act", "before", "after"), [("put", "ended", "whole"), ("remove", "whole", "ended")])
def test_killed_at_any_line_a_share_is_there_whole_or_gone_and_nothing_of_it_is_left(
    tmp_path: Path, act: str, before: str, after: str
) -> None:
    program = Path(__file__).with_name("killed_while_sharing.py")
    root = Path(__file__).parents[2]
    done = subprocess.run(
        [sys.executable, str(program), str(tmp_path), act],
        capture_output=True,
        text=True,
        timeout=300,
        check=True,
        cwd=root,
        env={**os.environ, "PYTHONPATH": str(root)},
    )
    told = json.loads(done.stdout)
    kept = [f"{NAME}.json", f"{NAME}.sealed"]

    assert len(told) > 40, "every line of it"
    assert [each["killed"] for each in told] == [True] * (len(told) - 1) + [False]
    outcomes = [each["found"] for each in told]
    turn = outcomes.index(after)
    assert outcomes == [before] * turn + [after] * (len(told) - turn), "once it is done it stays done"
    assert {outcome: each["left"] for outcome, each in zip(outcomes, told, strict=True)} == {"whole": kept, "ended": []}
    if act == "remove":  # the bytes go first: a share that was ended is none of which something is left
        assert [each["sealed"] for each in told] == [True] * turn + [False] * (len(told) - turn)
