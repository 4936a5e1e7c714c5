"""The launcher on machines that lack something, with a lock file of one small package and no network."""

from __future__ import annotations

import os
import signal
import subprocess
import tempfile
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.launcher import UNAVAILABLE, Machine, make_machine, make_wheel, open_deaf_index
from tests.stack import wait_until


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    return make_machine(tmp_path)


@pytest.fixture
def deaf_index() -> Iterator[str]:
    with open_deaf_index() as url:
        yield url


@pytest.fixture
def shared_machine() -> Iterator[Machine]:
    """In a folder that every user may read."""
    with tempfile.TemporaryDirectory() as folder:
        Path(folder).chmod(0o755)
        yield make_machine(Path(folder))


def test_it_works_through_a_link_from_a_folder_that_has_a_cli_of_its_own(machine):
    elsewhere = machine.folder / "elsewhere"
    (elsewhere / "cli" / "__main__.py").write_text("print('the wrong one')")
    (machine.bin / "hw").symlink_to(machine.root / "handwork")
    machine.run()

    found = subprocess.run(
        ["hw", "status"], env=machine.environment(), cwd=elsewhere, capture_output=True, text=True, check=True
    )

    assert f'"folder": "{elsewhere}"' in found.stdout


OLD = 'case "$2" in *print*) echo "3.9 /usr/bin/python3.9" ;; *) exit 1 ;; esac'
NO_VENV = 'case "$2" in *print*) echo "3.12 /usr/bin/python3.12" ;; *ensurepip*) exit 1 ;; esac'
SHIM = 'echo "no such version" >&2; exit 127'


def test_python_is_too_old(machine):
    machine.put("python3", OLD)

    found = machine.run()

    assert found.returncode == UNAVAILABLE
    assert "found only 3.9 (/usr/bin/python3.9)" in found.stderr


def test_python_lacks_its_venv_module(machine):
    machine.put("python3", NO_VENV)

    found = machine.run()

    assert found.returncode == UNAVAILABLE
    assert "lacks its venv module" in found.stderr
    assert "python3.12-venv" in found.stderr


def test_what_is_unfit_is_passed_over(machine):
    machine.put("python3.13", SHIM)
    machine.put("python3.12", NO_VENV)
    machine.put("python3.11", OLD)

    assert machine.run("status").returncode == 0


@pytest.mark.parametrize("there", [False, True])
def test_a_named_python_that_is_none_is_refused_by_name(machine, there):
    if there:
        assert machine.run("status").returncode == 0
    machine.put("older", OLD)
    machine.put("without", NO_VENV)
    for name, why in (("/nope", "is not a Python"), ("older", "is not a Python"), ("without", "lacks its venv module")):
        found = machine.run("status", HANDWORK_PYTHON=name)
        assert found.returncode == UNAVAILABLE
        assert f"HANDWORK_PYTHON: {name} {why}" in found.stderr
    assert machine.run("status", HANDWORK_PYTHON=str(machine.bin / "python3")).returncode == 0


def test_no_network(machine):
    found = machine.run(PIP_NO_INDEX="", PIP_FIND_LINKS="", PIP_INDEX_URL="http://127.0.0.1:9/simple")

    story = (machine.venv / "install.log").read_text()
    assert found.returncode == UNAVAILABLE, (found.stderr, story)
    assert "no connection to the package index" in found.stderr, (found.stderr, story)
    assert "Traceback" not in found.stderr
    assert machine.run("status").returncode == 0


def test_a_package_that_is_not_the_one_of_the_lock_file(machine):
    wheel = make_wheel(machine.wheels, "1.0")
    with zipfile.ZipFile(wheel, "a") as archive:
        archive.writestr("tiny_more.py", "")

    found = machine.run()

    assert found.returncode == UNAVAILABLE
    assert "its hash differs" in found.stderr


def test_a_changed_lock_file_is_installed(machine):
    machine.run()
    machine.lock("2.0")

    found = machine.run("status")

    assert '"tiny": "2.0"' in found.stdout
    assert "installing" in found.stderr


def test_help_does_not_install_the_development_set(machine):
    machine.run("status")
    machine.lock("2.0", "requirements-dev.lock")

    for words in (("bench", "--help"), ("bench", "web", "-h"), ("test", "--help"), ("drill", "--help")):
        found = machine.run(*words)
        assert found.stderr == ""
        assert '"tiny": "1.0"' in found.stdout


def test_a_venv_whose_python_is_gone_is_made_again(machine):
    machine.run()
    (machine.venv / "bin" / "python").unlink()
    (machine.venv / "bin" / "python").symlink_to("/nowhere/python3")

    found = machine.run("status")

    assert found.returncode == 0, found.stderr
    assert "making" in found.stderr


NOBODY = 65_534
for_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root can be somebody else")


@for_root
def test_a_folder_that_may_not_be_written(shared_machine):
    begun = shared_machine.begin("status", user=NOBODY)
    _, said = begun.communicate()

    assert begun.returncode == UNAVAILABLE
    (line,) = said.splitlines()
    assert line.startswith(f"handwork: {shared_machine.root} may not be written")
    assert not shared_machine.venv.exists()


@for_root
@pytest.mark.parametrize("linked", [False, True])
def test_a_venv_of_somebody_else_is_left_alone(shared_machine, linked):
    target = shared_machine.folder / "theirs" if linked else shared_machine.venv
    (target / "bin").mkdir(parents=True)
    if linked:
        shared_machine.venv.symlink_to(target)
    shared_machine.root.chmod(0o777)

    begun = shared_machine.begin("status", user=NOBODY)
    _, said = begun.communicate()

    assert begun.returncode == UNAVAILABLE
    (line,) = said.splitlines()
    assert "belongs to somebody else; run this once as its owner" in line
    assert (shared_machine.venv / "bin").is_dir()


@for_root
def test_a_lock_file_that_may_not_be_read(shared_machine):
    (shared_machine.root / "requirements.lock").chmod(0o600)

    begun = shared_machine.begin("status", user=NOBODY)
    _, said = begun.communicate()

    assert begun.returncode == UNAVAILABLE
    assert said == f"handwork: {shared_machine.root}/requirements.lock cannot be read.\n"


def test_control_c_while_it_waits_for_another(machine, deaf_index):
    first = machine.begin(PIP_NO_INDEX="", PIP_FIND_LINKS="", PIP_INDEX_URL=deaf_index)
    log = machine.venv / "install.log"
    wait_until(lambda: log.exists() and "Looking in indexes" in log.read_text(), "pip is waiting", 60)
    second = machine.begin()
    assert second.stderr.readline() == "handwork: another handwork is installing; waiting for it\n"

    os.killpg(second.pid, signal.SIGINT)
    _, said = second.communicate(timeout=60)
    os.killpg(first.pid, signal.SIGKILL)
    first.communicate()

    assert second.returncode == 128 + signal.SIGINT
    assert said == "handwork: interrupted; the next call begins again\n"
