"""A process that is started again runs with the settings that its stack was started with."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from cli.stack.programs import Program
from cli.stack.stack import Stack
from tests.ports import free_ports
from tests.stack import wait_until

SAYS = (
    "import time; from runtime.settings import load; s = load();"
    "print(s.client_fee_bp, s.worker_fee_bp, s.tax_bp, flush=True); time.sleep(600)"
)


@pytest.fixture
def dotenv(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    file = tmp_path / "dotenv"
    monkeypatch.setenv("HANDWORK_DOTENV", str(file))
    monkeypatch.setenv("WORKER_FEE_BP", "700")
    monkeypatch.setenv("TAX_BP", "")
    return file


@pytest.fixture
def stack(tmp_path: Path, dotenv: Path) -> Iterator[Stack]:
    dotenv.write_text("CLIENT_FEE_BP=300\nWORKER_FEE_BP=400\nTAX_BP=500\n")
    program = Program("says", (sys.executable, "-c", SAYS), 10)
    made = Stack(tmp_path / "home", environment=free_ports(), build=lambda _home, _choices: [program])
    yield made
    made.stop()


def test_whatever_is_written_into_the_file_meanwhile(stack: Stack, dotenv: Path) -> None:
    stack.start()
    log = stack.home / "logs" / "says.log"
    wait_until(lambda: log.read_text() == "300 700 500\n", "it has read them")
    dotenv.write_text("CLIENT_FEE_BP=2000\nnonsense\n")
    os.kill(stack.pids()["says"], signal.SIGKILL)
    wait_until(lambda: log.read_text() == "300 700 500\n" * 2, "it has read them again")


def test_what_has_changed_since_is_known_by_name(stack: Stack, dotenv: Path) -> None:
    stack.start()
    assert stack.changed_settings() == []
    dotenv.write_text("CLIENT_FEE_BP=2000\nWORKER_FEE_BP=450\nJWT_SECRET_KEY=sssssssssssssssssssssssssssssssss\n")
    assert stack.changed_settings() == ["CLIENT_FEE_BP", "JWT_SECRET_KEY", "TAX_BP"]
    assert stack.started.settings().client_fee_bp == 300
