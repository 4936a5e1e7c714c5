"""Somebody who has just cloned the project, and types commands."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

from cli.stack.choices import PREFERRED
from runtime.settings import PROJECT, VARIABLES
from tests.ports import free_ports

OURS = VARIABLES | PREFERRED.keys()


def run(script: str, environment: dict[str, str]) -> str:
    """What it printed; a failure shows all of it."""
    done = subprocess.run(
        ["bash", "-euo", "pipefail", "-c", script],
        cwd=PROJECT,
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=300,
        check=False,
    )
    assert done.returncode == 0, done.stdout
    return done.stdout


def newcomer(home: Path) -> dict[str, str]:
    """The environment of somebody with no settings, an empty data folder, and ports that nobody else has."""
    ports = free_ports()
    return {
        **{name: value for name, value in os.environ.items() if name not in OURS},
        **ports,
        "HANDWORK_HOME": str(home),
        "HANDWORK_DOTENV": "/dev/null",
        "API": f"http://127.0.0.1:{ports['WEB_PORT']}",
        "SANDBOX": f"http://127.0.0.1:{ports['SANDBOX_PORT']}",
        "COLUMNS": "160",
    }
