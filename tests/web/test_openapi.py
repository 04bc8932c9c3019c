"""The description of the API: the one in the documents, and that the service keeps to it whatever it is sent."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from laurea.config import Settings, StatusSettings
from laurea.storage.issuer.tables import Access
from tests.anvil import ROOT
from tests.services.issuing_world import World, on_sqlite
from tests.web.conftest import Api, reachable, serving

pytestmark = on_sqlite

DOCUMENT = ROOT / "docs/openapi.json"
HOOKS = """
from collections import Counter

import schemathesis

calls = Counter()

def is_due(context, what):
    # The first few calls of an operation, and every third after that, are about what there is.
    operation = context.operation.method.upper() + " " + context.operation.path
    calls[operation, what] += 1
    return operation, calls[operation, what] <= 3 or calls[operation, what] % 3 == 0

@schemathesis.hook
def map_path_parameters(context, path_parameters):
    operation, due = is_due(context, "path")
    known = {known!r}
    if due and path_parameters:
        return dict((name, known.get(operation, known[name])) for name in path_parameters)
    return path_parameters

@schemathesis.hook
def map_body(context, body):
    operation, due = is_due(context, "body")
    return {good!r}.get(operation, body) if due else body

@schemathesis.hook
def before_call(context, case, **kwargs):
    operation, due = is_due(context, "table")
    if due and operation == "POST /v1/rosters":
        case.body, case.media_type = b"id,name\\nR-1,Ada\\n", "text/csv"

@schemathesis.hook
def after_call(context, case, response):
    if 200 <= response.status_code < 300:
        with open({seen!r}, "a") as file:
            file.write(case.operation.method.upper() + " " + case.operation.path + "\\n")
"""


def test_the_description_in_the_documents_is_that_of_the_service(api: Api) -> None:
    served = api.get("/v1/openapi.json", who=None)

    assert served["openapi"].startswith("3.1")
    assert json.loads(DOCUMENT.read_text()) == served, f"write it anew: curl …/v1/openapi.json > {DOCUMENT.name}"


def listed(url: str) -> Settings:
    """Return the settings of a service that learners can reach, with a status list."""
    return replace(reachable(url), status=StatusSettings(purposes=("suspension",)))


@pytest.fixture
def complete(world: World, tmp_path: Path) -> Iterator[Api]:
    """A service that has all there is."""
    with serving(world, tmp_path, settings=listed) as running:
        yield running


@pytest.mark.slow
def test_every_operation_keeps_to_its_description_whatever_it_is_sent(complete: Api, tmp_path: Path) -> None:
    api = complete
    records = [{"learner": f"X-{number}", "name": "Ada", "achievement": "sql"} for number in range(4)]
    holder = "did:key:z6MkhaXgBZDvotDkL5257faiztiGiC2QtKLGpbnnEGta2doK"
    first, fourth, fifth = (
        api.post(
            "/v1/credentials", {"learner": f"S-{n}", "name": "Ada", "achievement": "sql", "holder": holder, "email": "ada@example.org"}
        )["credentials"][0]
        for n in (1, 4, 5)
    )
    api.world.run()
    api.post("/v1/credentials/revocations", {"credentials": [first], "reason": "error"}, status=202)
    second, third, sixth = (
        api.post("/v1/credentials", {"learner": f"S-{n}", "name": "Ada", "achievement": "sql"})["credentials"][0] for n in (2, 3, 6)
    )
    invited, claimed = (api.post(f"/v1/credentials/{each}/link", None)["url"].rpartition("/")[2] for each in (sixth, fifth))
    csv = {"Content-Type": "text/csv"}
    rosters = [api.ask("POST", "/v1/rosters", content=b"id,name\nR-1,Ada\n", headers=csv).json()["id"] for _ in range(3)]
    seen = tmp_path / "seen"
    hooks = tmp_path / "hooks.py"
    hooks.write_text(
        HOOKS.format(
            seen=str(seen),
            known={
                "key": "sql",
                "batch": 1,
                "revocation": 1,
                "credential": first,
                "PUT /v1/credentials/{credential}": third,
                "POST /v1/credentials/{credential}/link": fourth,
                "POST /v1/credentials/{credential}/mail": fourth,
                "POST /invitations/{token}": invited,
                "token": claimed,
                "roster": rosters[0],
                "POST /v1/rosters/{roster}/commit": rosters[1],
                "DELETE /v1/rosters/{roster}": rosters[2],
            },
            good={
                "POST /v1/achievements": json.loads((ROOT / "examples/achievements/sql-for-analysts.json").read_text()),
                "POST /v1/credentials": records[0],
                "POST /v1/credentials/bulk": {"records": [records[1]]},
                "POST /v1/credentials/revocations": {"credentials": [second], "reason": "error"},
                "POST /v1/credentials/suspensions": {"credentials": [fourth], "suspended": True},
                "PUT /v1/credentials/{credential}": records[2],
                "POST /v1/credentials/{credential}/reissue": {"record": records[3]},
                "POST /invitations/{token}": {},
                "POST /claims/{token}": {},
                "POST /v1/rosters/{roster}/commit": {},
                "PUT /v1/rosters/{roster}/mapping": {"columns": {"learner": ["id"], "name": ["name"]}, "constants": {"achievement": "sql"}},
            },
        )
    )
    command = [
        *(str(Path(sys.executable).with_name("schemathesis")), "run", f"{api.url}/v1/openapi.json"),
        *("--header", f"Authorization: Bearer {api.keys[Access.OPERATOR]}", "--max-examples", "5", "--seed", "2026", "--workers", "1"),
        *("--checks", "not_a_server_error,status_code_conformance,content_type_conformance,response_schema_conformance"),
        *("--phases", "examples,coverage,fuzzing", "--no-color"),
    ]
    env = {**os.environ, "SCHEMATHESIS_HOOKS": "hooks", "PYTHONPATH": str(tmp_path)}

    done = subprocess.run(command, env=env, cwd=tmp_path, capture_output=True, text=True, timeout=240, check=False)

    assert done.returncode == 0, done.stdout[-6000:]
    operations = {
        f"{method.upper()} {path}" for path, methods in api.get("/v1/openapi.json", who=None)["paths"].items() for method in methods
    }
    assert operations - set(seen.read_text().splitlines()) == set(), "each has answered with success at least once"
