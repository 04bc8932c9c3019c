"""Collections of a wallet: what is put together for one goal, and how copies of a wallet become one."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from laurea.errors import InputError, NotFound
from laurea.services.holding import Holding, collecting
from laurea.services.holding.collecting import Goal
from laurea.services.holding.entry import entries
from laurea.services.holding.merging import merge
from laurea.storage.wallet import Kdf, Kept, Removed, Wallet
from tests.released import badge, release

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)
CHEAP = Kdf(memory=8 << 10, passes=1, lanes=1)
ID, OTHER = "0" * 32, "1" * 32


@pytest.fixture
def holding(tmp_path: Path) -> Holding:
    made = Holding(tmp_path / "wallet.laurea", "passphrase", CHEAP)
    did = made.new(at=NOON)
    for data in release([badge(number, did) for number in (1, 2, 3)]):
        made.receive(data, at=NOON)
    return made


@pytest.fixture
def kept(holding: Holding) -> Wallet:
    return collecting.started(holding.opened(), Goal("Analyst", "a job", "SQL is needed"), id_=ID, at=NOON)


def put(kept: Wallet, *numbers: int, at: datetime, out: bool = False) -> Wallet:
    held = entries(kept)
    return collecting.put(kept, "analyst", [held[number - 1] for number in numbers], at=at, out=out)


def numbers(kept: Wallet, name: str = "Analyst") -> list[int]:
    return [each.number for each in collecting.members(collecting.find(kept, name), entries(kept))]


def test_a_collection_survives_the_file_and_keeps_the_order_of_its_credentials(holding: Holding, kept: Wallet) -> None:
    made = collecting.narrated(put(put(kept, 3, at=NOON), 1, at=NOON + HOUR), ID, "I count things", at=NOON)

    holding.change(lambda _: made)

    assert holding.opened().collections == made.collections
    assert numbers(holding.opened()) == [3, 1]
    assert [each.number for each in collecting.rest(made.collections[0], entries(made))] == [2]


def test_putting_in_what_is_in_changes_nothing(kept: Wallet) -> None:
    there = put(kept, 1, at=NOON)

    assert put(there, 1, at=NOON + HOUR) is there
    assert put(kept, 1, at=NOON, out=True) is kept


def test_a_name_is_used_once_and_finds_its_collection(kept: Wallet) -> None:
    with pytest.raises(InputError, match="already"):
        collecting.started(kept, Goal("ANALYST"), id_=OTHER, at=NOON)
    for name in ("analyst", "1", ID):
        assert collecting.find(kept, name).id == ID
    with pytest.raises(NotFound, match="no collection 'Baker'"):
        collecting.find(kept, "Baker")
    for name in (" ", "a\nb", "a" * 101):
        with pytest.raises(InputError, match="1 to 100 characters"):
            Goal(name)


def test_of_two_collections_of_one_name_that_two_copies_made_an_id_names_one(kept: Wallet) -> None:
    both = replace(kept, collections=(*kept.collections, replace(kept.collections[0], id=OTHER)))

    with pytest.raises(InputError, match="names 2 collections"):
        collecting.find(both, "Analyst")
    assert collecting.find(both, OTHER).id == OTHER


def test_what_either_copy_adds_is_in_both_after_a_merge(kept: Wallet) -> None:
    here = collecting.narrated(put(kept, 1, at=NOON + HOUR), ID, "here", at=NOON + HOUR)
    there = collecting.narrated(put(kept, 2, at=NOON + 2 * HOUR), ID, "there", at=NOON + 2 * HOUR)
    there = collecting.started(there, Goal("Baker"), id_=OTHER, at=NOON)

    merged = merge(here, there)

    assert numbers(merged) == [1, 2]
    assert [each.name for each in merged.collections] == ["Analyst", "Baker"]
    assert merged.collections[0].narrative is not None
    assert merged.collections[0].narrative.text == "there"
    assert {each.id: each for each in merge(there, here).collections} == {each.id: each for each in merged.collections}
    assert merge(merged, there) is merged


def test_the_latest_word_on_a_credential_counts(kept: Wallet) -> None:
    both = put(kept, 1, 2, at=NOON)
    out = put(both, 1, at=NOON + HOUR, out=True)
    back = put(out, 1, at=NOON + HOUR)  # within the same second

    assert numbers(merge(both, out)) == numbers(merge(out, both)) == [2]
    assert numbers(merge(out, back)) == numbers(merge(back, out)) == [2, 1]


def test_a_removed_collection_stays_away_unless_the_other_copy_changed_it_since(kept: Wallet) -> None:
    gone = collecting.without(kept, "analyst", at=NOON + HOUR)

    assert gone.collections == ()
    assert merge(gone, kept).collections == merge(kept, gone).collections == ()
    changed = put(kept, 1, at=NOON + 2 * HOUR)
    assert numbers(merge(gone, changed)) == numbers(merge(changed, gone)) == [1]


def test_another_goal_for_a_collection_keeps_what_is_in_it(kept: Wallet) -> None:
    with_one = put(kept, 1, at=NOON)
    changed = collecting.meant(with_one, ID, Goal("Data analyst", "a better job"), at=NOON)

    merged = merge(with_one, changed)

    assert (merged.collections[0].name, merged.collections[0].goal, numbers(merged, "Data analyst")) == (
        "Data analyst",
        "a better job",
        [1],
    )


def test_a_credential_that_was_removed_is_in_no_collection(holding: Holding, kept: Wallet) -> None:
    holding.change(lambda _: put(kept, 1, 2, at=NOON))

    holding.remove("1", at=NOON + HOUR)

    assert [each.name for each in collecting.members(holding.opened().collections[0], holding.entries())] == ["SQL for Analysts 2"]


def test_a_catalogue_is_merged_as_a_collection_is(kept: Wallet) -> None:
    catalogue = Kept(b"{}", "courses.json", NOON)
    with_it = replace(kept, catalogues=(catalogue,))
    gone = replace(kept, removed=(Removed(catalogue.digest, NOON + HOUR),))
    again = replace(kept, catalogues=(replace(catalogue, added=NOON + 2 * HOUR),))

    assert merge(kept, with_it).catalogues == (catalogue,)
    assert merge(gone, with_it).catalogues == ()
    assert merge(gone, again).catalogues == again.catalogues
