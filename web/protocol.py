"""uvicorn's HTTP protocol, with a limit to a request's head and one write an answer."""

from __future__ import annotations

from typing import Any

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol, RequestResponseCycle

MAXIMUM_HEAD = 65_536
COMPLETE = -1
_TOO_LARGE = b"HTTP/1.1 431 Request Header Fields Too Large\r\ncontent-length: 0\r\nconnection: close\r\n\r\n"


class HandworkProtocol(HttpToolsProtocol):
    """Answers 431 and hangs up when a request line and its headers pass 64 KiB: its parser keeps them at any length."""

    _head = 0
    """Bytes that came without the head being complete."""

    def data_received(self, data: bytes) -> None:
        if self._head != COMPLETE:
            self._head += len(data)
        super().data_received(data)  # which sets the count back when the head ends in this data
        if self._head > MAXIMUM_HEAD and not self.transport.is_closing():
            self.transport.write(_TOO_LARGE)
            self.transport.close()

    def on_headers_complete(self) -> None:
        self._head = COMPLETE
        before = self.cycle
        super().on_headers_complete()
        if self.cycle is not before:
            self.cycle.transport = OneWrite(self.transport, self.cycle)  # type: ignore[assignment]  # what a cycle asks of it

    def on_message_complete(self) -> None:
        self._head = 0
        super().on_message_complete()


class OneWrite:
    """The transport as one answer sees it: its head waits for the beginning of its body, and both leave in one call.

    uvicorn writes the two apart, and each write is a system call that wakes whoever reads.
    """

    __slots__ = ("_after", "_cycle", "_head", "_transport", "_waited")

    def __init__(self, transport: Any, cycle: RequestResponseCycle) -> None:
        self._transport = transport
        self._cycle = cycle
        self._head = b""
        self._waited = False
        self._after = cycle.on_response
        cycle.on_response = self._on_response

    def write(self, data: bytes) -> None:
        """What comes before an answer has begun (100 Continue) goes out at once."""
        if self._waited or not self._cycle.response_started:
            self._transport.write(self._head + data if self._head else data)
            self._head = b""
        else:
            self._waited = True
            self._head = data

    def _on_response(self) -> None:
        self._flush()
        self._after()

    def close(self) -> None:
        self._flush()
        self._transport.close()

    def is_closing(self) -> bool:
        closing: bool = self._transport.is_closing()
        return closing

    def _flush(self) -> None:
        """An answer without a body (to HEAD, or cut off) is its head."""
        if self._head:
            self._transport.write(self._head)
            self._head = b""
