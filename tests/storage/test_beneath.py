"""Files below a folder by names of strangers: none leads out of it."""

import os
from pathlib import Path

import pytest

from laurea.errors import InputError
from laurea.storage import beneath

LIMIT = 10


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "inside"
    (folder / "below").mkdir(parents=True)
    (folder / "a.json").write_bytes(b"here")
    (folder / "below" / "b.json").write_bytes(b"below")
    (folder / "long.json").write_bytes(b"x" * (LIMIT + 1))
    (tmp_path / "secret").write_bytes(b"secret")
    (folder / "link.json").symlink_to(tmp_path / "secret")
    (folder / "way").symlink_to(tmp_path)
    os.mkfifo(folder / "pipe")
    return folder


def test_what_is_there_is_read(folder: Path) -> None:
    assert beneath.read(folder, "a.json", limit=LIMIT) == b"here"
    assert beneath.read(folder, "below/b.json", limit=LIMIT) == b"below"


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("../secret", "no plain name"),
        ("below/../../secret", "no plain name"),
        ("/etc/hostname", "no plain name"),
        ("./a.json", "no plain name"),
        ("below//b.json", "no plain name"),
        ("below\\b.json", "no plain name"),
        ("a.json\0", "no plain name"),
        ("link.json", "cannot be read"),
        ("way/secret", "cannot be read"),
        ("nothing.json", "cannot be read"),
        ("below", "cannot be read"),
        ("pipe", "no regular file"),
        ("long.json", "is larger than 10 bytes"),
    ],
)
def test_what_leads_elsewhere_is_refused(folder: Path, name: str, said: str) -> None:
    with pytest.raises(InputError, match=said):
        beneath.read(folder, name, limit=LIMIT)
