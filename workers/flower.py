"""Flower with our settings.  It reads its login from its environment only, where others cannot read it."""

from __future__ import annotations

import os
import sys

from runtime.settings import SettingsError, load


def run() -> None:
    """Does not return: this process becomes Flower, which ends on SIGKILL best; its own end waits for its threads."""
    settings = load()
    if not settings.flower_basic_auth:
        raise SettingsError("FLOWER_BASIC_AUTH: must be set: who sees Flower can end tasks")
    os.environ["FLOWER_BASIC_AUTH"] = settings.flower_basic_auth
    os.environ.pop("PROMETHEUS_MULTIPROC_DIR", None)  # its own page is enough, and its files may not be ours
    command = [
        *(sys.executable, "-m", "celery", "--app", "tasks.app:app", "flower"),
        f"--address={settings.flower_host}",
        f"--port={settings.flower_port}",
        "--logging=warning",
    ]
    os.execv(sys.executable, command)  # noqa: S606 - the command is our own, and no shell reads it
