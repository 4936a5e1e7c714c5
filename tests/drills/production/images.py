"""The images of the drill: a Debian with Python from its packages, and in place of the official images of others one
that has Redis and nginx from there."""

from __future__ import annotations

import ast
import shlex
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from tests.drills.production.engine import Engine, NoEngine, last_line

BASE = "drill-base"
NEIGHBOURS = "drill-neighbours"
PACKAGES = ("ca-certificates", "python3", "python3-venv")
NEIGHBOURS_DOCKERFILE = f"""\
FROM {BASE}
RUN apt-get -qq update \\
    && apt-get -qq install --yes --no-install-recommends redis-server nginx-light curl \\
    && install --directory --owner=999 --group=999 /data
"""
PIP_CERT = "/run/secrets/pip.cert"
ASKED = ("index-url", "extra-index-url", "trusted-host", "proxy", "timeout")


def make_base(engine: Engine, folder: Path) -> None:
    """``NoEngine`` when Debian's packages are not to be had."""
    archive = folder / "base.tar"
    command = ["mmdebstrap", "--variant=minbase", f"--include={','.join(PACKAGES)}", "bookworm", str(archive)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise NoEngine(f"mmdebstrap: {last_line(done.stderr)}")
    engine.run("import", str(archive), BASE)
    archive.unlink()


def make_neighbours(engine: Engine, folder: Path) -> None:
    context = folder / "neighbours"
    context.mkdir()
    (context / "Dockerfile").write_text(NEIGHBOURS_DOCKERFILE)
    engine.run("build", "--network", "host", "--tag", NEIGHBOURS, str(context))


def build_arguments(folder: Path) -> str:
    """What the build of our own image needs on this machine beside what an operator types, for a shell: our base, and
    the package index of this machine's pip, as secrets, so that no host is named anywhere."""
    words = ["--network", "host", "--build-arg", f"PYTHON_IMAGE={BASE}"]
    found = dict(_pip_settings())
    lines = [f"{name} = {value}" for name in ASKED if (value := _without_files(found.get(name, "")))]
    if certificates := found.get("cert"):
        words += ["--secret", f"id=pip.cert,src={certificates}"]
        lines.append(f"cert = {PIP_CERT}")
    if lines:
        (folder / "pip.conf").write_text("\n".join(["[global]", *lines, ""]))
        words += ["--secret", f"id=pip.conf,src={folder / 'pip.conf'}"]
    return shlex.join(words)


def _pip_settings() -> Iterator[tuple[str, str]]:
    """The later wins, as for pip: files, then the environment, which it lists first."""
    asked = [sys.executable, "-m", "pip", "config", "list"]
    listed = subprocess.run(asked, capture_output=True, text=True, check=True).stdout.splitlines()
    for line in sorted(listed, key=lambda line: line.startswith(":env:")):
        name, _, value = line.partition("=")
        yield name.rpartition(".")[2], ast.literal_eval(value)


def _without_files(value: str) -> str:
    """Folders of this machine are not in the build."""
    return " ".join(word for word in value.split() if not word.startswith(("file:", "/")))
