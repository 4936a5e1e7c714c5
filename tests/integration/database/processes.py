"""Other processes that open the same database, for tests."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

PROJECT = Path(__file__).resolve().parents[3]


def start(code: str, *args: str) -> subprocess.Popen[str]:
    """Python code with ``sys.argv[1:]`` = args, and pipes for its input and output."""
    return subprocess.Popen(
        [sys.executable, "-c", code, *args],
        cwd=PROJECT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def say_ready(process: subprocess.Popen[str]) -> None:
    """Wait for the line ``ready``; the process's own words if it ended instead."""
    assert process.stdout is not None
    line = process.stdout.readline()
    assert line == "ready\n", process.communicate(timeout=10)


def finish(process: subprocess.Popen[str]) -> str:
    """Its output; a failure shows what it wrote to stderr."""
    output, errors = process.communicate(timeout=60)
    assert process.returncode == 0, errors
    return output


WRITER = """
import sys
from runtime.database import open_database
from tests.integration.database import notes
url, name, count = sys.argv[1:]
database = open_database(url)
print("ready", flush=True)
sys.stdin.readline()
for i in range(int(count)):
    database.write(lambda c: notes.put(c, f"{name}-{i:04}"))
database.close()
"""

LOCK_HOLDER = """
import sys
from pathlib import Path
from runtime.database.turnstile import Turnstile
with Turnstile(Path(sys.argv[1])):
    print("ready", flush=True)
    sys.stdin.readline()
"""

LOCK_WAITER = """
import sys
from pathlib import Path
from runtime.database.turnstile import Turnstile
turnstile = Turnstile(Path(sys.argv[1]))
print("ready", flush=True)
with turnstile:
    print("through", flush=True)
"""

HALF_WAY = """
import sys
from runtime.database import open_database
from tests.integration.database import notes
database = open_database(sys.argv[1])
def unit(connection):
    notes.put(connection, "half")
    print("ready", flush=True)
    sys.stdin.readline()
database.write(unit)
"""
