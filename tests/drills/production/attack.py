"""What anonymous clients of one address do to the proxy, and what a client of another address sees meanwhile."""

from __future__ import annotations

import socket
from contextlib import ExitStack
from urllib.parse import urlsplit

import httpx

ATTACKER, CLIENT = "203.0.113.66", "198.51.100.7"
CROWD = 130
"""More than the proxy lets one address have under way."""
TOO_LARGE = 64 << 20
LARGE = b" " * ((1 << 20) - 1_000)
WITHIN_S = 30


def attack(api: str) -> int:
    """Send bodies that are too large and bodies that never end; how many connections were refused at once.

    Fails when another client is not served while they are there.
    """
    address = (urlsplit(api).hostname, urlsplit(api).port)
    with ExitStack() as stack:
        lines = [stack.enter_context(socket.create_connection(address, timeout=WITHIN_S)) for _ in range(CROWD)]
        for line in lines:
            line.sendall(_head(len(LARGE) + 1_000))
        _is_served(api)
        refused = sum(_status(line) == 429 for line in lines)
    with socket.create_connection(address, timeout=WITHIN_S) as line:
        line.sendall(_head(TOO_LARGE))
        assert _status(line) == httpx.codes.REQUEST_ENTITY_TOO_LARGE
    _is_served(api)
    return refused


def _is_served(api: str) -> None:
    """A read, and a body that is as large as may be: the proxy's own disk would be full for it."""
    with httpx.Client(base_url=api, headers={"X-Forwarded-For": CLIENT}, trust_env=False, timeout=WITHIN_S) as http:
        assert http.get("/jobs").status_code == httpx.codes.OK
        answer = http.post("/auth/login", content=LARGE, headers={"content-type": "application/json"})
        assert answer.is_client_error, answer.text
        assert answer.status_code != httpx.codes.TOO_MANY_REQUESTS, answer.text


def _head(length: int) -> bytes:
    return (
        f"POST /auth/login HTTP/1.1\r\nHost: x\r\nX-Forwarded-For: {ATTACKER}\r\nContent-Type: application/json\r\n"
        f"Content-Length: {length}\r\n\r\n"
    ).encode()


def _status(line: socket.socket) -> int | None:
    try:
        said = line.recv(4096)
    except (ConnectionResetError, TimeoutError):
        return None
    return int(said.split()[1]) if said else None
