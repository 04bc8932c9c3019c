"""One chain for a module, and a school on it with a site of its own for each test."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from laurea import wire
from tests.anvil import Anvil
from tests.blockcerts.world import SEPOLIA, School
from tests.fetch.site import Site


@pytest.fixture(scope="module")
def chain() -> Iterator[Anvil]:
    with Anvil(chain_id=SEPOLIA) as anvil:
        yield anvil


@pytest.fixture
def school(chain: Anvil, site: Site) -> School:
    return School(chain, site)


@pytest.fixture(scope="module")
def lasting(chain: Anvil, authority: Path) -> Iterator[School]:
    """A school whose site is there for all of a module."""
    with pytest.MonkeyPatch.context() as patch, Site(authority) as site:
        patch.setenv("SSL_CERT_FILE", str(authority))
        wire._trust.cache_clear()
        yield School(chain, site)
        wire._trust.cache_clear()
