"""The launcher's first use: whole, interrupted, and twice at once, with a lock file of one small package."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.launcher import UNAVAILABLE, Machine, make_machine, open_deaf_index
from tests.stack import wait_until


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    return make_machine(tmp_path)


@pytest.fixture
def deaf_index() -> Iterator[str]:
    with open_deaf_index() as url:
        yield url


def test_first_use_says_what_it_does_and_the_second_is_quiet(machine):
    first = machine.run("up", "--web", "2")
    second = machine.run("up", "--web", "2")

    assert first.returncode == 0, first.stderr
    assert '"arguments": ["up", "--web", "2"]' in first.stdout
    assert "making" in first.stderr
    assert "installing the packages of requirements.lock" in first.stderr
    assert second.stdout == first.stdout
    assert second.stderr == ""


def test_no_python_at_all(machine):
    (machine.bin / "python3").unlink()

    found = machine.run()

    assert found.returncode == UNAVAILABLE
    assert "Python 3.11 or later is needed, and there is no python3 on PATH" in found.stderr
    assert not machine.venv.exists()


def test_an_interrupted_installation_is_not_believed(machine, deaf_index):
    begun = machine.begin(PIP_NO_INDEX="", PIP_FIND_LINKS="", PIP_INDEX_URL=deaf_index)
    log = machine.venv / "install.log"
    wait_until(lambda: log.exists() and "Looking in indexes" in log.read_text(), "pip is waiting", 60)
    os.killpg(begun.pid, signal.SIGKILL)
    begun.communicate()
    # What a kill at the wrong moment leaves: a package that looks installed and is not.
    site = next(machine.venv.glob("lib/*/site-packages"))
    (site / "tiny.py").touch()
    (site / "tiny-1.0.dist-info").mkdir()
    (site / "tiny-1.0.dist-info" / "METADATA").write_text("Metadata-Version: 2.1\nName: tiny\nVersion: 1.0\n")

    found = machine.run("status")

    assert found.returncode == 0, found.stderr
    assert '"tiny": "1.0"' in found.stdout


def test_two_first_uses_at_once_install_once(machine):
    both = [machine.begin("status"), machine.begin("status")]
    said = [process.communicate() for process in both]

    assert [process.returncode for process in both] == [0, 0]
    assert sum("installing the packages" in err for _, err in said) == 1
    assert said[0][0] == said[1][0]


def test_the_development_set_comes_with_the_commands_that_need_it_and_stays(machine):
    machine.lock("2.0", "requirements-dev.lock")
    assert '"tiny": "1.0"' in machine.run("status").stdout

    found = machine.run("test")

    assert "requirements-dev.lock" in found.stderr
    assert '"tiny": "2.0"' in found.stdout
    assert machine.run("status").stderr == ""


def test_control_c_while_it_installs(machine, deaf_index):
    begun = machine.begin(PIP_NO_INDEX="", PIP_FIND_LINKS="", PIP_INDEX_URL=deaf_index)
    log = machine.venv / "install.log"
    wait_until(lambda: log.exists() and "Looking in indexes" in log.read_text(), "pip is waiting", 60)

    os.killpg(begun.pid, signal.SIGINT)
    _, said = begun.communicate(timeout=60)

    assert begun.returncode == 128 + signal.SIGINT
    assert "interrupted; the next call begins again" in said
    assert "could not be" not in said
    assert machine.run("status").returncode == 0
