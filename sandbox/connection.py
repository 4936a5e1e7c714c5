"""Plain ASGI: read a body, send an answer, or reset the connection instead."""

from __future__ import annotations

import asyncio
import socket
import struct
from contextlib import suppress
from typing import cast

from litestar.types import HTTPRequestEvent, HTTPScope, Receive, Send
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

LARGEST_BODY = 1_000_000
"""The most bytes of a body; Stripe's requests are far smaller."""


class TooLarge(Exception):
    """The body is over ``LARGEST_BODY``."""


class CuttableProtocol(HttpToolsProtocol):
    """Passes the transport to the application, which needs it to end a connection without an answer."""

    def on_message_begin(self) -> None:
        super().on_message_begin()
        self.scope["state"]["transport"] = self.transport


async def body_of(receive: Receive) -> bytes:
    parts: list[bytes] = []
    size = 0
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            return b""
        request = cast("HTTPRequestEvent", message)
        parts.append(request["body"])
        size += len(request["body"])
        if size > LARGEST_BODY:
            raise TooLarge
        if not request.get("more_body"):
            return b"".join(parts)


async def send(send_: Send, status: int, body: bytes, headers: list[tuple[bytes, bytes]]) -> None:
    length = (b"content-length", str(len(body)).encode())
    await send_({"type": "http.response.start", "status": status, "headers": [*headers, length]})
    await send_({"type": "http.response.body", "body": body, "more_body": False})


async def hold(receive: Receive, seconds: float) -> None:
    """Wait for so many seconds, or until the client disconnects; call it after the body has been read."""
    with suppress(TimeoutError):
        await asyncio.wait_for(_disconnected(receive), seconds)


async def _disconnected(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass


async def drop(scope: HTTPScope, receive: Receive) -> None:
    """Reset the connection: the client receives no byte of an answer."""
    transport = cast(asyncio.Transport, scope["state"]["transport"])
    # With a linger time of 0 a close is a reset, as when a host or a load balancer fails.
    transport.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    transport.abort()
    await _disconnected(receive)


def header(scope: HTTPScope, name: bytes) -> str | None:
    """Return the first header of that name, which must be in lower case; None without one."""
    for found, value in scope["headers"]:
        if found == name:
            return value.decode("latin-1")
    return None
