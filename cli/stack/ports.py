"""Find free ports, and say who holds one."""

from __future__ import annotations

import random
import socket
from collections.abc import Collection, Iterator
from contextlib import suppress
from pathlib import Path

QUIET = range(15_000, 32_000)
"""Below the ports that the kernel gives to outgoing connections, which would take ours between two starts."""


def is_free(port: int) -> bool:
    """Whether a server could listen on 127.0.0.1 now."""
    try:
        try_to_listen("127.0.0.1", port)
    except OSError:
        return False
    return True


def try_to_listen(host: str, port: int) -> None:
    """``OSError`` says why nobody could listen there now."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        probe.bind((host, port))


def next_free(after: int, taken: Collection[int]) -> int:
    """The first free port above a busy one: close to the number that people know."""
    return next(port for port in range(after + 1, 65_536) if port not in taken and is_free(port))


def any_free(taken: Collection[int]) -> int:
    """A random one, so that stacks that start at the same time do not choose the same."""
    while True:
        port = random.SystemRandom().choice(QUIET)
        if port not in taken and is_free(port):
            return port


def holder(port: int) -> str | None:
    """``"pid 123 (python)"`` of who listens there; None when nobody does or it is not ours to see."""
    with suppress(OSError):
        for pid in holders(port):
            return f"pid {pid} ({Path(f'/proc/{pid}/comm').read_text().strip()})"
    return None


def is_listened_on(port: int) -> bool:
    return bool(_listening(port))


def holders(port: int) -> Iterator[int]:
    """The processes that have the socket of who listens there, as far as we may see them."""
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
