"""Offers taken from an issuer that others wrote (@openid4vc/openid4vci), which checks what our wallet sends, and from hostile ones."""

import json
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from laurea.core.authentication import holder_of
from laurea.core.credential_offer import PRE_AUTHORIZED
from laurea.core.jws import Jws
from laurea.core.keys import SigningKey
from laurea.core.presentation import Demand
from laurea.errors import FormatError, InputError, LaureaError, NotFound, Unreachable
from laurea.fetch.guard import FetchPolicy, NotAllowed
from laurea.services.offers import discovery, reach, taking
from laurea.services.offers.delivery import ACCEPTED
from laurea.services.offers.refusals import Refusal
from laurea.services.offers.taking import Taken
from tests.fetch.site import Site
from tests.offers.hostile import (
    CREDENTIAL,
    ISSUER,
    NONCE,
    SERVER,
    TOKEN,
    Hostile,
    Reply,
    answering,
    dripping,
    elsewhere,
    endless,
    honest,
    link_to,
)  # fmt: skip
from tests.offers.issuer import Issuer, issuing
from tests.released import badge, release

KEY = SigningKey.from_seed(bytes(range(32)))
NOON = datetime(2026, 11, 27, 12, tzinfo=UTC)
DIGITS = {"code": "4711", "asked": {"input_mode": "numeric", "length": 4, "description": "in the mail"}}


@pytest.fixture(scope="module")
def issuer() -> Iterator[Issuer]:
    with issuing() as running:
        yield running


@pytest.fixture
def hostile() -> Iterator[Hostile]:
    with answering() as place:
        place.replies = honest(place.url, json.loads(release([badge(1, KEY.did)])[0]))
        yield place


def now() -> datetime:
    return datetime.now(UTC).replace(microsecond=0)


def took(link: str, *, code: str = "", clock: Callable[[], datetime] = now) -> Taken:
    found = discovery.find(link)
    assert found is not None
    return taking.take(discovery.look(found), KEY, now=clock, transaction_code=code)


@pytest.mark.parametrize("configuration", ["badge", "byJwk", "presented", "jwt"])
@pytest.mark.parametrize("way", ["value", "reference", "page"])
def test_an_issuer_that_others_wrote_takes_our_proof_and_delivers(issuer: Issuer, configuration: str, way: str) -> None:
    made = issuer.make(configurations=[configuration], byReference=way == "reference")
    (delivered,) = took(made.page if way == "page" else made.link).delivered

    assert KEY.did.encode() in delivered.data or configuration == "jwt"
    assert delivered.data.startswith(b"eyJ" if configuration == "jwt" else b"{")
    assert [difference.issuer[:8] for difference in delivered.differences()] == ["did:key:"]
    assert delivered.receipt.tell(ACCEPTED)
    assert issuer.seen("notified")[-1] == {"notification_id": "n-1", "event": "credential_accepted"}


def test_the_proof_is_for_the_issuer_whose_metadata_came_from_that_very_host(issuer: Issuer) -> None:
    took(issuer.make().link)
    proof = Jws.parse(issuer.seen("proof")[-1])

    assert proof.is_by(KEY.public)
    assert proof.payload["aud"] == f"{issuer.url}/tenant"
    assert proof.header == {"typ": "openid4vci-proof+jwt", "alg": "EdDSA", "kid": KEY.method}
    took(issuer.make(configurations=["byJwk"]).link)
    assert issuer.seen("method")[-2:] == ["did", "jwk"]


def test_a_look_uses_nothing_up_and_shows_nothing(issuer: Issuer) -> None:
    link = issuer.make(configurations=["badge", "mdoc"], txCode=DIGITS).link
    found = discovery.find(link)
    assert found is not None
    before = len(issuer.seen("path"))
    offered = discovery.look(found)

    assert (offered.host, offered.metadata.name) == (issuer.host, "Example University")
    assert ([each.name for each in offered.items], offered.left_out) == (["A badge (ldp_vc)"], ("mdoc",))
    assert offered.offer.transaction_code is not None
    assert (offered.offer.transaction_code.length, offered.offer.transaction_code.description) == (4, "in the mail")
    paths = issuer.seen("path")[before:-1]  # the last is the question itself
    assert all(path.startswith("/.well-known/") for path in paths), paths
    assert discovery.again(found.text(), found.origin) == found
    assert took(link, code="4711").delivered


@pytest.mark.parametrize("code", ["", "4712"])
def test_a_code_that_is_not_right_is_said_and_may_be_typed_again(issuer: Issuer, code: str) -> None:
    link = issuer.make(txCode=DIGITS).link
    with pytest.raises(Refusal, match="does not take the code") as caught:
        took(link, code=code)

    assert "code that the issuer sent you" in caught.value.hint
    assert took(link, code="4711").delivered


def test_an_offer_works_once(issuer: Issuer) -> None:
    link = issuer.make().link
    took(link)
    with pytest.raises(Refusal, match="used already"):
        took(link)


def test_several_are_taken_together_and_become_one_presentation(issuer: Issuer) -> None:
    taken = took(issuer.make(configurations=["badge", "jwt", "presented"]).link)
    assert len(taken.delivered) == 3
    assert taken.troubles == ()


def test_what_is_deferred_is_to_be_asked_for_no_sooner_than_the_issuer_says(issuer: Issuer) -> None:
    (waiting,) = took(issuer.make(deferred=1, interval=3600).link).waiting
    assert waiting.after >= now() + timedelta(seconds=3599)
    assert (waiting.did, waiting.name, waiting.types[-1]) == (KEY.did, "A badge (ldp_vc)", "OpenBadgeCredential")
    assert waiting.expires is not None
    assert "access" not in repr(waiting)


def test_a_challenge_that_expired_meanwhile_is_fetched_once_more(hostile: Hostile) -> None:
    good = hostile.replies[CREDENTIAL]
    fresh = iter([(400, {"error": "invalid_nonce"}), good])

    def nonce(handler: Any) -> None:
        hostile.replies[CREDENTIAL] = next(fresh)
        text = json.dumps({"c_nonce": f"n-{time.monotonic_ns()}"}).encode()
        handler.send_response(200)
        handler.send_header("Content-Length", str(len(text)))
        handler.end_headers()
        handler.wfile.write(text)

    hostile.replies[NONCE] = nonce
    assert took(hostile.link()).delivered
    proofs = [Jws.parse(json.loads(body)["proofs"]["jwt"][0]).payload["nonce"] for path, _, body in hostile.asked if path == CREDENTIAL]
    assert len(set(proofs)) == 2

    hostile.replies |= {NONCE: (200, {"c_nonce": "n"}), CREDENTIAL: (400, {"error": "invalid_nonce"})}
    hostile.asked.clear()
    with pytest.raises(Refusal, match="challenge"):
        took(hostile.link())
    assert hostile.paths.count(CREDENTIAL) == 2


def test_a_presentation_is_signed_for_the_issuer_and_its_challenge(hostile: Hostile) -> None:
    hostile.configuration["proof_types_supported"] = {"di_vp": {"proof_signing_alg_values_supported": ["eddsa-jcs-2022"]}}
    took(hostile.link(), clock=lambda: NOON)
    (presentation,) = hostile.body(CREDENTIAL)["proofs"]["di_vp"]
    assert holder_of(presentation, Demand(hostile.url, "n-1"), at=NOON) == KEY.did


def test_where_no_key_is_asked_for_none_is_proven(hostile: Hostile) -> None:
    del hostile.configuration["proof_types_supported"], hostile.configuration["cryptographic_binding_methods_supported"]
    assert took(hostile.link()).delivered
    assert hostile.body(CREDENTIAL) == {"credential_configuration_id": "badge"}
    assert NONCE not in hostile.paths


def test_credentials_are_asked_for_by_the_names_that_the_token_brings(hostile: Hostile) -> None:
    details = [{"type": "openid_credential", "credential_configuration_id": "badge", "credential_identifiers": ["one", "two"]}]
    hostile.replies[TOKEN] = 200, {"access_token": "t-1", "token_type": "bearer", "authorization_details": details}
    assert len(took(hostile.link()).delivered) == 2
    assert hostile.body(CREDENTIAL)["credential_identifier"] == "two"
    assert "credential_configuration_id" not in hostile.body(CREDENTIAL)


def test_one_that_is_refused_does_not_take_the_others_away(hostile: Hostile) -> None:
    configurations = hostile.metadata["credential_configurations_supported"]
    configurations["other"] = {**configurations["badge"], "format": "jwt_vc_json"}
    taken = took(hostile.link(credential_configuration_ids=["other", "badge"]))
    assert len(taken.delivered) == 1
    assert "something else than a credential in the format" in str(taken.troubles[0])


# What an issuer does, what is said of it, and how far it came: nothing is ever sent after that.
HOSTILE: list[tuple[str, Callable[[Hostile], object], type[LaureaError], str, str]] = [
    ("metadata of another issuer", lambda it: it.metadata.update(credential_issuer="https://other.example"), FormatError, "of another issuer", ISSUER),
    ("the same with a slash", lambda it: it.metadata.update(credential_issuer=f"{it.url}/"), FormatError, "of another issuer", ISSUER),
    ("a server that is another", lambda it: it.server.update(issuer="https://other.example"), FormatError, "says that it is another", SERVER),
    ("a credential endpoint elsewhere", lambda it: it.metadata.update(credential_endpoint="https://other.example/credential"), FormatError, "not at the host", ISSUER),
    ("a nonce endpoint at another port", lambda it: it.metadata.update(nonce_endpoint="http://127.0.0.1:1/nonce"), FormatError, "not at the host", ISSUER),
    ("a host before an @", lambda it: it.metadata.update(deferred_credential_endpoint=f"{it.url}@other.example/"), FormatError, "not at the host", ISSUER),
    ("a token endpoint elsewhere", lambda it: it.server.update(token_endpoint="http://127.0.0.1:1/token"), FormatError, "not at the host", SERVER),
    ("no credential endpoint", lambda it: it.metadata.pop("credential_endpoint"), FormatError, "not at the host", ISSUER),
    ("a server that is not public", lambda it: it.metadata.update(authorization_servers=["https://10.0.0.1"]), NotAllowed, "no public address", ISSUER),
    ("a server by plain http", lambda it: it.metadata.update(authorization_servers=["http://as.example"]), InputError, "not https", ISSUER),
    ("no list of what it issues", lambda it: it.metadata.update(credential_configurations_supported=[]), FormatError, "does not say what", ISSUER),
    ("another format", lambda it: it.configuration.update(format="mso_mdoc"), InputError, r"\(mso_mdoc\)", ISSUER),
    ("a kind that it does not have", lambda it: it.metadata["credential_configurations_supported"].clear(), InputError, "none that it lists", ISSUER),
    ("encryption", lambda it: it.metadata.update(credential_response_encryption={"encryption_required": True}), InputError, "encrypted once more", ISSUER),
    ("attested keys", lambda it: it.configuration["proof_types_supported"]["jwt"].update(key_attestations_required={}), InputError, "attested", SERVER),
    ("keys of another kind", lambda it: it.configuration["proof_types_supported"]["jwt"].update(proof_signing_alg_values_supported=["ES256"]), InputError, "takes no proof", SERVER),
    ("keys named otherwise", lambda it: it.configuration.update(cryptographic_binding_methods_supported=["cose_key"]), InputError, "takes no proof", SERVER),
    ("nothing at all", lambda it: it.replies.pop(ISSUER), NotFound, "publishes nothing", ISSUER),
    ("a page", lambda it: it.replies.update({ISSUER: (200, b"<html>")}), Unreachable, "another kind of document", ISSUER),
    ("a fault", lambda it: it.replies.update({TOKEN: (500, {"error": "server_error"})}), Unreachable, "status 500", TOKEN),
    ("no patience", lambda it: it.replies.update({TOKEN: (429, {})}), Unreachable, "status 429", TOKEN),
    ("a code that it does not take", lambda it: it.replies.update({TOKEN: (400, {"error": "invalid_grant"})}), Refusal, "wrong, was used already", TOKEN),
    ("wallets that it does not know", lambda it: it.replies.update({TOKEN: (401, {"error": "invalid_client"})}), Refusal, "that it knows alone", TOKEN),
    ("words of its own", lambda it: it.replies.update({TOKEN: (400, {"error": "odd", "error_description": "no  luck\n"})}), Refusal, "refuses: no luck$", TOKEN),
    ("no words", lambda it: it.replies.update({TOKEN: (403, b"<html>")}), Refusal, "the issuer refuses$", TOKEN),
    ("no token", lambda it: it.replies.update({TOKEN: (200, {"token_type": "Bearer"})}), FormatError, "gave no token", TOKEN),
    ("a token with a header in it", lambda it: it.replies.update({TOKEN: (200, {"access_token": "a\r\nHost: b", "token_type": "Bearer"})}), FormatError, "gave no token", TOKEN),
    ("a token of another kind", lambda it: it.replies.update({TOKEN: (200, {"access_token": "a", "token_type": "DPoP"})}), InputError, "of a kind", TOKEN),
    ("a very long URL", lambda it: it.metadata.update(credential_endpoint=f"{it.url}/{'a' * 9000}"), InputError, "too long to be one", NONCE),
    ("no challenge", lambda it: it.replies.update({NONCE: (200, {})}), FormatError, "no challenge", NONCE),
    ("a token that it does not take", lambda it: it.replies.update({CREDENTIAL: (401, b"")}), Refusal, "permission", CREDENTIAL),
    ("a denial", lambda it: it.replies.update({CREDENTIAL: (400, {"error": "credential_request_denied"})}), Refusal, "will not issue", CREDENTIAL),
    ("no credential", lambda it: it.replies.update({CREDENTIAL: (200, {"credentials": []})}), FormatError, "without a credential", CREDENTIAL),
    ("too many", lambda it: it.replies.update({CREDENTIAL: (200, {"credentials": [{"credential": {}}] * 17})}), FormatError, "without a credential", CREDENTIAL),
    ("a text for a document", lambda it: it.replies.update({CREDENTIAL: (200, {"credentials": [{"credential": "eyJ"}]})}), FormatError, "something else", CREDENTIAL),
    ("a promise without a place", lambda it: (it.metadata.pop("deferred_credential_endpoint"), it.replies.update({CREDENTIAL: (202, {"transaction_id": "x"})})), FormatError, "where to ask", CREDENTIAL),
    ("a promise without a name", lambda it: it.replies.update({CREDENTIAL: (202, {"transaction_id": 1})}), FormatError, "where to ask", CREDENTIAL),
]  # fmt: skip


@pytest.mark.parametrize(("act", "error", "said", "last"), [each[1:] for each in HOSTILE], ids=[each[0] for each in HOSTILE])
def test_an_issuer_that_is_not_as_it_should_be_is_told_nothing_more(
    hostile: Hostile, act: Callable[[Hostile], object], error: type[LaureaError], said: str, last: str
) -> None:
    act(hostile)
    with pytest.raises(error, match=said):
        took(hostile.link())
    assert hostile.paths[-1] == last


@pytest.mark.parametrize("place", [ISSUER, SERVER, TOKEN, NONCE, CREDENTIAL])
@pytest.mark.parametrize(
    ("reply", "said"), [(endless, "more than 1 MiB"), (elsewhere("http://127.0.0.1:1/"), "redirect"), (dripping, "within 0.5 s")]
)
def test_an_issuer_wastes_bounded_time_and_leads_nowhere_else(
    hostile: Hostile, monkeypatch: pytest.MonkeyPatch, place: str, reply: Reply, said: str
) -> None:
    monkeypatch.setattr(reach, "SECONDS", 0.5)
    hostile.replies[place] = reply
    started = time.monotonic()
    with pytest.raises(Unreachable, match=said):
        took(hostile.link())
    assert time.monotonic() - started < 5
    assert hostile.paths[-1] == place


def test_an_offer_that_names_an_issuer_elsewhere_reaches_no_host_that_is_not_public(hostile: Hostile, site: Site) -> None:
    """Whoever wrote the offer chose the issuer that it names; the holder chose the place of the offer alone."""
    site.pages["/offer"] = json.dumps(hostile.offer()).encode()
    found = discovery.find(f"https://127.0.0.1:{site.port}/offer")
    assert found is not None
    assert found.origin == f"https://127.0.0.1:{site.port}"
    inside = discovery.Found(found.offer, "https://issuer.example")
    with pytest.raises(NotAllowed):
        discovery.look(inside, FetchPolicy(resolve=lambda _host, _port: ["10.0.0.1"]))
    assert hostile.asked == []


def test_an_authorisation_server_elsewhere_is_asked_under_the_guards(hostile: Hostile, site: Site) -> None:
    """One on this machine, because the holder's link leads to this machine: a link of the internet would not get there."""
    hostile.metadata["authorization_servers"] = [f"https://127.0.0.1:{site.port}/as"]
    issuer = f"https://127.0.0.1:{site.port}/as"
    site.pages["/.well-known/oauth-authorization-server/as"] = json.dumps({"issuer": issuer, "token_endpoint": f"{issuer}/token"}).encode()
    found = discovery.find(hostile.link())
    assert found is not None
    assert discovery.look(found).token_endpoint == f"{issuer}/token"
    with pytest.raises(NotAllowed):
        reach.Reach(frozenset({"https://issuer.example"})).get(f"https://127.0.0.1:{site.port}/offer")


def test_an_offer_names_its_server_among_those_of_its_issuer(hostile: Hostile) -> None:
    grants = {PRE_AUTHORIZED: {"pre-authorized_code": "c", "authorization_server": "https://other.example"}}
    with pytest.raises(FormatError, match="authorisation server that its issuer does not"):
        took(hostile.link(grants=grants))
    hostile.metadata["authorization_servers"] = ["https://10.0.0.1", hostile.url]
    assert took(hostile.link()).delivered


@pytest.mark.parametrize(("offer", "said"), [
    ({"grants": {"authorization_code": {}}}, "log in at the issuer's site"), ({"grants": None}, "log in at the issuer's site"),
    ({"credential_configuration_ids": []}, "of 0 credentials"), ({"credential_configuration_ids": [str(each) for each in range(9)]}, "of 9 credentials"),
    ({"credential_issuer": "http://issuer.example"}, "not https"), ({"credential_issuer": "https://issuer.example/?a=b"}, "without query"),
    ({"credential_issuer": 1}, "no credential offer"), ({"grants": {PRE_AUTHORIZED: {}}}, "no code"),
    ({"credential_issuer": "https://user@issuer.example"}, "none that a wallet can answer"),
])  # fmt: skip
def test_an_offer_that_cannot_be_taken_says_what_to_ask_for(hostile: Hostile, offer: dict[str, Any], said: str) -> None:
    with pytest.raises(InputError, match=said):
        took(hostile.link(**offer))
    assert hostile.asked == []


def test_links_to_offers_are_told_from_others(hostile: Hostile) -> None:
    offer = hostile.offer()
    text = link_to(offer).partition("?")[2]
    for link in (f"openid-credential-offer:?{text}", f"OpenID-Credential-Offer://?{text}", f"https://wallet.example/take?{text}#top"):
        found = discovery.find(link)
        assert found is not None
        assert found.offer.issuer == hostile.url
    for damaged in ("openid-credential-offer://", f"openid-credential-offer://?{text}&{text}", "openid-credential-offer://?" + "a=b&" * 30):
        with pytest.raises(FormatError, match="no offer in it"):
            discovery.find(damaged)
    assert hostile.asked == []
    for other in (f"{hostile.url}/claims/x", "wallet.laurea"):
        assert discovery.find(other) is None
    assert hostile.asked == []
    for path, reply in (("/gone", (404, {})), ("/page", (200, b"<html>")), ("/else", (200, {"a": 1})), ("/away", elsewhere(hostile.url))):
        hostile.replies[f"GET {path}"] = reply
        assert discovery.find(f"{hostile.url}{path}") is None
    hostile.replies["GET /offer"] = 200, offer
    assert discovery.find(f"{hostile.url}/offer") is not None


def test_what_differs_from_the_offer_is_said(hostile: Hostile) -> None:
    hostile.configuration["credential_definition"]["type"].append("DiplomaCredential")
    (delivered,) = took(hostile.link()).delivered
    types, issuer = delivered.differences()
    assert str(types) == f"it is no DiplomaCredential, which {hostile.url[7:]} offered"
    assert "nothing ties its issuer" in str(issuer) or "is named as its issuer" in str(issuer)


def test_an_issuer_that_does_not_listen_changes_nothing(hostile: Hostile) -> None:
    (delivered,) = took(hostile.link()).delivered
    hostile.replies.clear()
    assert not delivered.receipt.tell(ACCEPTED)
