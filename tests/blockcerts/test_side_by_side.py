"""The same documents before cert-verifier-js and laurea: where it fails open, laurea does not, and the page says so in the words of both."""

import pytest

from tests.blockcerts.side_by_side import BEGIN, END, PAGE, SUCCESS, answers, cases, table
from tests.blockcerts.world import School


@pytest.mark.slow
def test_what_cert_verifier_js_lets_through_is_never_valid_and_the_page_has_the_words_of_both(school: School) -> None:
    found = list(cases(school))
    said = answers(found, school.anvil.url)

    assert {each.name: each.report.verdict for each in found} == {each.name: each.verdict for each in found}
    assert {each.name: theirs["status"] == SUCCESS for each, theirs in zip(found, said, strict=True)} == {
        each.name: each.accepted for each in found
    }
    # Wherever they differ it is laurea that is the stricter one.
    assert all(each.accepted for each in found if each.report)
    assert table(found, said) == PAGE.read_text().partition(BEGIN)[2].partition(END)[0].lstrip("\n")
