"""Run the driver: wrk when the machine has it, else one in Python, named in every result."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import msgspec

from bench.load.lists import RequestList
from bench.load.result import LoadResult
from bench.servers import PROJECT
from bench.targets import CouldNotRun

_SCRIPT = Path(__file__).with_name("requests.lua")
_GRACE_S = 60


def find_wrk() -> str | None:
    """wrk on PATH; with root and apt-get it is installed once, and said so."""
    found = shutil.which("wrk")
    if found or os.geteuid() != 0 or not shutil.which("apt-get"):
        return found
    print("wrk is not installed: installing it with apt-get", file=sys.stderr)
    for command in (["update"], ["install", "--yes", "wrk"]):  # a new machine has no list of packages
        subprocess.run(["apt-get", "--quiet", *command], stdout=subprocess.DEVNULL, check=False)
    return shutil.which("wrk")


def drive(port: int, requests: RequestList, *, connections: int, seconds: int) -> LoadResult:
    """Keep ``connections`` busy for ``seconds``.  ``CouldNotRun`` when the driver fails."""
    wrk = find_wrk()
    if not wrk:
        return drive_through(port, requests, connections=connections, seconds=seconds)
    flags = ["-t1", f"-c{connections}", f"-d{seconds}s", "--timeout", "30s", "-s", str(_SCRIPT)]
    return _run([wrk, *flags, f"http://127.0.0.1:{port}/", "--", *_arguments(requests)], seconds)


def drive_through(port: int, requests: RequestList, *, connections: int, seconds: int = 600) -> LoadResult:
    """The driver in Python, which ends where the list ends: for a known number of requests, not for a rate."""
    where = [str(port), str(connections), str(seconds)]
    return _run([sys.executable, "-m", "bench.load.python_driver", *where, *_arguments(requests)], seconds)


def _arguments(requests: RequestList) -> list[str]:
    return [str(requests.template), str(requests.lines), "again" if requests.again else "once"]


def _run(command: list[str], seconds: int) -> LoadResult:
    done = subprocess.run(command, cwd=PROJECT, capture_output=True, text=True, timeout=seconds + _GRACE_S, check=False)
    for line in done.stdout.splitlines():
        if line.startswith("RESULT "):
            return msgspec.json.decode(line.removeprefix("RESULT "), type=LoadResult)
    raise CouldNotRun(f"the load driver said nothing: {' '.join(command)}\n{done.stdout}{done.stderr}")
