"""A demo whose platform is ended says so; one behind a proxy of the environment does not ask it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

import pytest

from cli.demo.client import Client
from cli.demo.run import Run
from cli.demo.witness import connect
from cli.stack.errors import StackError
from cli.stack.programs import Program
from cli.terminal import open_console
from tests.integration.cli.conftest import MakeStack
from tests.stack import wait_until

WITHIN_S = 30


def test_a_platform_that_is_ended(start_stack: MakeStack, stand_in: Callable[..., Program]) -> None:
    stack = start_stack(stand_in("web"))
    run = Run(stack, open_console(), 1, chaos=False, faults=0.0)

    async def play() -> None:
        playing = asyncio.create_task(run.play(jobs=1, clients=1, rate=1.0, bad_share=0.0))
        await asyncio.to_thread(wait_until, lambda: run.client.unanswered, "it asks in vain")
        await asyncio.to_thread(stack.stop)
        await asyncio.wait_for(playing, WITHIN_S)

    with pytest.raises(StackError, match="the platform was ended while the demo ran"):
        asyncio.run(play())


class Greeting(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self.send_response(200)
        self.end_headers()
        self.wfile.write(b"{}")

    def log_message(self, *_: object) -> None:
        pass


@pytest.mark.parametrize("proxy", ["http://127.0.0.1:9", "socks5://127.0.0.1:9"])
def test_a_proxy_of_the_environment_is_not_asked(monkeypatch: pytest.MonkeyPatch, proxy: str) -> None:
    for name in ("http_proxy", "HTTP_PROXY", "ALL_PROXY", "all_proxy"):
        monkeypatch.setenv(name, proxy)
    monkeypatch.delenv("NO_PROXY", raising=False)
    monkeypatch.delenv("no_proxy", raising=False)
    with ThreadingHTTPServer(("127.0.0.1", 0), Greeting) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        url = f"http://127.0.0.1:{server.server_port}"

        async def ask() -> dict[str, object]:
            client = Client(url)
            try:
                return await asyncio.wait_for(client.get("/"), WITHIN_S)
            finally:
                await client.close()

        assert asyncio.run(ask()) == {}
        with connect(url) as witness:
            assert witness.get("/").json() == {}
        server.shutdown()
