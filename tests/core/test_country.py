"""Countries by their codes."""

import pytest

from laurea.core.country import CODES, country_code
from laurea.errors import InputError


def test_codes_are_taken_however_they_are_written() -> None:
    assert [country_code(text) for text in ("AT", "de", " es ")] == ["AT", "DE", "ES"]
    assert len(CODES) == 250
    assert all(len(code) == 2 and code.isalpha() for code in CODES)


@pytest.mark.parametrize(
    ("text", "hint"), [("Austria", "two letters"), ("UK", "GB"), ("EL", "GR"), ("ZZ", "two letters"), ("", "two letters")]
)
def test_what_is_no_code_is_refused_with_what_would_be_one(text: str, hint: str) -> None:
    with pytest.raises(InputError) as caught:
        country_code(text)
    assert hint in caught.value.hint
