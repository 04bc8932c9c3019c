"""The chain of the vectors, a service that is set up as each says, and the pages in a browser; a module has them to itself."""

from collections.abc import Iterator

import pytest

from tests.conformance.doors import Service, service
from tests.conformance.replay import chains, new_node, replay


@pytest.fixture(scope="module")
def urls() -> Iterator[dict[str, str]]:
    with chains() as found:
        yield found


@pytest.fixture(scope="module")
def honest() -> Iterator[str]:
    """The RPC URL of a node that lives through chain.json, where the others are not needed."""
    with new_node() as node:
        replay(node)
        yield node.url


@pytest.fixture(scope="module")
def http(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    with service(tmp_path_factory.mktemp("service") / "log") as found:
        yield found
