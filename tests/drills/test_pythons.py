"""A newcomer whose Python is a later one: install, start, demo, end, in a copy of the project."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from runtime.settings import PROJECT
from tests.acceptance.newcomer import OURS
from tests.ports import free_ports

LATER = ("3.12", "3.13")


def find(version: str) -> str | None:
    """The path of that Python: on PATH, or among pyenv's."""
    pyenv = Path(os.environ.get("PYENV_ROOT") or Path.home() / ".pyenv") / "versions"
    found = [shutil.which(f"python{version}"), *sorted(map(str, pyenv.glob(f"{version}.*/bin/python{version}")))]
    return next((path for path in found if path and _is(path, version)), None)


def _is(path: str, version: str) -> bool:
    """A name on PATH may be a shim with nothing behind it."""
    asked = [path, "-c", "import ensurepip, sys; print('%d.%d' % sys.version_info[:2])"]
    return subprocess.run(asked, capture_output=True, text=True, check=False).stdout.strip() == version


@pytest.mark.parametrize("version", LATER)
def test_a_newcomer_with_a_later_python(version: str, tmp_path: Path) -> None:
    python = find(version)
    if python is None:
        pytest.skip(f"there is no Python {version} with venv on PATH or in pyenv")
    copy = tmp_path / "handwork"
    files = subprocess.check_output(["git", "ls-files", "-z"], cwd=PROJECT, text=True).split("\0")
    for name in filter(None, files):
        (copy / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(PROJECT / name, copy / name)
    environment = {name: value for name, value in os.environ.items() if name not in OURS} | {
        "HANDWORK_PYTHON": python,
        "HANDWORK_DOTENV": os.devnull,
        **free_ports(),
    }

    def handwork(*arguments: str) -> str:
        done = subprocess.run(
            ["./handwork", *arguments], cwd=copy, env=environment, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, (arguments, done.stdout, done.stderr)
        return done.stdout

    assert "First steps:" in handwork("--help")
    assert f"Python {version}." in subprocess.check_output([copy / ".venv/bin/python", "--version"], text=True)
    try:
        handwork("up", "--detach")
        handwork("status")
        assert "All is well." in handwork("demo", "--jobs", "5")
    finally:
        handwork("down")
    logs = "".join(log.read_text() for log in (copy / ".handwork" / "logs").glob("*.log"))
    assert "DeprecationWarning" not in logs
    assert "Traceback" not in logs
