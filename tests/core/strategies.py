"""What hypothesis draws from: I-JSON values, credentials with all that splitting finds hard, subsets of what there is."""

from typing import Any

from hypothesis import strategies as st

from laurea.core.canonical import MAX_INTEGER, JsonObject

# Names that break naive implementations: pointer escapes, empty, prototype, NFC twins, and UTF-16 order against code point order.
HARD_NAMES = (
    "",
    "/",
    "~",
    "~1",
    "~0",
    "a/b",
    "__proto__",
    "constructor",
    "é",
    "e\u0301",
    "𝄞",
    "\ue000",
    "דּ",
    "0",
    "10",
    "issuer",
    "@context",
)


def _is_text(character: str) -> bool:
    return ord(character) & 0xFFFE != 0xFFFE and not 0xFDD0 <= ord(character) <= 0xFDEF


texts = st.text(st.characters(exclude_categories=["Cs"]).filter(_is_text), max_size=12)
names = st.sampled_from(HARD_NAMES) | texts
integers = st.integers(-MAX_INTEGER, MAX_INTEGER)
doubles = st.floats(allow_nan=False, allow_infinity=False).filter(lambda number: not MAX_INTEGER < abs(number) < 1e21)
scalars = st.none() | st.booleans() | integers | doubles | texts
values: st.SearchStrategy[Any] = st.recursive(
    scalars, lambda below: st.lists(below, max_size=3) | st.dictionaries(names, below, max_size=4), max_leaves=12
)
documents: st.SearchStrategy[JsonObject] = st.builds(
    lambda rest, given: {**rest, **given},
    st.dictionaries(names, values, max_size=3),
    st.fixed_dictionaries({}, optional={"credentialSubject": values, "evidence": values, "issuer": values}),
)


@st.composite
def anchorings(draw: st.DrawFn) -> tuple[int, int]:
    """The index and size of a credential in a small batch."""
    size = draw(st.integers(1, 9))
    return draw(st.integers(0, size - 1)), size
