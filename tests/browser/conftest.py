"""One Node process for all tests of a module."""

from collections.abc import Iterator

import pytest

from tests.browser.node import Node


@pytest.fixture(scope="module")
def node() -> Iterator[Node]:
    with Node() as running:
        yield running
