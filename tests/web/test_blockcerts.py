"""What verifiers of Blockcerts fetch of an issuer is served where its credentials say that it is."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from sqlmodel import select

from laurea.config import BlockcertsSettings, ServiceSettings, Settings
from laurea.services.issuing import blockcerts, enrolment
from laurea.services.issuing.reach import Reach
from laurea.storage.issuer.tables import Access, CredentialRow
from tests.services.blockcerts_world import FOLDER, enrol, judged, released, sepolia
from tests.services.issuing_world import Template, World, roster
from tests.web.conftest import serving
from tests.web.test_links import link, made


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Template]:
    yield from sepolia(tmp_path_factory.mktemp("blockcerts"))


@pytest.fixture
def world(tmp_path: Path, template: Template) -> World:
    return template.copy(tmp_path / "issuer")


def test_the_profile_and_the_list_are_served_to_anybody(world: World, tmp_path: Path) -> None:
    enrol(world, 2)
    world.run()
    documents = released(world)
    settings = Settings(blockcerts=BlockcertsSettings(url=FOLDER))
    with serving(world, tmp_path, settings=lambda _: settings) as api:

        def pages() -> dict[str, str]:
            found = {}
            for name in ("profile.json", "revocations.json"):
                answer = api.ask("GET", f"/blockcerts/{name}?assertionId=urn%3Auuid%3Ax", who=None)
                assert answer.headers["access-control-allow-origin"] == "*"
                found[f"{FOLDER}/{name}"] = answer.text
            return found

        before = [answer["status"] for answer in judged(world, documents, pages())]
        asked = {"credentials": [documents[0]["id"]], "reason": "superseded"}
        taken = api.post("/v1/credentials/revocations", asked, status=202, who=Access.REGISTRAR)
        after = [answer["status"] for answer in judged(world, documents, pages())]

    assert (before, after) == (["success", "success"], ["failure", "success"])
    assert taken == {"withdrawn": [], "revocations": [], "listed": [documents[0]["id"]]}
    assert "assertionId" not in api.log.read_text()


def test_a_service_that_learners_reach_has_it_there(world: World, tmp_path: Path) -> None:
    with serving(world, tmp_path, settings=lambda url: Settings(service=ServiceSettings(url=url))) as api:
        profile = api.get("/blockcerts/profile.json", who=None)
        assert profile["id"] == f"{api.url}/blockcerts/profile.json"
        assert profile["revocationList"] == f"{api.url}/blockcerts/revocations.json"


def test_without_a_place_for_it_there_is_none(world: World, tmp_path: Path) -> None:
    with serving(world, tmp_path) as api:
        assert api.ask("GET", "/blockcerts/profile.json", who=None).status_code == 404
        assert api.ask("GET", "/blockcerts/revocations.json", who=None).status_code == 404


def test_a_learner_names_a_wallet_for_one_and_what_is_released_names_the_wallet(
    world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    wallet = made(tmp_path / "wallet.laurea", monkeypatch)
    with serving(world, tmp_path, settings=lambda url: Settings(service=ServiceSettings(url=url))) as api:
        reach = Reach(api.url, timedelta(days=14), timedelta(days=90), writes=False)
        enrolment.enrol(blockcerts.enrolling(replace(api.issuer, reach=reach, blockcerts=FOLDER)), roster(1))
        with api.issuer.database.read() as session:
            (credential,) = (row.id for row in session.exec(select(CredentialRow)))

        assert wallet.run("receive", link(api, credential)) == 0
        world.run()
        claim = " ".join(api.ask("GET", link(api, credential).removeprefix(api.url), who=None).text.split())

    assert "can be checked for as long as the chain exists and the profile and the revocation list of" in claim

    (document,) = released(world)
    assert document["credentialSubject"]["id"] == wallet.did
    assert [answer["status"] for answer in judged(world, [document])] == ["success"]
