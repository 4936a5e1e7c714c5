"""The launcher on machines that lack something, with a lock file of one small package and no network."""

from __future__ import annotations

import hashlib
import os
import shutil
import signal
import socket
import stat
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.stack import wait_until

LAUNCHER = Path(__file__).parents[2] / "handwork"
TOOLS = ("bash", "dirname", "readlink", "cut", "cat", "rm", "mkdir", "mv", "tail", "grep", "tee", "sha256sum")
UNAVAILABLE = 69
CLI = """\
import json, os, sys
import tiny
print(json.dumps({"arguments": sys.argv[1:], "folder": os.getcwd(), "tiny": tiny.VERSION}))
"""


@dataclass
class Machine:
    """A checkout in a folder with a space, a PATH of our making, and an index of packages on disk."""

    folder: Path

    @property
    def root(self) -> Path:
        return self.folder / "my projects" / "handwork"

    @property
    def bin(self) -> Path:
        return self.folder / "bin"

    @property
    def wheels(self) -> Path:
        return self.folder / "wheels"

    @property
    def venv(self) -> Path:
        return self.root / ".venv"

    def environment(self, **more: str) -> dict[str, str]:
        return {
            "HOME": str(self.folder / "home"),
            "PATH": str(self.bin),
            "PIP_CONFIG_FILE": os.devnull,
            "PIP_NO_INDEX": "1",
            "PIP_FIND_LINKS": str(self.wheels),
            **more,
        }

    def run(self, *arguments: str, cwd: Path | None = None, **more: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [str(self.root / "handwork"), *arguments],
            env=self.environment(**more),
            cwd=cwd or self.folder,
            capture_output=True,
            text=True,
            check=False,
        )

    def begin(self, *arguments: str, user: int | None = None, **more: str) -> subprocess.Popen[str]:
        """With Ctrl-C as on a terminal, also where the tests run in the background and ignore it."""
        return subprocess.Popen(
            [str(self.root / "handwork"), *arguments],
            env=self.environment(**more),
            cwd=self.folder,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,
            preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
            user=user,
        )

    def put(self, name: str, script: str) -> None:
        """A command on PATH."""
        path = self.bin / name
        path.unlink(missing_ok=True)
        path.write_text(f"#!{shutil.which('bash')}\n{script}\n")
        path.chmod(path.stat().st_mode | stat.S_IXUSR)

    def lock(self, version: str, name: str = "requirements.lock") -> None:
        """The lock file names this version of the one package."""
        wheel = make_wheel(self.wheels, version)
        digest = hashlib.sha256(wheel.read_bytes()).hexdigest()
        (self.root / name).write_text(f"tiny=={version} --hash=sha256:{digest}\n")


def make_wheel(folder: Path, version: str) -> Path:
    path = folder / f"tiny-{version}-py3-none-any.whl"
    info = f"tiny-{version}.dist-info"
    with zipfile.ZipFile(path, "w") as wheel:
        wheel.writestr("tiny.py", f"VERSION = {version!r}\n")
        wheel.writestr(f"{info}/METADATA", f"Metadata-Version: 2.1\nName: tiny\nVersion: {version}\n")
        wheel.writestr(f"{info}/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n")
        wheel.writestr(f"{info}/RECORD", f"tiny.py,,\n{info}/METADATA,,\n{info}/WHEEL,,\n{info}/RECORD,,\n")
    return path


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    return make_machine(tmp_path)


@pytest.fixture
def shared_machine() -> Iterator[Machine]:
    """In a folder that every user may read."""
    with tempfile.TemporaryDirectory() as folder:
        Path(folder).chmod(0o755)
        yield make_machine(Path(folder))


def make_machine(folder: Path) -> Machine:
    made = Machine(folder)
    for each in (made.root / "cli", made.bin, made.wheels, folder / "home", folder / "elsewhere" / "cli"):
        each.mkdir(parents=True)
    for tool in TOOLS:
        (made.bin / tool).symlink_to(shutil.which(tool))
    made.put("python3", f'exec "{Path(sys.executable).resolve()}" "$@"')
    shutil.copy(LAUNCHER, made.root / "handwork")
    (made.root / "cli" / "__init__.py").touch()
    (made.root / "cli" / "__main__.py").write_text(CLI)
    made.lock("1.0")
    made.lock("1.0", "requirements-dev.lock")
    return made


@pytest.fixture
def deaf_index() -> Iterator[str]:
    """An index that takes connections and never answers."""
    with socket.socket() as server:
        server.bind(("127.0.0.1", 0))
        server.listen()
        yield f"http://127.0.0.1:{server.getsockname()[1]}/simple"


def test_first_use_says_what_it_does_and_the_second_is_quiet(machine):
    first = machine.run("up", "--web", "2")
    second = machine.run("up", "--web", "2")

    assert first.returncode == 0, first.stderr
    assert '"arguments": ["up", "--web", "2"]' in first.stdout
    assert "making" in first.stderr
    assert "installing the packages of requirements.lock" in first.stderr
    assert second.stdout == first.stdout
    assert second.stderr == ""


def test_it_works_through_a_link_from_a_folder_that_has_a_cli_of_its_own(machine):
    elsewhere = machine.folder / "elsewhere"
    (elsewhere / "cli" / "__main__.py").write_text("print('the wrong one')")
    (machine.bin / "hw").symlink_to(machine.root / "handwork")
    machine.run()

    found = subprocess.run(
        ["hw", "status"], env=machine.environment(), cwd=elsewhere, capture_output=True, text=True, check=True
    )

    assert f'"folder": "{elsewhere}"' in found.stdout


def test_no_python_at_all(machine):
    (machine.bin / "python3").unlink()

    found = machine.run()

    assert found.returncode == UNAVAILABLE
    assert "Python 3.11 or later is needed, and there is no python3 on PATH" in found.stderr
    assert not machine.venv.exists()


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


def test_a_changed_lock_file_is_installed(machine):
    machine.run()
    machine.lock("2.0")

    found = machine.run("status")

    assert '"tiny": "2.0"' in found.stdout
    assert "installing" in found.stderr


def test_the_development_set_comes_with_the_commands_that_need_it_and_stays(machine):
    machine.lock("2.0", "requirements-dev.lock")
    assert '"tiny": "1.0"' in machine.run("status").stdout

    found = machine.run("test")

    assert "requirements-dev.lock" in found.stderr
    assert '"tiny": "2.0"' in found.stdout
    assert machine.run("status").stderr == ""


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
