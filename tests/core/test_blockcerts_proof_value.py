"""A MerkleProof2019 is read in both of its forms, and nothing else is."""

import contextlib
from dataclasses import replace
from hashlib import sha256
from typing import Any

import base58
import cbor2
import pytest
from hypothesis import given
from hypothesis import strategies as st

from laurea.core.blockcerts import anchor, proof_value, tree
from laurea.core.blockcerts.anchor import Anchor
from laurea.core.blockcerts.proof_value import MerkleProof, decode, encode
from laurea.core.blockcerts.tree import Step
from laurea.errors import FormatError

TX = bytes(range(32))
HASHES = st.binary(min_size=32, max_size=32)
# Published with @blockcerts/lds-merkle-proof-2019 1.0.2 (src/__tests__): a proof on Bitcoin's testnet, and one on no chain.
PUBLISHED = (
    "z6nGv6rMRybRe9CuMzbQbdu7sA858v1d13JU3hoAr1x93cheinB35kDXqCvaA93WTLWGtLZMdQSvvNCxEMZPhLvDa4CbUYkm4pCwBe7kCZAsuwHZwHxgyzCbRUWFbMXHhkVSHoPYmPzfi4"
    "arfHKMgKSurZ7oqe3GHRdi78TbHGvA65edK8JBEdTUt8SpCdc7wz5qiwj3THtcNAXfgK4LmCAu4fq8CnjLcMtGoEdfXfjy3turtaTapyM3katuYKAzbJF3FiE8i8NXBsiBnEbvKk7k"
)
PUBLISHED_MOCKNET = (
    "zYaPdLQCuei4vhe5Bdz4GjXD4iYkEZL1x2jgNjJArVBt29RUn14RZspAqFo2XDwKtTdBCRZtzxpTLwGhJxKv7TGeQQpBbgLgtM6vF15cBc4TBwd3sJc2ZxEjve6Ncuu1XMwczshC8injjz"
    "UpjLhhwKTijnUSdoxwj5jyv9CztRmkDajRZAQmaqgXuCG8BtoLqsbCubwbpbvEHPJrKjqHrt99C6zPx5X89C8eNMFFr5d7GSSWBbAHrwoCbjYvepm"
)


def in_python(proof: MerkleProof) -> str:
    """Return the form that cert-issuer writes: hashes as text."""
    pairs = [
        [3, [[0 if step.left else 1, cbor2.dumps(step.node.hex())] for step in proof.path]],
        [0, cbor2.dumps(proof.root.hex())],
        [1, cbor2.dumps(proof.target.hex())],
        [2, [[[0, each.chain], [1, each.network], [2, cbor2.dumps(str(each).rpartition(":")[2])]] for each in proof.anchors]],
    ]
    return text_of(pairs)


def text_of(value: Any) -> str:
    return "z" + base58.b58encode(value if isinstance(value, bytes) else cbor2.dumps(value)).decode()


def proof_of(size: int = 7, index: int = 2) -> MerkleProof:
    leaves = [sha256(bytes([number % 256, number // 256])).digest() for number in range(size)]
    made = tree.build(b"".join(leaves))
    return MerkleProof(leaves[index], tree.path(made, index), made.root, (anchor.on_evm(11155111, TX),))


PROOFS = st.builds(
    MerkleProof,
    target=HASHES,
    path=st.lists(st.builds(Step, st.booleans(), HASHES), max_size=64).map(tuple),
    root=HASHES,
    anchors=st.lists(st.builds(anchor.on_evm, st.sampled_from([1, 137, 11155111]), HASHES), min_size=1, max_size=8).map(tuple),
)


@given(PROOFS)
def test_a_proof_comes_back_from_both_forms(proof: MerkleProof) -> None:
    assert decode(encode(proof)) == proof
    assert decode(in_python(proof)) == proof


def test_what_was_published_is_read() -> None:
    proof = decode(PUBLISHED)
    assert [str(each) for each in proof.anchors] == ["blink:btc:testnet:582733d7cef8035d87cecc9ebbe13b3a2f6cc52583fbcd2b9709f20a6b8b56b3"]
    assert tree.document(proof.path)[0] == {"right": "51b4e22ed024ec7f38dc68b0bf78c87eda525ab0896b75d2064bdb9fc60b2698"}
    assert proof.root.hex() == "3c9ee831b8705f2fbe09f8b3a92247eed88cdc90418c024924be668fdc92e781"
    assert proof.target.hex() == "c65c6184e3d5a945ddb5437e93ea312411fd33aa1def22b0746d6ecd4aa30f20"


def test_a_proof_on_no_chain_is_read_and_says_so() -> None:
    assert [str(each) for each in decode(PUBLISHED_MOCKNET).anchors] == ["blink:mocknet:mocknet:d41d8cd98f00b204e9800998ecf8427e"]


def test_what_python_writes_for_no_chain_is_read() -> None:
    said = cbor2.dumps("This has not been issued on a blockchain and is for testing only")
    hashes = [[0, cbor2.dumps("ab" * 32)], [1, cbor2.dumps("ab" * 32)]]
    for pairs in ([[0, -1]], [[0, -1], [1, said]], [[0, -1], [1, -1], [2, said]]):
        (found,) = decode(text_of([[3, []], *hashes, [2, [pairs]]])).anchors
        assert found.chain_name == "mocknet"


def test_an_unknown_chain_is_read_by_its_number() -> None:
    proof = replace(proof_of(), anchors=(Anchor(7, 11, TX),))
    (found,) = decode(encode(proof)).anchors
    assert (found.chain_name, found.network_name, found.chain_id) == ("7", "11", None)
    assert str(found) == "blink:7:11:" + TX.hex()


def test_a_blink_is_what_it_says() -> None:
    text = "blink:eth:sepolia:0x" + TX.hex()
    assert str(anchor.parse(text)) == text
    assert anchor.parse(text) == anchor.on_evm(11155111, TX)
    assert anchor.parse(text).chain_id == 11155111
    assert anchor.parse("blink:btc:mainnet:" + TX.hex()).chain_id is None
    assert str(anchor.parse("blink:mocknet")) == "blink:mocknet"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "link:eth:sepolia:0x" + TX.hex(),
        "blink:eth:sepolia",
        "blink:eth:sepolia:",
        "blink:eth:sepolia:0x" + TX.hex() + ":1",
        "blink:eth:holesky:0x" + TX.hex(),
        "blink:doge:mainnet:" + TX.hex(),
        "blink:eth:sepolia:0x" + TX.hex()[1:],
        "blink:eth:sepolia:0xzz",
    ],
)
def test_what_is_no_blink_is_refused(text: str) -> None:
    with pytest.raises(FormatError):
        anchor.parse(text)


def test_a_chain_without_a_name_has_no_anchor() -> None:
    with pytest.raises(FormatError, match="no name for the chain 31337"):
        anchor.on_evm(31337, TX)


def test_what_is_written_has_the_shortest_form_and_both_peers_layout() -> None:
    raw = cbor2.loads(base58.b58decode(encode(proof_of())[1:]))
    assert [key for key, _ in raw] == [3, 0, 1, 2]
    assert cbor2.dumps(raw) == base58.b58decode(encode(proof_of())[1:])
    assert cbor2.loads(raw[1][1]) == proof_of().root
    assert cbor2.loads(raw[3][1][0][2][1]) == "0x" + TX.hex()


GOOD = [[3, []], [0, cbor2.dumps(TX)], [1, cbor2.dumps(TX)], [2, [[[0, 1], [1, 1], [2, cbor2.dumps(TX)]]]]]


@pytest.mark.parametrize(
    "value",
    [
        b"",
        cbor2.dumps(GOOD) + b"\0",
        cbor2.dumps(GOOD)[:-1],
        {"a": 1},
        [*GOOD, GOOD[0]],
        [*GOOD, [4, 1]],
        [*GOOD[:3]],
        [*GOOD[1:], [3, {}]],
        GOOD[1:3],
        [*GOOD[:3], [2, []]],
        [*GOOD[:3], [2, GOOD[3][1] * 9]],  # type: ignore[operator]
        [*GOOD[:3], [2, [[]]]],
        [*GOOD[:3], [2, [[[0, 1], [1, 1]]]]],
        [*GOOD[:3], [2, [[[0, 1], [2, 1], [1, cbor2.dumps(TX)]]]]],
        [*GOOD[:3], [2, [[[0, 1], [1, 1], [2, cbor2.dumps(TX[1:])]]]]],
        [*GOOD[:3], [2, [[[0, 1], [1, 1], [2, cbor2.dumps(TX)], [3, 1]]]]],
        [[0, cbor2.dumps(TX[1:])], *GOOD[1:]],
        [GOOD[0], [0, cbor2.dumps(TX.hex()[2:])], *GOOD[2:]],
        [GOOD[0], [0, cbor2.dumps("é" * 32)], *GOOD[2:]],
        [GOOD[0], [0, cbor2.dumps(5)], *GOOD[2:]],
        [GOOD[0], [0, cbor2.dumps(TX) + b"\0"], *GOOD[2:]],
        [[3, [[2, cbor2.dumps(TX)]]], *GOOD[1:]],
        [[3, [[1, cbor2.dumps(TX), 1]]], *GOOD[1:]],
        [[3, [[1, cbor2.dumps(TX)]] * 65], *GOOD[1:]],
        b"\x98\x04" + cbor2.dumps(GOOD)[1:],  # 4 in two bytes
        b"\x9f" + cbor2.dumps(GOOD)[1:] + b"\xff",
        b"\xc1" + cbor2.dumps(GOOD),
    ],
)
def test_what_is_no_proof_is_refused(value: Any) -> None:
    assert decode(text_of(GOOD)).root == TX
    with pytest.raises(FormatError):
        decode(text_of(value))


@pytest.mark.parametrize("text", ["", "z", "u" + PUBLISHED[1:], PUBLISHED + "0", PUBLISHED + "é", "z" + "1" * 8192, "z" + "2" * 9000])
def test_what_is_no_base_58_or_too_long_is_refused(text: str) -> None:
    with pytest.raises(FormatError):
        decode(text)


@given(st.data())
def test_a_damaged_proof_is_refused_or_another(data: Any) -> None:
    text = encode(proof_of())
    raw = bytearray(base58.b58decode(text[1:]))
    at = data.draw(st.integers(0, len(raw) - 1))
    raw[at] ^= data.draw(st.integers(1, 255))
    with contextlib.suppress(FormatError):
        assert decode(text_of(bytes(raw))) != proof_of()


def test_a_proof_of_a_large_batch_is_small() -> None:
    assert len(encode(proof_of(10_000, 4_711))) < 1000
    assert (
        len(encode(replace(proof_of(), path=(Step(left=True, node=TX),) * 64, anchors=(Anchor(1, 1, TX),) * 8)))
        < proof_value.MAX_CHARACTERS
    )
