"""Words and the keys that are made of them: the vectors of BIP-39 and SLIP-0010, and what people mistype."""

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from laurea.core.phrase import COUNTS, HARDENED, MAX_CHARACTERS, Node, Phrase, _node
from laurea.errors import FormatError

# BIP-39, of the reference implementation: entropy, words, seed without the password "TREZOR" that those vectors use.
ABANDON = "abandon abandon abandon abandon abandon abandon abandon abandon abandon abandon abandon about"
LEGAL = "legal winner thank year wave sausage worth useful legal winner thank yellow"

# SLIP-0010, test vector 1 for ed25519: seed, path, chain code, private key.
SLIP_0010 = [
    (
        "000102030405060708090a0b0c0d0e0f",
        [],
        "90046a93de5380a72b5e45010748567d5ea02bbf6522f979e05c0d8d8ca9fffb",
        "2b4be7f19ee27bbf30c667b642d5f4aa69fd169872f8fc3059c08ebae2eb19e7",
    ),
    (
        "000102030405060708090a0b0c0d0e0f",
        [0, 1, 2, 2, 1000000000],
        "68789923a0cac2cd5a29172a475fe9e0fb14cd6adb5ad98a3fa70333e7afa230",
        "8f94d394a8e8fd6b1bc2f3f49f5c47e385281d5c17e65324b0f62483e37e8793",
    ),
]


@pytest.mark.parametrize(("seed", "path", "chain", "secret"), SLIP_0010)
def test_children_are_those_of_slip_0010(seed: str, path: list[int], chain: str, secret: str) -> None:
    node = _node(b"ed25519 seed", bytes.fromhex(seed))
    for index in path:
        node = node.child(index)
    assert (node.chain.hex(), node.secret.hex()) == (chain, secret)


def test_words_are_those_of_bip_39() -> None:
    assert str(Phrase.of_entropy(bytes(16))) == ABANDON
    assert str(Phrase.of_entropy(b"\x7f" * 16)) == LEGAL
    # The seed without a password, as every wallet program computes it for these words.
    assert Phrase.parse(ABANDON).root() == Node.of_seed(
        bytes.fromhex(
            "5eb00bbddcf069084889a8ab9155568165f5c453ccb85e70811aaed6f6da5fc1"
            "9a5ac40b389cd370d086206dec8aa6c43daea6690f20ad3d8d48b2d2ce9e38e4"
        )
    )


def test_the_keys_of_a_phrase_never_change() -> None:
    root = Phrase.parse(ABANDON).root()

    assert root.wallet_key().did == "did:key:z6MkgqbRV7Ut67Dnfj1b3DRQX7BUdtytfs2SoSHFefpv1vr1"
    assert root.wallet_key().seed == root.child(0).secret
    assert root.issuer_key(3).seed == root.child(1).child(3).secret
    assert len({root.wallet_key().did, *(root.issuer_key(number).did for number in range(8))}) == 9


def test_children_are_hardened_whatever_their_number() -> None:
    root = Phrase.parse(ABANDON).root()

    assert root.child(5) == root.child(5 | HARDENED) != root.child(6)


@given(st.binary(min_size=16, max_size=32).filter(lambda raw: len(raw) % 4 == 0), st.sampled_from([" ", "  ", "\n", "\t", " \r\n "]))
def test_what_was_written_down_is_read_again_however_it_is_typed(entropy: bytes, between: str) -> None:
    phrase = Phrase.of_entropy(entropy)

    assert len(phrase.words) in COUNTS
    assert Phrase.parse(between.join(phrase.words).upper() + between) == phrase


@pytest.mark.parametrize(
    ("text", "says", "hint"),
    [
        (ABANDON.replace("about", "abuot"), "word 12 is not in the list", "about"),
        (ABANDON.replace("about", "xxxxxx"), "word 12 is not in the list", "look at what was written down"),
        (ABANDON.replace("about", "above"), "do not fit together", "wrong order"),
        ("legal winner thank year wave sausage worth useful legal winner yellow thank", "do not fit together", "wrong order"),
        ("abandon " * 11, "a phrase has 12 words (or 15, 18, 21, 24), not 11", ""),
        ("", "not 0", ""),
        ("abandon " * 1000, "too long", ""),
        ("x" * (MAX_CHARACTERS + 1), "too long", ""),
    ],
)
def test_what_is_mistyped_is_named_without_repeating_it(text: str, says: str, hint: str) -> None:
    with pytest.raises(FormatError) as caught:
        Phrase.parse(text)
    assert says in str(caught.value)
    assert hint in caught.value.hint
    assert "abuot" not in str(caught.value)


@given(st.text(max_size=300))
def test_any_text_is_a_phrase_or_the_one_error(text: str) -> None:
    with suppress(FormatError):
        assert len(Phrase.parse(text).words) in COUNTS


def test_neither_words_nor_keys_show_in_what_is_printed_of_them() -> None:
    phrase = Phrase.parse(LEGAL)

    assert "legal" not in repr(phrase)
    assert phrase.root().secret.hex() not in repr(phrase.root())
    assert repr(phrase.root()) == "Node()"
