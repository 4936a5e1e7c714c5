"""Find free ports, and name the process that listens on one."""

from __future__ import annotations

import random
import socket
from collections.abc import Collection, Iterator
from contextlib import suppress
from pathlib import Path

QUIET = range(15_000, 32_000)
"""Ports below those of outgoing connections, which could otherwise take a stack's port between two starts."""


def is_free(port: int) -> bool:
    """Return whether a server could listen on this port of 127.0.0.1 now."""
    try:
        try_to_listen("127.0.0.1", port)
    except OSError:
        return False
    return True


def try_to_listen(host: str, port: int) -> None:
    """Listen on a port for a moment; ``OSError`` says why a server could not."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        probe.bind((host, port))


def next_free(after: int, taken: Collection[int]) -> int:
    """Return the first free port above a busy one, so that the number is close to the documented one."""
    return next(port for port in range(after + 1, 65_536) if port not in taken and is_free(port))


def any_free(taken: Collection[int]) -> int:
    """Return a random free port, so that stacks that start at the same time do not choose the same one."""
    while True:
        port = random.SystemRandom().choice(QUIET)
        if port not in taken and is_free(port):
            return port


def holder(port: int) -> str | None:
    """Return the process that listens there, as ``"pid 123 (python)"``; None when there is none or it is hidden."""
    with suppress(OSError):
        for pid in holders(port):
            return f"pid {pid} ({Path(f'/proc/{pid}/comm').read_text().strip()})"
    return None


def is_listened_on(port: int) -> bool:
    return bool(_listening(port))


def holders(port: int) -> Iterator[int]:
    """Yield the pids of the processes that have the port's listening socket, as far as this user may see them."""
    if not (inodes := _listening(port)):
        return
    for folder in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):
            for descriptor in (folder / "fd").iterdir():
                with suppress(OSError):
                    if str(descriptor.readlink()) in inodes:
                        yield int(folder.name)
                        break


def _listening(port: int) -> set[str]:
    found = set()
    for table in ("/proc/net/tcp", "/proc/net/tcp6"):
        with suppress(OSError):
            for line in Path(table).read_text().splitlines()[1:]:
                _, local, _, state, *rest = line.split()
                if state == "0A" and int(local.rpartition(":")[2], 16) == port:
                    found.add(f"socket:[{rest[5]}]")
    return found
