"""Strict I-JSON in, RFC 8785 out: the vectors of its author, and everything that must not get in."""

import inspect
import json
import struct
import sys
import timeit
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import rfc8785
from hypothesis import given, settings
from hypothesis import strategies as st

from laurea.core import canonical, claims
from laurea.core.canonical import Json, JsonObject
from laurea.core.credential import Credential
from laurea.errors import FormatError
from tests.core.strategies import values
from tests.core.world import badge

AUTHORS = ("arrays", "french", "structures", "unicode", "values", "weird")

# RFC 8785, appendix B; the integers from 2^53 to 1e21 among them are beyond I-JSON.
DOUBLES = {
    "0000000000000000": "0",
    "8000000000000000": "0",
    "0000000000000001": "5e-324",
    "8000000000000001": "-5e-324",
    "7fefffffffffffff": "1.7976931348623157e+308",
    "ffefffffffffffff": "-1.7976931348623157e+308",
    "44b52d02c7e14af5": "9.999999999999997e+22",
    "44b52d02c7e14af6": "1e+23",
    "44b52d02c7e14af7": "1.0000000000000001e+23",
    "444b1ae4d6e2ef50": "1e+21",
    "3eb0c6f7a0b5ed8c": "9.999999999999997e-7",
    "3eb0c6f7a0b5ed8d": "0.000001",
    "41b3de4355555553": "333333333.3333332",
    "41b3de4355555554": "333333333.33333325",
    "41b3de4355555555": "333333333.3333333",
    "41b3de4355555556": "333333333.3333334",
    "41b3de4355555557": "333333333.33333343",
    "becbf647612f3696": "-0.0000033333333333333333",
}
BEYOND = {"4340000000000000", "c340000000000000", "4430000000000000", "444b1ae4d6e2ef4e", "444b1ae4d6e2ef4f", "43143ff3c1cb0959"}
NONCHARACTERS = ["\ufdd0", "\ufdef", "\ufffe", "\uffff", "\U0001fffe", "\U0001ffff", "\U0010fffe", "\U0010ffff"]


def nested(depth: int) -> bytes:
    return b'{"a":' * (depth - 1) + b"[]" + b"}" * (depth - 1)


@pytest.mark.shared
@pytest.mark.parametrize("name", AUTHORS)
def test_input_of_the_author_of_the_rfc_has_his_output(name: str, shared_data: Path) -> None:
    folder = shared_data / "vectors" / "rfc8785"
    value = canonical.parse((folder / "input" / f"{name}.json").read_bytes())
    output = canonical.encode(value)

    assert output == bytes.fromhex((folder / "outhex" / f"{name}.txt").read_text())
    assert output == (folder / "output" / f"{name}.json").read_bytes()
    assert canonical.parse(output) == value


@pytest.mark.parametrize("bits", DOUBLES)
def test_doubles_are_written_as_the_rfc_lists_them(bits: str) -> None:
    (number,) = struct.unpack(">d", bytes.fromhex(bits))

    assert canonical.encode(number).decode() == DOUBLES[bits]
    assert canonical.encode(canonical.parse(repr(number).encode())).decode() == DOUBLES[bits]


@pytest.mark.parametrize("bits", sorted(BEYOND - {"43143ff3c1cb0959"}))
def test_doubles_that_would_be_written_as_too_large_integers_are_refused(bits: str) -> None:
    (number,) = struct.unpack(">d", bytes.fromhex(bits))

    with pytest.raises(FormatError, match="beyond 2\\^53-1"):
        canonical.encode(number)
    with pytest.raises(FormatError, match="beyond 2\\^53-1"):
        canonical.parse(repr(number).encode())


@given(values)
def test_every_value_survives_its_canonical_form(value: Json) -> None:
    text = canonical.encode(value)

    assert canonical.encode(canonical.parse(text)) == text
    assert json.loads(text) == value


@given(values)
def test_the_canonical_form_does_not_depend_on_the_text(value: Json) -> None:
    spaced = json.dumps(value, indent=2).encode()
    reversed_names = json.dumps(_reversed(value), ensure_ascii=False).encode()

    assert canonical.encode(canonical.parse(spaced)) == canonical.encode(canonical.parse(reversed_names)) == canonical.encode(value)


def _reversed(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _reversed(member) for name, member in reversed(list(value.items()))}
    return [_reversed(item) for item in value] if isinstance(value, list) else value


def test_names_are_sorted_by_utf_16_code_units() -> None:
    assert canonical.encode({"\ue000": 1, "𝄞": 2, "a": 3}).decode() == '{"a":3,"𝄞":2,"\ue000":1}'


@pytest.mark.parametrize("text", ['{"a":1,"a":1}', '{"a":1,"b":2,"\\u0061":3}', '[{"b":{"x":[],"x":{}}}]', '{"__proto__":1,"__proto__":2}'])
def test_a_name_that_stands_twice_is_refused_by_name(text: str) -> None:
    with pytest.raises(FormatError, match=r"the name '(a|x|__proto__)' stands twice in one object"):
        canonical.parse(text.encode())


def test_nfc_twins_are_two_names() -> None:
    value = canonical.parse('{"\u00e9":1,"e\u0301":2}'.encode())

    assert value == {"\u00e9": 1, "e\u0301": 2}
    assert canonical.encode(value) == '{"e\u0301":2,"\u00e9":1}'.encode()


@pytest.mark.parametrize("text", ["NaN", "Infinity", "-Infinity", "[NaN]", '{"a":-Infinity}'])
def test_what_is_no_json_number_is_refused(text: str) -> None:
    with pytest.raises(FormatError, match="is not a JSON number"):
        canonical.parse(text.encode())


@pytest.mark.parametrize("text", ["1e999", "-1e999", "1e309", "[1E+400]", "1" + "0" * 309 + ".0"])
def test_numbers_beyond_a_double_are_refused(text: str) -> None:
    with pytest.raises(FormatError, match="a number is not finite"):
        canonical.parse(text.encode())


@pytest.mark.parametrize("number", [2**53, -(2**53), 2**53 + 1, 10**17, 10**30, -(10**1000)])
def test_integers_beyond_2_53_are_refused(number: int) -> None:
    with pytest.raises(FormatError, match="beyond 2\\^53-1"):
        canonical.parse(str(number).encode())
    with pytest.raises(FormatError, match="beyond 2\\^53-1"):
        canonical.encode(number)


@pytest.mark.parametrize("text", ["1e17", "-1e17", "9007199254740992.0", "1e16", "123456789012345678e2", "9.9e20", "1e20"])
def test_doubles_that_stand_for_too_large_integers_are_refused(text: str) -> None:
    with pytest.raises(FormatError, match="beyond 2\\^53-1"):
        canonical.parse(text.encode())


@pytest.mark.parametrize(
    ("text", "output"),
    [
        ("9007199254740991", "9007199254740991"),
        ("-9007199254740991", "-9007199254740991"),
        ("9007199254740991.0", "9007199254740991"),
        ("1e21", "1e+21"),
        ("-1e21", "-1e+21"),
        ("1e15", "1000000000000000"),
        ("-0", "0"),
        ("-0.0", "0"),
        ("1e-400", "0"),
        ("56.0", "56"),
        ("0.1e1", "1"),
    ],
)
def test_numbers_within_the_limits_have_one_form(text: str, output: str) -> None:
    assert canonical.encode(canonical.parse(text.encode())).decode() == output


@pytest.mark.parametrize("text", [r'"\ud800"', r'"\udc00"', r'"a\udfffb"', r'"\ud834\ud834\udd1e"', r'{"\ud800":1}', r'[["\udbff"]]'])
def test_lone_surrogates_are_refused(text: str) -> None:
    with pytest.raises(FormatError, match="lone surrogate"):
        canonical.parse(text.encode())


def test_a_surrogate_pair_is_a_character() -> None:
    assert canonical.parse(rb'"\ud834\udd1e"') == "𝄞"


@pytest.mark.parametrize("character", NONCHARACTERS)
def test_noncharacters_are_refused(character: str) -> None:
    found: list[Json] = [character, f"a{character}b", [character], {character: 1}, {"a": {"b": character}}]
    for value in found:
        with pytest.raises(FormatError, match="noncharacter"):
            canonical.encode(value)
        with pytest.raises(FormatError, match="noncharacter"):
            canonical.parse(json.dumps(value).encode())


@pytest.mark.parametrize(
    "character", ["\ufdcf", "\ufdf0", "\ufffd", "\U0001fffd", "\U00020000", "\U0010fffd", "\ue000", "\x00", "\x7f", "\u2028"]
)
def test_their_neighbours_are_not(character: str) -> None:
    assert canonical.parse(canonical.encode([character])) == [character]


@pytest.mark.parametrize("value", [b"\xff", b"\xc3(", b'"\xed\xa0\x80"', b"\x80", '{"a":1}'.encode("utf-16"), '"é"'.encode("latin-1")])
def test_other_encodings_are_refused(value: bytes) -> None:
    with pytest.raises(FormatError, match="is not UTF-8"):
        canonical.parse(value)


@pytest.mark.parametrize(
    "value",
    [
        b"\xef\xbb\xbf{}",
        '{"a":1}'.encode("utf-16-le"),
        '{"a":1}'.encode("utf-32-be"),
        b"",
        b" ",
        b"{",
        b"[1,]",
        b"{'a':1}",
        b'{"a" 1}',
        b"01",
        b"+1",
        b"1.",
        b".5",
        b"0x10",
        b"nul",
        b'"\n"',
        b'"\\x41"',
        b'"\\u00"',
        b"1 2",
        b"{} x",
        b"// no\n1",
        b"\x001",
        "\u00a01".encode(),
        "\N{ARABIC-INDIC DIGIT ONE}".encode(),
    ],
)
def test_what_is_no_json_is_refused(value: bytes) -> None:
    with pytest.raises(FormatError, match="is not JSON"):
        canonical.parse(value)


@given(st.binary(max_size=60) | st.text(max_size=60).map(lambda text: text.encode("utf-8", "surrogatepass")))
def test_any_bytes_are_a_value_with_one_form_or_refused(data: bytes) -> None:
    try:
        value = canonical.parse(data)
    except FormatError:
        return
    assert canonical.parse(canonical.encode(value)) == value


@given(values, st.data())
def test_a_damaged_text_is_a_value_or_refused(value: Json, data: st.DataObject) -> None:
    text = bytearray(canonical.encode(value))
    text[data.draw(st.integers(0, len(text) - 1))] = data.draw(st.integers(0, 255))
    try:
        found = canonical.parse(bytes(text))
    except FormatError:
        return
    assert canonical.parse(canonical.encode(found)) == found


def test_the_limit_of_bytes_is_exact() -> None:
    text = b'"' + b"x" * (canonical.MAX_BYTES - 2) + b'"'

    assert canonical.parse(text) == "x" * (canonical.MAX_BYTES - 2)
    with pytest.raises(FormatError, match="larger than 1,048,576 bytes"):
        canonical.parse(text + b" ")
    with pytest.raises(FormatError, match="larger than 10 bytes"):
        canonical.parse(b'"12345678 "', max_bytes=10)


def test_the_limit_of_depth_is_exact() -> None:
    canonical.parse(nested(64))
    canonical.encode(canonical.parse(nested(64)))
    with pytest.raises(FormatError, match="nested deeper than 64"):
        canonical.parse(nested(65))
    with pytest.raises(FormatError, match="nested deeper than 64"):
        canonical.encode([canonical.parse(nested(64))])


@pytest.mark.parametrize("depth", [500, 900, 990, 1_000, 1_100, 5_000, 100_000])
def test_nesting_bombs_are_refused_as_too_deep(depth: int) -> None:
    for bomb in (b"[" * depth + b"]" * depth, b'{"a":' * depth + b"1" + b"}" * depth):
        with pytest.raises(FormatError, match="nested deeper than 64"):
            canonical.parse(bomb)


@pytest.fixture
def raised_limit() -> Iterator[None]:
    """Python's recursion limit as py_ecc leaves it, far above what the stack holds."""
    before = sys.getrecursionlimit()
    sys.setrecursionlimit(100_000)
    yield
    sys.setrecursionlimit(before)


@pytest.mark.parametrize("bomb", [b"[" * 1_000_000, b'["\\"]",' * 100_000, b'{"]":' * 100_000, b'[{"a\\\\":' * 100_000])
def test_a_nesting_bomb_does_not_end_the_process_when_a_library_raised_the_recursion_limit(raised_limit: None, bomb: bytes) -> None:
    with pytest.raises(FormatError, match="nested deeper than 64"):
        canonical.parse(bomb)


def test_brackets_in_strings_do_not_nest_and_wide_documents_are_not_deep() -> None:
    value: Json = [["[[[\\", '"[[[', {'\\"{[': [["]"]] * 400}]] * 3

    assert canonical.parse(canonical.encode(value)) == value


def test_a_parser_that_runs_out_of_stack_refuses_as_too_deep() -> None:
    # Few brackets pass to the parser; in a deep call of a program with a low limit even these can be too many for it.
    limit = sys.getrecursionlimit()
    sys.setrecursionlimit(len(inspect.stack(0)) + 150)
    try:
        with pytest.raises(FormatError, match="nested deeper than 64"):
            canonical.parse(b"[" * 400 + b"]" * 400)
    finally:
        sys.setrecursionlimit(limit)


@pytest.mark.parametrize("bomb", [b"[" * 100_000, b'{"a":' * 100_000, b"[" * 100_000 + b"]" * 100_000, b"1" * 1_000_000, b" " * 1_048_577])
def test_bombs_are_refused_at_once(bomb: bytes) -> None:
    def refuse() -> None:
        with pytest.raises(FormatError):
            canonical.parse(bomb)

    assert min(timeit.repeat(refuse, number=1, repeat=5)) < 0.05


@pytest.mark.parametrize("value", [(1, 2), {1, 2}, b"bytes", object(), 1j, {1: 2}, {"a": {None: 1}}, [{"a": (1,)}]])
def test_what_is_no_json_value_is_not_written(value: Any) -> None:
    with pytest.raises(FormatError, match=r"is not a JSON value|a member name is not a string"):
        canonical.encode(value)


@pytest.mark.parametrize("value", [float("nan"), float("inf"), [float("-inf")]])
def test_what_is_not_finite_is_not_written(value: Json) -> None:
    with pytest.raises(FormatError, match="not finite"):
        canonical.encode(value)


def test_the_limits_of_a_credential_are_exact() -> None:
    deep = canonical.parse(nested(32))
    assert Credential.of(deep).document == deep
    with pytest.raises(FormatError, match="nested deeper than 32"):
        Credential.of(canonical.parse(nested(33)))

    room = 256 * 1024 - len(canonical.encode({**badge(), "name": ""}))
    assert Credential.of(badge(name="x" * room)).id is not None
    with pytest.raises(FormatError, match="larger than 262,144 bytes"):
        Credential.of(badge(name="x" * (room + 1)))


def test_a_credential_may_have_4096_claims_and_no_more() -> None:
    assert len(claims.split({"credentialSubject": {str(at): at for at in range(4095)}})) == 4096
    with pytest.raises(FormatError, match="more than 4,096 claims"):
        claims.split({"credentialSubject": {str(at): at for at in range(4096)}})
    with pytest.raises(FormatError, match="more than 4,096 claims"):
        claims.split({"credentialSubject": {str(at): at for at in range(4095)}, "evidence": []})


def test_proofs_do_not_count_towards_the_limits_of_a_credential() -> None:
    proof: JsonObject = {"type": "Other", "long": "x" * 300_000, "deep": canonical.parse(nested(50))}

    assert Credential.of({**badge(), "proof": proof}).proofs == (proof,)
    assert Credential.parse(canonical.encode({**badge(), "proof": [proof]})).proofs == (proof,)


@pytest.mark.parametrize(
    ("proof", "message"),
    [
        (None, "is not a JSON object"),
        ([None], "is not a JSON object"),
        ("z", "is not a JSON object"),
        ([[]], "is not a JSON object"),
        ([{}] * 17, "more than 16"),
        ({"a": float("nan")}, "not finite"),
        ([{"a": {"b": "\ud800"}}], "lone surrogate"),
    ],
)
def test_a_proof_set_holds_at_most_16_objects_of_i_json(proof: Json, message: str) -> None:
    with pytest.raises(FormatError, match=message):
        Credential.of({**badge(), "proof": proof})


@pytest.mark.parametrize("value", [None, [], "text", 1, True])
def test_a_credential_is_an_object(value: Json) -> None:
    with pytest.raises(FormatError, match="not a JSON object"):
        Credential.of(value)


def test_a_credential_is_handed_out_as_it_came() -> None:
    document: JsonObject = {**badge(), "proof": [{"type": "A"}, {"type": "B"}]}

    assert Credential.of(document).secured() == document


# The fast way to the same bytes

awkward: st.SearchStrategy[Any] = st.recursive(
    values
    | st.text(st.characters(), max_size=5)
    | st.sampled_from([0.0, -0.0, 1.0, 1e-7, 1e21, 5e-324, True, False, None, 0, -1, canonical.MAX_INTEGER, -canonical.MAX_INTEGER])
    | st.sampled_from(
        ['","', "laurea-between", ',"laurea-between",', '"laurea-between"', "\x7f", "\u2028\u2029", '\x00\x1f\b\t\n\f\r"\\/']
    ),
    lambda below: st.lists(below, max_size=4) | st.dictionaries(st.text(st.characters(), max_size=3), below, max_size=4),
    max_leaves=20,
)


def by_reference(value: Any) -> bytes:
    """What rfc8785 makes of a value; a lone surrogate it refuses."""
    try:
        return rfc8785.dumps(value)
    except rfc8785.CanonicalizationError:
        return b"refused"
    except UnicodeEncodeError:
        return b"refused"


def by_us(value: Any) -> bytes:
    try:
        return canonical.dump(value)
    except (rfc8785.CanonicalizationError, UnicodeEncodeError):
        return b"refused"


@settings(max_examples=1000)
@given(awkward)
def test_the_form_is_byte_for_byte_that_of_the_reference(value: Any) -> None:
    assert by_us(value) == by_reference(value)


def test_every_character_is_written_as_the_reference_does() -> None:
    for start in range(0, 0x110000, 0x1000):
        texts: list[Json] = [chr(code) for code in range(start, start + 0x1000) if not 0xD800 <= code < 0xE000]
        assert canonical.dump(texts) == rfc8785.dumps(texts)


@pytest.mark.parametrize(
    "value",
    [
        {"\ue000": 1, "𝄞": 2},
        [{"a": {"\uffee": 1, "\U0001f600": 2, "z": 3}}],
        {"é": 1, "z": 2, "e\u0301": 3},
        1e-7,
        [1.0],
        {"a": [-0.0]},
        1e21,
        True,
        [1, True, 1.0],
        {"\x00": 1, "\x7f": 2, "": 3, '"': 4, "\\": 5},
        (1, "a"),
        {"a": (1, 2)},
        2**53,
        -(2**53),
        [10**30],
        "\ud800",
        {"\ud800": 1},
        ["\udfff"],
        float("nan"),
        [float("inf")],
        b"bytes",
    ],
)
def test_what_python_writes_otherwise_is_left_to_the_reference(value: Any) -> None:
    assert by_us(value) == by_reference(value)


@settings(max_examples=500)
@given(st.lists(values | st.sampled_from(["laurea-between", ["a", "laurea-between", 1], {"laurea-between": "laurea-between"}]), min_size=1))
def test_values_that_are_written_together_have_the_forms_that_they_have_alone(many: list[Any]) -> None:
    assert canonical.dump_each(many) == [canonical.dump(value) for value in many]


@pytest.mark.parametrize("character", NONCHARACTERS)
def test_noncharacters_are_refused_as_they_are_in_the_text_too(character: str) -> None:
    for text in (f'"{character}"', f'{{"a{character}": 1}}', f'[["b", "{character}"]]'):
        with pytest.raises(FormatError, match="noncharacter"):
            canonical.parse(text.encode())


@settings(max_examples=300)
@given(
    st.recursive(st.text(max_size=2), lambda below: st.lists(below, max_size=2) | st.dictionaries(st.text(max_size=1), below, max_size=2))
)
def test_what_was_parsed_is_as_deep_as_it_is(value: Any) -> None:
    text = json.dumps(value, ensure_ascii=False).encode()
    deep = max((depth for depth in range(1, 12) if refuses(lambda depth=depth: canonical.check(value, max_depth=depth))), default=0)

    for depth in range(1, 12):
        assert refuses(lambda depth=depth: canonical.check_parsed(value, text, max_depth=depth)) == (depth <= deep)


def refuses(act: Any) -> bool:
    try:
        act()
    except FormatError:
        return True
    return False


@given(st.lists(st.sampled_from(["1e15", "9e15", "-9e15", "1e21", "0.000001", '"\\u00e9"', '"\\/"', "[]"]), min_size=1, max_size=30))
def test_the_form_is_at_most_so_many_times_longer_than_the_text(items: list[str]) -> None:
    text = f"[{','.join(items)}]".encode()

    assert len(canonical.dump(canonical.parse(text))) <= canonical.MAX_GROWTH * len(text)
