"""The description of the verifier's API: the one in the documents, and that the service keeps to it whatever it is sent."""

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from laurea.web.verifier.crew import Crew
from tests.anvil import ROOT
from tests.web.verifier_host import VerifierHost, verifier_host

DOCUMENT = ROOT / "docs/verifier-api.json"


@pytest.fixture(scope="module")
def host(tmp_path_factory: pytest.TempPathFactory) -> Iterator[VerifierHost]:
    with verifier_host(tmp_path_factory.mktemp("verifier") / "log", crew=Crew(16)) as running:
        yield running


def test_the_description_in_the_documents_is_that_of_the_service(host: VerifierHost) -> None:
    served = host.ask("GET", "/v1/openapi.json").json()

    assert served["openapi"].startswith("3.1")
    assert set(served["paths"]) == {
        "/v1/verifications",
        "/v1/challenges",
        "/v1/comparisons",
        "/v1/requests",
        "/v1/requests/{name}",
        "/v1/requests/{name}/object",
        "/v1/responses",
    }
    assert json.loads(DOCUMENT.read_text()) == served, f"write it anew: curl …/v1/openapi.json > {DOCUMENT.name}"


@pytest.mark.slow
def test_every_operation_keeps_to_its_description_whatever_it_is_sent(host: VerifierHost, tmp_path: Path) -> None:
    command = [
        *(str(Path(sys.executable).with_name("schemathesis")), "run", f"{host.url}/v1/openapi.json"),
        *("--max-examples", "10", "--seed", "2026", "--workers", "1", "--phases", "examples,coverage,fuzzing", "--no-color"),
        *("--checks", "not_a_server_error,status_code_conformance,content_type_conformance,response_schema_conformance"),
    ]

    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, timeout=240, check=False)

    assert done.returncode == 0, done.stdout[-6000:]
