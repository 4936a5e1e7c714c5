"""``python -m bench.queues.slow_server PORT MS``: a provider that takes its time, and next to no processor time.

Answers every HTTP/1.1 request with 200 and ``{}`` after MS milliseconds, as many at once as there are connections.
"""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import cast

import uvloop

from bench.servers import free_port, listens, running

_ANSWER = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n{}"
_END = b"\r\n\r\n"


@contextmanager
def slow_provider(folder: Path, send_ms: int) -> Iterator[str]:
    """Its address; it answers everything after ``send_ms``."""
    port = free_port()
    command = [sys.executable, "-m", "bench.queues.slow_server", str(port), str(send_ms)]
    with running("provider", command, folder, env={}, ready=listens(port)):
        yield f"http://127.0.0.1:{port}/messages"


class Slow(asyncio.Protocol):
    """One request at a time on a connection, as our clients send them."""

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._buffer = b""
        self._transport: asyncio.Transport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.Transport, transport)  # uvloop's is one in all but its base class

    def data_received(self, data: bytes) -> None:
        self._buffer += data
        while (rest := after_request(self._buffer)) is not None:
            self._buffer = rest
            asyncio.get_running_loop().call_later(self._seconds, self._answer)

    def _answer(self) -> None:
        if self._transport is not None and not self._transport.is_closing():
            self._transport.write(_ANSWER)


def after_request(buffer: bytes) -> bytes | None:
    """Return the bytes behind the first whole request in the buffer; None while it is not whole."""
    head, found, rest = buffer.partition(_END)
    if not found:
        return None
    _, named, value = head.lower().partition(b"content-length:")
    length = int(value.split(b"\r\n", 1)[0]) if named else 0
    return rest[length:] if len(rest) >= length else None


async def _serve(port: int, milliseconds: float) -> None:
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: Slow(milliseconds / 1000), "127.0.0.1", port, backlog=1024)
    await server.serve_forever()


if __name__ == "__main__":
    uvloop.run(_serve(int(sys.argv[1]), float(sys.argv[2])))
