"""Find programs of Debian for tests: on PATH, else unpacked into ``.debian`` of the project.

Unpacking needs no root and installs nothing: an installed nginx or Prometheus would start a service on the machine.
"""

from __future__ import annotations

import fcntl
import os
import shutil
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

CACHE = Path(__file__).resolve().parents[1] / ".debian"
PACKAGES = {  # where it is not one package with the program's name
    "chromium": ("chromium", "chromium-common"),  # its data must lie beside the binary, also if it is installed
    "promtool": ("prometheus",),
    "amtool": ("prometheus-alertmanager",),
}
DOWNLOAD_WITHIN_S = 100  # below the limit of one test, so that a slow mirror is named as the reason


class NoProgram(Exception):
    """Says why the program cannot be had here; tests skip with this text."""


@dataclass(frozen=True)
class Program:
    """``environment`` is the whole one for a process that runs ``path``."""

    path: str
    environment: Mapping[str, str]


def find(name: str, cache: Path = CACHE, search: str | None = None) -> Program:
    """Returns the program, unpacked first if needed.  ``search`` replaces PATH.  Raises ``NoProgram``."""
    if found := shutil.which(name, path=search):
        return Program(found, dict(os.environ))
    root = unpacked(name, cache)
    # Chromium's own binary comes before its wrapper in usr/bin, which names absolute paths.
    places = [root / "usr/lib" / name / name, root / "usr/bin" / name, root / "usr/sbin" / name]
    path = next((place for place in places if place.is_file()), None)
    if path is None:
        raise NoProgram(f"its package holds no program {name}")
    return Program(str(path), _environment(root))


def unpacked(name: str, cache: Path) -> Path:
    """Returns the folder that holds the program and those of its dependencies that the machine lacks."""
    root = cache / name
    if not root.is_dir():
        for tool in ("apt-get", "dpkg"):
            if shutil.which(tool) is None:
                raise NoProgram(f"{name} is not on PATH, and there is no {tool} to fetch it with")
        with _locked(cache):
            if not root.is_dir():  # another test process may have unpacked it meanwhile
                _fetch(PACKAGES.get(name, (name,)), root, cache / "apt")
    return root


def _fetch(packages: tuple[str, ...], root: Path, apt: Path) -> None:
    archives = apt / "cache/archives"
    for folder in (apt / "state/lists/partial", archives / "partial"):
        folder.mkdir(parents=True, exist_ok=True)
    own = [f"Dir::State={apt}/state", f"Dir::Cache={apt}/cache", "Debug::NoLocking=1", "APT::Sandbox::User="]
    options = [word for setting in own for word in ("-o", setting)]
    # --reinstall: a program that is installed but not on PATH is downloaded too.
    download = ("install", "--download-only", "--yes", "--no-install-recommends", "--reinstall", *packages)
    for command in (("update",), download):
        _run("apt-get", "-qq", *options, *command)
    new = root.with_name(f"{root.name}.new")
    shutil.rmtree(new, ignore_errors=True)
    for archive in archives.glob("*.deb"):
        _run("dpkg", "-x", str(archive), str(new))
    shutil.rmtree(archives)
    new.rename(root)  # only a whole package has the final name


def _environment(root: Path) -> Mapping[str, str]:
    libraries = {str(library.parent) for library in root.glob("**/lib*.so*")}
    before = os.environ.get("LD_LIBRARY_PATH", "")
    environment = {**os.environ, "LD_LIBRARY_PATH": ":".join(filter(None, [*sorted(libraries), before]))}
    if (fonts := root / "usr/share/fonts").is_dir():  # the machine has none of its own
        settings = root / "fonts.conf"
        settings.write_text(f"<fontconfig><dir>{fonts}</dir><cachedir>{root}/fontcache</cachedir></fontconfig>")
        environment["FONTCONFIG_FILE"] = str(settings)
    return environment


def _run(*command: str) -> None:
    done = subprocess.run(command, capture_output=True, text=True, timeout=DOWNLOAD_WITHIN_S, check=False)
    if done.returncode:
        said = (done.stderr.strip() or "no message").splitlines()[-1]
        raise NoProgram(f"{command[0]} failed with {done.returncode}: {said}")


@contextmanager
def _locked(cache: Path) -> Iterator[None]:
    """Parallel test processes unpack a package once."""
    cache.mkdir(parents=True, exist_ok=True)
    with (cache / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
