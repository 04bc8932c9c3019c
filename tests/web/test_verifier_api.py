"""The API of a verifier's service: the report that the library and the command give, and nothing else for whoever asks."""

import http.client
import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

import laurea
from laurea.artefacts import qr
from laurea.core.credential import format_time
from laurea.core.presentation import Demand
from laurea.errors import ConfigError
from laurea.services.verifying import Verifying
from laurea.web.verifier.challenges import LIFE
from laurea.web.verifier.schemas import ComparisonOut
from tests.anvil import ROOT, Anvil
from tests.chain.http_node import says
from tests.issued import DEMAND, PASSPHRASE, TESTNET, Issued, issue
from tests.web.verifier_host import VerifierHost, verifier_host

LAUREA = Path(sys.executable).with_name("laurea")
SCHEMA = Draft202012Validator(json.loads((ROOT / "docs/report.schema.json").read_text()))
CANARY = "canary-5f0d31"
NOBODY = "http://127.0.0.1:9"


@pytest.fixture(scope="module")
def issued(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Issued]:
    with Anvil(chain_id=TESTNET) as node:
        yield issue(tmp_path_factory.mktemp("issued"), node)


@pytest.fixture(scope="module")
def host(issued: Issued, tmp_path_factory: pytest.TempPathFactory) -> Iterator[VerifierHost]:
    with verifier_host(tmp_path_factory.mktemp("verifier") / "log", issued.url, trust=(issued.trust,)) as running:
        yield running


def outcomes(report: Any) -> dict[str, str]:
    return {check["id"]: check["outcome"] for check in report["checks"]}


def failed(report: Any) -> set[str]:
    return {name for name, outcome in outcomes(report).items() if outcome == "failed"}


def timeless(report: Any) -> Any:
    """What of a report does not depend on when it was made."""
    return {**report, "at": "", "facts": {**report["facts"], "readAt": ""} if report["facts"] else {}}


def report_of(answer: Any) -> Any:
    """Return the report of an answer, which keeps to the published schema."""
    assert answer.status_code == 200, answer.text
    SCHEMA.validate(answer.json())
    return answer.json()


def changed(issued: Issued, change: Callable[[Any], None], number: int = 1) -> bytes:
    document = json.loads(issued.file(number).read_bytes())
    change(document)
    return json.dumps(document).encode()


def _score(document: Any) -> None:
    document["credentialSubject"]["result"][0]["value"] = "100"


def _strip(document: Any) -> None:
    del document["proof"][-1]


def _twice(document: Any) -> None:
    document["proof"].append(document["proof"][-1])


def _flip(document: Any) -> None:
    value = document["proof"][-1]["proofValue"]
    document["proof"][-1]["proofValue"] = value[:80] + ("A" if value[80] != "A" else "B") + value[81:]


def _deep(document: Any) -> None:
    inner: Any = {}
    for _ in range(40):
        inner = {"a": inner}
    document["credentialSubject"]["deep"] = inner


SHOWN: dict[str, Callable[[Issued], bytes]] = {
    "as released": lambda issued: issued.file(1).read_bytes(),
    "altered": lambda issued: changed(issued, _score),
    "revoked": lambda issued: issued.file(3).read_bytes(),
    "stripped of its anchor after revocation": lambda issued: changed(issued, _strip, 3),
    "with two anchors": lambda issued: changed(issued, _twice),
    "with a bit of its proof flipped": lambda issued: changed(issued, _flip),
    "nested too deep": lambda issued: changed(issued, _deep),
    "partial, presented": lambda issued: json.dumps(issued.present(show=("/credentialSubject/achievement/name",))).encode(),
    "empty": lambda _: b"{}",
    "no object": lambda _: b"[1]",
    "no JSON": lambda _: b'{"a":',
    "a name twice": lambda _: b'{"a": 1, "a": 2}',
    "NaN": lambda _: b'{"a": NaN}',
    "1e999": lambda _: b'{"a": 1e999}',
    "2^53": lambda _: b'{"a": 9007199254740992}',
    "a lone surrogate": lambda _: b'{"a": "\\ud800"}',
    "NUL in UTF-16": lambda _: '{"a": 1}'.encode("utf-16"),
    "a byte order mark": lambda _: b"\xef\xbb\xbf{}",
    "nothing": lambda _: b" ",
}


@pytest.fixture(scope="module")
def typed(issued: Issued, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """What the command says of each document, by its name."""
    folder = tmp_path_factory.mktemp("shown")
    for name, shown in SHOWN.items():
        (folder / name).write_bytes(shown(issued))
    done = subprocess.run(
        [LAUREA, "verify", folder, "--rpc", issued.url, "--trust", issued.trust, "--json"],
        capture_output=True, text=True, check=False, timeout=60,
    )  # fmt: skip
    return {line["file"]: line["report"] for line in map(json.loads, done.stdout.splitlines())}


@pytest.mark.parametrize("name", SHOWN)
def test_the_same_bytes_have_the_same_report_from_the_library_the_command_and_over_http(
    issued: Issued, host: VerifierHost, typed: dict[str, Any], name: str
) -> None:
    data = SHOWN[name](issued)

    ours = report_of(host.send(data, "application/vp"))
    library = laurea.verify(data, chain=issued.url, trust=issued.trust.read_text()).document()

    assert timeless(ours) == timeless(typed[name]) == timeless(library)
    try:
        text = data.decode()
        value = json.loads(text)
    except ValueError:
        return
    if text.strip():
        assert timeless(report_of(host.asks(document=text))) == timeless(ours)
    if isinstance(value, dict) and "a" not in value:  # those that are no I-JSON are no body either
        assert timeless(report_of(host.asks(document=value))) == timeless(ours)


def test_a_presentation_of_several_has_a_report_for_each_in_its_order(issued: Issued, host: VerifierHost) -> None:
    several = {
        "@context": ["https://www.w3.org/ns/credentials/v2"],
        "type": ["VerifiablePresentation"],
        "verifiableCredential": [issued.document(3), issued.document(1)],
    }

    answer = host.asks(document=several)

    assert answer.status_code == 200
    assert [report["verdict"] for report in answer.json()] == ["invalid", "valid"]
    for report in answer.json():
        SCHEMA.validate(report)


def test_credentials_of_a_presentation_stand_side_by_side(issued: Issued, host: VerifierHost) -> None:
    several = {
        "@context": ["https://www.w3.org/ns/credentials/v2"],
        "type": ["VerifiablePresentation"],
        "verifiableCredential": [issued.document(3), issued.document(1)],
    }

    answer = host.ask("POST", "/v1/comparisons", json={"document": several})

    assert answer.status_code == 200, answer.text
    found = answer.json()
    rows = {each["name"]: each for each in found["aspects"]}
    assert found["files"] == ["1", "2"]
    assert rows["verdict"] == {"name": "verdict", "values": ["invalid", "valid"], "likeness": "differs"}
    assert rows["title"]["values"] == ["SQL, scored", "SQL, scored"]
    assert ComparisonOut.model_validate(found).version == 1


def test_a_comparison_repeats_nothing_of_what_was_altered(issued: Issued, host: VerifierHost) -> None:
    document = changed(issued, lambda found: found["credentialSubject"]["achievement"].update(name=CANARY))

    answer = host.ask("POST", "/v1/comparisons", content=document, headers={"Content-Type": "application/vc"})

    assert answer.status_code == 200
    assert CANARY not in answer.text
    assert host.ask("POST", "/v1/comparisons", content=b"x", headers={"Content-Type": "text/plain"}).status_code == 415


KINDS = {
    "a.png": ("bake", "image/png"),
    "a.svg": ("bake", "image/svg+xml"),
    "a.pdf": ("pdf", "application/pdf"),
    "b.png": ("qr", "image/png"),
}


@pytest.mark.parametrize("file", KINDS)
def test_what_a_picture_a_page_or_a_code_carries_is_verified_as_the_text_is(
    issued: Issued, host: VerifierHost, tmp_path: Path, file: str
) -> None:
    command, kind = KINDS[file]
    (tmp_path / "secret").write_text(PASSPHRASE)
    made = subprocess.run(
        [LAUREA, "wallet", command, "1", "--output", tmp_path / file, "--hide", "/credentialSubject/result",
         "--wallet", issued.folder / "wallet.laurea", "--passphrase-file", tmp_path / "secret"],
        capture_output=True, text=True, check=False, timeout=60,
    )  # fmt: skip
    assert made.returncode == 0, made.stderr
    data = (tmp_path / file).read_bytes()

    assert report_of(host.send(data, kind))["verdict"] == "valid"
    assert host.send(data[: len(data) // 2], kind).status_code == 422


# Strictness: RELIABILITY, attacks 19 to 23, for the body that is ours. What a document itself holds is the report's business: see above.


@pytest.mark.parametrize(
    "body",
    [b'{"document": {}, "document": {}}', b'{"document": {"a": NaN}}', b'{"document": {"a": 1e999}}', b'{"document": {"a": 9007199254740992}}',
     b'{"document": "\\ud800"}', b'\xef\xbb\xbf{"document": {}}', '{"document": {}}'.encode("utf-16"), b'{"document": {}', b"",
     b'{"document": {"a":' + b"[" * 70 + b"]" * 70 + b"}}", b'{"document": ' + b'{"a":' * 20_000 + b"1" + b"}" * 20_000 + b"}"],
    ids=["name twice", "NaN", "1e999", "2^53", "surrogate", "BOM", "UTF-16", "cut off", "empty", "deep", "very deep"],
)  # fmt: skip
def test_a_body_that_is_no_strict_json_is_refused(host: VerifierHost, body: bytes) -> None:
    answer = host.send(body, "application/json")

    assert (answer.status_code, answer.headers["content-type"]) == (400, "application/problem+json")
    assert answer.json()["status"] == 400


@pytest.mark.parametrize(
    "members",
    [{}, {"document": 1}, {"document": True}, {"document": None}, {"document": []}, {"document": {}, "challenge": 5}, {"document": {}, "challenge": ""},
     {"document": {}, "challenge": "x" * 501}, {"document": {}, "audience": True}, {"document": {}, "audience": "employer.example"},
     {"document": {}, "audience": "employer.example", "challenge": None}],
    ids=str,
)  # fmt: skip
def test_nothing_is_converted_and_nothing_that_belongs_together_comes_alone(host: VerifierHost, members: Any) -> None:
    assert host.asks(**members).status_code == 422
    assert host.ask("POST", "/v1/verifications", json=[members]).status_code == 422


def test_a_credential_by_itself_in_plain_json_is_told_how_to_come(host: VerifierHost, issued: Issued) -> None:
    assert "is sent as application/vc" in host.asks(**issued.document(1)).json()["detail"]


@pytest.mark.parametrize(
    "kind", ["", "text/plain", "text/html", "application/x-www-form-urlencoded", "multipart/form-data", "application/vc+jwt"]
)
def test_a_body_of_another_type_is_refused_so_no_page_of_others_can_send_one(host: VerifierHost, kind: str) -> None:
    assert host.send(b"{}", kind).status_code == 415


@pytest.mark.parametrize(("kind", "limit"), [("application/json", 1 << 20), ("application/vc", 1 << 20), ("image/png", 16 << 20)])
def test_a_body_that_is_too_large_is_refused_before_it_has_come(host: VerifierHost, kind: str, limit: int) -> None:
    assert host.send(b" " * (limit + 1), kind).status_code == 413
    connection = http.client.HTTPConnection(host.url.removeprefix("http://"), timeout=20)
    connection.putrequest("POST", "/v1/verifications")
    connection.putheader("Content-Type", kind)
    connection.putheader("Content-Length", str(limit + 1))
    connection.endheaders()  # and nothing more
    assert connection.getresponse().status == 413
    connection.close()


def test_a_document_in_a_picture_may_not_be_larger_than_one_by_itself(host: VerifierHost) -> None:
    assert host.send(b"x" * ((1 << 20) + 1), "image/png").status_code == 413


# The holder: attacks 13 and 15


def test_a_challenge_is_answered_once_and_a_replay_is_refused(issued: Issued, host: VerifierHost) -> None:
    given = host.challenge()
    assert given["audience"] == host.url
    shown = issued.present(demand=Demand(given["audience"], given["challenge"]))

    report = report_of(host.asks(document=shown, challenge=given["challenge"]))
    assert (report["verdict"], outcomes(report)["holder"]) == ("valid", "passed")

    for again in ({}, {"audience": host.url}):
        answer = host.asks(document=shown, challenge=given["challenge"], **again)
        assert answer.status_code == 409
        assert "was used" in answer.json()["detail"]


def test_of_many_who_bring_one_answer_at_once_one_is_heard(issued: Issued, host: VerifierHost) -> None:
    given = host.challenge()
    shown = issued.present(demand=Demand(given["audience"], given["challenge"]))

    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(lambda _: host.asks(document=shown, challenge=given["challenge"]).status_code, range(4)))

    assert sorted(answers) == [200, 409, 409, 409]


def test_what_was_signed_for_somebody_else_or_another_challenge_fails(issued: Issued, host: VerifierHost) -> None:
    given, other = host.challenge(), host.challenge()
    elsewhere = issued.present(demand=Demand("https://verifier.example", given["challenge"]))
    crossed = issued.present(demand=Demand(host.url, given["challenge"]))

    assert failed(report_of(host.asks(document=elsewhere, challenge=given["challenge"]))) == {"holder"}
    assert failed(report_of(host.asks(document=crossed, challenge=other["challenge"]))) == {"holder"}
    unsigned = host.send(issued.file(1).read_bytes(), params={"challenge": host.challenge()["challenge"]})
    assert failed(report_of(unsigned)) == {"holder"}


def test_a_challenge_that_ran_out_was_never_given_or_belongs_to_another_run_is_refused(
    issued: Issued, host: VerifierHost, tmp_path: Path
) -> None:
    given = host.challenge()
    with verifier_host(tmp_path / "log", issued.url, trust=(issued.trust,)) as restarted:
        assert restarted.asks(document={}, challenge=given["challenge"]).status_code == 409
        late = restarted.challenge()
        restarted.seconds[0] += LIFE.total_seconds()
        assert restarted.asks(document={}, challenge=late["challenge"]).status_code == 409
    assert host.asks(document={}, challenge="never given").status_code == 409


def test_a_presentation_that_was_signed_long_ago_fails_though_its_challenge_waits(issued: Issued, tmp_path: Path) -> None:
    with verifier_host(tmp_path / "log", issued.url, trust=(issued.trust,)) as host:
        given = host.challenge()
        shown = issued.present(demand=Demand(given["audience"], given["challenge"]))
        host.seconds[0] += 301

        assert failed(report_of(host.asks(document=shown, challenge=given["challenge"]))) == {"holder"}


def test_what_cannot_be_read_uses_no_challenge_up(host: VerifierHost, issued: Issued) -> None:
    given = host.challenge()

    assert host.send(b"\x89PNG\r\n\x1a\n", "image/png", params={"challenge": given["challenge"]}).status_code == 422
    shown = issued.present(demand=Demand(given["audience"], given["challenge"]))
    assert report_of(host.asks(document=shown, challenge=given["challenge"]))["verdict"] == "valid"


def test_who_keeps_their_own_challenges_names_their_own_audience(issued: Issued, host: VerifierHost) -> None:
    shown = issued.present()

    for _ in range(2):  # that nobody uses it twice is then their own care
        report = report_of(host.asks(document=shown, audience=DEMAND.audience, challenge=DEMAND.challenge))
        assert outcomes(report)["holder"] == "passed"


# The past


def test_what_was_good_at_a_moment_is_judged_as_of_that_moment(issued: Issued, host: VerifierHost) -> None:
    now = datetime.now(UTC)
    before, after = (format_time(now + timedelta(hours=hours)) for hours in (-24 * 365, 24))

    report = report_of(host.asks(document=issued.document(1), at=before))
    assert (report["verdict"], report["at"]) == ("invalid", before)
    assert "validity" in failed(report), "it had not begun"
    assert timeless(report_of(host.send(issued.file(1).read_bytes(), params={"at": before}))) == timeless(report)
    for wrong in (after, "yesterday", "2026-11-27", "", 5):
        assert host.asks(document=issued.document(1), at=wrong).status_code == 422, wrong


# What a request cannot do: attacks 24 and 25


@pytest.mark.parametrize(
    "member", ["rpc", "chain", "trust", "trustSigner", "statusList", "statusLists", "proof", "url", "memory", "sources"]
)
def test_nodes_trust_and_lists_are_the_operators_alone(host: VerifierHost, issued: Issued, member: str) -> None:
    assert host.asks(document=issued.document(1), **{member: NOBODY}).status_code == 422
    assert report_of(host.send(issued.file(1).read_bytes(), params={member: NOBODY}))["verdict"] == "valid"


def test_nothing_that_a_document_names_is_fetched(host: VerifierHost, issued: Issued) -> None:
    with says({}) as trap:

        def point(document: Any) -> None:
            document["@context"].append(f"{trap.url}/context")
            document["issuer"] |= {
                "id": "did:web:127.0.0.1%3A" + trap.url.rpartition(":")[2],
                "image": f"{trap.url}/image",
                "url": trap.url,
            }
            document["credentialStatus"] = {
                "id": f"{trap.url}/list#1", "type": "BitstringStatusListEntry", "statusPurpose": "suspension", "statusListIndex": "1",
                "statusListCredential": f"{trap.url}/list",
            }  # fmt: skip
            document["credentialSchema"] = {"id": f"{trap.url}/schema", "type": "1EdTechJsonSchemaValidator2019"}
            document["refreshService"] = {"id": trap.url, "type": "1EdTechCredentialRefresh"}

        for number in (1, 3):
            report = report_of(host.send(changed(issued, point, number)))
            assert report["verdict"] == "invalid"
        for link in (f"{trap.url}/s/{'A' * 22}#k={'A' * 43}", trap.url):
            assert host.asks(document=link).status_code == 422
            assert host.send(qr.draw(link, "png"), "image/png").status_code == 422
        assert trap.connections == 0


def test_a_jwt_is_refused_and_not_judged(host: VerifierHost) -> None:
    answer = host.asks(document="eyJhbGciOiJFZERTQSJ9.eyJ2YyI6e319.c2ln")

    assert (answer.status_code, "secured as a JWT" in answer.text) == (422, True)


# What happens to the service itself


def test_a_silent_node_is_undecided_and_the_service_says_that_it_is_not_ready(issued: Issued, tmp_path: Path) -> None:
    with verifier_host(tmp_path / "log", NOBODY, trust=(issued.trust,)) as host:
        report = report_of(host.send(issued.file(1).read_bytes()))
        assert (report["verdict"], failed(report)) == ("undecided", set())
        assert report_of(host.send(issued.file(3).read_bytes()))["verdict"] == "undecided"
        ready = host.ask("GET", "/readyz")
        assert (ready.status_code, ready.json()["chain"]) == (503, "the chain: 1 of 1 nodes do not answer")
        assert host.ask("GET", "/healthz").json() == {"status": "alive"}
    with verifier_host(tmp_path / "log", trust=(issued.trust,)) as host:
        assert report_of(host.send(issued.file(1).read_bytes()))["verdict"] == "undecided"
        assert "no RPC URL is known" in host.ask("GET", "/readyz").json()["chain"]


def test_a_service_whose_nodes_answer_is_ready(host: VerifierHost) -> None:
    assert host.ask("GET", "/readyz").json() == {"status": "ready", "trust": "ok", "chain": "ok"}


def test_a_minority_of_silent_nodes_does_not_count(issued: Issued, tmp_path: Path) -> None:
    with verifier_host(tmp_path / "log", issued.url, issued.url.replace("127.0.0.1", "localhost"), NOBODY, trust=(issued.trust,)) as host:
        assert host.ask("GET", "/readyz").status_code == 200


def test_a_trust_that_cannot_be_read_gives_no_verdict_and_tells_nobody_where_it_lies(issued: Issued, tmp_path: Path) -> None:
    def broken() -> Verifying:
        raise ConfigError("/etc/secret/trust.json cannot be read")

    with verifier_host(tmp_path / "log", issued.url, verifying=broken) as host:
        answers = (host.send(issued.file(1).read_bytes()), host.ask("GET", "/readyz"))
        assert [answer.status_code for answer in answers] == [500, 503]
        assert not any("/etc/secret" in answer.text for answer in answers)
        assert "/etc/secret" in host.log.read_text()


def test_nothing_that_was_sent_is_in_the_log_or_on_the_disk(issued: Issued, tmp_path: Path) -> None:
    def faulty() -> Verifying:
        raise RuntimeError(CANARY)

    before = set(tmp_path.rglob("*"))
    with verifier_host(tmp_path / "log", issued.url, trust=(issued.trust,)) as host:
        for number in (1, 2, 3):
            host.send(issued.file(number).read_bytes())
        host.asks(document={"type": CANARY, "issuer": CANARY, CANARY: CANARY}, challenge=CANARY, audience=CANARY)
        host.asks(**{CANARY: CANARY, "document": {}})
        host.asks(document=CANARY)
        host.send(CANARY.encode(), "image/png")
        host.send(b"%PDF-1.7 " + CANARY.encode(), "application/pdf")
        host.send(CANARY.encode(), CANARY)
        host.ask("GET", f"/{CANARY}?{CANARY}", headers={"User-Agent": CANARY, "Referer": f"https://{CANARY}.example"})
        host.ask("POST", "/verify", files={"file": (f"{CANARY}.json", json.dumps({"a": CANARY}).encode())}, data={"text": CANARY})
        host.ask("POST", "/verify", files={"file": (f"{CANARY}.png", CANARY.encode() * 200_000)})
        said = host.log.read_text()
    with verifier_host(tmp_path / "log2", issued.url, verifying=faulty) as host:
        assert host.asks(document={}).status_code == 500
        said += host.log.read_text()
    assert said.count('"route": "/v1/verifications"') == 10
    for personal in (CANARY, "Ada", "did:key", "urn:uuid", "scored", "127.0.0.1"):
        assert personal not in said, personal
    assert set(tmp_path.rglob("*")) - before == {tmp_path / "log", tmp_path / "log2"}


def test_every_answer_has_the_headers_that_keep_browsers_careful(host: VerifierHost) -> None:
    for method, path in (("POST", "/v1/verifications"), ("POST", "/v1/challenges"), ("GET", "/healthz"), ("GET", "/nowhere")):
        headers = host.ask(method, path).headers
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["content-security-policy"] == "default-src 'none'; frame-ancestors 'none'"
        assert headers["cache-control"] == "no-store"
        assert "access-control-allow-origin" not in headers
