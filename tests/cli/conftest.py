"""Commands are tried with SQLite: what they call runs with either database in tests/services and tests/web."""

from collections.abc import Iterator

import pytest

from tests.anvil import Anvil
from tests.services.issuing_world import Template


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Template]:
    """An issuer just founded, on a node of its own, for the tests of one module."""
    with Anvil() as node:
        yield Template.on(node, tmp_path_factory.mktemp("issuing"))
