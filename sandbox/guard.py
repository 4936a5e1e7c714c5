"""Refuse requests that a foreign web page makes a browser send to the sandbox.

The controls need no key, because only this machine reaches them.  But a foreign page could make a browser on it call
them: by a name that first resolves elsewhere and then here (DNS rebinding), or by a form (cross-site posts).
"""

from __future__ import annotations

import json
from collections.abc import Iterable

from litestar.enums import ScopeType
from litestar.types import ASGIApp, HTTPScope, Receive, Scope, Send

from sandbox.connection import header, send

LOOPBACK = ("127.0.0.1", "localhost", "[::1]")
SAFE = ("GET", "HEAD", "OPTIONS")
WITH_A_KEY = ("/v1/", "/v3/")
"""The guard passes these paths: they need a provider's key, which no foreign page has, and pages of any origin may use
the publishable key."""
FORBIDDEN = 403


class Guard:
    """Passes a request to ``app`` when its ``Host`` is this machine and no page of another origin sent it."""

    def __init__(self, app: ASGIApp, hosts: Iterable[str]) -> None:
        self._app = app
        self._hosts = frozenset({*LOOPBACK, *hosts})

    async def __call__(self, scope: Scope, receive: Receive, send_: Send) -> None:
        if scope["type"] == ScopeType.HTTP and (reason := self._refusal(scope)):
            body = json.dumps({"detail": reason}).encode()
            await send(send_, FORBIDDEN, body, [(b"content-type", b"application/json")])
            return
        await self._app(scope, receive, send_)

    def _refusal(self, scope: HTTPScope) -> str | None:
        if scope["path"].startswith(WITH_A_KEY):
            return None
        host = header(scope, b"host") or ""
        if _without_port(host) not in self._hosts:
            return f"Host is {host!r}, and this sandbox is {', '.join(sorted(self._hosts))}; --allow-host adds a name"
        if scope["method"] in SAFE:
            return None
        origin, site = header(scope, b"origin"), header(scope, b"sec-fetch-site")
        if origin not in (None, f"http://{host}") or site not in (None, "same-origin", "none"):
            return f"Origin is {origin!r}: only the sandbox's own pages, and programs, may post here"
        return None


def _without_port(host: str) -> str:
    name, colon, port = host.lower().rpartition(":")
    return name if colon and port.isdecimal() else host.lower()
