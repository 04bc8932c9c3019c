"""Many files in one folder: each whole or not there, and a disk that takes no more is an error."""

import os
import resource
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from laurea.errors import InputError
from laurea.storage import files


@contextmanager
def at_most(size: int) -> Iterator[None]:
    """Let no file grow beyond so many bytes: it takes a part of what is written to it, and then no more, as a full disk does."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


def test_files_are_put_into_a_folder_for_its_owner_alone_in_the_place_of_older_ones(tmp_path: Path) -> None:
    (tmp_path / "one").write_bytes(b"old")

    with files.filling(tmp_path) as folder:
        for name in ("one", "two"):
            folder.put(name, name.encode() * 100_000)

    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == {"one": b"one" * 100_000, "two": b"two" * 100_000}
    assert {path.stat().st_mode & 0o777 for path in tmp_path.iterdir()} == {0o600}


def test_what_the_disk_does_not_take_whole_is_an_error_and_leaves_what_was_there(tmp_path: Path) -> None:
    with files.filling(tmp_path) as folder:
        folder.put("one", b"old")
        with at_most(1_000), pytest.raises(InputError, match="one cannot be written: File too large"):
            folder.put("one", b"x" * 4_000)

    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == {"one": b"old"}


def test_what_stands_in_the_way_is_an_error_and_stays(tmp_path: Path) -> None:
    (tmp_path / "one" / "below").mkdir(parents=True)

    with files.filling(tmp_path) as folder, pytest.raises(InputError, match="one cannot be written"):
        folder.put("one", b"x")
    assert [path.name for path in tmp_path.iterdir()] == ["one"]
    with pytest.raises(InputError, match="none cannot be opened"), files.filling(tmp_path / "none"):
        pytest.fail("there is no such folder")


@pytest.mark.parametrize("make", [os.mkfifo, Path.mkdir])
def test_only_a_file_gives_its_place_to_another(tmp_path: Path, make: Callable[[Path], None]) -> None:
    place = tmp_path / "place"
    make(place)
    mode = place.stat().st_mode

    with pytest.raises(InputError, match="place is no regular file"):
        files.replace(place, b"x")
    with pytest.raises(InputError, match="place is no regular file"), files.lock(place, create=True):
        pytest.fail("it would be taken away as an empty file that was made for the lock")

    assert place.stat().st_mode == mode


def test_what_a_kill_leaves_is_called_as_what_is_cleared(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    names: list[str] = []
    with files.filling(tmp_path) as folder:
        monkeypatch.setattr(files, "_write", lambda *_: names.extend(path.name for path in tmp_path.iterdir()))
        folder.put("one.json", b"x")

    assert len(names) == 1
    assert names[0].startswith(".one.json.tmp-")
