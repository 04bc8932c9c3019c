"""The page of `laurea verifier serve` in a real browser, conformant as the other doors are: in a module of its own, for one browser is driven at a time."""

from collections.abc import Iterator

import pytest

from tests.conformance.doors import Service
from tests.conformance.pages import ServedPage, served_page
from tests.conformance.shown import NAMES, Shown, load, one_of_each

# One of each answer that there is: a page takes its time. A holder it asks for by challenges of its own alone.
ANSWERS = one_of_each(shown for shown in map(load, NAMES) if shown.asked is None)


@pytest.fixture(scope="module")
def served(http: Service) -> Iterator[ServedPage]:
    with served_page(http) as found:
        yield found


@pytest.mark.parametrize("shown", ANSWERS, ids=lambda shown: shown.name)
def test_the_served_page_does(urls: dict[str, str], served: ServedPage, shown: Shown) -> None:
    assert served.judge(shown, urls[shown.chain]) == shown.expected
