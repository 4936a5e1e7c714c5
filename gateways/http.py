"""The one HTTP client of a gateway: pooled, traced, without retries or redirects of its own."""

from __future__ import annotations

from urllib.parse import urlsplit

import httpx

from gateways.calls import RecordingClient
from gateways.deadline import watch

CONNECT_S = 3.0
"""The limit for TCP and for TLS each: together well below a deadline, so a call to a dead address ends as not sent."""
CONNECTIONS = 100
"""The most connections, and the most that stay open for later calls: a new TLS connection costs more than a call."""
LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})


class UnsafeAddress(ValueError):
    """A provider's address to which a secret must not be sent."""


def check_address(base: str) -> None:
    """Raise ``UnsafeAddress`` unless ``base`` is an https address, or an http address of this machine."""
    parts = urlsplit(base)
    if parts.hostname is None or parts.scheme not in {"http", "https"}:
        raise UnsafeAddress(f"{base!r} is not an address")
    if parts.scheme != "https" and parts.hostname not in LOOPBACK:
        raise UnsafeAddress(f"{base!r} would carry a secret in the clear: use https")


def retry_after_s(text: str | None) -> float | None:
    """Return the seconds of ``Retry-After``; None for its other form, a date, which no provider of ours sends."""
    return float(text) if text and text.isascii() and text.isdigit() else None


def open_http(base: str) -> httpx.AsyncClient:
    """Return a client for one provider, without a read timeout: ``gateways.deadline.within`` bounds its calls.

    The client serves one event loop only.  It takes proxies from the environment, except for this machine's addresses.
    ``UnsafeAddress`` when a secret must not be sent to ``base``.
    """
    check_address(base)
    return RecordingClient(
        timeout=httpx.Timeout(None, connect=CONNECT_S),
        limits=httpx.Limits(max_connections=CONNECTIONS, max_keepalive_connections=CONNECTIONS, keepalive_expiry=30.0),
        event_hooks={"request": [watch]},
        follow_redirects=False,
        trust_env=urlsplit(base).hostname not in LOOPBACK,
    )
