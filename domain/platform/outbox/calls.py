"""One HTTP request of a provider call, as an attempt keeps it."""

from __future__ import annotations

from datetime import datetime

import msgspec


class ProviderCall(msgspec.Struct, frozen=True, omit_defaults=True):
    """``path`` has no query string, because that may hold personal data.

    ``status`` is None when no whole answer came; then ``error`` names the exception.  ``ms``: until the last byte.
    ``id`` is the provider's name for the request, which its support asks for.
    """

    at: datetime
    method: str
    host: str
    path: str
    ms: float
    status: int | None = None
    id: str | None = None
    error: str | None = None
