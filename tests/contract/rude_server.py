"""A server on loopback that treats its callers as a test wishes, below the level of HTTP."""

from __future__ import annotations

import asyncio
import socket
import struct
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress

Manners = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


class RudeServer:
    """Counts the connections that it accepted and the requests whose head it read."""

    def __init__(self, base: str) -> None:
        self.base = base
        self.connections = 0
        self.requests = 0
        self._came = asyncio.Condition()

    async def count_request(self) -> None:
        async with self._came:
            self.requests += 1
            self._came.notify_all()

    async def until_requests(self, number: int) -> None:
        async with asyncio.timeout(60), self._came:
            await self._came.wait_for(lambda: self.requests >= number)


@asynccontextmanager
async def rude_server(manners: Manners, *, at_the_door: bool = False) -> AsyncIterator[RudeServer]:
    """``manners`` is called for each request once it was read, or at once for each connection."""
    calls: set[asyncio.Task[None]] = set()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        calls.add(task)
        found.connections += 1
        try:
            while at_the_door or await _request(reader):
                await found.count_request()
                await manners(reader, writer)
                if writer.is_closing():
                    break
        except (asyncio.CancelledError, ConnectionError):
            writer.transport.abort()
        finally:
            writer.close()
            with suppress(ConnectionError):  # a reset is what some of these manners are
                await writer.wait_closed()
            calls.discard(task)

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    found = RudeServer(f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}")
    try:
        yield found
    finally:
        server.close()
        for call in list(calls):
            call.cancel()
        await asyncio.gather(*calls, return_exceptions=True)


async def _request(reader: asyncio.StreamReader) -> bool:
    """Read a request whole; False at the end of the connection."""
    try:
        head = await reader.readuntil(b"\r\n\r\n")
    except asyncio.IncompleteReadError:
        return False
    lengths = [line.partition(b":")[2] for line in head.lower().split(b"\r\n") if line.startswith(b"content-length:")]
    await reader.readexactly(int(lengths[0]) if lengths else 0)
    return True


def answers(body: bytes, status: str = "200 OK") -> Manners:
    async def answer(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = f"HTTP/1.1 {status}\r\nContent-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
        writer.write(head.encode() + body)
        await writer.drain()

    return answer


def drips(body: bytes, every_s: float) -> Manners:
    """One byte at a time: no single read ever waits longer than ``every_s``."""

    async def drip(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(f"HTTP/1.1 200 OK\r\nContent-Length: {len(body)}\r\n\r\n".encode())
        for byte in body:
            writer.write(bytes([byte]))
            await writer.drain()
            await asyncio.sleep(every_s)

    return drip


async def hangs(_: asyncio.StreamReader, _writer: asyncio.StreamWriter) -> None:
    await asyncio.Event().wait()


async def resets(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    connection: socket.socket = writer.get_extra_info("socket")
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    writer.transport.abort()


async def closes(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    writer.close()


async def stops_halfway(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    writer.write(b'HTTP/1.1 200 OK\r\nContent-Length: 5000\r\n\r\n{"id": "pi_1"')
    await writer.drain()
    writer.close()


async def talks_nonsense(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    writer.write(b"220 smtp.example.org ESMTP\r\n\r\n")
    await writer.drain()
    writer.close()
