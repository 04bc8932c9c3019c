"""The file of the newest final blocks: what it keeps, when it refuses, and that two verifications at once do not harm it."""

import json
import stat
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from laurea.core.finality import Remembered
from laurea.errors import InputError
from laurea.storage import finality
from laurea.storage.finality import FinalityFile

SEEN = Remembered(100, b"\1" * 32)
LATER = Remembered(132, b"\2" * 32)
REPLACED = Remembered(100, b"\1" * 32, b"\3" * 32)

KEEPING = """
import sys
from pathlib import Path
from laurea.core.finality import Remembered
from laurea.storage.finality import FinalityFile
file, chain_id = FinalityFile(Path(sys.argv[1])), int(sys.argv[2])
for number in range(1, 21):
    file.keep(chain_id, file.recall(chain_id), Remembered(number, number.to_bytes(32)))
"""


@pytest.fixture
def file(tmp_path: Path) -> FinalityFile:
    return FinalityFile(tmp_path / "state" / "laurea" / "finality.json")


def test_nothing_is_remembered_at_first_and_no_file_is_made_by_looking(file: FinalityFile) -> None:
    assert file.recall(1) is None
    assert file.forget(1) is None
    assert not file.path.parent.exists()


def test_what_is_kept_is_about_chains_alone_and_its_owners(file: FinalityFile) -> None:
    file.keep(1, None, SEEN)
    file.keep(5, None, REPLACED)

    assert (file.recall(1), file.recall(5), file.recall(7)) == (SEEN, REPLACED, None)
    assert json.loads(file.path.read_bytes()) == {
        "version": 1,
        "chains": [
            {"chain": "eip155:1", "number": 100, "hash": "0x" + "01" * 32},
            {"chain": "eip155:5", "number": 100, "hash": "0x" + "01" * 32, "replacedBy": "0x" + "03" * 32},
        ],
    }
    assert stat.S_IMODE(file.path.stat().st_mode) == 0o600
    assert stat.S_IMODE(file.path.parent.stat().st_mode) == 0o700


def test_what_another_run_has_seen_meanwhile_stays_but_a_replaced_block_is_never_lost(file: FinalityFile) -> None:
    file.keep(1, None, SEEN)
    file.keep(1, SEEN, LATER)

    file.keep(1, SEEN, Remembered(120, b"\7" * 32))
    assert file.recall(1) == LATER
    file.keep(1, SEEN, REPLACED)
    assert file.recall(1) == REPLACED


def test_a_chain_is_forgotten_and_the_others_are_not(file: FinalityFile) -> None:
    file.keep(1, None, REPLACED)
    file.keep(5, None, SEEN)

    assert file.forget(1) == REPLACED
    assert file.forget(1) is None
    assert (file.recall(1), file.recall(5)) == (None, SEEN)


def test_of_too_many_chains_the_one_seen_longest_ago_is_forgotten_unless_it_is_in_dispute(
    file: FinalityFile, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(finality, "MOST_CHAINS", 9)
    file.keep(1, None, REPLACED)
    for chain_id in range(2, 10):
        file.keep(chain_id, None, SEEN)
    file.keep(2, SEEN, LATER)
    file.keep(1000, None, SEEN)

    assert (file.recall(1), file.recall(2), file.recall(3), file.recall(1000)) == (REPLACED, LATER, None, SEEN)
    assert len(json.loads(file.path.read_bytes())["chains"]) == finality.MOST_CHAINS


def test_no_dispute_is_forgotten_to_make_room(file: FinalityFile, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(finality, "MOST_CHAINS", 9)
    for chain_id in range(1, 10):
        file.keep(chain_id, None, REPLACED)

    with pytest.raises(InputError, match="blocks of 9 chains were replaced"):
        file.keep(1000, None, SEEN)
    assert file.forget(7) == REPLACED


GOOD = {"chain": "eip155:1", "number": 1, "hash": "0x" + "01" * 32}


@pytest.mark.parametrize(
    "content",
    [
        "[]",
        "{",
        '{"version": 2, "chains": []}',
        '{"version": 1, "chains": {}}',
        '{"version": 1}',
        *(
            json.dumps({"version": 1, "chains": [one]})
            for one in (
                7,
                {},
                GOOD | {"number": -1},
                GOOD | {"number": True},
                GOOD | {"number": "1"},
                GOOD | {"hash": "0x01"},
                GOOD | {"hash": "0x" + "zz" * 32},
                GOOD | {"hash": None},
                GOOD | {"replacedBy": None},
                GOOD | {"chain": "1"},
                GOOD | {"more": 1},
            )
        ),
    ],
)
def test_what_is_something_else_is_refused_and_not_overwritten(file: FinalityFile, content: str) -> None:
    file.path.parent.mkdir(parents=True)
    file.path.write_text(content)

    with pytest.raises(InputError, match="is not what laurea remembers of final blocks: remove it"):
        file.recall(1)
    with pytest.raises(InputError, match="is not what laurea remembers"):
        file.keep(1, None, SEEN)
    with pytest.raises(InputError, match="is not what laurea remembers"):
        file.forget(1)
    assert file.path.read_text() == content


def test_a_place_that_cannot_be_written_to_is_named(tmp_path: Path) -> None:
    (tmp_path / "plain").write_text("")
    with pytest.raises(InputError, match="the folder of finality"):
        FinalityFile(tmp_path / "plain" / "finality.json").keep(1, None, SEEN)
    with pytest.raises(InputError, match="is no regular file"):
        FinalityFile(tmp_path).keep(1, None, SEEN)


def test_a_file_that_is_too_large_is_refused(file: FinalityFile) -> None:
    file.path.parent.mkdir(parents=True)
    file.path.write_bytes(b" " * (1 << 20))

    with pytest.raises(InputError, match="is larger than"):
        file.recall(1)


BLOCKS = st.builds(
    Remembered, st.integers(0, 2**53 - 1), st.binary(min_size=32, max_size=32), st.just(b"") | st.binary(min_size=32, max_size=32)
)


@settings(max_examples=15, deadline=None)  # each is written to a disk
@given(st.dictionaries(st.integers(1, 2**64 - 1), BLOCKS, max_size=5))
def test_what_was_kept_is_recalled(tmp_path_factory: pytest.TempPathFactory, chains: dict[int, Remembered]) -> None:
    file = FinalityFile(tmp_path_factory.mktemp("finality") / "finality.json")
    for chain_id, each in chains.items():
        file.keep(chain_id, None, each)

    assert {chain_id: file.recall(chain_id) for chain_id in chains} == chains


def test_verifications_at_once_lose_nothing_of_each_other_and_leave_no_other_file(file: FinalityFile) -> None:
    runs = [subprocess.Popen([sys.executable, "-c", KEEPING, file.path, str(chain_id)]) for chain_id in (1, 2, 3)]

    assert [run.wait(60) for run in runs] == [0, 0, 0]
    assert [file.recall(chain_id) for chain_id in (1, 2, 3)] == [Remembered(20, (20).to_bytes(32))] * 3
    assert [each.name for each in file.path.parent.iterdir()] == ["finality.json"]
