"""The Open Badges API as other people's programs meet it: from the first look to the credentials, over HTTP and by mail."""

import logging
import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import jsonschema
import pytest
from playwright.sync_api import Page, expect
from schemathesis.specs.openapi.definitions import OPENAPI_30

from laurea.services.issuing.erasure import erase
from laurea.services.issuing.issuer import Issuer
from laurea.services.issuing.outbox import Outbox
from laurea.services.issuing.revocation import Reason, request
from laurea.storage.issuer.oauth import Asks
from laurea.web.chores import Chores
from tests.judges.judge import ask
from tests.services.issuing_world import ACHIEVEMENT, World, on_sqlite
from tests.web.backpack import (
    ADA,
    CALLBACK,
    GRACE,
    HOME,
    METADATA,
    READ,
    UPSERT,
    Backpack,
    Door,
    asked,
    came_back,
    door,
    form_of,
    open_to_others,
    released,
    send,
    until,
    without_mail,
)
from tests.web.browser import browsing, require_accessible
from tests.web.conftest import Api

pytestmark = on_sqlite


@pytest.fixture
def at(world: World, tmp_path: Path) -> Iterator[Door]:
    with door(released(world), tmp_path) as found:
        yield found


def bytes_of(world: World, learner: str) -> set[bytes]:
    """Return the files that were released to a learner."""
    return {world.released()[member.id] for member in world.members() if member.learner == learner}


def test_a_backpack_fetches_what_a_learner_lets_it_have_to_the_byte(at: Door) -> None:
    backpack = Backpack.registered(at)
    page = asked(backpack)
    assert "May backpack.example read your credentials?" in page.text
    assert "The Backpack" in page.text
    assert "nobody has checked" in page.text
    assert "The etl course" in page.text
    assert "these are 5" in page.text

    brought = came_back(backpack, send(at, page, answer="allow"))
    assert brought == {"code": brought["code"], "scope": READ, "state": backpack.state, "iss": at.url}
    answer = backpack.redeem(brought["code"])
    tokens = answer.json()
    assert (answer.status_code, answer.headers["Cache-Control"], answer.headers["Pragma"]) == (200, "no-store", "no-cache")
    assert (tokens["token_type"], tokens["expires_in"], tokens["scope"]) == ("Bearer", 3600, READ)

    found = backpack.read(tokens["access_token"])
    assert (found.status_code, found.headers["Content-Type"], found.headers["X-Total-Count"]) == (200, "application/json", "5")
    assert found.headers["Cache-Control"] == "no-store"
    files = bytes_of(at.api.world, "L-1")
    assert len(files) == 5
    assert all(found.content.count(each) == 1 for each in files)
    assert found.json()["compactJwsString"] == []
    assert [len(each["proof"]) for each in found.json()["credential"]] == [3] * 5


def test_a_client_that_others_wrote_goes_the_whole_way(at: Door) -> None:
    begun = ask("oauth", {"step": "begin", "url": at.url})
    page = send(at, at.http.get(begun["authorize"]), email=ADA)
    assert at.mail() == 1
    answer = send(at, send(at, page, code=at.code()), answer="allow")

    done = ask("oauth", {"step": "finish", "url": at.url, **begun, "back": answer.headers["Location"]})

    assert (done["first"]["scope"], done["first"]["token_type"]) == (f"{READ} offline_access", "bearer")
    assert (done["before"]["status"], done["before"]["total"]) == (200, "5")
    assert done["after"]["text"] == done["before"]["text"]
    assert {done["first"]["refresh_token"], done["first"]["access_token"]}.isdisjoint(done["second"].values())
    assert (done["ended"]["status"], done["ended"]["challenge"]) == (401, {"error": "invalid_token"})


def test_its_metadata_are_its_own_beside_those_for_wallets(at: Door) -> None:
    said = at.http.get("/.well-known/oauth-authorization-server").json()
    assert (said["issuer"], said["token_endpoint"]) == (at.url, f"{at.url}/oauth/token")
    assert said["authorization_endpoint"] == f"{at.url}/oauth/authorize"
    for_wallets = at.http.get("/.well-known/oauth-authorization-server/openid").json()
    assert (for_wallets["issuer"], for_wallets["token_endpoint"]) == (f"{at.url}/openid", f"{at.url}/openid/token")
    assert at.http.get("/.well-known/oauth-authorization-server/elsewhere").status_code == 404


def test_the_service_describes_itself(at: Door) -> None:
    answer = at.http.get("/ims/ob/v3p0/discovery")
    assert (answer.status_code, answer.headers["Content-Type"], answer.headers["Cache-Control"]) == (
        200,
        "application/json",
        "max-age=3600",
    )
    said = answer.json()
    jsonschema.validate(said, OPENAPI_30)
    assert said["info"] == {
        "title": "Example University",
        "version": "3.0",
        "termsOfService": "https://example.edu/terms",
        "x-imssf-privacyPolicyUrl": "https://example.edu/privacy",
    }
    scheme = said["components"]["securitySchemes"]["OAuth2ACG"]
    assert (scheme["type"], scheme["x-imssf-registrationUrl"]) == ("oauth2", f"{at.url}/oauth/register")
    flow = scheme["flows"]["authorizationCode"]
    assert (flow["authorizationUrl"], flow["tokenUrl"]) == (f"{at.url}/oauth/authorize", f"{at.url}/oauth/token")
    assert (flow["refreshUrl"], list(flow["scopes"])) == (f"{at.url}/oauth/token", [READ])
    assert list(said["paths"]) == ["/discovery", "/credentials"]
    assert said["servers"] == [{"url": f"{at.url}/ims/ob/v3p0"}]


def test_credentials_come_in_pages_with_links_to_the_others(at: Door) -> None:
    backpack = Backpack.registered(at)
    token = backpack.let_in()["access_token"]
    url = f"{at.url}/ims/ob/v3p0/credentials"
    found: list[str] = []
    page = backpack.read(token, limit="2")
    assert (
        page.headers["Link"]
        == f'<{url}?limit=2&offset=0>; rel="first", <{url}?limit=2&offset=4>; rel="last", <{url}?limit=2&offset=2>; rel="next"'
    )
    for links in ({"first", "last", "next"}, {"first", "last", "next", "prev"}, {"first", "last", "prev"}):
        assert set(page.links) == links
        assert page.headers["X-Total-Count"] == "5"
        found += [each["id"] for each in page.json()["credential"]]
        if "next" in page.links:
            page = at.http.get(page.links["next"]["url"], headers={"Authorization": f"Bearer {token}"})
    assert len(set(found)) == 5
    assert page.links["prev"]["url"] == f"{url}?limit=2&offset=2"
    beyond = backpack.read(token, limit="2", offset="100")
    assert (beyond.json()["credential"], beyond.links["prev"]["url"]) == ([], f"{url}?limit=2&offset=4")
    assert len(backpack.read(token, limit="1000").json()["credential"]) == 5


def test_what_was_released_since_a_time_is_found_and_what_comes_later_too(at: Door) -> None:
    backpack = Backpack.registered(at)
    token = backpack.let_in()["access_token"]
    first = at.api.world.batch().released_at
    assert first is not None
    later = {**ACHIEVEMENT, "id": "https://example.edu/achievements/late", "humanCode": "late", "name": "Late"}
    at.api.post("/v1/achievements", later)
    at.api.post("/v1/credentials", {"learner": "L-1", "name": "Ada", "achievement": "late", "email": ADA})
    assert backpack.read(token).headers["X-Total-Count"] == "5", "it is not released"

    at.api.world.run()

    assert backpack.read(token).headers["X-Total-Count"] == "6"
    found = backpack.read(token, since=first.isoformat())
    assert (found.headers["X-Total-Count"], [each["name"] for each in found.json()["credential"]]) == ("1", ["Late"])
    assert "since=" in found.links["first"]["url"]
    assert backpack.read(token, since="2020-01-01T00:00:00Z").headers["X-Total-Count"] == "6"


def test_what_was_taken_back_or_erased_is_not_there(at: Door) -> None:
    backpack = Backpack.registered(at)
    tokens = backpack.let_in()
    ours = next(member for member in at.api.world.members() if member.learner == "L-1")
    with at.api.world.issuer() as issuer:
        request(issuer, [ours.id], Reason.ERROR)
    assert backpack.read(tokens["access_token"]).headers["X-Total-Count"] == "4"

    with at.api.world.issuer() as issuer, issuer.lock("run"), issuer.lock("backup"):
        erase(issuer, "L-1")

    assert backpack.read(tokens["access_token"]).status_code == 401
    assert backpack.refresh(tokens["refresh_token"]).json()["error"] == "invalid_grant"
    assert ADA.encode() not in at.api.world.dump()


@pytest.mark.parametrize(
    ("parameters", "named"),
    [
        ({"limit": "0"}, "limit"),
        ({"limit": "x"}, "limit"),
        ({"offset": "-1"}, "offset"),
        ({"offset": "9" * 30}, "offset"),
        ({"since": "1.1.26"}, "since"),
    ],
)
def test_a_wrong_question_is_answered_in_1edtechs_form(at: Door, parameters: dict[str, str], named: str) -> None:
    backpack = Backpack.registered(at)
    answer = backpack.read(backpack.let_in()["access_token"], **parameters)
    said = answer.json()
    assert (answer.status_code, said["imsx_codeMajor"], said["imsx_severity"]) == (400, "failure", "error")
    assert named in said["imsx_description"]
    assert said["imsx_codeMinor"]["imsx_codeMinorField"] == [
        {"imsx_codeMinorFieldName": "resourceServer", "imsx_codeMinorFieldValue": "invalid_query_parameter"}
    ]


@pytest.mark.parametrize(("method", "path"), [("POST", "credentials"), ("GET", "profile"), ("PUT", "profile")])
def test_what_an_issuer_does_not_do_is_not_allowed(at: Door, method: str, path: str) -> None:
    answer = at.http.request(method, f"/ims/ob/v3p0/{path}")
    assert (answer.status_code, answer.json()["imsx_codeMajor"]) == (405, "unsupported")
    assert answer.headers["Allow"] == ("GET" if path == "credentials" else "")


def test_a_program_that_does_not_ask_for_more_reads_for_an_hour(at: Door) -> None:
    backpack = Backpack.registered(at, grant_types=["authorization_code"], scope=READ)
    page = asked(backpack)
    assert "It could read for an hour" in page.text
    tokens = backpack.redeem(came_back(backpack, send(at, page, answer="allow"))["code"]).json()
    assert "refresh_token" not in tokens
    assert backpack.read(tokens["access_token"]).status_code == 200


def test_an_address_is_found_as_it_was_given_or_in_lower_case_and_the_code_goes_there(at: Door) -> None:
    assert "these are 5" in asked(Backpack.registered(at), "ADA@Example.ORG").text
    assert at.smtp.recipients == [ADA]
    assert "that is one" in asked(Backpack.registered(at), GRACE).text
    assert at.smtp.recipients == [ADA, GRACE]
    send(at, at.http.get(Backpack.registered(at).authorize()), email=GRACE.lower())
    assert at.mail() == 0, "another spelling of it may be another person's"


def test_without_a_mail_server_a_claim_link_says_who_it_is_and_lets_read_its_one_credential(world: World, tmp_path: Path) -> None:
    with door(released(world), tmp_path, without_mail) as at:
        backpack = Backpack.registered(at)
        (ours,) = [member for member in world.members() if member.learner == "L-3"]
        link = at.api.post(f"/v1/credentials/{ours.id}/link", None)["url"]
        page = send(at, at.http.get(backpack.authorize()), link=link)
        assert "this credential" in page.text
        again = send(at, at.http.get(backpack.authorize()), link=link)
        code = came_back(backpack, send(at, page, answer="allow"))["code"]
        token = backpack.redeem(code).json()["access_token"]
        assert backpack.read(token).content.count(world.released()[ours.id]) == 1
        assert backpack.read(token).headers["X-Total-Count"] == "1"

        assert at.http.get(link.removeprefix(at.url)).status_code == 404, "the link is used up"
        assert send(at, again, answer="allow").status_code == 404
        wrong = send(at, at.http.get(backpack.authorize()), link=link)
        assert (wrong.status_code, "was used already" in wrong.text) == (404, True)


def test_the_program_is_told_that_a_learner_does_not_agree(at: Door) -> None:
    backpack = Backpack.registered(at)
    brought = came_back(backpack, send(at, asked(backpack), answer="refuse"))
    assert (brought["error"], brought["state"], brought["iss"]) == ("access_denied", backpack.state, at.url)
    assert "code" not in brought


def test_what_is_registered_is_what_is_known_and_nothing_else(at: Door) -> None:
    answer = at.http.post("/oauth/register", json={**METADATA, "scope": f"{READ} {UPSERT}", "contacts": ["root@backpack.example"], "x": 1})
    said = answer.json()
    assert (answer.status_code, answer.headers["Cache-Control"]) == (201, "no-store")
    assert {name: said[name] for name in METADATA if name != "scope"} == {name: METADATA[name] for name in METADATA if name != "scope"}
    assert (said["scope"], said["token_endpoint_auth_method"], said["client_secret_expires_at"]) == (READ, "client_secret_basic", 0)
    assert {"contacts", "x"}.isdisjoint(said)


def test_it_is_not_there_unless_it_is_wanted(known: Api) -> None:
    for path in ("/ims/ob/v3p0/discovery", "/oauth/authorize", "/.well-known/oauth-authorization-server"):
        assert known.ask("GET", path, who=None).status_code == 404


def test_a_learner_sees_whom_they_let_in_and_ends_it_as_they_began_it(at: Door) -> None:
    first, second, others = (Backpack.registered(at, client_name=name) for name in ("The <First>", "The Second", "Not Hers"))
    tokens = [first.let_in(), second.let_in(), others.let_in(GRACE)]
    at.smtp.taken.clear()
    with at.api.issuer.database.write() as session:
        Asks(session).forget(at.api.issuer.now() + timedelta(hours=1))  # else she had her three codes of this hour

    page = send(at, at.http.get("/oauth/consents"), email=ADA)
    assert at.mail() == 1
    assert send(at, page, code="AAAAA-AAAAA").status_code == 422
    seen = send(at, page, code=at.code())
    assert (seen.text.count("<td>backpack.example</td>"), "The &lt;First&gt;" in seen.text, "Not Hers" in seen.text) == (2, True, False)
    theirs = re.findall(r'name="grant" value="([^"]+)"', seen.text)

    seen = send(at, seen, grant=theirs[0])

    assert (seen.text.count("<td>backpack.example</td>"), "The Second" in seen.text) == (1, True)
    assert [backpack.read(found["access_token"]).status_code for backpack, found in zip((first, second, others), tokens, strict=True)] == [
        401,
        200,
        200,
    ]
    assert first.refresh(tokens[0]["refresh_token"]).json()["error"] == "invalid_grant"
    page = send(at, at.http.get("/oauth/consents"), email=GRACE)
    at.mail()
    assert "Not Hers" in send(at, send(at, page, code=at.code()), grant=theirs[1]).text, "what is another's stays"
    assert second.read(tokens[1]["access_token"]).status_code == 200


def test_what_is_proven_for_one_purpose_is_worth_nothing_for_another(at: Door) -> None:
    own = {"Origin": at.url, "Sec-Fetch-Site": "same-origin"}
    _, asks = form_of(asked(Backpack.registered(at)))
    assert at.http.post("/oauth/consents/end", data={"ask": asks["ask"], "grant": "x"}, headers=own).status_code == 404
    page = send(at, at.http.get("/oauth/consents"), email=ADA)
    _, asks = form_of(page)
    assert at.http.post("/oauth/consents/end", data={"ask": asks["ask"], "grant": "x"}, headers=own).status_code == 404
    at.mail()
    send(at, page, code=at.code())
    assert at.http.post("/oauth/consent", data={"ask": asks["ask"], "answer": "allow"}, headers=own).status_code == 404
    assert (
        at.http.post("/oauth/consents/end", data={"ask": asks["ask"], "grant": "x"}, headers={"Origin": "https://evil.example"}).status_code
        == 403
    )


def test_a_code_is_mailed_as_soon_as_somebody_waits_for_it_and_what_has_ended_is_swept(at: Door) -> None:
    issuer = replace(at.api.issuer, reach=open_to_others(at.url).reach)
    later = replace(issuer, now=lambda: issuer.now() + timedelta(hours=2))
    send(at, at.http.get(Backpack.registered(at).authorize()), email="typed@example.org")
    log = logging.getLogger("laurea.web")
    with Chores(later, Outbox(later, at.smtp.server, "badges@example.edu"), log, pause=3600):
        until(lambda: _asks(issuer) == 0)
    with Chores(issuer, Outbox(issuer, at.smtp.server, "badges@example.edu"), log, pause=3600) as chores:
        send(at, at.http.get(Backpack.registered(at).authorize()), email=ADA)
        chores.wake()
        until(lambda: at.smtp.recipients == [ADA])


def _asks(issuer: Issuer) -> int:
    with issuer.database.read() as session:
        return Asks(session).count(issuer.now())


@pytest.mark.slow
@pytest.mark.parametrize("script", [True, False])
def test_a_browser_goes_the_whole_way_and_back_to_the_program(at: Door, script: bool) -> None:
    backpack = Backpack.registered(at)
    with browsing(at.url, script=script, expected=(HOME, "ERR_NAME_NOT_RESOLVED")) as page:
        page.goto(backpack.authorize())
        look_at(page, script=script)
        page.get_by_label("Your mail address").fill(ADA)
        page.get_by_role("button", name="Mail me a code").click()
        page.get_by_label("Code").fill("AAAAA")
        page.get_by_role("button", name="Go on").click()
        expect(page.get_by_role("alert")).to_contain_text("not the code")
        look_at(page, script=script)
        at.mail()
        page.get_by_label("Code").fill(at.code())
        page.get_by_role("button", name="Go on").click()
        expect(page.get_by_role("heading")).to_have_text("May backpack.example read your credentials?")
        look_at(page, script=script)
        with page.expect_request(
            f"{CALLBACK}?**"
        ) as back:  # which leads nowhere here; that the policy of the page lets it go is what matters
            page.get_by_role("button", name="Yes, let backpack.example read them").click()
        page.wait_for_url("chrome-error://**", wait_until="commit")  # or it would interrupt what comes next
        code = parse_qs(urlsplit(back.value.url).query)["code"][0]
        assert backpack.redeem(code).status_code == 200
        see_and_end_it(page, at, script=script)


def see_and_end_it(page: Page, at: Door, *, script: bool) -> None:
    page.goto("/oauth/consents")
    look_at(page, script=script)
    page.get_by_label("Your mail address").fill(ADA)
    page.get_by_role("button", name="Mail me a code").click()
    expect(page.get_by_label("Code")).to_be_visible()
    at.mail()
    page.get_by_label("Code").fill(at.code())
    page.get_by_role("button", name="Go on").click()
    look_at(page, script=script)
    page.get_by_role("button", name="End the consent").click()
    expect(page.get_by_text("No site may read", exact=False)).to_be_visible()


def look_at(page: Page, *, script: bool) -> None:
    if script:
        require_accessible(page)
