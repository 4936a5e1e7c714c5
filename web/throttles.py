"""How often somebody may try: told in every answer of a throttled route, and refused with 429.

The buckets are rows, so that all processes count together.  What a process knows to be empty it refuses by itself.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from math import ceil
from typing import Any, TypeVar

from litestar import Request

from domain.accounts.addresses import as_kept
from domain.database import Connection, UnitOfWork
from domain.errors import TooMany
from domain.throttles.take import Allowance, Bucket, bucket, take
from runtime.clock import Clock
from runtime.database import Database
from runtime.settings import Settings
from web.client_address import client_address
from web.request_log import RATE_LIMIT

T = TypeVar("T")
MINUTE, QUARTER, HOUR = timedelta(minutes=1), timedelta(minutes=15), timedelta(hours=1)
MOST_KNOWN = 10_000


@dataclass(slots=True)
class Throttles:
    settings: Settings
    database: Database
    clock: Clock
    _turn: asyncio.Lock = field(default_factory=asyncio.Lock)
    _empty: dict[str, tuple[datetime, int]] = field(default_factory=dict)

    def of_address(self, request: Request[Any, Any, Any], route: str) -> Bucket:
        address = client_address(request.scope, self.settings.proxies)
        return bucket(f"{route}.address", address, self.settings.address_tries, MINUTE)

    def of_login(self, email: str) -> Bucket:
        return bucket("login.account", as_kept(email), self.settings.login_tries, QUARTER)

    def of_emails(self, route: str, email: str) -> Bucket:
        return bucket(f"{route}.account", as_kept(email), self.settings.email_tries, HOUR)

    def of_session(self, session_id: str) -> Bucket:
        return bucket("refresh.session", session_id, self.settings.refresh_tries, QUARTER)

    async def admit(self, request: Request[Any, Any, Any], *buckets: Bucket) -> None:
        """``TooMany`` when one of them is empty."""
        await self.admitted(request, lambda _connection: None, *buckets)

    async def admitted(self, request: Request[Any, Any, Any], unit: UnitOfWork[T], *buckets: Bucket) -> T:
        """What comes of the unit, in the transaction of the taking: a commit is waited for whatever it finds."""
        now = self.clock()
        self._refuse_known(request, now, buckets)

        def taking(connection: Connection) -> tuple[Allowance, T | None]:
            allowance = take(connection, now, buckets)
            return allowance, None if allowance.refused_for else unit(connection)

        async with self._turn:  # of two at once on one row PostgreSQL would have one begin again
            allowance, value = await self.database.write_async(taking)
        wait = ceil(allowance.refused_for / timedelta(seconds=1))
        _tell(request, allowance.limit, allowance.remaining, allowance.full_in)
        if wait:
            if len(self._empty) >= MOST_KNOWN:
                self._empty.clear()
            self._empty[allowance.key] = (now + allowance.refused_for, allowance.limit)
            raise _too_many(wait)
        return value  # type: ignore[return-value]  # what the unit gave, if it was run

    def _refuse_known(self, request: Request[Any, Any, Any], now: datetime, buckets: tuple[Bucket, ...]) -> None:
        for each in buckets:
            until, limit = self._empty.get(each.key, (now, 0))
            if until > now:
                _tell(request, limit, 0, until - now)
                raise _too_many(ceil((until - now) / timedelta(seconds=1)))
            self._empty.pop(each.key, None)


def _too_many(wait: int) -> TooMany:
    return TooMany("too_many_attempts", f"Too many attempts; try again in {wait} s.", wait)


def _tell(request: Request[Any, Any, Any], limit: int, remaining: int, full_in: timedelta) -> None:
    """The request log's layer writes them into the answer, whichever it is."""
    reset = ceil(full_in / timedelta(seconds=1))
    values = ((b"ratelimit-limit", limit), (b"ratelimit-remaining", remaining), (b"ratelimit-reset", reset))
    request.scope[RATE_LIMIT] = [(name, b"%d" % value) for name, value in values]  # type: ignore[literal-required]  # our own key
