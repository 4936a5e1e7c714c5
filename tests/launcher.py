"""A machine of our making for tests of the launcher: a lock file of one small package, and no network."""

from __future__ import annotations

import hashlib
import os
import shutil
import signal
import socket
import stat
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

LAUNCHER = Path(__file__).parents[1] / "handwork"
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


@contextmanager
def open_deaf_index() -> Iterator[str]:
    """An index that takes connections and never answers."""
    with socket.socket() as server:
        server.bind(("127.0.0.1", 0))
        server.listen()
        yield f"http://127.0.0.1:{server.getsockname()[1]}/simple"
