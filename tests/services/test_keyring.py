"""The holder's keys: one for the wallet, one for a single issuer if wanted, all made again from the words; copies that became different."""

import secrets
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from laurea.core.canonical import JsonObject, encode
from laurea.core.keys import SigningKey
from laurea.core.phrase import Node, Phrase
from laurea.core.presentation import Demand, Presentation, holder_problem
from laurea.errors import InputError, Locked
from laurea.services import exchange
from laurea.services.holding import Choice, Holding, keyring
from laurea.services.holding.merging import merge, same, without
from laurea.services.holding.strength import require_strong
from laurea.storage import files, wallet
from laurea.storage.wallet import Attachment, Checked, Held, IssuerKey, Kdf, Note, Removed, Shared, Wallet
from laurea.storage.wallet.content import document_of
from tests.released import badge, release

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
CHEAP = Kdf(memory=8 << 10, passes=1, lanes=1)
WORDS = Phrase.parse("legal winner thank year wave sausage worth useful legal winner thank yellow")
ROOT = WORDS.root()
UNIVERSITY, COLLEGE = "https://badges.example.edu", "https://college.example.org"
FILE = Attachment("a.pdf", "application/pdf", b"%PDF")
DEMAND = Demand("https://employer.example", "c-1")


def hours(count: int) -> datetime:
    return NOON + timedelta(hours=count)


def fresh(**more: object) -> Wallet:
    return replace(Wallet(ROOT.wallet_key(), NOON, root=ROOT), **more)  # type: ignore[arg-type]


@pytest.fixture
def holding(tmp_path: Path) -> Holding:
    made = Holding(tmp_path / "wallet.laurea", "passphrase", CHEAP)
    made.new(at=NOON, phrase=WORDS)
    return made


def test_the_same_words_make_the_same_wallet_and_are_not_in_it(tmp_path: Path, holding: Holding) -> None:
    again = Holding(tmp_path / "again.laurea", "another", CHEAP)

    assert again.new(at=hours(1), phrase=WORDS) == holding.opened().key.did
    assert same(replace(again.opened(), created=NOON), holding.opened())
    for word in set(WORDS.words) - {"year"}:
        assert word not in repr(document_of(holding.opened()))


def test_a_wallet_without_words_has_keys_that_nobody_else_has(tmp_path: Path) -> None:
    dids = {Holding(tmp_path / f"{number}", "passphrase", CHEAP).new(at=NOON) for number in range(5)}
    assert len(dids) == 5


def test_an_issuer_gets_a_key_of_its_own_once_and_others_another() -> None:
    one = keyring.with_key_for(fresh(), UNIVERSITY, at=NOON)
    both = keyring.with_key_for(one, COLLEGE, at=NOON)

    assert keyring.with_key_for(both, UNIVERSITY, at=hours(1)) is both
    assert [(each.origin, each.number, each.key.did) for each in both.issuer_keys] == [
        (UNIVERSITY, 335, ROOT.issuer_key(335).did),
        (COLLEGE, 666, ROOT.issuer_key(666).did),
    ]
    assert keyring.key_for(both, COLLEGE, own_key=None) is both.issuer_keys[1].key
    assert keyring.key_for(both, COLLEGE, own_key=True) is both.issuer_keys[1].key
    assert keyring.key_for(both, COLLEGE, own_key=False) is both.key
    assert keyring.key_for(both, "https://other.example", own_key=None) is both.key


def test_no_two_issuers_know_one_key_by_two_copies_or_by_a_wallet_made_anew() -> None:
    here, there = (keyring.with_key_for(fresh(), origin, at=NOON) for origin in (UNIVERSITY, COLLEGE))
    assert here.issuer_keys[0].key.did != there.issuer_keys[0].key.did

    both = merge(here, there)
    assert len({each.key.did for each in both.issuer_keys}) == len(both.issuer_keys) == 2
    same_issuer = merge(here, keyring.with_key_for(fresh(), UNIVERSITY, at=NOON))
    assert [each.origin for each in same_issuer.issuer_keys] == [UNIVERSITY]


def test_an_issuers_key_is_at_another_place_when_its_own_is_taken() -> None:
    first = keyring.with_key_for(fresh(), UNIVERSITY, at=NOON).issuer_keys[0]
    taken = fresh(issuer_keys=(replace(first, origin=COLLEGE),))
    made = keyring.with_key_for(taken, UNIVERSITY, at=NOON)
    assert made.issuer_keys[1].number == (first.number or 0) + 1

    full = fresh(issuer_keys=tuple(replace(first, origin=f"https://{number}.example", number=number) for number in range(keyring.PLACES)))
    assert keyring.with_key_for(full, UNIVERSITY, at=NOON).issuer_keys[-1].number == keyring.PLACES


@pytest.mark.parametrize(("link", "origin"), [
    ("https://Badges.example.edu:443/claims/x", UNIVERSITY), ("HTTPS://badges.example.edu/x", UNIVERSITY),
    ("https://badges.example.edu:8443/x", f"{UNIVERSITY}:8443"), ("http://[::1]:8000/x", "http://[::1]:8000"), ("http://localhost:80/x", "http://localhost"),
])  # fmt: skip
def test_an_issuer_is_the_same_however_its_link_is_spelled(link: str, origin: str) -> None:
    assert exchange.origin_of(link) == origin


@pytest.mark.parametrize(
    "link", ["https://[::1/x", "https://badges.example.edu@evil.example/x", "https:///x", "https://x:99999/", "https://é.example/"]
)
def test_what_is_no_link_or_looks_like_another_is_refused_in_plain_words(link: str) -> None:
    with pytest.raises(InputError, match="this link is none that a wallet can answer"):
        exchange.origin_of(link)


def test_a_wallet_of_the_first_version_has_random_keys_for_issuers() -> None:
    old = Wallet(SigningKey.from_seed(bytes(32)), NOON)
    one, two = keyring.with_key_for(old, UNIVERSITY, at=NOON), keyring.with_key_for(old, UNIVERSITY, at=NOON)

    assert one.issuer_keys[0].number is None
    assert len({one.key.did, one.issuer_keys[0].key.did, two.issuer_keys[0].key.did}) == 3
    assert keyring.with_key_of(old, ROOT.issuer_key(0).did, at=NOON) is old


def test_a_wallet_made_anew_from_its_words_finds_the_key_of_a_credential(holding: Holding) -> None:
    for number in (0, keyring.PLACES - 1):
        (credential,) = release([badge(number, ROOT.issuer_key(number).did)])
        assert holding.receive(credential, at=NOON)[1]
    beyond = release([badge(100, ROOT.issuer_key(keyring.PLACES).did)])[0]
    with pytest.raises(InputError, match="was issued to"):
        holding.receive(beyond, at=NOON)

    assert [each.number for each in holding.opened().issuer_keys] == [0, keyring.PLACES - 1]
    assert all(entry.bound for entry in holding.entries())


def test_a_credential_is_presented_by_the_key_that_it_names(holding: Holding) -> None:
    own = ROOT.issuer_key(0).did
    for data in release([badge(1, own), badge(2, ROOT.wallet_key().did)]):
        holding.receive(data, at=NOON)

    for name, did in (("1", own), ("2", ROOT.wallet_key().did)):
        text = encode(holding.present(name, Choice(), demand=DEMAND, at=NOON))
        shown = Presentation.parse(text)
        assert (shown.document or {})["holder"] == did
        assert holder_problem(shown, DEMAND, at=NOON) == ""


def test_what_was_taken_out_is_gone_with_its_files_and_can_come_back(holding: Holding) -> None:
    (credential,) = release([badge(1, ROOT.wallet_key().did)])
    holding.receive(credential, at=NOON)
    assert holding.remove("1", at=hours(1)).name == "SQL for Analysts 1"
    assert holding.entries() == ()
    assert [each.at for each in holding.opened().removed] == [hours(1)]

    holding.receive(credential, at=hours(2))
    assert len(holding.entries()) == 1


def test_attachments_go_with_the_last_credential_that_names_them() -> None:
    file = Attachment("a.pdf", "application/pdf", b"%PDF")
    one, two = Held(b"1", NOON, evidence=(file.digest,)), Held(b"2", NOON, evidence=(file.digest,))
    kept = fresh(held=(one, two), attachments=(file,))

    first = without(kept, one, at=NOON)
    assert first.attachments == (file,)
    assert without(first, two, at=NOON).attachments == ()


def test_two_copies_that_went_different_ways_become_one() -> None:
    report: JsonObject = {"verdict": "valid"}
    here = fresh(
        held=(Held(b"a", hours(1), Checked(hours(1), report), Note("old", hours(1))), Held(b"b", hours(2))),
        issuer_keys=(IssuerKey(ROOT.issuer_key(0), UNIVERSITY, NOON, 0),),
    )
    there = fresh(
        created=NOON - timedelta(days=1),
        held=(Held(b"c", hours(0)), Held(b"a", hours(1), Checked(hours(5), report), Note("new", hours(4)), (FILE.digest,))),
        issuer_keys=(IssuerKey(ROOT.issuer_key(0), COLLEGE, NOON, 0),),
        attachments=(FILE,),
        shared=(Shared("https://s.example/s/1#k", "token", NOON, hours(9), (b"a" * 32,)),),
    )
    made = merge(here, there)

    assert [(held.document, held.received) for held in made.held] == [(b"c", hours(0)), (b"a", hours(1)), (b"b", hours(2))]
    assert made.held[1] == Held(b"a", hours(1), Checked(hours(5), report), Note("new", hours(4)), (FILE.digest,))
    assert made.created == there.created
    assert [each.origin for each in made.issuer_keys] == [UNIVERSITY, COLLEGE]
    assert (made.attachments, made.shared) == (there.attachments, there.shared)


def test_what_was_taken_out_of_either_copy_stays_out_until_it_is_received_again() -> None:
    kept = Held(b"a", hours(1))
    here, there = fresh(held=(kept,)), fresh(removed=(Removed(kept.digest, hours(2)),))

    assert merge(here, there).held == merge(there, here).held == ()
    again = fresh(held=(Held(b"a", hours(3)),))
    assert merge(again, there).held == merge(there, again).held == again.held


def test_what_came_again_in_the_second_in_which_it_was_taken_out_is_not_lost_in_a_merge(tmp_path: Path, holding: Holding) -> None:
    (credential,) = release([badge(1, ROOT.wallet_key().did)])
    holding.receive(credential, at=hours(1))
    copy = replace(holding, path=tmp_path / "copy.laurea")
    copy.path.write_bytes(holding.path.read_bytes())
    for back in (hours(1), hours(0)):  # at once, and after the clock was put back
        holding.remove("1", at=back)
        assert holding.entries() == ()
        assert merge(copy.opened(), holding.opened()).held == ()
        holding.receive(credential, at=back)
        assert len(merge(holding.opened(), copy.opened()).held) == len(merge(copy.opened(), holding.opened()).held) == 1


def test_files_of_what_was_taken_out_do_not_come_back_by_a_merge() -> None:
    file = Attachment("a.pdf", "application/pdf", b"%PDF")
    there = fresh(held=(Held(b"a", hours(1), evidence=(file.digest,)),), attachments=(file,))
    here = without(there, there.held[0], at=hours(2))

    assert merge(here, there) is here
    assert merge(there, here).attachments == ()


def test_another_wallet_is_not_merged(tmp_path: Path, holding: Holding) -> None:
    other = Holding(tmp_path / "other.laurea", "passphrase", CHEAP)
    other.new(at=NOON)

    with pytest.raises(InputError, match="is another wallet"):
        holding.merge(other.path, "passphrase")
    with pytest.raises(Locked):
        holding.merge(other.path, "wrong")


def test_a_merge_says_what_came_and_changes_nothing_when_nothing_is_new(tmp_path: Path, holding: Holding) -> None:
    copy = replace(holding, path=tmp_path / "copy.laurea")
    copy.path.write_bytes(holding.path.read_bytes())
    copy.receive(release([badge(1, ROOT.wallet_key().did)])[0], at=NOON)
    merged = holding.merge(copy.path, "passphrase")
    assert (merged.came, merged.went, merged.changed) == (1, 0, True)

    before = holding.path.read_bytes()
    assert not holding.merge(copy.path, "passphrase").changed
    assert holding.path.read_bytes() == before


MOMENTS = st.integers(0, 20).map(hours)
HELD = st.builds(Held, st.sampled_from([b"a", b"b", b"c"]), MOMENTS, st.none() | st.builds(Checked, MOMENTS, st.just({})))
REMOVED = st.builds(Removed, st.sampled_from([Held(each, NOON).digest for each in (b"a", b"b", b"c")]), MOMENTS)


def unique(each: Held | Removed) -> bytes:
    return each.digest


WALLETS = st.builds(
    lambda held, removed: fresh(held=tuple(held), removed=tuple(removed)),
    st.lists(HELD, unique_by=unique, max_size=3),
    st.lists(REMOVED, unique_by=unique, max_size=3),
)


def documents(kept: Wallet) -> set[tuple[bytes, datetime]]:
    return {(held.document, held.received) for held in kept.held}


@given(WALLETS, WALLETS)
def test_it_does_not_matter_which_copy_is_merged_into_which_nor_how_often(one: Wallet, two: Wallet) -> None:
    made = merge(one, two)

    assert documents(made) == documents(merge(two, one))
    assert merge(made, two) is made
    assert merge(made, one) is made


def test_a_new_passphrase_opens_the_wallet_and_the_old_one_does_not(holding: Holding) -> None:
    before = holding.opened()
    holding.change_passphrase("another")

    assert same(replace(holding, passphrase="another").opened(), before)
    with pytest.raises(Locked):
        holding.opened()
    with pytest.raises(Locked):
        holding.change_passphrase("third")


def test_a_backup_that_does_not_hold_what_the_wallet_does_is_not_called_one(
    tmp_path: Path, holding: Holding, monkeypatch: pytest.MonkeyPatch
) -> None:
    write = files.replace
    other = wallet.seal(Wallet(SigningKey.from_seed(secrets.token_bytes(32)), NOON), "passphrase", kdf=CHEAP)
    monkeypatch.setattr(files, "replace", lambda path, data: write(path, other if path.name == "copy" else data))

    with pytest.raises(InputError, match="it is no backup"):
        holding.backup(tmp_path / "copy")


@pytest.mark.parametrize(
    "weak", ["password123", "correcthorse", "qwertyuiop12", "SQLforAnalysts2026", "ada.lovelace1815", "laurea wallet", "a" * 100]
)
def test_what_is_easy_to_guess_is_refused_with_advice(weak: str) -> None:
    with pytest.raises(InputError, match="too easy to guess") as caught:
        require_strong(weak, ["SQL for Analysts", "Ada Lovelace"])
    assert weak not in str(caught.value) + caught.value.hint


def test_words_that_others_connect_with_the_user_do_not_count() -> None:
    require_strong("Wilhelmina Featherstonehaugh")
    with pytest.raises(InputError):
        require_strong("Wilhelmina Featherstonehaugh", ["Wilhelmina Featherstonehaugh"])


def test_unconnected_words_are_good() -> None:
    require_strong("glacier typist nickel oboe", ["SQL for Analysts"])
    require_strong("glacier typist nickel oboe" * 40)


def test_the_node_of_no_words_is_as_random_as_its_seed() -> None:
    assert Node.of_seed(bytes(64)) != Node.of_seed(bytes(63) + b"\1")
