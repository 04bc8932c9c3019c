"""What RFC 6819 and RFC 9700 warn of, tried against the OAuth of the Open Badges API: each attack, and what stops it."""

import re
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from itertools import count
from pathlib import Path
from urllib.parse import parse_qs, urlencode, urlsplit

import httpx
import pytest

from laurea.errors import GrantRefused
from laurea.services.issuing.issuer import Issuer
from laurea.services.issuing.oauth import clients, sweeping, tokens
from laurea.services.issuing.oauth.tokens import CodeExchange
from laurea.storage.issuer.oauth import Clients
from tests.services.issuing_world import Template, World, on_sqlite
from tests.web.backpack import (
    CALLBACK,
    HOME,
    METADATA,
    READ,
    UPSERT,
    Backpack,
    Door,
    address,
    agreed,
    asked,
    came_back,
    door,
    form_of,
    released,
    send,
)

pytestmark = on_sqlite
LEARNERS = 80
OTHER_SITE = {"Origin": "https://evil.example", "Sec-Fetch-Site": "cross-site"}
_numbers = count()


@pytest.fixture(scope="module")
def at(template: Template, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Door]:
    folder = tmp_path_factory.mktemp("door")
    with door(released(template.copy(folder / "issuer"), more=LEARNERS), folder) as found:
        yield found


@pytest.fixture
def backpack(at: Door) -> Backpack:
    return Backpack.registered(at)


@pytest.fixture
def learner() -> str:
    """A learner whom nobody asked yet."""
    return address(next(_numbers))


def refused(answer: httpx.Response, word: str = "invalid_grant", status: int = 400) -> bool:
    assert answer.headers["Cache-Control"] == "no-store"
    return (answer.status_code, answer.json()["error"]) == (status, word)


def later(at: Door, **time: float) -> Issuer:
    moment = at.api.issuer.now() + timedelta(**time)
    return replace(at.api.issuer, now=lambda: moment)


# Codes


def test_a_code_that_comes_twice_ends_what_it_gave(backpack: Backpack, learner: str) -> None:
    code = agreed(backpack, learner)
    found = backpack.redeem(code).json()
    assert refused(backpack.redeem(code))
    assert backpack.read(found["access_token"]).status_code == 401
    assert refused(backpack.refresh(found["refresh_token"]))


def test_of_a_code_that_comes_twice_at_once_one_is_taken_at_most(backpack: Backpack, learner: str) -> None:
    code = agreed(backpack, learner)
    with ThreadPoolExecutor(8) as pool:
        statuses = [answer.status_code for answer in pool.map(lambda _: backpack.redeem(code), range(8))]
    assert sorted(statuses) == [200, *[400] * 7]


def test_a_code_is_worth_nothing_to_another_client_and_stays_its_own(at: Door, backpack: Backpack, learner: str) -> None:
    code = agreed(backpack, learner)
    thief = replace(Backpack.registered(at), verifier=backpack.verifier)
    assert refused(thief.redeem(code))
    assert backpack.redeem(code).status_code == 200


@pytest.mark.parametrize("verifier", ["x" * 43, "short", "ü" * 43])
def test_a_code_without_its_verifier_is_worth_nothing_and_is_spent(backpack: Backpack, learner: str, verifier: str) -> None:
    code = agreed(backpack, learner)
    assert refused(backpack.redeem(code, code_verifier=verifier))
    assert refused(backpack.redeem(code))


def test_a_code_is_redeemed_with_the_redirect_uri_that_it_was_sent_to(at: Door, learner: str) -> None:
    backpack = Backpack.registered(at, redirect_uris=[CALLBACK, f"{HOME}/other"])
    assert refused(backpack.redeem(agreed(backpack, learner), redirect_uri=f"{HOME}/other"))


@pytest.mark.parametrize("missing", ["code", "redirect_uri", "code_verifier"])
def test_what_a_code_takes_is_all_there(backpack: Backpack, missing: str) -> None:
    whole = {"grant_type": "authorization_code", "code": "x", "redirect_uri": CALLBACK, "code_verifier": backpack.verifier}
    assert refused(backpack.post("/oauth/token", {**whole, missing: ""}), "invalid_request")


def test_a_code_works_for_two_minutes(at: Door, backpack: Backpack, learner: str) -> None:
    brought = CodeExchange(agreed(backpack, learner), CALLBACK, backpack.verifier)
    client = clients.authenticate(at.api.issuer, backpack.client, backpack.secret)
    with pytest.raises(GrantRefused, match="has ended"):
        tokens.redeem(later(at, minutes=2), client, brought)


# Requests


@pytest.mark.parametrize(
    "uri",
    [
        f"{CALLBACK}/",
        f"{CALLBACK}?x=1",
        f"{CALLBACK}/../callback",
        CALLBACK.upper(),
        CALLBACK.replace("https", "http"),
        "https://evil.example/callback",
        "https://backpack.example.evil.example/callback",
        "https://backpack.example@evil.example/callback",
        "javascript:alert(1)",
        "",
    ],
)
def test_nobody_is_sent_where_the_client_has_not_registered(at: Door, backpack: Backpack, uri: str) -> None:
    answer = at.http.get(backpack.authorize(redirect_uri=uri))
    assert (answer.status_code, "Location" in answer.headers) == (422, False)
    assert "evil.example" not in answer.text
    assert "<a " not in answer.text
    assert "<form" not in answer.text


def test_the_last_of_two_redirect_uris_is_not_taken(at: Door, backpack: Backpack) -> None:
    answer = at.http.get(f"{backpack.authorize()}&{urlencode({'redirect_uri': CALLBACK})}")
    assert answer.status_code == 422


@pytest.mark.parametrize(
    ("changes", "word"),
    [
        ({"response_type": "token"}, "unsupported_response_type"),
        ({"response_type": None}, "unsupported_response_type"),
        ({"state": None}, "invalid_request"),
        ({"state": "x" * 1025}, "invalid_request"),
        ({"state": "\r\nSet-Cookie: x"}, "invalid_request"),
        ({"code_challenge": None}, "invalid_request"),
        ({"code_challenge": "x" * 42}, "invalid_request"),
        ({"code_challenge_method": "plain"}, "invalid_request"),
        ({"code_challenge_method": None}, "invalid_request"),
        ({"scope": UPSERT}, "invalid_scope"),
        ({"scope": None}, "invalid_scope"),
    ],
)
def test_a_wrong_request_sends_nobody_on_by_itself(at: Door, backpack: Backpack, changes: dict[str, str | None], word: str) -> None:
    answer = at.http.get(backpack.authorize(**changes))
    assert (answer.status_code, "Location" in answer.headers) == (400, False)
    assert "<form" not in answer.text
    back = re.search(r'<a href="([^"]+)"', answer.text)
    assert back is not None
    to = urlsplit(back[1].replace("&amp;", "&"))
    assert f"{to.scheme}://{to.netloc}{to.path}" == CALLBACK
    said = parse_qs(to.query)
    assert (said["error"], said["iss"]) == ([word], [at.url])
    assert said.get("state") == (None if "state" in changes else [backpack.state])
    assert answer.headers["Referrer-Policy"] == "same-origin"


def test_a_request_that_says_something_twice_is_wrong(at: Door, backpack: Backpack) -> None:
    answer = at.http.get(f"{backpack.authorize()}&{urlencode({'code_challenge_method': 'S256'})}")
    assert (answer.status_code, "a parameter comes more than once" in answer.text) == (400, True)


def test_a_form_that_was_tampered_with_is_checked_as_the_request_was(at: Door, backpack: Backpack, learner: str) -> None:
    page = at.http.get(backpack.authorize())
    for changes in ({"redirect_uri": "https://evil.example/"}, {"code_challenge_method": "plain"}, {"scope": UPSERT}, {"client_id": "x"}):
        assert send(at, page, email=learner, **changes).status_code == 422
    assert at.mail() == 0


def test_what_the_client_sent_along_comes_back_to_the_letter(backpack: Backpack, learner: str) -> None:
    state = "a b&c=d;e#f%20+\"'<"
    page = asked(backpack, learner, state=state)
    assert came_back(backpack, send(backpack.door, page, answer="allow"))["state"] == state


# Scopes


def test_more_than_was_granted_is_never_given(at: Door, learner: str) -> None:
    backpack = Backpack.registered(at, scope=f"{READ} {UPSERT}")
    code = agreed(backpack, learner, scope=f"{READ} {UPSERT}")
    assert refused(backpack.redeem(code, scope=f"{READ} {UPSERT}"), "invalid_scope")
    assert refused(backpack.redeem(code)), "it is spent"


def test_a_refresh_token_gives_no_more_than_was_granted(backpack: Backpack, learner: str) -> None:
    found = backpack.let_in(learner)
    assert refused(backpack.refresh(found["refresh_token"], scope=f"{READ} {UPSERT}"), "invalid_scope")
    assert backpack.refresh(found["refresh_token"], scope=READ).json()["scope"] == READ


def test_what_a_client_has_not_registered_for_it_does_not_get(at: Door, learner: str) -> None:
    backpack = Backpack.registered(at, scope=READ)
    page = asked(backpack, learner, scope=f"{READ} offline_access")
    assert came_back(backpack, send(at, page, answer="allow"))["scope"] == READ


# Refresh tokens


def test_a_refresh_token_that_comes_twice_ends_all_tokens_of_the_grant(backpack: Backpack, learner: str) -> None:
    first = backpack.let_in(learner)
    second = backpack.refresh(first["refresh_token"]).json()
    assert backpack.read(second["access_token"]).status_code == 200
    assert refused(backpack.refresh(first["refresh_token"]))
    assert refused(backpack.refresh(second["refresh_token"]))
    assert backpack.read(second["access_token"]).status_code == 401
    assert backpack.read(first["access_token"]).status_code == 401


def test_a_refresh_token_is_worth_nothing_to_another_client(at: Door, backpack: Backpack, learner: str) -> None:
    found = backpack.let_in(learner)
    assert refused(Backpack.registered(at).refresh(found["refresh_token"]))
    assert backpack.refresh(found["refresh_token"]).status_code == 200


def test_each_token_is_of_one_kind(backpack: Backpack, learner: str) -> None:
    found = backpack.let_in(learner)
    assert refused(backpack.refresh(found["access_token"]))
    assert backpack.read(found["refresh_token"]).status_code == 401


def test_tokens_end(at: Door, backpack: Backpack, learner: str) -> None:
    found = backpack.let_in(learner)
    client = clients.authenticate(at.api.issuer, backpack.client, backpack.secret)
    assert tokens.bearer(later(at, minutes=59), found["access_token"]) is not None
    assert tokens.bearer(later(at, minutes=60), found["access_token"]) is None
    with pytest.raises(GrantRefused):
        tokens.refresh(later(at, days=90), client, found["refresh_token"], None)
    token, days = found["refresh_token"], 0
    while days < 320:
        days += 80
        token = str(tokens.refresh(later(at, days=days), client, token, None)["refresh_token"])
    with pytest.raises(GrantRefused):
        tokens.refresh(later(at, days=365), client, token, None)


def test_a_client_ends_its_own_tokens_and_no_others(at: Door, backpack: Backpack, learner: str) -> None:
    found = backpack.let_in(learner)
    stranger = Backpack.registered(at)
    for token in (found["access_token"], found["refresh_token"], "unknown"):
        assert stranger.post("/oauth/revoke", {"token": token}).status_code == 200
    assert backpack.read(found["access_token"]).status_code == 200
    assert backpack.post("/oauth/revoke", {"token": found["access_token"], "token_type_hint": "refresh_token"}).status_code == 200
    assert backpack.read(found["access_token"]).status_code == 401
    second = backpack.refresh(found["refresh_token"]).json()
    backpack.post("/oauth/revoke", {"token": second["refresh_token"]})
    assert backpack.read(second["access_token"]).status_code == 401
    assert refused(backpack.refresh(second["refresh_token"]))


# Clients


def test_a_client_shows_its_secret_in_the_one_way(at: Door, backpack: Backpack) -> None:
    form = {"grant_type": "refresh_token", "refresh_token": "x"}
    for auth in ((backpack.client, "x"), ("x", backpack.secret)):
        answer = backpack.post("/oauth/token", form, auth=auth)
        assert refused(answer, "invalid_client", 401)
        assert answer.headers["WWW-Authenticate"].startswith("Basic")
    both = {**form, "client_id": backpack.client, "client_secret": backpack.secret}
    assert refused(backpack.post("/oauth/token", both), "invalid_request")
    assert refused(at.http.post("/oauth/token", data=both), "invalid_client", 401)
    assert refused(at.http.post("/oauth/token", data=form, headers={"Authorization": "Basic %"}), "invalid_client", 401)
    assert refused(backpack.post("/oauth/token", {**form, "client_id": "x"}), "invalid_request")
    assert refused(backpack.post("/oauth/token", {**form, "client_id": backpack.client})), "the token is unknown, the client is not"


def test_who_guesses_secrets_waits(world: World, tmp_path: Path) -> None:
    with door(world, tmp_path) as at:
        backpack = Backpack.registered(at)
        for _ in range(5):
            assert refused(
                backpack.post("/oauth/token", {"grant_type": "refresh_token"}, auth=(backpack.client, "x")), "invalid_client", 401
            )
        answer = backpack.refresh("x")
        assert refused(answer, "temporarily_unavailable", 429)
        assert int(answer.headers["Retry-After"]) > 0


@pytest.mark.parametrize(
    ("changes", "word"),
    [
        ({"redirect_uris": ["http://backpack.example/callback"]}, "invalid_redirect_uri"),
        ({"redirect_uris": [f"{CALLBACK}#x"]}, "invalid_redirect_uri"),
        ({"redirect_uris": ["https://user@backpack.example/"]}, "invalid_redirect_uri"),
        ({"redirect_uris": ["https://backpack.example\\@evil.example/"]}, "invalid_redirect_uri"),
        ({"redirect_uris": ["https://backpack.example/ ;script-src *"]}, "invalid_redirect_uri"),
        ({"redirect_uris": ["javascript:alert(1)//backpack.example"]}, "invalid_redirect_uri"),
        ({"redirect_uris": [f"{HOME}/{'x' * 500}"]}, "invalid_redirect_uri"),
        ({"redirect_uris": [f"{HOME}/{each}" for each in range(6)]}, "invalid_redirect_uri"),
        ({"redirect_uris": []}, "invalid_redirect_uri"),
        ({"redirect_uris": CALLBACK}, "invalid_redirect_uri"),
        ({"redirect_uris": ["https://other.example/callback"]}, "invalid_client_metadata"),
        ({"logo_uri": "https://evil.example/logo.png"}, "invalid_client_metadata"),
        ({"policy_uri": None}, "invalid_client_metadata"),
        ({"client_name": "\u202eevil"}, "invalid_client_metadata"),
        ({"client_name": "x" * 81}, "invalid_client_metadata"),
        ({"client_name": ""}, "invalid_client_metadata"),
        ({"token_endpoint_auth_method": "none"}, "invalid_client_metadata"),
        ({"grant_types": ["authorization_code", "password"]}, "invalid_client_metadata"),
        ({"grant_types": ["implicit"]}, "invalid_client_metadata"),
        ({"grant_types": ["refresh_token"]}, "invalid_client_metadata"),
        ({"response_types": ["token"]}, "invalid_client_metadata"),
        ({"scope": UPSERT}, "invalid_client_metadata"),
        ({"scope": None}, "invalid_client_metadata"),
    ],
)
def test_a_client_that_says_wrong_things_of_itself_is_not_registered(at: Door, changes: dict[str, object], word: str) -> None:
    assert refused(at.http.post("/oauth/register", json={**METADATA, **changes}), word)


def test_a_registration_is_small(at: Door) -> None:
    assert refused(at.http.post("/oauth/register", json={**METADATA, "x": "x" * (17 << 10)}), "invalid_request", 413)
    deep = b"[" * 20 + b"]" * 20
    for body, kind in ((deep, "application/json"), (b"{", "application/json"), (b"[]", "application/json"), (b"{}", "text/plain")):
        answer = at.http.post("/oauth/register", content=body, headers={"Content-Type": kind})
        assert refused(answer, "invalid_client_metadata")


def test_many_clients_push_out_only_those_that_no_learner_let_in(at: Door, backpack: Backpack, learner: str) -> None:
    backpack.let_in(learner)
    idle = [Backpack.registered(at) for _ in range(3)]
    with at.api.issuer.database.write() as session:
        Clients(session).make_room(3)
    assert clients.find(at.api.issuer, backpack.client) is not None
    assert [clients.find(at.api.issuer, each.client) for each in idle[:2]] == [None, None]


# Where secrets are not


def test_a_token_in_a_url_is_refused(at: Door, backpack: Backpack, learner: str) -> None:
    token = backpack.let_in(learner)["access_token"]
    assert backpack.read(token, access_token=token).status_code == 400
    answer = at.http.get("/ims/ob/v3p0/credentials", params={"access_token": token})
    assert (answer.status_code, answer.headers["WWW-Authenticate"]) == (400, 'Bearer error="invalid_request"')
    assert refused(backpack.post("/oauth/token?grant_type=refresh_token", {"refresh_token": "x"}), "invalid_request")


def test_without_a_token_nothing_is_read(at: Door) -> None:
    for headers, challenge in (
        ({}, "Bearer"),
        ({"Authorization": "Basic eDp4"}, "Bearer"),
        ({"Authorization": "Bearer x"}, 'Bearer error="invalid_token"'),
        ({"Authorization": f"Bearer {next(iter(at.api.keys.values()))}"}, 'Bearer error="invalid_token"'),
    ):
        answer = at.http.get("/ims/ob/v3p0/credentials", headers=headers)
        said = answer.json()
        assert (answer.status_code, answer.headers["WWW-Authenticate"]) == (401, challenge)
        assert said["imsx_codeMinor"]["imsx_codeMinorField"][0]["imsx_codeMinorFieldValue"] == "unauthorizedrequest"


def test_a_token_opens_nothing_else(at: Door, backpack: Backpack, learner: str) -> None:
    token = backpack.let_in(learner)["access_token"]
    assert at.http.get("/v1/me", headers={"Authorization": f"Bearer {token}"}).status_code == 401


def test_a_token_reads_the_credentials_of_its_learner_alone(backpack: Backpack, learner: str) -> None:
    found = backpack.read(backpack.let_in(learner)["access_token"])
    assert (found.headers["X-Total-Count"], len(found.json()["credential"])) == ("1", 1)
    owner = next(each for each in backpack.door.api.world.members() if each.email == learner)
    assert found.json()["credential"][0]["id"] == f"urn:uuid:{owner.id}"


def test_no_secret_is_kept_and_nothing_about_a_learner_is_logged(at: Door, backpack: Backpack, learner: str) -> None:
    page = asked(backpack, learner)
    ask = form_of(page)[1]["ask"]
    mailed = at.code()
    code = came_back(backpack, send(at, page, answer="allow"))["code"]
    found = backpack.redeem(code).json()
    backpack.read(found["access_token"])
    kept, log = at.api.world.dump(), at.api.log.read_text()
    for secret in (
        backpack.secret,
        ask,
        code,
        mailed,
        mailed.replace("-", ""),
        found["access_token"],
        found["refresh_token"],
        backpack.verifier,
    ):
        assert secret.encode() not in kept
        assert secret not in log
    assert learner not in log
    assert "/oauth/token" in log


# The learner


def test_nothing_tells_whether_an_address_is_known(at: Door, backpack: Backpack, learner: str) -> None:
    page = at.http.get(backpack.authorize())
    answers = [send(at, page, email=email) for email in (learner, "nobody@example.org")]
    hidden = [re.sub(r'name="ask" value="[^"]+"', "", answer.text) for answer in answers]
    assert (answers[0].status_code, hidden[0]) == (answers[1].status_code, hidden[1])
    before = len(at.smtp.taken)
    assert at.mail() == 1
    assert at.smtp.recipients[before:] == [learner]
    wrong = [send(at, answer, code="AAAAA-AAAAA") for answer in answers]
    assert [answer.status_code for answer in wrong] == [422, 422]
    assert len({re.sub(r'name="ask" value="[^"]+"', "", answer.text) for answer in wrong}) == 1


def test_codes_are_not_guessed(at: Door, backpack: Backpack, learner: str) -> None:
    page = send(at, at.http.get(backpack.authorize()), email=learner)
    at.mail()
    assert [send(at, page, code="AAAAA-AAAAA").status_code for _ in range(5)] == [422, 422, 422, 422, 404]
    assert send(at, page, code=at.code()).status_code == 404


def test_a_code_belongs_to_the_page_that_asked_for_it(at: Door, backpack: Backpack, learner: str) -> None:
    mine, theirs = (send(at, at.http.get(backpack.authorize()), email=learner) for _ in range(2))
    assert at.mail() == 2
    codes = {re.search(r"[2-9A-Z]{5}-[2-9A-Z]{5}", str(message["Subject"])).group() for message in at.smtp.taken[-2:]}  # type: ignore[union-attr]
    taken = {(page, code) for page in (0, 1) for code in codes if send(at, (mine, theirs)[page], code=code).status_code == 200}
    assert len(taken) == 2
    assert len({code for _, code in taken}) == 2


def test_nobody_is_flooded_with_codes(at: Door, backpack: Backpack, learner: str) -> None:
    page = at.http.get(backpack.authorize())
    for email in (*[learner] * 4, learner.upper()):
        assert send(at, page, email=email).status_code == 200
    assert at.mail() == 3


def test_a_code_is_typed_as_people_do(at: Door, backpack: Backpack, learner: str) -> None:
    page = send(at, at.http.get(backpack.authorize()), email=f" {learner} ")
    at.mail()
    assert send(at, page, code=f" {at.code().lower().replace('-', ' ')} ").status_code == 200


def test_what_is_mailed_has_no_word_of_a_stranger(at: Door, learner: str) -> None:
    backpack = Backpack.registered(at, client_name="You have won at evil.example")
    asked(backpack, learner)
    raw = at.smtp.taken[-1].as_string()
    assert "evil.example" not in raw
    assert "backpack.example" not in raw
    assert at.url in raw


def test_without_proof_or_in_another_browser_nobody_agrees(at: Door, backpack: Backpack, learner: str) -> None:
    _, fields = form_of(send(at, at.http.get(backpack.authorize()), email=learner))
    own = {"Origin": at.url, "Sec-Fetch-Site": "same-origin"}
    for ask in (fields["ask"], "", "x" * 43):
        assert at.http.post("/oauth/consent", data={"ask": ask, "answer": "allow"}, headers=own).status_code == 404


def test_another_site_makes_nobody_agree(at: Door, backpack: Backpack, learner: str) -> None:
    page = asked(backpack, learner)
    action, fields = form_of(page)
    for headers in (OTHER_SITE, {"Sec-Fetch-Site": "same-site"}, {"Origin": "https://evil.example"}, {"Origin": "null"}):
        for path in (action, "/oauth/authorize", "/oauth/code"):
            answer = at.http.post(path, data={**fields, "answer": "allow"}, headers=headers)
            assert (answer.status_code, "Location" in answer.headers) == (403, False)
    assert came_back(backpack, send(at, page, answer="allow"))["code"]


def test_the_question_is_answered_once(backpack: Backpack, learner: str) -> None:
    page = asked(backpack, learner)
    assert send(backpack.door, page).status_code == 422, "no button"
    assert send(backpack.door, page, answer="allow").status_code == 303
    assert send(backpack.door, page, answer="allow").status_code == 404


def test_no_page_is_framed_kept_or_told_of(at: Door, backpack: Backpack, learner: str) -> None:
    first = at.http.get(backpack.authorize())
    second = send(at, first, email=learner)
    at.mail()
    third = send(at, second, code=at.code())
    wrong = at.http.get(backpack.authorize(scope=UPSERT))
    for answer in (first, second, third, wrong):
        policy = answer.headers["Content-Security-Policy"]
        assert "frame-ancestors 'none'" in policy
        assert "default-src 'none'" in policy
        assert answer.headers["Cache-Control"] == "no-store"
        assert "set-cookie" not in answer.headers
        assert learner not in str(answer.url)
        assert ("form-action 'self' https://backpack.example;" in policy) == (answer is third)
        assert ("form-action 'self';" in policy) == (answer is not third)


def test_a_name_is_text(at: Door, learner: str) -> None:
    backpack = Backpack.registered(at, client_name="<script>alert(1)</script>")
    for page in (at.http.get(backpack.authorize()), asked(backpack, learner), at.http.get(backpack.authorize(scope=UPSERT))):
        assert "<script" not in page.text
        assert "&lt;script&gt;" in page.text


@pytest.mark.parametrize(
    "change", [lambda body: body + "&grant_type=x", lambda body: body + "&a=%ff", lambda _: "x", lambda body: body + "&y=" * 30]
)
def test_a_form_that_is_none_is_refused(at: Door, backpack: Backpack, change: Callable[[str], str]) -> None:
    body = change(urlencode({"grant_type": "refresh_token", "refresh_token": "x"}))
    headers = {"Content-Type": "application/x-www-form-urlencoded"}
    answer = at.http.post("/oauth/token", content=body, headers=headers, auth=(backpack.client, backpack.secret))
    assert refused(answer, "invalid_request")
    assert refused(backpack.post("/oauth/token", {"grant_type": "password"}), "unsupported_grant_type")
    assert refused(at.http.post("/oauth/token", json={}, auth=(backpack.client, backpack.secret)), "invalid_request")


# What has ended


def test_what_has_ended_is_forgotten(at: Door, learner: str) -> None:
    backpack, idle = Backpack.registered(at), Backpack.registered(at)
    found = backpack.let_in(learner)
    send(at, at.http.get(backpack.authorize()), email="typed@example.org")
    assert b"typed@example.org" in at.api.world.dump()
    sweeping.sweep(later(at, hours=2))
    at.api.issuer.database.forget()
    assert b"typed@example.org" not in at.api.world.dump()
    assert clients.find(at.api.issuer, idle.client) is not None
    sweeping.sweep(later(at, days=31))
    assert clients.find(at.api.issuer, idle.client) is None
    assert clients.find(at.api.issuer, backpack.client) is not None
    client = clients.authenticate(at.api.issuer, backpack.client, backpack.secret)
    assert tokens.refresh(later(at, days=31), client, found["refresh_token"], None)
    sweeping.sweep(later(at, days=401))
    assert clients.find(at.api.issuer, backpack.client) is None
    assert learner.encode() not in _oauth_tables(at.api.issuer)


def _oauth_tables(issuer: Issuer) -> bytes:
    with issuer.database.read() as session:
        rows = [session.connection().exec_driver_sql(f"SELECT * FROM {name}").all() for name in ("oauth_ask", "oauth_grant", "oauth_token")]
    return repr(rows).encode()
