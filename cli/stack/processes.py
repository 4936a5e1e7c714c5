"""Read processes from ``/proc``, and end the orphaned processes of a dead stack.

Without ``/proc`` (not Linux) these functions find no process and end none.
"""

from __future__ import annotations

import os
import re
import signal
import time
from collections.abc import Collection
from contextlib import suppress
from pathlib import Path

PROC = Path("/proc")
EPOLL = Path("anon_inode:[eventpoll]")
BROKERS = ("redis-server", "valkey-server")
MARK = "HANDWORK_STACK"
"""A variable in the environment of every process of a stack; its value is the data folder."""


def is_alive(pid: int) -> bool:
    """Return whether a process runs; False for a zombie, which holds no resources any more."""
    try:
        stat = (PROC / str(pid) / "stat").read_text()
    except (FileNotFoundError, ProcessLookupError):
        return False
    return stat.rpartition(")")[2].split()[0] not in "ZX"


def children_of(pid: int) -> list[int]:
    """Return the pids of a process's direct children, such as those of a prefork pool."""
    with suppress(OSError):
        return [int(word) for word in (PROC / str(pid) / "task" / str(pid) / "children").read_text().split()]
    return []


def is_accepting(pid: int) -> bool:
    """Return whether a process accepts connections: its event loop watches the socket that supervisor passed to it.

    A request would not show it, because any of the processes that share the socket may answer."""
    folder = PROC / str(pid)
    with suppress(OSError):
        inode = (folder / "fd" / "0").stat().st_ino
        return any(inode in _watched(folder, number.name) for number in (folder / "fd").iterdir())
    return False


def _watched(folder: Path, number: str) -> set[int]:
    """Return the inodes that an epoll descriptor watches; none for another kind of descriptor."""
    with suppress(OSError):
        if (folder / "fd" / number).readlink() == EPOLL:
            text = (folder / "fdinfo" / number).read_text()
            return {int(found, 16) for found in re.findall(r"\bino:([0-9a-f]+)", text)}
    return set()


def environment_of(pid: int) -> dict[str, str]:
    """Return the environment that a process was started with; ``OSError`` when it has ended."""
    pairs = (PROC / str(pid) / "environ").read_bytes().split(b"\0")
    return dict(os.fsdecode(pair).split("=", 1) for pair in pairs if b"=" in pair)


def processes_of(home: Path) -> list[int]:
    """Return the pids of all processes that a stack in this home started."""
    pids = (int(folder.name) for folder in PROC.glob("[0-9]*"))
    return [pid for pid in pids if pid != os.getpid() and is_of(home, pid)]


def is_of(home: Path, pid: int) -> bool:
    """Return whether a process belongs to the stack in this home.

    The mark in its environment shows it.  A broker overwrites its environment with its title, so its working folder
    counts."""
    folder = PROC / str(pid)
    return _has(folder, f"{MARK}={home}".encode()) or _is_broker(folder, home / "broker")


def _has(folder: Path, mark: bytes) -> bool:
    with suppress(OSError):  # another user's process, or one that has ended
        return mark in (folder / "environ").read_bytes().split(b"\0")
    return False


def _is_broker(folder: Path, data: Path) -> bool:
    with suppress(OSError):
        return (folder / "exe").readlink().name in BROKERS and (folder / "cwd").readlink() == data.resolve()
    return False


def sweep(home: Path) -> list[int]:
    """End the orphaned processes of a dead stack, and return their pids.  Do not call it for a running stack."""
    left = [pid for pid in processes_of(home) if is_alive(pid)]
    for number, patience_s in ((signal.SIGTERM, 5.0), (signal.SIGKILL, 5.0)):
        for pid in filter(is_alive, left):
            with suppress(ProcessLookupError):
                os.kill(pid, number)
        wait_until_gone(left, patience_s)
    return left


def wait_until_gone(pids: Collection[int], within_s: float) -> bool:
    deadline = time.monotonic() + within_s
    while alive := [pid for pid in pids if is_alive(pid)]:
        if time.monotonic() > deadline:
            return False
        time.sleep(0.02 * min(len(alive), 5))
    return True
