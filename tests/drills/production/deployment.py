"""A copy of the project that is deployed as the runbook says, by the commands that stand there."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from domain.platform.queues import CELERY_WORKERS
from tests.drills.production import provider
from tests.drills.production.engine import Engine, client
from tests.drills.production.images import NEIGHBOURS, POSTGRES, build_arguments
from tests.unit.docs.markdown import PROJECT, blocks, section

SECTION = "## The production stack"
LANGUAGE = "bash"
COPIED = (
    *("beat", "cli", "domain", "gateways", "migrations", "runtime", "tasks", "web", "workers", "deploy"),
    *("docker-compose.prod.yml", ".env.production.example", ".dockerignore", "requirements.lock"),
)
OVERRIDE = "drill.json"
WITHIN_S = 240
SAY_WHICH = """trap 'echo "exit code $?: $BASH_COMMAND" >&2' ERR"""
"""A failure names its command."""


@dataclass(frozen=True, slots=True)
class Container:
    id: str
    service: str
    pid: int
    state: str
    health: str
    restarts: int


class Deployment:
    def __init__(self, engine: Engine, folder: Path) -> None:
        self._engine = engine
        self._folder = folder / "project"
        self._commands = _make_commands(folder, engine)
        self._build = build_arguments(folder)
        self._folder.mkdir()
        for name in COPIED:
            _copy(PROJECT / name, self._folder / name)

    @property
    def environment(self) -> dict[str, str]:
        """What an operator's shell has after the runbook's first command, and the drill's own file behind it."""
        return {
            **os.environ,
            **self._engine.environment,
            "PATH": f"{self._commands}:{os.environ['PATH']}",
            "DRILL_BUILD": self._build,
            "COMPOSE_FILE": f"docker-compose.prod.yml:{OVERRIDE}",
            "COMPOSE_ENV_FILES": ".env.production",
        }

    def follow(self, heading: str) -> str:
        """Run the runbook's commands under a heading; what they printed."""
        text = section(section((PROJECT / "docs/operating/runbook.md").read_text(), SECTION), f"### {heading}")
        script = "\n".join(block.text for block in blocks(text) if block.language == LANGUAGE)
        assert script, f"the runbook has no commands under {heading}"
        done = self._run(script)
        assert done.returncode == 0, f"{done.stdout[-6_000:]}\n{self.story()}"
        return done.stdout

    def shell(self, script: str) -> str:
        done = self._run(script)
        assert done.returncode == 0, done.stdout[-6_000:]
        return done.stdout

    def _run(self, script: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            ["bash", "-euo", "pipefail", "-c", f"{SAY_WHICH}\n{script}"],
            cwd=self._folder,
            env=self.environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=WITHIN_S,
            check=False,
        )

    def fill_in(self, settings: Mapping[str, str], certificate: Path) -> None:
        """What an operator writes into ``.env.production``; and how the workers find the provider of the drill."""
        with (self._folder / ".env.production").open("a") as file:
            file.writelines(f"{name}={value}\n" for name, value in settings.items())
        worker = {
            "extra_hosts": [f"{provider.NAME}:host-gateway"],
            "environment": {"SSL_CERT_FILE": "/run/provider.pem"},
            "configs": [{"source": "provider", "target": "/run/provider.pem"}],
        }
        override = {
            "services": dict.fromkeys(CELERY_WORKERS, worker),
            "configs": {"provider": {"file": str(certificate)}},
        }
        (self._folder / OVERRIDE).write_text(json.dumps(override))

    def containers(self, service: str = "") -> list[Container]:
        ids = self.shell(f"docker compose ps --all --quiet {service}").split()
        return [_container(found) for found in json.loads(self._engine.run("inspect", *ids))] if ids else []

    def crash(self, service: str) -> Container:
        """As an error or a want of memory would: ``docker kill`` is somebody's wish, after which nothing is started
        again."""
        (container,) = self.containers(service)
        os.kill(container.pid, signal.SIGKILL)
        return container

    def logs_of(self, container: Container) -> str:
        return self._engine.run("logs", container.id)

    def story(self) -> str:
        """For a message that says why something did not come."""
        return self.shell("docker compose ps --all; docker compose logs --no-color --tail 15")


def neighbours() -> dict[str, str]:
    return {"REDIS_IMAGE": NEIGHBOURS, "PROXY_IMAGE": NEIGHBOURS, "POSTGRES_IMAGE": POSTGRES}


def _container(found: dict[str, Any]) -> Container:
    state = found["State"]
    return Container(
        found["Id"],
        found["Config"]["Labels"]["com.docker.compose.service"],
        state["Pid"],
        state["Status"],
        state.get("Health", {}).get("Status", ""),
        found["RestartCount"],
    )


def _make_commands(folder: Path, engine: Engine) -> Path:
    """``docker`` as the runbook has it: with compose as a plug-in, and with what the build needs here."""
    commands = folder / "bin"
    commands.mkdir()
    wrapper = commands / "docker"
    wrapper.write_text(
        f'#!/bin/bash\n[ "$1" != build ] || set -- build $DRILL_BUILD "${{@:2}}"\nexec {client()} "$@"\n'
    )
    wrapper.chmod(0o755)
    plugins = Path(engine.environment["DOCKER_CONFIG"]) / "cli-plugins"
    plugins.mkdir(parents=True)
    (plugins / "docker-compose").symlink_to(Path(sys.executable).parent / "docker-compose")
    return commands


def _copy(source: Path, target: Path) -> None:
    if source.is_dir():
        shutil.copytree(source, target, ignore=shutil.ignore_patterns("__pycache__"))
    else:
        shutil.copyfile(source, target)
