"""What tests share: the official sample data, and an issuer on a node."""

import os
import socket
from collections.abc import Iterator
from ipaddress import ip_address
from itertools import count
from pathlib import Path
from typing import Any

import pytest

from laurea import wire
from tests.anvil import Anvil
from tests.fetch.site import Site, certificate
from tests.postgres import Postgres
from tests.services.issuing_world import Template, World

ROOT = Path(__file__).parent.parent
SHARED = Path(os.environ.get("LAUREA_SHARED", ROOT.parent / "shared"))

MODULES = count()


@pytest.fixture(scope="module", autouse=True)
def _forgetful(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """What is remembered of chains ends with a module: the next one has another chain of the same id."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_STATE_HOME", str(tmp_path_factory.getbasetemp() / f"state-{next(MODULES)}"))
        yield


NO_FETCH = "LAUREA_NO_FETCH"
HERE = {"localhost", socket.gethostname()}
_resolve = socket.getaddrinfo


def pytest_configure() -> None:
    """Nothing here goes out to the internet, whatever made-up URLs documents name: not this process, and no command that it starts."""
    os.environ[NO_FETCH] = "1"
    socket.getaddrinfo = _resolve_here


def _resolve_here(host: Any, *arguments: Any, **options: Any) -> Any:
    name = host.decode() if isinstance(host, bytes) else str(host)
    if name and name not in HERE and not _is_address(name):
        raise socket.gaierror(socket.EAI_NONAME, f"the tests ask for {name}, which is not here")
    return _resolve(host, *arguments, **options)


def _is_address(name: str) -> bool:
    try:
        ip_address(name.partition("%")[0])
    except ValueError:
        return False
    return True


@pytest.fixture(scope="session")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The certificate of `site`, which is its own authority."""
    return certificate(tmp_path_factory.mktemp("authority"))


@pytest.fixture
def site(authority: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Site]:
    """A web site on this machine whose authority is trusted, by this process and by commands that it starts."""
    monkeypatch.setenv("SSL_CERT_FILE", str(authority))
    wire._trust.cache_clear()
    with Site(authority) as found:
        yield found
    wire._trust.cache_clear()


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """The folder with official schemas and sample data; its tests carry the mark `shared`."""
    return SHARED / "data"


@pytest.fixture(scope="session")
def postgres() -> Iterator[Postgres]:
    """A PostgreSQL server, for all tests of this process; that it cannot start is a failure."""
    with Postgres() as server:
        yield server


@pytest.fixture(scope="module", params=["sqlite", pytest.param("postgresql", marks=pytest.mark.slow)])
def template(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Template]:
    """An issuer just founded, on a node of its own, for the tests of one module: they run with either database."""
    if request.param == "sqlite":
        with Anvil() as node:
            yield Template.on(node, tmp_path_factory.mktemp("issuing"))
        return
    postgres: Postgres = request.getfixturevalue("postgres")
    with Anvil() as node, postgres.dropping():
        yield Template.on(node, tmp_path_factory.mktemp("issuing"), postgres)


@pytest.fixture
def node(template: Template) -> Anvil:
    """The node of `world`, as it was when the issuer was founded."""
    return template.node


@pytest.fixture
def world(tmp_path: Path, template: Template) -> World:
    """A copy of the issuer, for one test."""
    return template.copy(tmp_path / "issuer")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Without the sample data, say so for each test that needs it; under CI they run and fail."""
    if SHARED.is_dir() or os.environ.get("CI"):
        return
    for item in items:
        if item.get_closest_marker("shared"):
            item.add_marker(pytest.mark.skip(reason="not run: the official sample data is not part of a clone (set LAUREA_SHARED)"))
