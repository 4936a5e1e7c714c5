"""A server that takes webhooks, remembers them and answers as told."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Mapping
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, NamedTuple, Self


class Received(NamedTuple):
    body: bytes
    headers: Mapping[str, str]
    answered: int

    @property
    def signature(self) -> str:
        return self.headers["stripe-signature"]

    @property
    def event(self) -> dict[str, Any]:
        found: dict[str, Any] = json.loads(self.body)
        return found


class WebhookReceiver:
    """``answer`` gives the status for the n-th call, from 0."""

    def __init__(self, answer: Callable[[int], int] = lambda _: 200, port: int = 0) -> None:
        self.received: list[Received] = []
        self._taken = 0
        self._changed = threading.Condition()
        self._server = ThreadingHTTPServer(("127.0.0.1", port), self._handler(answer))
        self._server.daemon_threads = True
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.02,))
        self.url = f"http://127.0.0.1:{self._server.server_port}/webhooks/stripe"

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()

    def wait_for(self, enough: Callable[[list[Received]], bool], within_s: float = 15) -> list[Received]:
        """What has been received once it is enough; ``AssertionError`` with all of it when it is not in time."""
        deadline = time.monotonic() + within_s
        with self._changed:
            while not enough(self.received):
                left = deadline - time.monotonic()
                assert left > 0, f"only {[(r.body[:200], r.answered) for r in self.received]}"
                self._changed.wait(left)
            return list(self.received)

    def next(self) -> tuple[str, bytes]:
        """The signature and the raw body of the next webhook, in the order of arrival."""
        taken = self.wait_for(lambda received: len(received) > self._taken)[self._taken]
        self._taken += 1
        return taken.signature, taken.body

    def types(self) -> list[str]:
        with self._changed:
            return [r.event["type"] for r in self.received]

    def _handler(self, answer: Callable[[int], int]) -> type[BaseHTTPRequestHandler]:
        receiver = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                length = int(self.headers["content-length"])
                body = self.rfile.read(length)
                if len(body) < length:  # the sender was killed on its way
                    return
                with receiver._changed:
                    status = answer(len(receiver.received))
                    receiver.received.append(Received(body, self.headers, status))
                    receiver._changed.notify_all()
                self.send_response(status)
                self.send_header("content-length", "0")
                self.end_headers()

            def log_message(self, *_: object) -> None:
                """Silent."""

        return Handler
