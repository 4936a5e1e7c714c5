"""The bodies of requests, as those read them who do it with msgspec: the floor and the tuned peer."""

from __future__ import annotations

import msgspec


class NewPayment(msgspec.Struct, forbid_unknown_fields=True):
    booking_id: str
    provider: str
    payment_method: str | None = None


class NewJob(msgspec.Struct, forbid_unknown_fields=True):
    title: str
    description: str
    category: str
    city: str
    budget_minor: int
    currency: str = "usd"
    latitude: float | None = None
    longitude: float | None = None
