"""The ABI's encoding, with eth-abi as the judge."""

from typing import Any

import pytest
from eth_abi.abi import decode as judge_decode
from eth_abi.abi import encode as judge_encode
from hypothesis import given
from hypothesis import strategies as st

from laurea.chain.abi import decode, encode
from laurea.chain.artefact import ERRORS, EVENTS, FUNCTIONS

VALUES: dict[str, st.SearchStrategy[Any]] = {
    "address": st.binary(min_size=20, max_size=20),
    "bytes32": st.binary(min_size=32, max_size=32),
    "bool": st.booleans(),
    "string": st.text(max_size=100),
    **{f"uint{bits}": st.integers(0, 2**bits - 1) for bits in (8, 32, 40, 256)},
}


def values(kind: str) -> st.SearchStrategy[Any]:
    if kind.endswith("[]"):
        return st.lists(values(kind[:-2]), max_size=5)
    if kind.startswith("("):
        return st.tuples(*map(values, kind[1:-1].split(",")))
    return VALUES[kind]


CALLS = [item for item in FUNCTIONS.values() if item.name != "supportsInterface"]  # we never call that one


@given(st.sampled_from(CALLS), st.data())
def test_calldata_is_what_the_judge_makes_of_it(item: Any, data: st.DataObject) -> None:
    arguments = [data.draw(values(kind)) for kind in item.inputs]

    assert item.encode(*arguments) == item.selector + judge_encode(item.inputs, arguments)


def flat(kinds: tuple[str, ...], found: Any) -> tuple[Any, ...]:
    """Return what the judge decoded as we do: tuples in the row, addresses and strings as bytes."""
    members = [pair for kind, value in zip(kinds, found, strict=True) for pair in pairs(kind, value)]
    return tuple(
        bytes.fromhex(value[2:]) if kind == "address" else value.encode() if kind == "string" else value for kind, value in members
    )


def pairs(kind: str, value: Any) -> list[tuple[str, Any]]:
    return list(zip(kind[1:-1].split(","), value, strict=True)) if kind.startswith("(") else [(kind, value)]


RETURNED = sorted({item.outputs for item in FUNCTIONS.values() if item.outputs} | {item.inputs for item in ERRORS.values()})


@given(st.sampled_from(RETURNED), st.data())
def test_what_was_encoded_is_decoded_as_the_judge_does(kinds: tuple[str, ...], data: st.DataObject) -> None:
    encoded = judge_encode(kinds, [data.draw(values(kind)) for kind in kinds])

    assert decode(kinds, encoded) == flat(kinds, judge_decode(kinds, encoded))


@given(st.sampled_from([kinds for kinds in RETURNED if "string" not in kinds]), st.data())
def test_words_that_the_judge_refuses_are_refused(kinds: tuple[str, ...], data: st.DataObject) -> None:
    raw = data.draw(
        st.binary(max_size=200) | st.lists(st.sampled_from([bytes(32), bytes(31) + b"\1", b"\xff" * 32]), max_size=6).map(b"".join)
    )
    try:
        expected = flat(kinds, judge_decode(kinds, raw))
    except Exception:  # noqa: BLE001 - whatever the judge raises, it refuses
        with pytest.raises(ValueError, match=r"too short|is no"):
            decode(kinds, raw)
    else:
        assert decode(kinds, raw) == expected


@given(st.binary(max_size=150))
def test_a_string_never_reaches_beyond_the_data(raw: bytes) -> None:
    try:
        (text,) = decode(["string"], raw)
    except ValueError:
        return
    assert isinstance(text, bytes)
    assert text in raw


@pytest.mark.parametrize(("offset", "length"), [(32, 33), (32, 1 << 255), (65, 0), (1 << 255, 0), (96, 1)])
def test_a_string_that_ends_beyond_the_data_is_refused_and_not_cut(offset: int, length: int) -> None:
    whole = judge_encode(["string"], ["laurea"])
    assert decode(["string"], whole) == (b"laurea",)

    with pytest.raises(ValueError, match="ends beyond the data"):
        decode(["string"], offset.to_bytes(32) + length.to_bytes(32) + whole[64:])


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        ("address", b"\1" * 19),
        ("address", "0x" + "01" * 20),
        ("bytes32", b"\1" * 31),
        ("uint8", 256),
        ("uint8", -1),
        ("uint256", 1 << 256),
        ("uint32[]", 5),
        ("uint32[]", [1 << 32]),
        ("(bytes32,uint256,uint256)[]", [(b"\1" * 32, 1)]),
        ("string", b"x"),
    ],
)
def test_a_value_of_another_type_is_refused(kind: str, value: Any) -> None:
    with pytest.raises(ValueError, match=r"a value is no|were given"):
        encode([kind], [value])


def test_too_few_arguments_are_refused() -> None:
    with pytest.raises(ValueError, match="1 values were given for 2 parameters"):
        encode(["uint8", "uint8"], [1])


def test_the_hash_of_an_event_is_whole() -> None:
    assert {len(event.selector) for event in EVENTS.values()} == {32}
