"""The compose file and the Dockerfile are held to what Docker's own tools and a linter say, and to our own rules."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from cli.stack.choices import Choices
from cli.stack.programs import BROKER_RIGHTS, Program, programs
from domain.platform.queues import CELERY_WORKERS
from runtime.settings import Settings
from tests.unit.docs.markdown import PROJECT

BIN = Path(sys.executable).parent
OURS = ("backend", "relay", "beat", "exporter", "flower", "migrate", *CELERY_WORKERS)
OTHERS = ("proxy", "redis", "postgres")
PUBLISHED = {"proxy": ["8000", "5555", "9100"]}
LOCAL = {"backend": "web", "redis": "broker"}
"""What the local stack calls it."""


@pytest.fixture(scope="module")
def described() -> dict[str, Any]:
    """As docker compose understands the file, which it checks against the schema of the Compose specification."""
    command = [
        *(str(BIN / "docker-compose"), "--file", "docker-compose.prod.yml", "--env-file", ".env.production.example"),
        *("--profile", "*", "config", "--format", "json"),
    ]
    clean = {"PATH": os.environ["PATH"], "HOME": "/nonexistent"}
    done = subprocess.run(command, cwd=PROJECT, env=clean, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    found: dict[str, Any] = json.loads(done.stdout)
    return found


@pytest.fixture(scope="module")
def services(described: dict[str, Any]) -> dict[str, dict[str, Any]]:
    found: dict[str, dict[str, Any]] = described["services"]
    return found


@pytest.fixture
def local() -> dict[str, Program]:
    ports = dict.fromkeys(("WEB_PORT", "SANDBOX_PORT", "BROKER_PORT", "FLOWER_PORT", "EXPORTER_PORT"), "1")
    values = {**ports, "WEB_HOST": "127.0.0.1", "BROKER_URL": "redis://127.0.0.1:1/0", "BROKER_PASSWORD": "p"}
    values["FLOWER_BASIC_AUTH"] = "operator:p"
    return {program.name: program for program in programs(Path("/home"), Choices(values, []))}


def test_the_services_are_those_of_the_platform(services: dict[str, dict[str, Any]]) -> None:
    assert services.keys() == {*OURS, *OTHERS}


@pytest.mark.parametrize("name", [*OURS, *OTHERS])
def test_a_container_may_do_no_more_than_it_needs(services: dict[str, dict[str, Any]], name: str) -> None:
    service = services[name]
    assert service["read_only"] is True
    assert service["cap_drop"] == ["ALL"]
    assert service["security_opt"] == ["no-new-privileges:true"]
    assert service["user"].split(":")[0] not in ("", "0", "root")
    assert "privileged" not in service
    assert "network_mode" not in service
    assert service["init"] is True
    limits = service["deploy"]["resources"]["limits"]
    assert {"cpus", "memory", "pids"} <= limits.keys()
    assert service["logging"] == {"driver": "json-file", "options": {"max-size": "10m", "max-file": "3"}}


@pytest.mark.parametrize("name", sorted({*OURS, *OTHERS} - {"migrate"}))
def test_a_process_shows_that_it_works_and_comes_back(services: dict[str, dict[str, Any]], name: str) -> None:
    assert services[name]["restart"] == "unless-stopped"
    assert services[name]["healthcheck"]["test"]


@pytest.mark.parametrize("name", sorted({*OURS} - {"migrate"}))
def test_it_is_run_and_ended_as_in_the_local_stack(
    services: dict[str, dict[str, Any]], local: dict[str, Program], name: str
) -> None:
    service, program = services[name], local[LOCAL.get(name, name)]
    words = [word for word in program.command[1:] if word not in ("--fd", "0")]
    assert service["command"] == ["python", *words]
    if program.stop_signal == "TERM":
        assert "stop_signal" not in service
        assert service["stop_grace_period"] == f"{program.stop_wait_s}s"
    else:
        assert service["stop_signal"] == f"SIG{program.stop_signal}"


def test_they_begin_in_the_order_of_their_ranks(services: dict[str, dict[str, Any]], local: dict[str, Program]) -> None:
    for name, service in services.items():
        for needed in service.get("depends_on", {}):
            if {LOCAL.get(name, name), LOCAL.get(needed, needed)} <= local.keys():
                assert local[LOCAL.get(name, name)].rank > local[LOCAL.get(needed, needed)].rank


def test_only_what_is_looked_at_is_published_and_on_this_host_alone(services: dict[str, dict[str, Any]]) -> None:
    published = {name: ports for name, service in services.items() if (ports := service.get("ports"))}
    assert {name: [port["published"] for port in ports] for name, ports in published.items()} == PUBLISHED
    assert {port["host_ip"] for ports in published.values() for port in ports} == {"127.0.0.1"}


def test_only_workers_and_what_is_published_have_a_way_out(
    services: dict[str, dict[str, Any]], described: dict[str, Any]
) -> None:
    inside = {name for name, network in described["networks"].items() if network.get("internal")}
    outside = {name for name, service in services.items() if service["networks"].keys() - inside}
    assert outside == {*CELERY_WORKERS, *PUBLISHED}


def test_the_proxy_believes_the_front_network_alone(
    services: dict[str, dict[str, Any]], described: dict[str, Any]
) -> None:
    subnet = described["networks"]["front"]["ipam"]["config"][0]["subnet"]
    assert services["proxy"]["environment"]["FRONT_SUBNET"] == subnet


def test_the_proxy_starts_with_the_settings_of_the_backend(
    services: dict[str, dict[str, Any]], described: dict[str, Any]
) -> None:
    defaults = Settings()
    given = services["proxy"]["environment"]
    assert int(given["MAX_BODY_BYTES"]) == defaults.max_body_bytes
    assert given["CORS_ORIGINS"] == defaults.cors_origins
    target = services["proxy"]["entrypoint"][-1]
    source = next(each["source"] for each in services["proxy"]["configs"] if each["target"] == target)
    assert Path(described["configs"][source]["file"]) == PROJECT / "deploy/proxy.sh"


def test_a_secret_is_a_file(services: dict[str, dict[str, Any]]) -> None:
    for name in OURS:
        assert [s["source"] for s in services[name]["secrets"]] == ["settings"]
    assert [s["source"] for s in services["redis"]["secrets"]] == ["broker_password"]
    assert "secrets" not in services["proxy"]


def test_the_broker_gives_its_password_the_rights_of_the_local_stack(services: dict[str, dict[str, Any]]) -> None:
    assert BROKER_RIGHTS in services["redis"]["command"][-1]


def test_a_linter_has_nothing_against_the_dockerfile() -> None:
    done = subprocess.run(
        [str(BIN / "hadolint"), "--no-color", "deploy/Dockerfile"],
        cwd=PROJECT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stdout) == (0, "")


def test_every_package_is_in_the_image_or_left_out_on_purpose() -> None:
    packages = {path.parent.name for path in PROJECT.glob("*/__init__.py")} | {"migrations"}
    copied = {line.split()[1] for line in (PROJECT / "deploy/Dockerfile").read_text().splitlines() if _copies(line)}
    assert packages - copied == {"sandbox", "bench"}
    kept = {line.removeprefix("!") for line in (PROJECT / ".dockerignore").read_text().splitlines() if line[:1] == "!"}
    assert kept == copied


def _copies(line: str) -> bool:
    return line.startswith("COPY ") and "--from" not in line
