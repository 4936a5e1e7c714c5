"""Describe one HTTP request of a provider call, as an attempt stores it."""

from __future__ import annotations

from datetime import datetime

import msgspec


class ProviderCall(msgspec.Struct, frozen=True, omit_defaults=True):
    """One HTTP request to a provider.  ``path`` has no query string, because a query may hold personal data.

    ``status`` is None when no complete answer came; then ``error`` names the exception.  ``ms`` is the time until the
    last byte.  ``id`` is the provider's name for the request, which its support asks for.
    """

    at: datetime
    method: str
    host: str
    path: str
    ms: float
    status: int | None = None
    id: str | None = None
    error: str | None = None
