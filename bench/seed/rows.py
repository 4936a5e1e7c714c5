"""Rows that mean the same to ours and to the peer.  Made by arithmetic: the same every time."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

Row = dict[str, Any]
ID_LENGTH = 29
CLIENTS = 200
PRICE_MINOR = 12_500
_START = datetime(2026, 1, 5, 8, tzinfo=UTC)
CATEGORIES = ("plumbing", "cleaning", "electrical", "assembly", "painting", "moving", "gardening")
_CITIES = ("Berlin", "Lyon", "Porto", "Gdańsk", "Bologna", "Malmö", "Graz", "Ghent")
_WANTED = (
    "The kitchen tap drips day and night and the shut-off valve under the sink is stuck. Parts can be bought "
    "together; there is parking in the yard and somebody is at home after four on weekdays."
)


@dataclass(frozen=True, slots=True)
class Size:
    """``jobs`` in all, every fifth of them assigned; ``bookings`` that wait to be paid, spread over those."""

    jobs: int
    bookings: int

    @property
    def assigned(self) -> int:
        return max(1, self.jobs // 5)

    @property
    def workers(self) -> int:
        """A worker has at most one application for a job."""
        return self.bookings // self.assigned + 1


def made_id(prefix: str, n: int) -> str:
    """As long as the ids that the running service makes, and older than all of them."""
    return f"{prefix}_{n:025x}"


def client_of(booking: int) -> int:
    return booking % CLIENTS


def accounts(size: Size) -> Iterator[Row]:
    for role, first, count in (("client", 0, CLIENTS), ("worker", CLIENTS, size.workers)):
        for n in range(count):
            yield {
                "id": made_id("acc", first + n),
                "email": f"{role}{n}@example.test",
                "role": role,
                "name": f"{role.capitalize()} {n}",
                "created_at": _START,
            }


def sessions() -> Iterator[Row]:
    """One for each client; the peers keep none."""
    for n in range(CLIENTS):
        yield {
            "id": made_id("ses", n),
            "account_id": made_id("acc", n),
            "epoch": 0,
            "platform_epoch": 0,
            "status": "active",
            "created_at": _START,
            "expires_at": _START + timedelta(days=3_650),
        }


def jobs(size: Size) -> Iterator[Row]:
    for n in range(size.jobs):
        yield {
            "id": made_id("job", n),
            "client_id": made_id("acc", n % CLIENTS),
            "title": f"{CATEGORIES[n % 7].capitalize()} wanted this week, job {n}",
            "description": _WANTED,
            "category": CATEGORIES[n % 7],
            "city": _CITIES[n % 8],
            "budget_minor": 5_000 + n % 20_000,
            "currency": "usd",
            "status": "assigned" if n < size.assigned else "open",
            "created_at": _START + timedelta(seconds=n),
        }


def applications(size: Size) -> Iterator[Row]:
    for n in range(size.bookings):
        yield {
            "id": made_id("app", n),
            "job_id": made_id("job", n % size.assigned),
            "worker_id": made_id("acc", CLIENTS + n // size.assigned),
            "message": "I can come tomorrow.",
            "price_minor": PRICE_MINOR,
            "status": "hired",
            "created_at": _START,
        }


def bookings(size: Size) -> Iterator[Row]:
    for n in range(size.bookings):
        yield {
            "id": made_id("bkg", n),
            "job_id": made_id("job", n % size.assigned),
            "application_id": made_id("app", n),
            "client_id": made_id("acc", client_of(n)),
            "worker_id": made_id("acc", CLIENTS + n // size.assigned),
            "status": "awaiting_payment",
            "price_minor": PRICE_MINOR,
            "client_fee_minor": 0,
            "worker_fee_minor": PRICE_MINOR // 10,
            "total_minor": PRICE_MINOR,
            "currency": "usd",
            "created_at": _START,
        }
