"""What a process of ours writes is JSON from its first line to its last, whoever wrote it."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from runtime.settings import PROJECT
from tests.served import free_port
from tests.stack import wait_until

UNCAUGHT = """
import threading, warnings
from runtime import logging
logging.configure("somebody")
warnings.warn("a warning", stacklevel=1)
thread = threading.Thread(target=lambda: 1 / 0, name="other")
thread.start()
thread.join()
raise ValueError("two\\nlines")
"""


def environment(folder: Path, sqlite_url: str, **more: str) -> dict[str, str]:
    return {
        "PATH": os.environ["PATH"],
        "HANDWORK_ENV": "test",
        "HANDWORK_HOME": str(folder),
        "HANDWORK_DOTENV": os.devnull,
        "DATABASE_URL": sqlite_url,
        "BROKER_URL": f"redis://127.0.0.1:{free_port()}/0",
        "JWT_SECRET_KEY": "k" * 32,
        "STRIPE_SECRET_KEY": "sk_test_1",
        "SENDGRID_API_KEY": "SG.1",
        **more,
    }


def begin(log: Path, settings: dict[str, str], *words: str) -> subprocess.Popen[bytes]:
    with log.open("wb") as output:
        return subprocess.Popen(
            [sys.executable, *words], cwd=PROJECT, env=settings, stdout=output, stderr=output, stdin=subprocess.DEVNULL
        )


def events(log: Path) -> list[dict[str, Any]]:
    """Each line; an error for one that is no JSON."""
    return [json.loads(line) for line in log.read_text().splitlines()]


@pytest.mark.parametrize("name", ["payments", "maintenance"])
def test_a_worker_writes_nothing_else(tmp_path: Path, sqlite_url: str, name: str) -> None:
    """On threads and on prefork.  No broker answers, so that Celery and kombu have something to say."""
    log = tmp_path / "worker.log"
    process = begin(log, environment(tmp_path, sqlite_url), "-m", "workers", name)
    try:
        wait_until(lambda: "Cannot connect to redis" in log.read_text(), "Celery misses the broker", within_s=60)
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(timeout=60)
    found = events(log)
    assert found[0]["event"] == "worker starts"
    assert {line["role"] for line in found} == {f"worker-{name}"}
    assert "celery.worker.consumer.consumer" in {line["logger"] for line in found}


def test_a_wrong_setting_is_a_line(tmp_path: Path, sqlite_url: str) -> None:
    log = tmp_path / "worker.log"
    process = begin(log, environment(tmp_path, sqlite_url, STRIPE_SECRET_KEY=""), "-m", "workers", "payments")
    assert process.wait(timeout=60) == 1
    (line,) = events(log)
    assert (line["level"], line["event"].partition(":")[0]) == ("critical", "STRIPE_SECRET_KEY")


def test_warnings_and_what_nobody_catches_are_lines(tmp_path: Path, sqlite_url: str) -> None:
    log = tmp_path / "log"
    assert begin(log, environment(tmp_path, sqlite_url), "-c", UNCAUGHT).wait(timeout=60) == 1
    warned, thread, uncaught = events(log)
    assert "UserWarning: a warning" in warned["event"]
    assert (thread["thread"], "ZeroDivisionError" in thread["exception"]) == ("other", True)
    assert uncaught["level"] == "critical"
    assert uncaught["exception"].endswith("ValueError: two\nlines")
