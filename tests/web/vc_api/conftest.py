"""One issuer of each module's own, served."""

from collections.abc import Iterator

import pytest

from tests.web.vc_api.host import POLICY, Host, host, world_offline


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Host]:
    """All roles, of an issuer without status lists."""
    folder = tmp_path_factory.mktemp("served")
    with host(world_offline(folder / "issuer"), folder) as found:
        yield found


@pytest.fixture
def listed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Host]:
    """All roles, of an issuer whose credentials have status entries."""
    folder = tmp_path_factory.mktemp("listed")
    with host(world_offline(folder / "issuer", p256=False), folder, statuses=POLICY) as found:
        yield found
