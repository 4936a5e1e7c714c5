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
from bench.targets import CouldNotRun

_SCRIPT = Path(__file__).with_name("requests.lua")
_GRACE_S = 60


def find_wrk() -> str | None:
    """wrk on PATH; with root and apt-get it is installed once, and said so."""
    found = shutil.which("wrk")
    if found or os.geteuid() != 0 or not shutil.which("apt-get"):
        return found
    print("wrk is not installed: installing it with apt-get", file=sys.stderr)
    subprocess.run(["apt-get", "install", "--yes", "--quiet", "wrk"], stdout=subprocess.DEVNULL, check=False)
    return shutil.which("wrk")


def drive(port: int, requests: RequestList, *, connections: int, seconds: int) -> LoadResult:
    """Keep ``connections`` busy for ``seconds``, or until the list ends.  ``CouldNotRun`` when the driver fails."""
    again = "again" if requests.again else "once"
    lists = [str(requests.template), str(requests.lines), again]
    wrk = find_wrk()
    if wrk:
        flags = ["-t1", f"-c{connections}", f"-d{seconds}s", "--timeout", "30s", "-s", str(_SCRIPT)]
        command = [wrk, *flags, f"http://127.0.0.1:{port}/", "--", *lists]
    else:
        command = [sys.executable, "-m", "bench.load.python_driver", str(port), str(connections), str(seconds), *lists]
    done = subprocess.run(command, capture_output=True, text=True, timeout=seconds + _GRACE_S, check=False)
    for line in done.stdout.splitlines():
        if line.startswith("RESULT "):
            return msgspec.json.decode(line.removeprefix("RESULT "), type=LoadResult)
    raise CouldNotRun(f"the load driver said nothing: {' '.join(command)}\n{done.stdout}{done.stderr}")
