"""What /proc says of the processes of a stack."""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path


def is_alive(pid: int) -> bool:
    try:
        stat = Path(f"/proc/{pid}/stat").read_text()
    except (FileNotFoundError, ProcessLookupError):
        return False
    return stat.rpartition(")")[2].split()[0] not in "ZX"


def cmdline(pid: int) -> str:
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
    except OSError:
        return ""


def processes_of(home: Path) -> list[int]:
    """Every process of ours that was started with this home: its environment says so."""
    mark = f"HANDWORK_HOME={home}".encode()
    found = []
    for folder in Path("/proc").iterdir():
        if folder.name.isdigit() and int(folder.name) != os.getpid():
            with suppress(OSError):
                environment = (folder / "environ").read_bytes().split(b"\0")
                if mark in environment and b"PROMETHEUS_MULTIPROC_DIR=" + str(home / "metrics").encode() in environment:
                    found.append(int(folder.name))
    return found
