"""The images of the drill: a Debian with Python from its packages, and in place of the official images of others one
that has Redis and nginx from there, and one with PostgreSQL."""

from __future__ import annotations

import ast
import shlex
import subprocess
import sys
from collections.abc import Iterator, Mapping
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
POSTGRES = "drill-postgres"
POSTGRES_DOCKERFILE = f"""\
FROM {BASE}
RUN apt-get -qq update \\
    && apt-get -qq install --yes --no-install-recommends postgresql \\
    && groupadd --gid 999 drill && useradd --uid 999 --gid 999 --no-create-home drill \\
    && install --directory --owner=999 --group=999 --mode=0700 /var/lib/postgresql/data
COPY entrypoint /entrypoint
ENTRYPOINT ["bash", "/entrypoint"]
"""
POSTGRES_ENTRYPOINT = """\
# What the official image does with the same variables: make the cluster and the database at the first start.
set -euo pipefail
export PATH=$(echo /usr/lib/postgresql/*/bin):$PATH
if [ ! -s "$PGDATA/PG_VERSION" ]; then
  initdb --username="$POSTGRES_USER" --pwfile="$POSTGRES_PASSWORD_FILE" --auth-local=trust --auth-host=scram-sha-256 \\
    --encoding=UTF8 --locale=C.UTF-8
  echo 'host all all all scram-sha-256' >> "$PGDATA/pg_hba.conf"
  pg_ctl --wait --options='-c listen_addresses=' start
  createdb --username="$POSTGRES_USER" --maintenance-db=template1 "$POSTGRES_DB"
  pg_ctl --wait stop
fi
exec "$@" -c listen_addresses='*'
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


def make_neighbours(engine: Engine, folder: Path, *, with_postgres: bool) -> None:
    _make(engine, folder / "neighbours", NEIGHBOURS, {"Dockerfile": NEIGHBOURS_DOCKERFILE})
    if with_postgres:
        files = {"Dockerfile": POSTGRES_DOCKERFILE, "entrypoint": POSTGRES_ENTRYPOINT}
        _make(engine, folder / "postgres", POSTGRES, files)


def _make(engine: Engine, context: Path, name: str, files: Mapping[str, str]) -> None:
    context.mkdir()
    for file, text in files.items():
        (context / file).write_text(text)
    engine.run("build", "--network", "host", "--tag", name, str(context))


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
