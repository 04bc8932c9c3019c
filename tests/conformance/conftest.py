"""The chain of the vectors, and a service that is set up as each says; a module has them to itself."""

from collections.abc import Iterator

import pytest

from tests.conformance.doors import Service, service
from tests.conformance.replay import chains


@pytest.fixture(scope="module")
def urls() -> Iterator[dict[str, str]]:
    with chains() as found:
        yield found


@pytest.fixture(scope="module")
def http(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    with service(tmp_path_factory.mktemp("service") / "log") as found:
        yield found
