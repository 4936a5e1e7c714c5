"""``handwork doctor``: is this machine fit, and is the stack well?"""

from __future__ import annotations

import os
import platform
import shutil
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import click
import pysqlite3
from rich.console import Console
from rich.table import Table

from cli.stack.choices import PREFERRED, is_free
from cli.stack.programs import broker_binary
from cli.stack.stack import Stack
from runtime.database import DatabaseProblem
from runtime.database.engine import check_library
from runtime.settings import PROJECT, SettingsError, load

GIB = 1024**3
LEAST_FREE = 1 * GIB
SLOW_FSYNC_S = 0.02
Finding = tuple[bool, str]


def _python() -> Finding:
    return sys.version_info >= (3, 11), f"{platform.python_version()} at {sys.executable}"


def _library() -> Finding:
    version = str(pysqlite3.sqlite_version)
    try:
        check_library(version)
    except DatabaseProblem as error:
        return False, str(error)
    return True, f"SQLite {version} (pysqlite3)"


def _settings() -> Finding:
    try:
        settings = load()
    except SettingsError as error:
        return False, str(error)
    return True, f"{settings.handwork_env}, database {settings.database.split('@')[-1]}"


def _broker() -> Finding:
    try:
        return True, broker_binary()
    except FileNotFoundError as error:
        return False, str(error)


def _disk() -> Finding:
    free = shutil.disk_usage(PROJECT).free
    return free >= LEAST_FREE, f"{free / GIB:.1f} GiB free"


def _fsync() -> Finding:
    """Every answered write waits for one; group commit shares it."""
    home = PROJECT / ".handwork"
    with tempfile.NamedTemporaryFile(dir=home if home.is_dir() else PROJECT) as file:
        times = []
        for _ in range(20):
            file.write(b"x" * 4096)
            file.flush()
            started = time.perf_counter()
            os.fsync(file.fileno())
            times.append(time.perf_counter() - started)
    median = statistics.median(times)
    return median < SLOW_FSYNC_S, f"{median * 1000:.2f} ms (median of 20)"


def _ports() -> Finding:
    busy = [f"{name} {port}" for name, port in PREFERRED.items() if not is_free(port)]
    return True, f"taken: {', '.join(busy)} (up chooses others)" if busy else "the usual ones are free"


def _stack() -> Finding:
    home = Path(os.environ.get("HANDWORK_HOME") or PROJECT / ".handwork")
    found = Stack(home).status()
    bad = [f"{p.name} is {p.state}" for p in found if p.state != "RUNNING"]
    return not bad, ", ".join(bad) if bad else f"{len(found)} processes run" if found else "does not run"


CHECKS: dict[str, Callable[[], Finding]] = {
    "Python": _python,
    "SQLite": _library,
    "settings": _settings,
    "broker": _broker,
    "disk": _disk,
    "fsync": _fsync,
    "ports": _ports,
    "stack": _stack,
}


@click.command()
def doctor() -> None:
    """Look at this machine, the settings and the running stack. Exit code 1 when something needs you."""
    table = Table("what", "", "finding")
    findings = {name: look() for name, look in CHECKS.items()}
    for name, (good, words) in findings.items():
        table.add_row(name, "[green]ok[/green]" if good else "[red]look[/red]", words)
    Console().print(table)
    sys.exit(0 if all(good for good, _ in findings.values()) else 1)
