"""What `laurea issuer` makes of Blockcerts, `laurea verify` takes: by the chain, and by what the issuer publishes."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

import laurea
from laurea import Report, Verdict
from laurea.services.issuing import blockcerts
from laurea.services.issuing.revocation import Reason, request
from tests.blockcerts.world import HOST, Json
from tests.fetch.site import Site
from tests.services.blockcerts_world import enrol, released, sepolia
from tests.services.issuing_world import Template, World


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Template]:
    yield from sepolia(tmp_path_factory.mktemp("blockcerts"))


@pytest.fixture
def world(tmp_path: Path, template: Template, site: Site) -> World:
    made = template.copy(tmp_path / "issuer")
    made.blockcerts = site.url("/blockcerts", HOST)
    enrol(made, 3)
    made.run()
    return made


def publish(world: World, site: Site) -> None:
    with world.issuer() as issuer:
        site.pages["/blockcerts/profile.json"] = json.dumps(blockcerts.profile(issuer)).encode()
        site.pages["/blockcerts/revocations.json"] = json.dumps(blockcerts.revocations(issuer)).encode()


def verify(world: World, site: Site, document: Json) -> Report:
    return laurea.verify(json.dumps(document), chain=world.node.url, fetch=site.policy(HOST))


def test_what_we_issue_is_valid_until_it_is_revoked_and_never_when_it_was_altered(world: World, site: Site) -> None:
    publish(world, site)
    first, second, third = released(world)

    good = verify(world, site, first)
    swapped = verify(world, site, {**second, "proof": third["proof"]})
    with world.issuer() as issuer:
        request(issuer, [first["id"]], Reason.ERROR)
    publish(world, site)
    revoked, stands = verify(world, site, first), verify(world, site, second)
    del site.pages["/blockcerts/revocations.json"]
    unknown = verify(world, site, second)

    assert good.verdict is Verdict.VALID, good.headline
    assert (swapped.verdict, revoked.verdict, stands.verdict) == (Verdict.INVALID, Verdict.INVALID, Verdict.VALID)
    assert unknown.verdict is Verdict.UNDECIDED
