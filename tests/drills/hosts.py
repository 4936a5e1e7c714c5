"""Hosts: each has the release in a folder of its own, a data folder, ports, and its commands typed there.

The first brings broker and sandbox, the second uses them; the database is a server's.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

from cli.stack.choices import PREFERRED
from cli.stack.stack import Stack
from runtime.settings import PROJECT, VARIABLES
from tests.ports import free_ports

OURS = VARIABLES | PREFERRED.keys()
NO_PART_OF_A_RELEASE = ("bench", "docs", "tests", "__pycache__", ".*")
SHARED = (
    *("BROKER_URL", "JWT_SECRET_KEY", "APP_URL"),
    *("STRIPE_SECRET_KEY", "STRIPE_PUBLISHABLE_KEY", "STRIPE_WEBHOOK_SECRETS", "STRIPE_CONNECT_WEBHOOK_SECRETS"),
    *("STRIPE_API_BASE", "SENDGRID_API_KEY", "SENDGRID_API_BASE", "SENDGRID_WEBHOOK_PUBLIC_KEYS"),
)
"""What hosts of one platform have in common, beside the database."""
COMMAND_WITHIN_S = 400  # seconds on a quiet machine


class Host:
    """``settings``: its environment."""

    def __init__(self, folder: Path, settings: Mapping[str, str]) -> None:
        self.release = folder / "release"
        shutil.copytree(PROJECT, self.release, ignore=shutil.ignore_patterns(*NO_PART_OF_A_RELEASE))
        self._settings = {**settings, **free_ports()}
        self.stack = Stack(folder / "home", environment=self._settings, apart=True)

    def run(self, *words: str, code: int = 0) -> str:
        """What ``handwork WORDS`` printed; it must end with ``code``."""
        clean = {name: value for name, value in os.environ.items() if name not in OURS}
        ours = {"HANDWORK_HOME": str(self.stack.home), "HANDWORK_DOTENV": os.devnull, "COLUMNS": "160"}
        done = subprocess.run(
            [sys.executable, "-P", "-m", "cli", *words],
            cwd=self.release,
            env={**clean, **self._settings, **ours, "PYTHONPATH": str(self.release)},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=COMMAND_WITHIN_S,
            check=False,
        )
        assert done.returncode == code, done.stdout
        return done.stdout

    @property
    def url(self) -> str:
        return self.stack.values["WEB_PUBLIC_URL"]

    def shared(self) -> dict[str, str]:
        """What another host is given."""
        values = self.stack.values
        return {**self._common(), **{name: values[name] for name in SHARED}}

    def _common(self) -> dict[str, str]:
        ports = PREFERRED.keys()
        return {name: value for name, value in self._settings.items() if name not in ports}

    def log(self, name: str) -> str:
        return (self.stack.home / "logs" / f"{name}.log").read_text()
