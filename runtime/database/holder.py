"""Name the process that holds a file lock, as ``lslocks`` does: the kernel lists each lock with a pid and an inode."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

import msgspec

PROC = Path("/proc")
_STATUSES = {"T": "stopped", "t": "stopped by a debugger", "Z": "ended", "D": "waits for a disk"}
_LONGEST_NAME = 80


class Holder(msgspec.Struct, frozen=True):
    """The process that holds a lock.  ``name`` is its command line; ``status`` is ``runs`` or one of ``_STATUSES``."""

    pid: int
    name: str
    status: str

    def __str__(self) -> str:
        return f"pid {self.pid} ({self.name}, {self.status})"


def holder_of(files: Sequence[Path]) -> Holder | None:
    """Return the process that holds the lock of the first locked file.

    None when no file is locked, or where the kernel does not name the process (another namespace, not Linux).
    """
    with suppress(OSError):
        held = [line.split() for line in (PROC / "locks").read_text().splitlines() if " FLOCK " in line]
        for file in files:
            inode = str(file.stat().st_ino)
            # "1: FLOCK ADVISORY WRITE 4711 fe:01:1234 0 EOF"; a line with an arrow is a waiting process.
            for words in held:
                if words[1] == "FLOCK" and words[5].rpartition(":")[2] == inode and (found := _process(int(words[4]))):
                    return found
    return None


def _process(pid: int) -> Holder | None:
    try:
        name = (PROC / str(pid) / "cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace").strip()
        letter = (PROC / str(pid) / "stat").read_text().rpartition(")")[2].split()[0]
    except OSError:
        return None
    return Holder(pid, name[:_LONGEST_NAME], _STATUSES.get(letter, "runs"))
