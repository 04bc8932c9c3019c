"""The wallet file: opens with its passphrase and whole, or not at all; is old or new, never torn; loses nothing."""

import json
import os
import resource
import stat
import subprocess
import sys
import tempfile
import time
from base64 import b64encode, urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from Crypto.Cipher import ChaCha20_Poly1305
from cryptography.hazmat.primitives.kdf.argon2 import Argon2id

from laurea.core.canonical import Json, encode, parse
from laurea.core.keys import SigningKey
from laurea.errors import FormatError, InputError, Locked, NotFound
from laurea.storage import files, wallet
from laurea.storage.wallet import Checked, Held, Kdf, Note, Wallet, open_, seal
from laurea.storage.wallet.content import document_of, parse_content
from laurea.storage.wallet.envelope import Header
from laurea.storage.wallet.form import text_of
from tests.anvil import ROOT

CHEAP = Kdf(memory=8 << 10, passes=1, lanes=1)
PASSPHRASE = "correct horse battery staple"
NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
CANARY = "canary-6f1d2c9a"
KEY = SigningKey.from_seed(bytes(range(32)))
EMPTY = Wallet(KEY, NOON)
DOCUMENTS = (f'{{"name": "{CANARY}"}}'.encode(), '{ "name":"José 李 محمد\\u0000" }\r\n'.encode())
FULL = Wallet(KEY, NOON, tuple(Held(document, NOON) for document in DOCUMENTS))
KILLS = int(os.environ.get("LAUREA_KILLS", "300"))  # docs/reliability.md says how many were tried
VECTORS = ROOT / "tests/vectors"
DOCS = Path(__file__).resolve().parents[2] / "docs/wallet-file.md"


def content(found: Wallet) -> tuple[bytes, datetime, tuple[Held, ...]]:
    """Return what can be compared of a wallet: keys have no equality."""
    return found.key.seed, found.created, found.held


def members(data: bytes) -> dict[str, object]:
    """Return the members of a wallet file."""
    found = json.loads(data)
    assert isinstance(found, dict)
    return found


@pytest.fixture(scope="module")
def sealed() -> bytes:
    """A wallet file with a key and no credential, which is small enough to damage everywhere."""
    data = seal(EMPTY, PASSPHRASE, kdf=CHEAP)
    assert content(open_(data, PASSPHRASE)) == content(EMPTY)
    return data


def test_what_was_sealed_comes_back_to_the_byte() -> None:
    assert content(open_(seal(FULL, PASSPHRASE, kdf=CHEAP), PASSPHRASE)) == content(FULL)


def test_the_default_cost_is_64_mib_in_3_passes_over_4_lanes() -> None:
    data = seal(EMPTY, PASSPHRASE)

    assert content(open_(data, PASSPHRASE)) == content(EMPTY)
    kdf = members(data)["kdf"]
    assert isinstance(kdf, dict)
    assert (kdf["name"], kdf["memory"], kdf["passes"], kdf["lanes"]) == ("argon2id", 65536, 3, 4)


def test_the_file_is_in_its_canonical_form(sealed: bytes) -> None:
    assert encode(parse(sealed)) == sealed


def test_another_passphrase_does_not_open_it(sealed: bytes) -> None:
    for wrong in ("", PASSPHRASE + " ", PASSPHRASE.upper(), "é"):
        with pytest.raises(Locked):
            open_(sealed, wrong)


def test_a_passphrase_may_be_typed_on_a_system_that_decomposes_accents() -> None:
    assert content(open_(seal(EMPTY, "caf\u00e9", kdf=CHEAP), "cafe\u0301")) == content(EMPTY)


def test_a_passphrase_from_the_environment_may_be_any_bytes() -> None:
    secret = os.fsdecode(b"\xff\xfe not utf-8")

    assert content(open_(seal(EMPTY, secret, kdf=CHEAP), secret)) == content(EMPTY)


@pytest.mark.slow
def test_every_flipped_bit_of_every_byte_is_the_one_error(sealed: bytes) -> None:
    messages = set()
    for at in range(len(sealed)):
        for bit in range(8):
            damaged = bytearray(sealed)
            damaged[at] ^= 1 << bit
            with pytest.raises(Locked) as caught:
                open_(bytes(damaged), PASSPHRASE)
            messages.add((str(caught.value), caught.value.hint))
    with pytest.raises(Locked) as caught:
        open_(sealed, "wrong")
    assert messages == {(str(caught.value), caught.value.hint)}


def test_every_truncation_is_the_one_error(sealed: bytes) -> None:
    for length in range(len(sealed)):
        with pytest.raises(Locked):
            open_(sealed[:length], PASSPHRASE)


def test_a_ciphertext_cut_short_is_the_one_error(sealed: bytes) -> None:
    text = str(members(sealed)["ciphertext"])
    for length in range(0, len(text), 5):
        with pytest.raises(Locked):
            open_(encode({**parse(sealed), "ciphertext": text[:length]}), PASSPHRASE)  # type: ignore[dict-item]


@pytest.mark.parametrize("more", [b"\n", b" ", b"\0", b"}", b"{}", b"\xef\xbb\xbf"])
def test_an_extended_file_is_the_one_error(sealed: bytes, more: bytes) -> None:
    for damaged in (sealed + more, more + sealed, sealed + sealed):
        with pytest.raises(Locked):
            open_(damaged, PASSPHRASE)


def test_another_spelling_of_the_same_members_is_the_one_error(sealed: bytes) -> None:
    ciphertext = str(members(sealed)["ciphertext"])
    spellings = [
        json.dumps(members(sealed), indent=2).encode(),
        json.dumps(dict(reversed(members(sealed).items())), separators=(",", ":")).encode(),
        sealed.replace(b'"passes":1', b'"passes":1.0'),
        sealed.replace(b'"passes":1', b'"passes":true'),
        sealed.replace(b'"version":2', b'"version":true'),
        sealed.replace(b'"version":2', b'"version":2,"version":2'),
        sealed.replace(b'"version":2', b'"comment":"","version":2'),
        sealed.replace(b'"version":2', b'"version":1'),
        sealed.replace(b'"version":2', b'"version":3'),
        sealed.replace(b"argon2id", b"argon2ie"),
        sealed.replace(ciphertext.encode(), ciphertext.encode() + b"="),
        sealed.replace(ciphertext.encode(), ciphertext.encode() + b"A==="),
        sealed.replace(ciphertext.encode(), b"\\u00%02x" % ord(ciphertext[0]) + ciphertext[1:].encode()),
    ]
    for spelling in spellings:
        assert spelling != sealed
        with pytest.raises(Locked):
            open_(spelling, PASSPHRASE)


@pytest.mark.parametrize("junk", [b"", b"null", b"[]", b"{}", b'"', b"\0" * 1000, b"[" * 100_000, b"PK\x03\x04", b'{"laurea":"wallet"}'])
def test_what_is_no_wallet_is_the_one_error(junk: bytes) -> None:
    with pytest.raises(Locked):
        open_(junk, PASSPHRASE)


def test_the_whole_header_is_associated_data(sealed: bytes) -> None:
    header = {name: value for name, value in members(sealed).items() if name != "ciphertext"}
    cost, cipher = header["kdf"], header["cipher"]
    assert isinstance(cost, dict)
    assert isinstance(cipher, dict)
    raw = [urlsafe_b64decode(text + "==") for text in (cost["salt"], cipher["nonce"], str(members(sealed)["ciphertext"]))]
    key = Argon2id(salt=raw[0], length=32, iterations=1, lanes=1, memory_cost=8192).derive(PASSPHRASE.encode())

    def decrypt(associated: bytes) -> bytes:
        opener = ChaCha20_Poly1305.new(key=key, nonce=raw[1])
        opener.update(associated)
        return opener.decrypt_and_verify(raw[2][:-16], raw[2][-16:])

    written = json.dumps(header, sort_keys=True, separators=(",", ":")).encode()
    assert b"secretKeyMultibase" in decrypt(written)
    for other in (b"", written[:-1], written.replace(b'"version":2', b'"version":1')):
        with pytest.raises(ValueError, match="MAC"):
            decrypt(other)


@pytest.mark.parametrize("size", [8, 12, 23, 25, 0])
def test_a_nonce_of_another_cipher_is_the_one_error(sealed: bytes, size: int) -> None:
    cipher = {"name": "xchacha20-poly1305", "nonce": text_of(bytes(size))}
    if size in (8, 12):  # the library would take these for ChaCha20-Poly1305: even a right tag of that does not open
        header = Header(CHEAP, bytes(16), bytes(size))
        raw, tag = header.cipher(PASSPHRASE).encrypt_and_digest(encode(document_of(EMPTY)))
        sealed = encode({**header.document(), "ciphertext": text_of(raw + tag)})

    with pytest.raises(Locked):
        open_(encode({**parse(sealed), "cipher": cipher}), PASSPHRASE)  # type: ignore[dict-item]


HOSTILE = [
    *({"memory": memory} for memory in (4 << 20, 1 << 53, (256 << 10) + 1, (8 << 10) - 1, 0, -65536, 65536.5, "65536", None)),
    *({"passes": passes} for passes in (10**9, 9, 0, -1)),
    *({"lanes": lanes} for lanes in (1 << 24, 17, 0, -1)),
    *({"salt": salt} for salt in ("", "A" * 24, "A" * 1_000_000, 0)),
    {"name": "scrypt", "n": 1 << 22, "r": 8, "p": 1},
]


@pytest.mark.parametrize("change", HOSTILE, ids=lambda change: ",".join(f"{name}={value}"[:30] for name, value in change.items()))
def test_a_hostile_cost_is_refused_before_the_kdf_runs(sealed: bytes, change: dict[str, object]) -> None:
    cost = members(sealed)["kdf"]
    assert isinstance(cost, dict)
    # All else as dear as the bounds allow, about two seconds: should the KDF run, it shows.
    dear = {**cost, "memory": 256 << 10, "passes": 8}
    hostile = json.dumps({**members(sealed), "kdf": {**dear, **change}}, sort_keys=True, separators=(",", ":")).encode()

    start = time.process_time()
    with pytest.raises(Locked):
        open_(hostile, PASSPHRASE)
    assert time.process_time() - start < 0.05


def test_both_ends_of_every_bound_can_be_chosen_and_nothing_beyond() -> None:
    for good in (Kdf(memory=8 << 10, passes=1, lanes=1), Kdf(memory=256 << 10, passes=8, lanes=16)):
        assert good
    for memory, passes, lanes in ((8191, 3, 4), (262145, 3, 4), (65536, 0, 4), (65536, 9, 4), (65536, 3, 0), (65536, 3, 17)):
        with pytest.raises(FormatError, match="out of bounds"):
            Kdf(memory, passes, lanes)


@pytest.mark.parametrize(
    "change",
    [
        {"created": None},
        {"created": "yesterday"},
        {"credentials": {}},
        {"credentials": [1]},
        {"credentials": [{"document": "{}"}]},
        {"credentials": [{"document": "{}", "received": "2026-11-23"}]},
        {"secretKeyMultibase": "z0"},
        {"secretKeyMultibase": KEY.did.removeprefix("did:key:")},
        {"secretKeyMultibase": "z3u2"},
        {"root": "AAAA"},
        {"root": 0},
        {"removed": [{"digest": "AAAA"}]},
        {"attachments": [{"name": "a", "mediaType": 1, "data": ""}]},
        {"somethingElse": 1},
    ],
)
def test_content_that_is_no_wallets_does_not_open_even_when_it_was_sealed(change: dict[str, Json]) -> None:
    def sealed_as(content: Json) -> bytes:
        header = Header.fresh(CHEAP)
        raw, tag = header.cipher(PASSPHRASE).encrypt_and_digest(encode(content))
        return encode({**header.document(), "ciphertext": text_of(raw + tag)})

    assert open_(sealed_as(document_of(FULL)), PASSPHRASE).held == FULL.held
    wrongs: list[Json] = [{**document_of(FULL), **change}, [], "content"]
    for wrong in wrongs:
        with pytest.raises(Locked):
            open_(sealed_as(wrong), PASSPHRASE)


def test_salt_and_nonce_are_new_at_every_save() -> None:
    headers = [members(seal(EMPTY, PASSPHRASE, kdf=CHEAP)) for _ in range(8)]

    for part, name in (("kdf", "salt"), ("cipher", "nonce")):
        assert len({header[part][name] for header in headers}) == len(headers)  # type: ignore[index]


def test_nothing_of_the_content_can_be_read_in_the_file() -> None:
    data = seal(FULL, PASSPHRASE, kdf=CHEAP)

    for secret in (CANARY.encode(), KEY.seed, KEY.public, KEY.did.encode(), PASSPHRASE.encode(), b"credentials"):
        for form in (secret, secret.hex().encode(), b64encode(secret)[:-4], urlsafe_b64encode(secret)[:-4]):
            assert form not in data


@pytest.mark.slow
def test_a_wallet_too_large_to_be_opened_is_not_written() -> None:
    huge = Wallet(KEY, NOON, (Held(b'"' + b"x" * (49 << 20) + b'"', NOON),))

    with pytest.raises(InputError, match="larger than"):
        seal(huge, PASSPHRASE, kdf=CHEAP)


def test_a_document_that_could_not_be_read_again_is_not_written() -> None:
    with pytest.raises(FormatError):
        seal(Wallet(KEY, NOON, (Held('"\ufffe"'.encode(), NOON),)), PASSPHRASE, kdf=CHEAP)


def test_a_new_file_is_for_its_owner_only(tmp_path: Path, sealed: bytes) -> None:
    path = tmp_path / "wallet.laurea"
    wallet.create(path, sealed)

    assert content(wallet.load(path, PASSPHRASE)) == content(EMPTY)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert list(tmp_path.iterdir()) == [path]


def test_a_first_file_never_replaces_another(tmp_path: Path, sealed: bytes) -> None:
    path = tmp_path / "wallet.laurea"
    path.write_bytes(b"something else")

    with pytest.raises(InputError, match="exists already"):
        wallet.create(path, sealed)
    assert path.read_bytes() == b"something else"


def test_of_many_who_make_the_same_wallet_one_succeeds(tmp_path: Path) -> None:
    path = tmp_path / "wallet.laurea"
    candidates = [seal(EMPTY, PASSPHRASE, kdf=CHEAP) for _ in range(8)]

    def attempt(data: bytes) -> bool:
        try:
            wallet.create(path, data)
        except InputError:
            return False
        return True

    with ThreadPoolExecutor(8) as pool:
        outcomes = list(pool.map(attempt, candidates))
    assert outcomes.count(True) == 1
    assert path.read_bytes() == candidates[outcomes.index(True)]


def test_where_no_file_can_be_made_none_is_left(tmp_path: Path, sealed: bytes) -> None:
    with pytest.raises(InputError, match="No such file"):
        wallet.create(tmp_path / "absent" / "wallet.laurea", sealed)
    with pytest.raises(InputError, match="cannot be written"):
        files.replace(tmp_path / "absent" / "wallet.laurea", sealed)
    (tmp_path / "folder").mkdir()
    with pytest.raises(InputError, match="is no regular file"):
        files.replace(tmp_path / "folder", sealed)
    assert [path.name for path in tmp_path.iterdir()] == ["folder"]


def test_a_lock_that_made_its_file_takes_it_away_again(tmp_path: Path) -> None:
    with files.lock(tmp_path / "new", create=True):
        assert (tmp_path / "new").exists()
    assert list(tmp_path.iterdir()) == []


def test_who_waited_for_a_file_that_was_taken_away_makes_it_anew(tmp_path: Path) -> None:
    path = tmp_path / "new"
    with ThreadPoolExecutor(1) as pool:
        with files.lock(path, create=True):
            waiting = pool.submit(wallet.create, path, b"data")
        waiting.result(timeout=30)
    assert path.read_bytes() == b"data"


def test_a_full_disk_leaves_the_old_file_and_nothing_else(tmp_path: Path, sealed: bytes) -> None:
    path = tmp_path / "wallet.laurea"
    wallet.create(path, sealed)
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (len(sealed) // 2, hard))  # writing more fails as it does on a full disk
    try:
        with pytest.raises(InputError, match="cannot be written"):
            wallet.update(path, PASSPHRASE, lambda _: FULL, kdf=CHEAP)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert path.read_bytes() == sealed
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize("kept", [None, b""])
def test_a_wallet_that_is_not_there_is_said_to_be_missing(tmp_path: Path, kept: bytes | None) -> None:
    path = tmp_path / "wallet.laurea"
    if kept is not None:
        path.write_bytes(kept)

    with pytest.raises(NotFound, match="there is no wallet"):
        wallet.load(path, PASSPHRASE)
    with pytest.raises(NotFound, match="there is no wallet"):
        wallet.update(path, PASSPHRASE, lambda found: found)


def test_a_folder_and_an_endless_file_are_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="cannot be read"):
        wallet.load(tmp_path, PASSPHRASE)
    with pytest.raises(InputError, match="larger than"):
        wallet.load(Path("/dev/zero"), PASSPHRASE)


def test_a_change_that_changes_nothing_leaves_the_file_alone(tmp_path: Path, sealed: bytes) -> None:
    path = tmp_path / "wallet.laurea"
    wallet.create(path, sealed)
    wallet.update(path, PASSPHRASE, lambda found: found, kdf=CHEAP)

    assert path.read_bytes() == sealed


def test_a_wrong_passphrase_changes_nothing(tmp_path: Path, sealed: bytes) -> None:
    path = tmp_path / "wallet.laurea"
    wallet.create(path, sealed)

    with pytest.raises(Locked):
        wallet.update(path, "wrong", lambda _: FULL, kdf=CHEAP)
    assert path.read_bytes() == sealed


def test_a_link_stays_a_link(tmp_path: Path, sealed: bytes) -> None:
    (tmp_path / "stick").mkdir()
    wallet.create(tmp_path / "stick/mine.laurea", sealed)
    link = tmp_path / "wallet.laurea"
    link.symlink_to("stick/mine.laurea")
    wallet.update(link, PASSPHRASE, lambda _: FULL, kdf=CHEAP)

    assert link.is_symlink()
    assert content(wallet.load(tmp_path / "stick/mine.laurea", PASSPHRASE)) == content(FULL)


def test_many_changes_at_once_lose_nothing(tmp_path: Path, sealed: bytes) -> None:
    path = tmp_path / "wallet.laurea"
    wallet.create(path, sealed)
    arrivals = [Held(b'{"number": %d}' % number, NOON) for number in range(24)]

    def receive(held: Held) -> None:
        wallet.update(path, PASSPHRASE, lambda found: Wallet(found.key, found.created, (*found.held, held)), kdf=CHEAP)

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(receive, arrivals))
    assert sorted(held.document for held in wallet.load(path, PASSPHRASE).held) == sorted(held.document for held in arrivals)
    assert list(tmp_path.iterdir()) == [path]


@pytest.fixture
def on_disk() -> Iterator[Path]:
    """A folder on the disk that the project is on: in memory, where temporary files may be, nothing takes long enough to be killed in."""
    (ROOT / "build").mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory(dir=ROOT / "build") as folder:
        yield Path(folder)


@pytest.mark.slow
def test_a_kill_while_saving_leaves_the_old_or_the_new_file(on_disk: Path) -> None:
    path, old, new = (on_disk / name for name in ("wallet.laurea", "old", "new"))
    old.write_bytes(seal(EMPTY, PASSPHRASE, kdf=CHEAP))
    new.write_bytes(seal(Wallet(KEY, NOON, (Held(b'"' + b"x" * 50_000 + b'"', NOON),)), PASSPHRASE, kdf=CHEAP))
    program = Path(__file__).with_name("killed_while_saving.py")
    command = [sys.executable, str(program), str(path), str(old), str(new), str(KILLS)]
    count = json.loads(subprocess.run(command, check=True, capture_output=True, timeout=300).stdout)

    assert count["torn"] == 0
    assert count["old"] + count["new"] == KILLS
    assert count["old"] > 0
    assert count["new"] > 0
    wallet.update(path, PASSPHRASE, lambda found: found)
    assert {left.name for left in on_disk.iterdir()} == {"wallet.laurea", "old", "new"}


def decryptor() -> str:
    """Return the program that the documentation gives for reading a wallet without laurea."""
    return DOCS.read_text().split("<!-- decryptor -->\n```python\n")[1].split("```")[0]


def run_decryptor(tmp_path: Path, data: bytes, passphrase: str) -> subprocess.CompletedProcess[str]:
    """Run it where laurea cannot be imported by accident: as another program, on a real file."""
    (tmp_path / "read.py").write_text(decryptor())
    (tmp_path / "wallet.laurea").write_bytes(data)
    command = [sys.executable, "-I", "-W", "error", str(tmp_path / "read.py"), str(tmp_path / "wallet.laurea")]
    return subprocess.run(command, check=False, capture_output=True, text=True, env={"WALLET_PASSPHRASE": passphrase}, timeout=60)


def test_the_documented_program_reads_a_wallet_without_laurea(tmp_path: Path) -> None:
    assert len(decryptor().splitlines()) <= 40
    assert "laurea" not in [line.split()[1] for line in decryptor().splitlines() if line.startswith(("import", "from"))]
    done = run_decryptor(tmp_path, seal(FULL, "caf\u00e9"), "cafe\u0301")

    assert done.stderr == ""
    found = json.loads(done.stdout)
    assert [item["document"].encode() for item in found["credentials"]] == list(DOCUMENTS)
    assert found["created"] == found["credentials"][0]["received"] == "2026-11-23T12:00:00Z"
    assert parse_content(done.stdout.encode()).key.did == KEY.did
    assert found["secretKeyMultibase"].startswith("z3u2")


def test_the_documented_program_refuses_what_laurea_refuses(tmp_path: Path, sealed: bytes) -> None:
    cases = {
        "passphrase is wrong": (sealed, "wrong"),
        "damaged": (sealed + b"\n", PASSPHRASE),
        "too much": (sealed.replace(b'"memory":8192', b'"memory":4194304'), PASSPHRASE),
    }
    for words, (data, passphrase) in cases.items():
        done = run_decryptor(tmp_path, data, passphrase)
        assert (done.returncode, done.stdout) == (1, "")
        assert words in done.stderr


def test_files_of_every_version_open_to_what_was_put_into_them() -> None:
    first, second = (open_((VECTORS / f"wallet-{version}.laurea").read_bytes(), "glacier typist nickel oboe") for version in (1, 2))

    assert (first.key.seed, first.created, first.root, len(first.held)) == (KEY.seed, NOON, None, 1)
    root = second.root
    assert root is not None
    assert second.keys[0].did == root.wallet_key().did
    assert [(each.key.did, each.origin, each.number) for each in second.issuer_keys] == [
        (root.issuer_key(0).did, "https://badges.example.edu", 0)
    ]
    kept = second.held[0]
    assert (kept.checked, kept.note) == (Checked(NOON, {"verdict": "undecided"}), Note("my first one", NOON))
    assert kept.evidence == (second.attachments[0].digest,)
    assert (second.shared[0].about, second.shared[0].label) == ((kept.digest,), "for a friend")
    assert [each.at for each in second.removed] == [NOON]
    assert len(second.held) == 2


def test_a_file_of_version_1_is_saved_as_version_2(tmp_path: Path) -> None:
    path = tmp_path / "wallet.laurea"
    path.write_bytes((VECTORS / "wallet-1.laurea").read_bytes())
    wallet.update(path, "glacier typist nickel oboe", lambda kept: replace(kept, held=()), kdf=CHEAP)

    assert members(path.read_bytes())["version"] == 2
    assert wallet.load(path, "glacier typist nickel oboe").key.seed == KEY.seed
