"""The API: what registrars and their programs do with it, and what it refuses."""

import json
import re
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest
from fastapi.routing import APIRoute
from sqlalchemy.exc import DBAPIError

import laurea
from laurea import Verdict
from laurea.config import ServiceSettings, Settings, StatusSettings
from laurea.core.did_document import DidDocument
from laurea.services.issuing import access, signing_keys
from laurea.storage.issuer.tables import Access
from laurea.web.did import router
from tests.anvil import ROOT
from tests.services.issuing_world import ACHIEVEMENT, World, now
from tests.web.conftest import Api, serving

RECORD = {"learner": "S-1", "name": "Ada Lovelace", "achievement": "sql"}
SCORED = ROOT / "examples/achievements/sql-for-analysts.json"
NOBODY = f"urn:uuid:{UUID(int=7)}"


def record(learner: str, **more: object) -> dict[str, object]:
    return {**RECORD, "learner": learner, **more}


def enrol(api: Api, *learners: str) -> list[str]:
    found: list[str] = api.post("/v1/credentials/bulk", {"records": [record(learner) for learner in learners]})["credentials"]
    return found


def test_an_evening_through_the_api(api: Api) -> None:
    added = api.post("/v1/achievements", json.loads(SCORED.read_text()), who=Access.REGISTRAR)
    assert api.get(f"/v1/achievements/{added['key']}") == added
    assert [each["key"] for each in api.get("/v1/achievements")["items"]] == ["sql", added["key"]]

    (one,) = api.post("/v1/credentials", record("S-1", achievement=added["key"], result="84"), who=Access.REGISTRAR)["credentials"]
    two, three = enrol(api, "S-2", "S-3")
    assert api.get(f"/v1/credentials/{one}")["state"] == "open"
    assert api.get("/v1/plan")["due"] == 3
    assert not api.world.run().waiting

    assert [each["state"] for each in api.get("/v1/credentials")["items"]] == ["released"] * 3
    batch = api.get("/v1/batches")["items"][0]
    assert (batch["state"], batch["size"], batch["error"]) == ("released", 3, None)
    assert batch["gasUsed"] > 40_000
    assert int(batch["feeWei"]) > 0
    assert api.get(f"/v1/batches/{batch['batch']}") == batch
    assert {each["id"] for each in api.get(f"/v1/batches/{batch['batch']}/credentials")["items"]} == {one, two, three}
    document = api.ask("GET", f"/v1/credentials/{one}/document")
    assert document.headers["content-type"] == "application/vc"
    assert api.world.verdict(document.content).verdict is Verdict.VALID
    assert api.get("/v1/trust-file")["issuers"]

    taken = api.post("/v1/credentials/revocations", {"credentials": [two], "reason": "error"}, status=202, who=Access.REGISTRAR)
    assert (taken["withdrawn"], api.get("/v1/revocations")["items"][0]["state"]) == ([], "requested")
    assert api.get(f"/v1/revocations/{taken['revocations'][0]}")["credentials"] == 1


def test_a_record_that_is_wrong_names_itself_its_field_and_the_fix(api: Api) -> None:
    wrong = api.ask(
        "POST", "/v1/credentials/bulk", json={"records": [record("S-1"), record("S-2", achievement="cobol"), record("S-3", validUntil="x")]}
    )

    assert (wrong.status_code, wrong.headers["content-type"]) == (422, "application/problem+json")
    assert [problem.split(":")[0] for problem in wrong.json()["problems"]] == [
        "record 1, column achievement, 'cobol'",
        "record 2, column valid_until, 'x'",
    ]
    assert api.get("/v1/credentials")["items"] == []


def test_what_is_not_sealed_yet_is_corrected_and_keeps_its_id(api: Api) -> None:
    (one,) = enrol(api, "S-1")

    answer = api.ask("PUT", f"/v1/credentials/{one}", json=record("S-1", name="Ada King", email="ada@example.edu"))

    assert (answer.status_code, answer.json()) == (200, {"credentials": [one]})
    api.world.run()
    assert b"Ada King" in api.ask("GET", f"/v1/credentials/{one}/document").content
    late = api.ask("PUT", f"/v1/credentials/{one}", json=record("S-1"))
    assert (late.status_code, "can be corrected no more" in late.json()["detail"]) == (422, True)


def test_a_correction_that_is_wrong_leaves_what_was_there(api: Api) -> None:
    (one,) = enrol(api, "S-1")

    assert api.ask("PUT", f"/v1/credentials/{one}", json=record("S-1", achievement="cobol")).status_code == 422
    assert api.get(f"/v1/credentials/{one}")["state"] == "open"


def test_a_released_credential_is_reissued_and_the_old_one_revoked_as_superseded(api: Api) -> None:
    (old,) = enrol(api, "S-1")
    api.world.run()

    (new,) = api.post(f"/v1/credentials/{old}/reissue", {"record": record("S-1", name="Ada King")})["credentials"]

    assert (api.get(f"/v1/credentials/{new}")["replaces"], api.get(f"/v1/credentials/{old}")["reason"]) == (old, "superseded")
    assert api.get("/v1/revocations")["items"][0]["state"] == "requested"
    assert api.ask("POST", f"/v1/credentials/{old}/reissue", json={"record": record("S-9", name="")}).status_code == 422


def test_the_same_request_with_its_key_is_done_once(api: Api) -> None:
    headers = {"Idempotency-Key": "6f0c1a52"}
    first = api.ask("POST", "/v1/credentials", json=RECORD, headers=headers)
    again = api.ask("POST", "/v1/credentials", json=RECORD, headers=headers)
    other = api.ask("POST", "/v1/credentials", json=record("S-2"), headers=headers)
    stranger = api.ask("POST", "/v1/credentials", json=record("S-2"), headers=headers, who=Access.REGISTRAR)

    assert (first.status_code, first.content) == (again.status_code, again.content)
    assert (again.headers["idempotent-replayed"], "idempotent-replayed" in first.headers) == ("true", False)
    assert (other.status_code, stranger.status_code) == (422, 201)
    assert len(api.get("/v1/credentials")["items"]) == 2


def test_a_request_that_failed_leaves_its_key_free(api: Api) -> None:
    headers = {"Idempotency-Key": "6f0c1a52"}
    assert api.ask("POST", "/v1/credentials", json=record("S-1", achievement="cobol"), headers=headers).status_code == 422

    assert api.ask("POST", "/v1/credentials", json=RECORD, headers=headers).status_code == 201


READS = ("me", "issuer", "trust-file", "plan", "runs", "audit", "audit/check", "achievements", "credentials", "batches", "revocations")
WRITES = (
    ("POST", "/v1/achievements", ACHIEVEMENT),
    ("POST", "/v1/credentials", RECORD),
    ("POST", "/v1/credentials/bulk", {"records": [record("S-8")]}),
    ("POST", "/v1/credentials/revocations", {"credentials": [NOBODY], "reason": "error"}),
    ("PUT", f"/v1/credentials/{NOBODY}", RECORD),
    ("POST", f"/v1/credentials/{NOBODY}/reissue", {"record": RECORD}),
)


def test_every_endpoint_takes_a_key_and_every_write_that_of_a_registrar(api: Api) -> None:
    for path in READS:
        assert api.ask("GET", f"/v1/{path}", who=None).status_code == 401, path
        assert api.ask("GET", f"/v1/{path}", who=Access.AUDITOR).status_code == 200, path
    for method, path, body in WRITES:
        assert api.ask(method, path, json=body, who=None).status_code == 401, path
        assert api.ask(method, path, json=body, who=Access.AUDITOR).status_code == 403, path
        assert api.ask(method, path, json=body, who=Access.REGISTRAR).status_code in (200, 201, 202, 404), path
    for path, methods in api.get("/v1/openapi.json", who=None)["paths"].items():
        if path.startswith("/v1"):
            somewhere = path.replace("{key}", "sql").replace("{batch}", "1").replace("{revocation}", "1")
            for method in methods:
                of_nobody = re.sub(r"\{\w+\}", NOBODY, somewhere)
                assert api.ask(method, of_nobody, json={}, who=None).status_code == 401, path
                if method != "get":
                    assert api.ask(method, of_nobody, json={}, who=Access.AUDITOR).status_code in (403, 415), path


def test_a_key_that_ended_was_revoked_or_never_was_lets_nobody_in(api: Api) -> None:
    ended = access.make(api.issuer, "short", Access.AUDITOR, expires_at=now() + timedelta(milliseconds=1))
    access.revoke(api.issuer, "the auditor")
    wrong = api.keys[Access.OPERATOR][:-1] + ("A" if api.keys[Access.OPERATOR][-1] != "A" else "B")

    for key in (ended, api.keys[Access.AUDITOR], wrong):
        answer = api.ask("GET", "/v1/me", who=None, headers={"Authorization": f"Bearer {key}"})
        assert (answer.status_code, answer.headers["www-authenticate"]) == (401, "Bearer")
    assert api.get("/v1/me") == {"key": api.get("/v1/me")["key"], "access": "operator"}


def test_whoever_guesses_keys_must_wait(api: Api) -> None:
    for _ in range(5):
        assert api.ask("GET", "/v1/me", who=None, headers={"Authorization": "Bearer guess"}).status_code == 401

    late = api.ask("GET", "/v1/me")

    assert late.status_code == 429
    assert 0 < int(late.headers["retry-after"]) <= 61


def test_a_key_may_ask_so_often_and_no_oftener(world: World, tmp_path: Path) -> None:
    with serving(world, tmp_path, settings=lambda _: Settings(service=ServiceSettings(requests_a_minute=5))) as api:
        codes = [api.ask("GET", "/v1/me").status_code for _ in range(7)]
        other = api.ask("GET", "/v1/me", who=Access.AUDITOR)

    assert codes == [200] * 5 + [429] * 2
    assert other.status_code == 200


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b'{"learner": "a", "learner": "b", "name": "c", "achievement": "sql"}', 400),
        (b'{"learner": NaN}', 400),
        (b'{"learner": 1e999}', 400),
        (b'{"learner": "\\ud800"}', 400),
        (b"\xef\xbb\xbf{}", 400),
        ('{"learner": "a"}'.encode("utf-16"), 400),
        (b"[" * 100_000 + b"]" * 100_000, 400),
        (b"{", 400),
        (b"", 400),
        (b'{"learner": 1, "name": "c", "achievement": "sql"}', 422),
        (b'{"learner": true, "name": "c", "achievement": "sql"}', 422),
        (b'{"learner": "a", "name": "c", "achievement": "sql", "more": 1}', 422),
        (b'{"learner": "a", "name": "c", "achievement": "sql", "valid_until": "2030-01-01"}', 422),
        (b"[]", 422),
        (b'{"learner": "' + b"x" * (1 << 20) + b'"}', 413),
    ],
)
def test_a_body_is_taken_strictly_or_not_at_all(api: Api, body: bytes, status: int) -> None:
    answer = api.ask("POST", "/v1/credentials", content=body, headers={"Content-Type": "application/json"})

    assert (answer.status_code, answer.headers["content-type"]) == (status, "application/problem+json"), answer.text
    assert api.get("/v1/credentials")["items"] == []


def test_a_body_of_unknown_length_is_cut_off_where_it_is_too_long(api: Api) -> None:
    def chunks() -> Any:
        for _ in range(64):
            yield b" " * (1 << 16)

    answer = api.ask("POST", "/v1/credentials", content=chunks(), headers={"Content-Type": "application/json"})

    assert answer.status_code == 413


def test_a_body_of_another_type_is_refused(api: Api) -> None:
    assert api.ask("POST", "/v1/credentials", content=b"{}", headers={"Content-Type": "text/plain"}).status_code in (415, 422)


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/v1/credentials/nonsense", 404),
        (f"/v1/credentials/{NOBODY}", 404),
        (f"/v1/credentials/{NOBODY}/document", 404),
        ("/v1/batches/9", 404),
        ("/v1/batches/0", 422),
        ("/v1/revocations/9", 404),
        ("/v1/achievements/cobol", 404),
        ("/v1/credentials?cursor=!", 422),
        ("/v1/credentials?cursor=MTIz", 422),
        ("/v1/batches?cursor=eA", 422),
        ("/v1/credentials?limit=101", 422),
        ("/v1/credentials?state=lost", 422),
        ("/nowhere", 404),
    ],
)
def test_what_is_not_there_is_a_problem_of_its_own(api: Api, path: str, status: int) -> None:
    answer = api.ask("GET", path)

    assert (answer.status_code, answer.headers["content-type"]) == (status, "application/problem+json")
    assert answer.json()["status"] == status


def test_a_method_that_is_none_is_a_problem_too(api: Api) -> None:
    assert api.ask("DELETE", "/v1/credentials").headers["content-type"] == "application/problem+json"


def test_a_list_comes_in_parts_each_once_whatever_is_added_meanwhile(api: Api) -> None:
    enrol(api, *(f"S-{number}" for number in range(5)))
    seen, cursor = [], ""
    while True:
        part = api.get(f"/v1/credentials?limit=2{cursor}")
        seen += [each["learner"] for each in part["items"]]
        if not cursor:
            enrol(api, "T-1")
        if part["next"] is None:
            break
        cursor = f"&cursor={part['next']}"

    assert seen == ["S-0", "S-1", "S-2", "S-3", "S-4", "T-1"] or (sorted(seen[:5]), seen[5:]) == ([f"S-{n}" for n in range(5)], ["T-1"])


def test_lists_are_narrowed_by_achievement_and_state(api: Api) -> None:
    first, *_ = enrol(api, "S-1", "S-2")
    api.post("/v1/credentials/revocations", {"credentials": [first], "reason": "error"}, status=202)

    assert [each["id"] for each in api.get("/v1/credentials?state=withdrawn")["items"]] == [first]
    assert len(api.get("/v1/credentials?state=open&achievement=sql")["items"]) == 1
    assert api.get("/v1/credentials?achievement=cobol")["items"] == []


def test_the_log_of_acts_says_who_did_what_and_holds_together(api: Api, world: World) -> None:
    (one,) = api.post("/v1/credentials", RECORD, who=Access.REGISTRAR)["credentials"]
    api.post("/v1/credentials/revocations", {"credentials": [one], "reason": "error"}, status=202)

    entries = api.get("/v1/audit")["items"]

    me = api.get("/v1/me")["key"]
    assert (entries[0]["actor"], entries[0]["action"], entries[0]["target"]) == (
        f"key:{me}",
        "credential.withdraw",
        f"credential:{one[9:]}",
    )
    assert entries[1]["action"] == "credentials.enrol"
    assert RECORD["name"] not in json.dumps(entries)
    check = api.get("/v1/audit/check")
    assert (check["intact"], check["entries"], check["hash"]) == (True, entries[0]["number"], entries[0]["hash"])
    on_sqlite = world.postgres is None
    with api.issuer.database.write() as session, pytest.raises(DBAPIError, match="append-only"), session.begin_nested():
        session.connection().exec_driver_sql("UPDATE audit SET actor = 'nobody'")
    with api.issuer.database.write() as session:
        session.connection().exec_driver_sql("DROP TRIGGER audit_no_update" if on_sqlite else "DROP TRIGGER audit_no_change ON audit")
        session.connection().exec_driver_sql("UPDATE audit SET actor = 'nobody' WHERE id = 2")
    assert api.get("/v1/audit/check")["firstBroken"] == 2


def test_the_did_document_is_where_the_did_says_for_anybody(api: Api) -> None:
    found = api.ask("GET", "/.well-known/did.json", who=None)

    document = DidDocument.of(found.json())
    profile, public = api.issuer.profile, signing_keys.current(api.issuer).public
    assert (document.did, dict(document.methods)) == (profile.did, {profile.method(public): public})
    assert list(document.accounts) == [profile.domain]
    assert found.headers["content-type"] == "application/did+ld+json"
    assert (found.headers["access-control-allow-origin"], found.headers["cache-control"]) == ("*", "max-age=300")
    assert api.get("/v1/trust-file")["issuers"][0]["didDocument"] == found.json()


def listing(url: str) -> Settings:
    """Return the settings of a service with status lists."""
    return Settings(service=ServiceSettings(url=url, invitation_days=0), status=StatusSettings(purposes=("suspension",)))


def test_a_credential_is_suspended_and_its_list_served_to_anybody(world: World, tmp_path: Path) -> None:
    with serving(world, tmp_path, settings=listing) as api:
        (one,) = api.post("/v1/credentials", record("S-1"))["credentials"]
        world.run()
        document = api.get(f"/v1/credentials/{one}/document")
        url = document["credentialStatus"][0]["statusListCredential"]
        assert url.startswith(f"{api.url}/status/")
        path = url.removeprefix(api.url)
        before = api.ask("GET", path, who=None)
        assert (before.status_code, before.headers["content-type"]) == (200, "application/json")
        assert (before.headers["access-control-allow-origin"], before.headers["cache-control"]) == ("*", "max-age=60")
        for accept, kind in (
            ("application/vc", "vc"),
            ("text/html, application/vc;q=0.5", "vc"),
            ("application/vc+jwt, application/vc;q=0", "json"),
        ):
            answer = api.ask("GET", path, who=None, headers={"Accept": accept})
            assert answer.headers["content-type"] == f"application/{kind}"
        assert api.ask("HEAD", path, who=None).status_code == 200

        wanted = {"credentials": [one], "suspended": True}
        assert api.post("/v1/credentials/suspensions", wanted, status=202, who=Access.REGISTRAR) == {"changed": [one]}
        assert api.post("/v1/credentials/suspensions", wanted, status=202) == {"changed": []}
        shown = api.get(f"/v1/credentials/{one}")
        assert (shown["state"], shown["suspended"], shown["statusWaits"]) == ("released", True, True)
        assert api.ask("GET", path, who=None).content == before.content, "the key that signs lists is not here"
        world.run()
        report = laurea.verify(
            json.dumps(document), chain=world.node.url, trust=world.trust(), status_lists=[api.ask("GET", path, who=None).content]
        )
        assert report.verdict is Verdict.INVALID
        assert "suspended by the issuer" in report.headline
        assert not api.get(f"/v1/credentials/{one}")["statusWaits"]

        assert api.post("/v1/credentials/suspensions", {**wanted, "suspended": False}, status=202) == {"changed": [one]}
        actions = [entry["action"] for entry in api.get("/v1/audit")["items"]]
        assert {"credential.suspend", "credential.unsuspend"} <= set(actions)
        assert api.ask("POST", "/v1/credentials/suspensions", json=wanted, who=Access.AUDITOR).status_code == 403
        for wrong in ({"credentials": [one]}, {"credentials": [], "suspended": True}, {"credentials": [one], "suspended": 1}):
            assert api.ask("POST", "/v1/credentials/suspensions", json=wrong).status_code == 422
        assert api.ask("POST", "/v1/credentials/suspensions", json={**wanted, "credentials": [NOBODY]}).status_code == 404


@pytest.mark.parametrize(
    "name", ["x.json", f"{'0' * 32}-suspension.json", f"{'0' * 32}-refresh.json", "..%2Fissuer.db", "%2e%2e/issuer.db"]
)
def test_nothing_but_status_lists_is_served_among_them(api: Api, name: str) -> None:
    (api.world.path / "status" / "x.json").write_text("{}")

    assert api.ask("GET", f"/status/{name}", who=None).status_code == 404


def test_a_credential_without_a_status_list_cannot_be_suspended(api: Api) -> None:
    (one,) = enrol(api, "S-1")

    answer = api.ask("POST", "/v1/credentials/suspensions", json={"credentials": [one], "suspended": True})

    assert (answer.status_code, "names no status list" in answer.json()["detail"]) == (422, True)


@pytest.mark.parametrize(("did", "path"), [("did:web:badges.example.edu:unit", "/unit/did.json"), ("did:key:z6Mk", None)])
def test_another_did_has_its_document_elsewhere_or_nowhere(api: Api, did: str, path: str | None) -> None:
    found = router(replace(api.issuer, profile=replace(api.issuer.profile, did=did)))

    assert [route.path for route in found.routes if isinstance(route, APIRoute)] == ([] if path is None else [path])


def test_health_needs_no_key_and_readiness_looks_at_database_and_chain(api: Api) -> None:
    assert api.ask("GET", "/healthz", who=None).json() == {"status": "alive"}
    assert api.ask("GET", "/readyz", who=None).json() == {"status": "ready", "database": "ok", "chain": "ok"}
    enrol(api, "S-1")
    numbers = api.ask("GET", "/metrics", who=None).text
    assert 'laurea_credentials{state="open"} 1.0' in numbers
    assert 'laurea_requests_total{method="POST",route="/v1/credentials/bulk",status="201"} 1.0' in numbers


def test_without_nodes_it_is_not_ready_and_says_why(world: World, tmp_path: Path) -> None:
    world.node.rpc("anvil_setChainId", 5)
    try:
        with serving(world, tmp_path) as api:
            answer = api.ask("GET", "/readyz", who=None)
            plan = api.get("/v1/plan")
    finally:
        world.node.rpc("anvil_setChainId", 31337)

    assert (answer.status_code, answer.json()["status"]) == (503, "not ready")
    assert "is on eip155:5" in answer.json()["chain"]
    assert (plan["costs"], "is on eip155:5" in plan["problems"][0]) == (None, True)


def test_no_log_and_no_dump_has_a_key_and_no_log_a_person(api: Api, world: World) -> None:
    canary = "Канарейка"
    mail = "canary.bird@example.edu"
    wild = [
        record(f"{canary}-1", name=canary, email=mail),
        record(f"{canary}-1", name=canary, achievement=canary),
        {canary: canary},
    ]
    for body in wild:
        api.ask("POST", "/v1/credentials", json=body, headers={"Idempotency-Key": str(uuid4())})
    for path in (f"/v1/credentials/{canary}", f"/v1/credentials?achievement={canary}", f"/{mail}", f"/v1/achievements/{canary}"):
        api.ask("GET", path)
    api.ask("GET", "/v1/me", who=None, headers={"Authorization": "Bearer laurea_canary"})
    assert len(api.get("/v1/credentials")["items"]) == 1

    log = api.log.read_text()
    assert len(log.splitlines()) > 6
    assert canary not in log
    assert json.dumps(canary)[1:-1] not in log
    assert "canary" not in log.lower()
    dump = world.dump()
    for key in api.keys.values():
        assert key.encode() not in dump
        assert key not in log


def test_every_answer_keeps_browsers_careful(api: Api) -> None:
    headers = api.ask("GET", "/v1/me").headers

    assert (headers["x-content-type-options"], headers["cache-control"], headers["referrer-policy"]) == (
        "nosniff",
        "no-store",
        "no-referrer",
    )
    assert headers["content-security-policy"].startswith("default-src 'none'")
    assert "server" not in headers or "uvicorn" in headers["server"]
