"""Refuses what a web page of somebody else could have a browser send here.

The controls ask for no key, because only this machine reaches them.  A browser on it could be made to: by a name that
first leads elsewhere and then here (DNS rebinding), and by a form on any page (cross-site posts).
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
"""These need a provider's key, which no other page has, and the publishable one is used from any page."""
FORBIDDEN = 403


class Guard:
    """Lets a request through to ``app`` when its Host is this machine and no other page sent it."""

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
