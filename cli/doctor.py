"""``handwork doctor``: check this machine, the settings and the running stack."""

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
from rich.text import Text
from sqlalchemy.exc import SQLAlchemyError

from cli.here import this_home
from cli.manual import manual
from cli.refusals import sentence
from cli.stack.choices import PREFERRED
from cli.stack.doubts import doubts
from cli.stack.errors import StackError
from cli.stack.ports import holder, is_free
from cli.stack.processes import processes_of
from cli.stack.programs import broker_binary
from cli.stack.readiness import READY
from cli.stack.stack import Stack
from cli.terminal import print_table
from cli.watching import blind_flower, counted_alarms, unserved_queues
from runtime.database import DatabaseProblem
from runtime.database.engine import check_library
from runtime.settings import SettingsError, load

GIB = 1024**3
LEAST_FREE = 1 * GIB
SLOW_FSYNC_S = 0.02
Finding = tuple[bool, str]


def _python(_stack: Stack) -> Finding:
    return sys.version_info >= (3, 11), f"{platform.python_version()} at {sys.executable}"


def _library(_stack: Stack) -> Finding:
    version = str(pysqlite3.sqlite_version)
    try:
        check_library(version)
    except DatabaseProblem as error:
        return False, str(error)
    return True, f"SQLite {version} (pysqlite3)"


def _settings(_stack: Stack) -> Finding:
    found = doubts(os.environ)
    try:
        settings = load()
    except SettingsError as error:
        return False, "\n".join([str(error), *found])
    if found:
        return False, "\n".join(found)
    return True, f"{settings.handwork_env}, database {settings.database.split('@')[-1]}"


def _start(stack: Stack) -> Finding:
    """Return the result of the checks in ``Stack.preflight``, which ``up`` would also make."""
    try:
        stack.preflight()
    except (StackError, SettingsError, DatabaseProblem, SQLAlchemyError, OSError) as error:
        return False, sentence(error)
    return True, "up would refuse nothing" if not stack.is_running() else "what is set now could be started again"


def _broker(_stack: Stack) -> Finding:
    try:
        return True, broker_binary()
    except FileNotFoundError as error:
        return False, str(error)


def _disk(stack: Stack) -> Finding:
    folder = _data_folder(stack)
    free = shutil.disk_usage(folder).free
    return free >= LEAST_FREE, f"{free / GIB:.1f} GiB free for {folder}"


def _fsync(stack: Stack) -> Finding:
    """Return how long an ``fsync`` takes: each write waits for one, which the writes of a group share."""
    try:
        median = _median_fsync_s(_data_folder(stack))
    except OSError as error:
        return False, f"cannot be measured: {error.strerror}"
    return median < SLOW_FSYNC_S, f"{median * 1000:.2f} ms (median of 20)"


def _median_fsync_s(folder: Path) -> float:
    with tempfile.NamedTemporaryFile(dir=folder) as file:
        times = []
        for _ in range(20):
            file.write(b"x" * 4096)
            file.flush()
            started = time.perf_counter()
            os.fsync(file.fileno())
            times.append(time.perf_counter() - started)
    return statistics.median(times)


def _data_folder(stack: Stack) -> Path:
    """Return the folder that has the data, or will have them."""
    return next(folder for folder in (stack.home, *stack.home.parents) if folder.is_dir())


def _ports(stack: Stack) -> Finding:
    if stack.is_running():
        return True, "held by the stack that runs"
    busy = [
        f"{name} {port} by {holder(port) or 'another user'}" for name, port in PREFERRED.items() if not is_free(port)
    ]
    return True, f"taken: {', '.join(busy)} (up chooses others)" if busy else "the usual ones are free"


def _orphans(stack: Stack) -> Finding:
    if sys.platform != "linux":
        return False, "not Linux: a process manager that is killed leaves its processes behind"
    if stack.is_running():
        return True, "no, they have their manager"
    left = processes_of(stack.home)
    return not left, f"left behind: pids {', '.join(map(str, left))}; handwork down ends them" if left else "none"


def _stack(stack: Stack) -> Finding:
    found = stack.observe()
    bad = [f"{p.name} is {p.state}" for p in found if p.state != READY]
    if not found:
        return True, "is starting or draining" if stack.is_running() else "does not run"
    return not bad, ", ".join(bad) or f"{len(found)} processes are ready"


def _queues(stack: Stack) -> Finding:
    if not stack.is_running():
        return True, "the stack does not run"
    found = unserved_queues(stack)
    return not found, "\n".join(found) or "each queue is consumed"


def _flower(stack: Stack) -> Finding:
    if "flower" not in stack.pids():
        return True, "does not run"
    found = blind_flower(stack)
    return not found, found or "shows the workers"


def _alarms(stack: Stack) -> Finding:
    recent, words = counted_alarms(stack)
    return not recent, words


CHECKS: dict[str, Callable[[Stack], Finding]] = {
    "Python": _python,
    "SQLite": _library,
    "settings": _settings,
    "start": _start,
    "broker": _broker,
    "disk": _disk,
    "fsync": _fsync,
    "ports": _ports,
    "orphans": _orphans,
    "stack": _stack,
    "queues": _queues,
    "Flower": _flower,
    "alarms": _alarms,
}


@click.command(epilog=manual("doctor", codes={0: "every check is ok", 1: "some check needs you"}))
def doctor() -> None:
    """Check this machine, the settings and the running platform.

    Prints a line for each check: ok, or look with what was found. The check "start" tells what `up` would refuse.
    """
    stack = Stack(this_home())
    findings = {name: look(stack) for name, look in CHECKS.items()}
    rows = (
        (name, Text("ok", "green") if good else Text("look", "red"), words) for name, (good, words) in findings.items()
    )
    print_table(("what", "", "finding"), rows)
    sys.exit(0 if all(good for good, _ in findings.values()) else 1)
