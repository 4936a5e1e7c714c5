"""The memory of processes, from /proc: proportional set size, so that shared pages count once."""

from __future__ import annotations

from pathlib import Path

import msgspec

PROC = Path("/proc")


class Held(msgspec.Struct, frozen=True):
    """One process: its share of memory in MB, its open files and its threads.

    ``rss_mb`` counts whole what it shares: a sum of it says nothing, but it does not change when another process that
    shares with this one comes or goes.
    """

    pid: int
    name: str
    pss_mb: float
    files: int
    threads: int
    rss_mb: float


def held(pid: int) -> Held | None:
    """None when it has ended in the meantime."""
    folder = PROC / str(pid)
    try:
        rollup = (folder / "smaps_rollup").read_text()
        return Held(
            pid,
            command_of(pid),
            kilobytes(rollup, "Pss") / 1024,
            sum(1 for _ in (folder / "fd").iterdir()),
            sum(1 for _ in (folder / "task").iterdir()),
            kilobytes(rollup, "Rss") / 1024,
        )
    except (FileNotFoundError, ProcessLookupError):
        return None


def kilobytes(rollup: str, name: str) -> int:
    """A line of the text of smaps_rollup; ``ValueError`` when it has none of this name."""
    for line in rollup.splitlines():
        if line.startswith(f"{name}:"):
            return int(line.split()[1])
    raise ValueError(f"there is no line for {name}")


def command_of(pid: int) -> str:
    words = (PROC / str(pid) / "cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace").split()
    return " ".join(word.rpartition("/")[2] for word in words)[:70]


def with_environment(name: str, value: str) -> set[int]:
    """Processes of ours that were started with this variable, and what they started."""
    wanted = f"{name}={value}".encode()
    found = {pid for pid in _pids() if wanted in _environment(pid).split(b"\0")}
    parents = {pid: _parent(pid) for pid in _pids()}
    while more := {pid for pid, parent in parents.items() if parent in found} - found:
        found |= more
    return found


def children(pid: int) -> list[int]:
    """The living ones, without theirs."""
    return [each for each in _pids() if _parent(each) == pid]


def _pids() -> list[int]:
    return [int(folder.name) for folder in PROC.iterdir() if folder.name.isdigit()]


def _environment(pid: int) -> bytes:
    try:
        return (PROC / str(pid) / "environ").read_bytes()
    except (PermissionError, FileNotFoundError, ProcessLookupError):
        return b""  # somebody else's, or gone


def _parent(pid: int) -> int:
    try:
        stat = (PROC / str(pid) / "stat").read_text()
    except (FileNotFoundError, ProcessLookupError):
        return 0
    return int(stat.rpartition(")")[2].split()[1])  # the name before it may hold anything
