"""State proofs: what a node really gave is read, generated tries are, and whatever is damaged is refused by one exception."""

import json
from collections.abc import Iterator, Mapping
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import rlp  # type: ignore[import-untyped] # it has no types of its own
from eth_hash.auto import keccak
from hypothesis import given
from hypothesis import strategies as st

from laurea.chain.artefact import RUNTIME_HASH
from laurea.core import registry_storage as storage
from laurea.core.anchor import Block
from laurea.core.state_proof import EMPTY_TRIE, Account, Nodes, read_account, read_header, read_slot
from laurea.errors import BadProof
from tests.core.tries import EMPTY, Trie, account, header, word

RECORDED = json.loads((Path(__file__).parents[1] / "vectors" / "state-proofs.json").read_text())


def raw(text: str) -> bytes:
    return bytes.fromhex(text.removeprefix("0x"))


HEADER, HASH = raw(RECORDED["block"]["header"]), raw(RECORDED["block"]["hash"])
ADDRESS = raw(RECORDED["account"]["address"])
ACCOUNT = [raw(node) for node in RECORDED["account"]["nodes"]]
SLOTS = {
    each["about"]: (int(each["slot"], 16), int(each["value"], 16), [raw(node) for node in each["nodes"]]) for each in RECORDED["slots"]
}
STATE_ROOT = read_header(HEADER, HASH).state_root


def the_account(nodes: list[bytes] = ACCOUNT, root: bytes = STATE_ROOT, address: bytes = ADDRESS) -> Account | None:
    found = Nodes(nodes)
    account = read_account(root, address, found)
    found.end()
    return account


def the_slot(root: bytes, slot: int, nodes: list[bytes]) -> int:
    found = Nodes(nodes)
    number = read_slot(root, slot, found)
    found.end()
    return number


def storage_root() -> bytes:
    found = the_account()
    assert found is not None
    return found.storage_root


def test_what_a_node_proves_is_read() -> None:
    found = read_header(HEADER, HASH)
    time = datetime.fromtimestamp(RECORDED["block"]["time"], UTC)

    assert found.block == Block(RECORDED["block"]["number"], HASH, time)
    known = the_account()
    assert known is not None
    assert (known.nonce, known.balance, known.code_hash) == (1, 0, RUNTIME_HASH)
    assert {about: the_slot(known.storage_root, slot, nodes) for about, (slot, _, nodes) in SLOTS.items()} == {
        about: value for about, (_, value, _) in SLOTS.items()
    }


def test_what_is_stored_is_read_as_the_registry_means_it() -> None:
    words = {about: value for about, (_, value, _) in SLOTS.items()}
    anchor = storage.read_anchor(words["a batch"], words["its key"])
    void = storage.read_anchor(words["a void batch"], words["a compromised key"])
    bare = storage.read_anchor(words["a root without a size"], words["its key"])

    assert anchor is not None
    assert (anchor.size, anchor.revoked, anchor.compromised_from, anchor.good) == (600, False, 0, True)
    assert anchor.key == storage.anchoring_key(words["a batch"])
    assert storage.key_slot(anchor.key) == SLOTS["its key"][0]
    assert void is not None
    assert not void.good
    assert bare is not None
    assert bare.size == 0
    assert storage.read_anchor(words["a batch of another issuer"], 0) is None
    assert words["a revoked word"] == 0b110
    assert words["a word without a revocation"] == 0
    assert storage.read_text(words["a short profile"], []) == "did:web:b.example"
    parts = storage.text_slots(SLOTS["a long profile"][0], words["a long profile"])
    assert parts == tuple(SLOTS[f"part {number} of it"][0] for number in (1, 2, 3))
    profile = storage.read_text(words["a long profile"], [words[f"part {number} of it"] for number in (1, 2, 3)])
    assert profile == "did:web:a-university-with-a-rather-long-name.example:departments:continuing-education"


def damages(nodes: list[bytes]) -> Iterator[list[bytes]]:
    """Every byte flipped, and every node dropped, doubled, cut, made longer, or in the place of its neighbour."""
    for at, node in enumerate(nodes):
        before, after = nodes[:at], nodes[at + 1 :]
        for byte in range(len(node)):
            yield [*before, node[:byte] + bytes([node[byte] ^ 1 << byte % 8]) + node[byte + 1 :], *after]
        yield [*before, *after]
        yield [*before, node, node, *after]
        yield [*before, node[:-1], *after]
        yield [*before, node + b"\0", *after]
        if after:
            yield [*before, after[0], node, *after[1:]]
    yield [*nodes, b"\x80"]
    yield [b"\x80", *nodes]
    yield []


def test_every_damage_to_what_a_node_proves_is_refused() -> None:
    root, count = storage_root(), 0
    for damaged in damages(ACCOUNT):
        count += 1
        with pytest.raises(BadProof):
            the_account(damaged)
    for slot, _, nodes in SLOTS.values():
        for damaged in damages(nodes):
            count += 1
            with pytest.raises(BadProof):
                the_slot(root, slot, damaged)

    assert count > 10_000


def test_every_damage_to_the_header_is_refused() -> None:
    for byte in range(len(HEADER)):
        with pytest.raises(BadProof, match="does not have the hash"):
            read_header(HEADER[:byte] + bytes([HEADER[byte] ^ 1 << byte % 8]) + HEADER[byte + 1 :], HASH)
    for other in (b"", HEADER[:-1], HEADER + b"\0"):
        with pytest.raises(BadProof):
            read_header(other, HASH)


def test_a_proof_of_one_thing_proves_no_other() -> None:
    root = storage_root()
    for about, (slot, _, _) in SLOTS.items():
        for other, (_, _, nodes) in SLOTS.items():
            if about != other:
                try:
                    found = the_slot(root, slot, nodes)
                except BadProof:
                    continue
                # The way to a slot may show on it that another holds nothing.
                assert found == SLOTS[about][1] == 0
    with pytest.raises(BadProof):
        the_account(address=b"\x12" * 20)
    with pytest.raises(BadProof):
        the_account(root=root)


# Generated tries

KEYS = st.binary(min_size=32, max_size=32)
CONTENT = st.dictionaries(KEYS, st.integers(1, (1 << 256) - 1), min_size=1, max_size=40)


@given(CONTENT, st.lists(KEYS, max_size=5))
def test_of_any_trie_all_that_is_in_it_and_that_nothing_else_is_can_be_proven(content: Mapping[bytes, int], others: list[bytes]) -> None:
    trie = Trie({key: word(value) for key, value in content.items()})

    for key in [*content, *others]:
        assert the_slot(trie.root, int.from_bytes(key), trie.prove(key)) == content.get(key, 0)


@given(CONTENT, st.randoms(use_true_random=False), st.binary(max_size=40))
def test_a_damaged_proof_never_gives_another_value_nor_another_exception(content: Mapping[bytes, int], random: Any, junk: bytes) -> None:
    trie = Trie({key: word(value) for key, value in content.items()})
    key = random.choice(list(content))
    nodes = trie.prove(key)
    at = random.randrange(len(nodes))
    byte = random.randrange(len(nodes[at]))
    damaged = [nodes[at][:byte] + junk + nodes[at][byte + random.randrange(3) :], junk, nodes[at][:byte]]

    for one in damaged:
        if one != nodes[at]:
            with pytest.raises(BadProof):
                the_slot(trie.root, int.from_bytes(key), [*nodes[:at], one, *nodes[at + 1 :]])


def grown(values: Any) -> st.SearchStrategy[bytes]:
    return st.recursive(values, lambda inner: st.lists(inner, max_size=17), max_leaves=20).map(rlp.encode)


@given(grown(st.binary(max_size=33)) | st.binary(max_size=600), st.lists(grown(st.binary(max_size=33)), max_size=3), KEYS)
def test_nodes_that_somebody_made_up_are_refused_by_one_exception_or_read(first: bytes, more: list[bytes], key: bytes) -> None:
    """Under a root of the liar's own, so that the hash lets them pass."""
    for read in (
        lambda nodes: read_slot(keccak(first), int.from_bytes(key), nodes),
        lambda nodes: read_account(keccak(first), key[:20], nodes),
    ):
        nodes = Nodes([first, *more])
        with suppress(BadProof):
            read(nodes)
            nodes.end()


@given(grown(st.binary(max_size=256)))
def test_headers_that_somebody_made_up_are_refused_by_one_exception_or_read(made: bytes) -> None:
    with suppress(BadProof):
        read_header(made, keccak(made))


def sharing(key: bytes, digits: int) -> dict[bytes, str]:
    """Return paths for two keys that differ after so many digits."""
    path = keccak(key).hex()
    return {b"other": path[:digits] + f"{int(path[digits], 16) ^ 1:x}" + path[digits + 1 :]}


@pytest.mark.parametrize(("digits", "nodes"), [(0, 2), (1, 3), (2, 3), (30, 2), (55, 2), (56, 1), (57, 1), (60, 1), (62, 1), (63, 1)])
def test_nodes_shorter_than_a_hash_stand_within_others(digits: int, nodes: int) -> None:
    key = b"\7" * 32
    trie = Trie({key: word(5), b"other": word(6)}, sharing(key, digits))

    assert the_slot(trie.root, int.from_bytes(key), trie.prove(key)) == 5
    assert len(trie.prove(key)) == nodes
    absent = Trie({b"other": word(6), b"another": word(7)}, sharing(key, digits) | {b"another": "0" * 64})
    assert the_slot(absent.root, int.from_bytes(key), absent.prove(key)) == 0


def test_an_empty_trie_holds_nothing_with_a_node_for_it_or_without() -> None:
    assert EMPTY == EMPTY_TRIE
    assert the_slot(EMPTY, 5, []) == the_slot(EMPTY, 5, [b"\x80"]) == 0
    for nodes in ([b"\x80", b"\x80"], [b"\xc0"]):
        with pytest.raises(BadProof, match="does not need"):
            the_slot(EMPTY, 5, nodes)


def one(node: Any) -> bytes:
    return bytes(rlp.encode(node))


PATH = keccak(b"\7" * 32).hex()
LEAF = bytes.fromhex("20" + PATH)


@pytest.mark.parametrize(
    ("node", "words"),
    [
        ([LEAF, b"\0"], "leading zeros"),
        ([LEAF, one(b"\0\1")], "leading zeros"),
        ([LEAF, one(b"\1" * 33)], "more than 32 bytes"),
        ([LEAF, b"\x81\1"], "one canonical way"),
        ([LEAF, [b"\1"]], "a list stands where bytes should"),
        ([LEAF, one([])], "a list stands where bytes should"),
        ([LEAF, b"\1\1"], "something follows"),
        ([LEAF, b""], "an item is missing"),
        ([LEAF[:-1], one(b"\1")], "does not end where its key does"),
        ([LEAF + b"\0", one(b"\1")], "does not end where its key does"),
        ([b"\x2f" + LEAF[1:], one(b"\1")], "the path of a node"),
        ([b"\x40" + LEAF[1:], one(b"\1")], "the path of a node"),
        ([b"", one(b"\1")], "the path of a node"),
        ([[], one(b"\1")], "a list stands where bytes should"),
        ([b"\0", b"\1" * 32], "an extension of the trie has no path"),
        ([bytes.fromhex("1" + PATH[0]), b""], "leads nowhere"),
        ([bytes.fromhex("1" + PATH[0]), b"\1" * 31], "31 bytes stand where 32 should"),
        ([bytes.fromhex("1" + PATH[0]), [LEAF, b"\1"]], "not shorter than a hash"),
        ([b"\1"] * 16, "a node of the trie has 16 members"),
        ([], "a node of the trie has 0 members"),
        ([b"\1" * 32] * 16 + [b"\1"], "a branch of the trie holds a value"),
        ([b"\1" * 32] * 16 + [[]], "a branch of the trie holds a value"),
        ([b"\1" * 33] * 16 + [b""], "the hash that the node above it names"),
        (b"\1" * 40, "bytes stand where a list should"),
    ],
)
def test_a_node_that_no_trie_has_is_refused(node: Any, words: str) -> None:
    with pytest.raises(BadProof, match=words):
        the_slot(keccak(one(node)), int.from_bytes(b"\7" * 32), [one(node)])


def test_a_branch_below_the_end_of_a_key_is_refused() -> None:
    branch = one([b""] * 17)
    extension = one([bytes.fromhex("00" + PATH), keccak(branch)])

    with pytest.raises(BadProof, match="a branch of the trie holds a value"):
        the_slot(keccak(extension), int.from_bytes(b"\7" * 32), [extension, branch])


@pytest.mark.parametrize(
    ("stored", "words"),
    [
        (one([b"", b"", b"\1" * 32]), "an account has 4 members, not 3"),
        (one([b"", b"", b"\1" * 32, b"\2" * 32, b""]), "an account has 4 members, not 5"),
        (one([b"\0", b"", b"\1" * 32, b"\2" * 32]), "leading zeros"),
        (one([b"", b"\1" * 33, b"\1" * 32, b"\2" * 32]), "more than 32 bytes"),
        (one([b"", b"", b"\1" * 31, b"\2" * 32]), "31 bytes stand where 32 should"),
        (one([b"", b"", b"\1" * 32, []]), "a list stands where bytes should"),
        (one(b"\1"), "bytes stand where a list should"),
    ],
)
def test_an_account_that_no_state_has_is_refused(stored: bytes, words: str) -> None:
    trie = Trie({ADDRESS: stored})

    with pytest.raises(BadProof, match=words):
        the_account(trie.prove(ADDRESS), trie.root)


def test_an_account_that_is_not_there_is_proven_not_to_be() -> None:
    trie = Trie({bytes([number]) * 20: account(1, 2, EMPTY, b"\3" * 32) for number in range(50)})

    assert the_account(trie.prove(b"\xfe" * 20), trie.root, b"\xfe" * 20) is None
    assert the_account(trie.prove(b"\7" * 20), trie.root, b"\7" * 20) == Account(1, 2, EMPTY, b"\3" * 32)


@pytest.mark.parametrize("more", [(), (7,), (7, b"\1" * 32), (7, b"\1" * 32, 0, 0, b"\2" * 32, b"\3" * 32, b"\4" * 32, 9)])
def test_a_header_of_any_fork_is_read(more: tuple[Any, ...]) -> None:
    made = header(b"\x09" * 32, number=300, time=1_700_000_000, more=more)

    found = read_header(made, keccak(made))

    assert found.state_root == b"\x09" * 32
    assert (found.block.number, found.block.time) == (300, datetime.fromtimestamp(1_700_000_000, UTC))


@pytest.mark.parametrize(
    ("made", "words"),
    [
        (header(b"\x09" * 31), "31 bytes stand where 32 should"),
        (header(b"\x09" * 32, time=1 << 63), "the time of the header is none"),
        (header(b"\x09" * 32, time=1 << 64), "more than 8 bytes"),
        (header(b"\x09" * 32, number=1 << 64), "more than 8 bytes"),
        (one([b"\1" * 32] * 3), "too few members"),
        (header(b"\x09" * 32, more=[b"x" * 5000]), "does not have the hash"),
        (one(b"\1" * 600), "bytes stand where a list should"),
    ],
)
def test_a_header_that_makes_no_sense_is_refused(made: bytes, words: str) -> None:
    with pytest.raises(BadProof, match=words):
        read_header(made, keccak(made))


def test_too_many_nodes_are_refused_unread() -> None:
    with pytest.raises(BadProof, match="the proof has 66 nodes, more than 65"):
        Nodes([b""] * 66)


def test_a_node_longer_than_any_is_refused_unread() -> None:
    long = one([LEAF, one(b"\1" * 600)])

    with pytest.raises(BadProof, match="does not have the hash"):
        the_slot(keccak(long), 7, [long])


@pytest.mark.parametrize(("head", "words"), [(1, "the slot of a text"), (0x3F, "the slot of a text"), (0x40, "the slot of a text")])
def test_a_text_that_solidity_does_not_write_is_refused(head: int, words: str) -> None:
    for read in (lambda: storage.text_slots(5, head), lambda: storage.read_text(head, [])):
        with pytest.raises(BadProof, match=words):
            read()


@pytest.mark.parametrize(("batch", "key"), [(1 << 248, 0), (2 << 232 | 1 << 160, 0), (1, 0), (1 << 160, 1 << 248), (1 << 200, 0)])
def test_a_word_that_no_registry_stores_is_refused(batch: int, key: int) -> None:
    with pytest.raises(BadProof, match="the slot of a"):
        storage.read_anchor(batch, key)


@pytest.mark.parametrize("text", ["", "a", "é" * 15, "x" * 31, "x" * 32, "x" * 255])
def test_a_text_is_read_as_it_was_stored(text: str) -> None:
    content = text.encode()
    if len(content) < 32:
        head, words = int.from_bytes(content.ljust(31, b"\0") + bytes([2 * len(content)])), []
    else:
        head = 2 * len(content) + 1
        words = [int.from_bytes(content[at : at + 32].ljust(32, b"\0")) for at in range(0, len(content), 32)]

    assert storage.read_text(head, words) == text
    assert len(storage.text_slots(9, head)) == len(words)


def test_a_text_that_cannot_be_a_did_is_none() -> None:
    assert storage.read_text(2 * 256 + 1, []) == ""
    assert storage.text_slots(9, 2 * 256 + 1) == ()
    assert storage.read_text(int.from_bytes(b"\xff".ljust(31, b"\0") + b"\2"), []) == ""
