"""uvicorn's HTTP protocol, with limits for the size of a request's head and the time to receive a request, and with one
write for each answer."""

from __future__ import annotations

import asyncio
from typing import Any

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol, RequestResponseCycle

from web.bodies import CUT_OFF
from web.refusals import refusal

MAXIMUM_HEAD = 65_536
COMPLETE = -1


class HandworkProtocol(HttpToolsProtocol):
    """Answers 431 and hangs up when a request line and its headers pass 64 KiB, which uvicorn's parser does not limit.

    Answers 408 when a request is not complete in time, and hangs up on a client that does not take the answer: uvicorn
    waits for either without end, even at shutdown.  Most requests arrive in one piece, and set no timer.
    """

    receive_within_s = 20.0
    """From a request's first byte to its last.  A body of 1 MiB needs 430 kbit/s; usual bodies have some kB."""
    take_within_s = 60.0
    """For the next 48 KiB of an answer that the client takes slowly: 6 kbit/s."""
    end_within_s = 2.0
    """How long a half-received request, or a half-sent answer, may take when the server ends."""
    linger_s = 1.0
    """How long an idle connection stays open when the server ends: a request may be on its way already, and closing
    would reset its client.  The server answers such a request, and says that it is the connection's last."""

    _is_last = False
    _head = 0
    """Bytes received of an incomplete head, or ``COMPLETE``; not 0 while a request is incomplete."""
    _timer: asyncio.TimerHandle | None = None
    _taking: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # as in uvicorn
        super().connection_made(transport)
        self._set_timer(self.receive_within_s)

    def connection_lost(self, exc: Exception | None) -> None:
        self._stop_timer()
        super().connection_lost(exc)  # which resumes writing

    def data_received(self, data: bytes) -> None:
        before = self._head
        if before != COMPLETE:
            self._head += len(data)
        super().data_received(data)  # which resets the count when the head, or the request, ends in this data
        if not self._head:
            if self._timer is not None:
                self._stop_timer()
        elif not before or self._timer is None:
            self._set_timer(self.receive_within_s)
        if self._head > MAXIMUM_HEAD:
            self._refuse_head()

    def on_headers_complete(self) -> None:
        self._head = COMPLETE
        if [name for name, _ in self.headers].count(b"host") != 1 and self.parser.get_http_version() == "1.1":
            raise ValueError("one Host is needed")  # the parser reports it like a malformed line
        before = self.cycle
        super().on_headers_complete()
        if self.cycle is not before:
            self.cycle.keep_alive = self.cycle.keep_alive and not self._is_last
            self.cycle.transport = OneWrite(self.transport, self.cycle)  # type: ignore[assignment]  # what a cycle uses

    def on_message_complete(self) -> None:
        self._head = 0
        super().on_message_complete()

    def _refuse_head(self) -> None:
        self._refuse(431, "head_too_large", "The request line and the headers are too long; 64 KiB are taken.")

    def send_400_response(self, msg: str) -> None:  # noqa: ARG002 - uvicorn's own text, which we replace
        if self._head > MAXIMUM_HEAD or len(self.url) >= MAXIMUM_HEAD - 1:  # of a longer one httptools reads nothing
            self._refuse_head()
            return
        self._refuse(400, "malformed_http", "This is no HTTP/1.1: a line that is none, a length in doubt, or no Host.")

    def pause_writing(self) -> None:
        super().pause_writing()
        self._taking = self.loop.call_later(self.take_within_s, self.transport.abort)

    def resume_writing(self) -> None:
        super().resume_writing()
        if self._taking is not None:
            self._taking.cancel()
            self._taking = None

    def shutdown(self) -> None:
        """End the connection after its last answer; uvicorn's own method closes an idle connection at once."""
        self._is_last = True
        self.receive_within_s = self.take_within_s = self.end_within_s
        if self.cycle is not None:
            self.cycle.keep_alive = False
        if self._head or self.transport.get_write_buffer_size():
            self._set_timer(self.end_within_s)
        elif self.cycle is None or self.cycle.response_complete:
            self._set_timer(self.linger_s)

    def _set_timer(self, seconds: float) -> None:
        self._stop_timer()
        self._timer = self.loop.call_later(seconds, self._cut_off)

    def _stop_timer(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _cut_off(self) -> None:
        """End a request that was not received in time: its handler reads the body's end, sees the mark, and answers.

        Without a handler this method answers 408, or closes the connection.
        """
        self._timer = None
        if self.transport.is_closing() or self.transport.get_write_buffer_size():
            self.transport.abort()
        elif self._head == COMPLETE and not self.cycle.response_complete:
            self.cycle.scope[CUT_OFF] = True  # type: ignore[literal-required]  # ours
            self.cycle.keep_alive = False
            self.cycle.more_body = False
            self.cycle.message_event.set()
        elif self._head > 0:
            self._refuse(408, "request_timeout", "The request did not come whole in time.")
        else:  # no byte arrived, or the answer did not wait for the rest
            self.transport.close()

    def _refuse(self, status: int, code: str, detail: str) -> None:
        if not self.transport.is_closing():
            self.transport.write(refusal(status, code, detail, self.server_state.default_headers))
            self.transport.close()


class OneWrite:
    """The transport of one answer: the head waits for the beginning of the body, and both leave in one call.

    uvicorn writes the two apart, and each write is a system call that wakes the reader.
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
        """Hold the head back; send everything else at once, also bytes before the answer (100 Continue)."""
        if self._waited or not self._cycle.response_started:
            self._transport.write(self._head + data if self._head else data)
            self._head = b""
        else:
            self._waited = True
            self._head = data

    def _on_response(self) -> None:
        self._flush()
        self._cycle.transport = self._transport  # else each request leaves a reference cycle to the garbage collector
        self._after()

    def close(self) -> None:
        self._flush()
        self._transport.close()

    def is_closing(self) -> bool:
        closing: bool = self._transport.is_closing()
        return closing

    def _flush(self) -> None:
        """Send a head that still waits, as in an answer without a body (to HEAD, or cut off)."""
        if self._head:
            self._transport.write(self._head)
            self._head = b""
