"""uvicorn's HTTP protocol, with a limit to a request's head: its parser keeps headers of any length."""

from __future__ import annotations

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

MAXIMUM_HEAD = 65_536
COMPLETE = -1
_TOO_LARGE = b"HTTP/1.1 431 Request Header Fields Too Large\r\ncontent-length: 0\r\nconnection: close\r\n\r\n"


class BoundedHeads(HttpToolsProtocol):
    """Answers 431 and hangs up when a request line and its headers pass 64 KiB."""

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
        super().on_headers_complete()

    def on_message_complete(self) -> None:
        self._head = 0
        super().on_message_complete()
