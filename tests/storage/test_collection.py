"""Many files in a folder or a zip: which are given, in which order, and what a stranger's cannot make us do."""

import os
import stat
import struct
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from laurea.errors import InputError
from laurea.storage import collection
from laurea.storage.collection import Collection

LIMIT = 1000
Given = dict[str, bytes | str]


def files(path: Path) -> Given:
    return {name: found if isinstance(found, bytes) else str(found) for name, found in Collection(path, limit=LIMIT).files()}


def zipped(path: Path, entries: dict[str, bytes], compression: int = zipfile.ZIP_DEFLATED) -> Path:
    with zipfile.ZipFile(path, "w", compression) as archive:
        for name, raw in entries.items():
            archive.writestr(name, raw)
    return path


def damaged(path: Path, change: Callable[[bytes], bytes]) -> Path:
    path.write_bytes(change(path.read_bytes()))
    return path


def test_the_files_of_a_folder_and_all_below_are_given_by_their_names_in_order(tmp_path: Path) -> None:
    for name in ("b.json", "a/z.json", "a/b/c", "C"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_bytes(name.encode())

    found = files(tmp_path)

    assert list(found) == ["C", "a/b/c", "a/z.json", "b.json"]
    assert found["a/b/c"] == b"a/b/c"


def test_what_is_hidden_or_no_regular_file_is_left_out_and_counted(tmp_path: Path) -> None:
    folder, outside = tmp_path / "folder", tmp_path / "outside"
    (folder / ".git").mkdir(parents=True)
    (folder / ".git" / "config").write_bytes(b"x")
    (folder / ".hidden").write_bytes(b"x")
    outside.mkdir()
    (outside / "secret").write_bytes(b"secret")
    (folder / "link").symlink_to(outside / "secret")
    (folder / "below").symlink_to(outside)
    os.mkfifo(folder / "pipe")
    (folder / "good").write_bytes(b"good")
    found = Collection(folder, limit=LIMIT)

    assert list(found.files()) == [("good", b"good")]
    assert found.left_out == {collection.HIDDEN: 2, collection.SPECIAL: 3}


def test_a_file_that_became_a_link_or_a_pipe_meanwhile_is_not_followed_nor_waited_for(tmp_path: Path) -> None:
    folder = tmp_path / "folder"
    folder.mkdir()
    for name in ("a", "b", "c"):
        (folder / name).write_bytes(b"x")
    (tmp_path / "secret").write_bytes(b"secret")
    given = Collection(folder, limit=LIMIT).files()
    assert next(given) == ("a", b"x")
    (folder / "b").unlink()
    (folder / "b").symlink_to(tmp_path / "secret")
    (folder / "c").unlink()
    os.mkfifo(folder / "c")

    (_, second), (_, third) = given

    assert isinstance(second, InputError)
    assert third == b""


def test_a_file_that_cannot_be_read_or_is_too_large_does_not_stop_the_others(tmp_path: Path) -> None:
    for name, raw in (("a", b"a" * LIMIT), ("b", b"b" * (LIMIT + 1)), ("c", b"c")):
        (tmp_path / name).write_bytes(raw)

    found = files(tmp_path)

    assert found["a"] == b"a" * LIMIT
    assert str(found["b"]).endswith("b is larger than 1,000 bytes")
    assert found["c"] == b"c"


def test_the_entries_of_a_zip_are_given_by_their_names_in_order(tmp_path: Path) -> None:
    path = zipped(tmp_path / "many.ZIP", {"b": b"2", "a/c": b"1", "a/": b"", ".hidden": b"x", "x/.y/z": b"x", "../up": b"x"})
    found = Collection(path, limit=LIMIT)

    assert Collection.is_one(path)
    assert list(found.files()) == [("a/c", b"1"), ("b", b"2")]
    assert found.left_out == {collection.HIDDEN: 3}


def test_a_link_in_a_zip_is_left_out(tmp_path: Path) -> None:
    path = tmp_path / "many.zip"
    with zipfile.ZipFile(path, "w") as archive:
        link = zipfile.ZipInfo("link")
        link.external_attr = (stat.S_IFLNK | 0o777) << 16
        archive.writestr(link, "/etc/passwd")
    found = Collection(path, limit=LIMIT)

    assert list(found.files()) == []
    assert found.left_out == {collection.SPECIAL: 1}


def test_an_entry_that_inflates_to_too_much_is_refused_by_name_whatever_it_says_of_its_size(tmp_path: Path) -> None:
    path = zipped(tmp_path / "many.zip", {"bomb": b"\0" * 5_000_000, "good": b"good"})
    size = struct.pack("<I", 5_000_000)
    liar = damaged(zipped(tmp_path / "liar.zip", {"bomb": b"\0" * 5_000_000}), lambda raw: raw.replace(size, struct.pack("<I", 10)))

    assert files(path) == {"bomb": "bomb is larger than 1,000 bytes", "good": b"good"}
    assert files(liar)["bomb"] == "bomb is damaged: Bad CRC-32 for file 'bomb'"


def test_entries_that_are_damaged_encrypted_or_compressed_otherwise_are_named_and_the_others_given(tmp_path: Path) -> None:
    path = zipped(tmp_path / "many.zip", {"a": b"aaaa", "good": b"good"}, zipfile.ZIP_STORED)

    def encrypt(raw: bytes) -> bytes:
        at = raw.index(b"PK\x01\x02") + 8
        return raw[:at] + b"\x01" + raw[at + 1 :]

    assert files(damaged(path, lambda raw: raw.replace(b"aaaa", b"aaab"))) == {
        "a": "a is damaged: Bad CRC-32 for file 'a'",
        "good": b"good",
    }
    assert files(damaged(path, encrypt)) == {"a": "a is encrypted", "good": b"good"}
    bzip2 = zipped(tmp_path / "bzip2.zip", {"a": b"a"}, zipfile.ZIP_BZIP2)
    assert files(bzip2) == {"a": "a is compressed in another way than Deflate"}


def test_a_zip_of_more_than_is_inflated_ends_with_an_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(collection, "MAX_INFLATED", 2500)
    path = zipped(tmp_path / "many.zip", {"a": b"a" * LIMIT, "b": b"\0" * 100_000, "c": b"c" * LIMIT})
    given = Collection(path, limit=LIMIT).files()

    assert [name for name, _ in (next(given), next(given))] == ["a", "b"]
    with pytest.raises(InputError, match="are more than 2,500 bytes together"):
        next(given)


def test_a_zip_of_too_many_entries_or_too_long_a_list_of_them_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = zipped(tmp_path / "many.zip", {f"{number:050}": b"" for number in range(1000)})

    monkeypatch.setattr(collection, "MOST_ENTRIES", 999)
    with pytest.raises(InputError, match="more than 999 entries"):
        files(path)
    monkeypatch.setattr(collection, "MAX_DIRECTORY", 66_000)
    with pytest.raises(InputError, match="its list of entries is larger than 66,000 bytes"):
        files(path)


@pytest.mark.parametrize("raw", [b"", b"PK", b"{}", b"PK\x05\x06" + b"\xff" * 18])
def test_what_is_no_zip_is_an_error(tmp_path: Path, raw: bytes) -> None:
    path = tmp_path / "many.zip"
    path.write_bytes(raw)

    with pytest.raises(InputError, match="is no zip that can be read"):
        files(path)


def test_a_zip_or_a_folder_that_cannot_be_read_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="cannot be read: No such file"):
        files(tmp_path / "none.zip")
    folder = tmp_path / "folder"
    folder.mkdir()
    given = Collection(folder, limit=LIMIT).files()
    folder.rename(tmp_path / "elsewhere")
    with pytest.raises(InputError, match=r"is no zip|cannot be read"):
        next(given)
