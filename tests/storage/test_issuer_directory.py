"""The issuer's directory: who may look, who may work, and its files of levels and keys."""

import subprocess
from hashlib import sha256
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ec import SECP384R1, generate_private_key
from cryptography.hazmat.primitives.serialization import BestAvailableEncryption, Encoding, PrivateFormat

from laurea.core import tree
from laurea.core.keys import SigningKey
from laurea.core.p256 import P256Key
from laurea.errors import Busy, FormatError, InputError, Locked, NotFound
from laurea.storage import levels
from laurea.storage.issuer import signing_key
from laurea.storage.issuer.directory import IssuerDirectory

KEY = SigningKey.from_seed(bytes(range(32)))


@pytest.fixture
def directory(tmp_path: Path) -> IssuerDirectory:
    made = IssuerDirectory(tmp_path / "issuer")
    made.create()
    return made


def test_where_no_issuer_lives_none_is_made_by_looking(tmp_path: Path) -> None:
    with pytest.raises(NotFound, match="no issuer"):
        IssuerDirectory(tmp_path / "nowhere").open()

    assert list(tmp_path.iterdir()) == []


def test_a_directory_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")

    with pytest.raises(InputError, match="cannot be made"):
        IssuerDirectory(tmp_path / "file" / "issuer").create()


def test_one_process_works_at_a_time_and_the_other_is_told_at_once(directory: IssuerDirectory) -> None:
    with directory.lock("run"):
        with pytest.raises(Busy, match="run"), directory.lock("run"):
            pytest.fail("two hold the lock")
        with directory.lock("revoke"):
            pass  # another kind of work

    with directory.lock("run"):
        pass


def test_what_a_killed_run_left_half_written_goes_and_the_rest_stays(directory: IssuerDirectory) -> None:
    directory.write_released("one", b"{}")
    (directory.released / ".two.json.tmp-abc").write_bytes(b"{")
    (directory.levels / ".1.levels.tmp-abc").write_bytes(b"")

    directory.clear_unfinished()

    assert [path.name for folder in (directory.levels, directory.released) for path in folder.iterdir()] == ["one.json"]


@pytest.mark.parametrize("size", [1, 2, 3, 7, 130])
def test_a_level_file_gives_the_paths_of_the_tree(tmp_path: Path, size: int) -> None:
    grown = tree.build([sha256(bytes([index])).digest() for index in range(size)])
    assert levels.grow(tmp_path / "1.levels", bytes(grown.nodes[: 32 * grown.size])) == grown.root

    with levels.mapped(tmp_path / "1.levels", size) as read:
        assert read.root == grown.root
        assert [read.path(index) for index in range(size)] == [grown.path(index) for index in range(size)]


def test_a_level_file_of_another_size_or_none_is_refused(tmp_path: Path) -> None:
    levels.grow(tmp_path / "1.levels", bytes(32) * 3)
    (tmp_path / "2.levels").write_bytes(b"")

    with pytest.raises(FormatError), levels.mapped(tmp_path / "1.levels", 4):
        pytest.fail("a tree of another size")
    for name in ("2.levels", "3.levels"):
        with pytest.raises(InputError), levels.mapped(tmp_path / name, 3):
            pytest.fail("no tree")


def test_the_signing_key_comes_back_with_its_passphrase_and_no_other(tmp_path: Path) -> None:
    path = tmp_path / "signing.pem"
    signing_key.write(path, KEY, "pässphrase")

    read = signing_key.read(path, "pässphrase")
    assert isinstance(read, SigningKey)
    assert read.seed == KEY.seed
    assert KEY.seed not in path.read_bytes()
    with pytest.raises(Locked):
        signing_key.read(path, "another")


def test_the_signing_key_is_as_hard_to_guess_as_a_keystore(tmp_path: Path) -> None:
    path = tmp_path / "signing.pem"
    signing_key.write(path, KEY, "passphrase")

    shown = subprocess.run(["openssl", "asn1parse", "-in", path], capture_output=True, text=True, check=True).stdout

    assert ":scrypt" in shown
    assert "PBKDF2" not in shown


def test_a_key_of_p256_comes_back_too(tmp_path: Path) -> None:
    path, key = tmp_path / "p256.pem", P256Key.from_scalar(b"p" * 32)
    signing_key.write(path, key, "passphrase")

    read = signing_key.read(path, "passphrase")

    assert isinstance(read, P256Key)
    assert read.public == key.public


def test_a_damaged_signing_key_or_one_of_another_kind_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "signing.pem"
    path.write_bytes(b"-----BEGIN ENCRYPTED PRIVATE KEY-----\nMIGb\n-----END ENCRYPTED PRIVATE KEY-----\n")
    with pytest.raises(Locked):
        signing_key.read(path, "passphrase")

    other = generate_private_key(SECP384R1())
    path.write_bytes(other.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, BestAvailableEncryption(b"passphrase")))
    with pytest.raises(InputError, match="neither an Ed25519 key nor one of P-256"):
        signing_key.read(path, "passphrase")
