"""The files for operators' machines: they call commands that exist, with options that exist."""

import configparser
import json
import re
import shlex
from importlib import import_module
from importlib.metadata import version
from pathlib import Path

import pytest
import yaml
from typer.main import get_command

from tests.anvil import ROOT

DEPLOY = ROOT / "scripts/deploy"
UNITS = sorted(DEPLOY.glob("*.service")) + sorted(DEPLOY.glob("*.timer"))


def require_command(words: list[str]) -> None:
    """Assert that laurea has this command with these options."""
    command = get_command(import_module(f"laurea.cli.{words[0]}").app)
    rest = words[1:]
    while hasattr(command, "commands"):
        command = command.commands[rest.pop(0)]
    known = {name for parameter in command.params for name in parameter.opts}
    assert {word for word in rest if word.startswith("--")} <= known


def section(path: Path, name: str) -> dict[str, str]:
    parser = configparser.RawConfigParser(strict=False, interpolation=None)
    parser.optionxform = str  # type: ignore[assignment,method-assign] # the names of systemd keep their capitals
    parser.read(path)
    return dict(parser[name])


@pytest.mark.parametrize("path", [path for path in UNITS if path.suffix == ".service"], ids=lambda path: path.name)
def test_a_unit_runs_a_command_that_exists_with_little_power(path: Path) -> None:
    service = section(path, "Service")

    require_command(shlex.split(service["ExecStart"])[1:])
    assert (service["NoNewPrivileges"], service["ProtectSystem"], service["UMask"], service["User"]) == ("yes", "strict", "0077", "laurea")


def test_the_timer_makes_up_for_nights_that_were_missed() -> None:
    assert section(DEPLOY / "laurea-run.timer", "Timer")["Persistent"] == "true"


def test_the_line_for_cron_runs_a_command_that_exists() -> None:
    (line,) = [line for line in (DEPLOY / "crontab").read_text().splitlines() if re.match(r"[\d*]", line)]

    assert len(line.split()[:5]) == 5
    require_command(line.split()[6:])


def test_the_job_for_kubernetes_never_runs_twice_and_runs_a_command_that_exists() -> None:
    job = yaml.safe_load((DEPLOY / "cronjob.yaml").read_text())

    assert job["spec"]["concurrencyPolicy"] == "Forbid"
    pod = job["spec"]["jobTemplate"]["spec"]["template"]["spec"]
    (container,) = pod["containers"]
    assert pod["restartPolicy"] == "Never"
    assert container["securityContext"] == {
        "allowPrivilegeEscalation": False,
        "readOnlyRootFilesystem": True,
        "capabilities": {"drop": ["ALL"]},
    }
    assert {mount["name"] for mount in container["volumeMounts"]} == {volume["name"] for volume in pod["volumes"]}
    require_command(container["args"])
    rules = {rule["action"]: rule["onExitCodes"]["values"] for rule in job["spec"]["jobTemplate"]["spec"]["podFailurePolicy"]["rules"]}
    assert rules == {"FailJob": [1, 2], "Count": [3, 75]}


def test_the_service_for_kubernetes_is_asked_whether_it_lives_and_runs_a_command_that_exists() -> None:
    deployment, service = yaml.safe_load_all((DEPLOY / "service.yaml").read_text())

    pod = deployment["spec"]["template"]["spec"]
    (container,) = pod["containers"]
    assert deployment["spec"]["replicas"] == 1
    assert (container["livenessProbe"]["httpGet"]["path"], container["readinessProbe"]["httpGet"]["path"]) == ("/healthz", "/readyz")
    assert {mount["name"] for mount in container["volumeMounts"]} == {volume["name"] for volume in pod["volumes"]}
    assert service["spec"]["ports"][0]["targetPort"] == container["ports"][0]["containerPort"]
    require_command(container["args"])


def test_the_container_is_made_of_files_that_exist_and_runs_a_command_that_exists() -> None:
    lines = (DEPLOY / "Containerfile").read_text().splitlines()
    copied = [line.split()[1:-1] for line in lines if line.startswith("COPY ") and "--from" not in line]
    (command,) = (json.loads(line.removeprefix("CMD ")) for line in lines if line.startswith("CMD "))

    assert all((ROOT / name).exists() for names in copied for name in names)
    assert f"laurea:{version('laurea')}" in lines[0]
    assert any(line.startswith("USER ") and line != "USER root" for line in lines)
    require_command(command)
