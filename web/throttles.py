"""Limit how often an account or an address may call a route; every answer of such a route has ``RateLimit`` headers.
The limits are settings (``runtime/settings.py``).

The buckets are rows, so that all processes count together.  A process refuses without a query while it knows that a
bucket is empty.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import AbstractAsyncContextManager, nullcontext
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from math import ceil
from typing import Any, TypeVar
from weakref import WeakValueDictionary

from litestar import Request

from domain.database import Connection, UnitOfWork
from domain.errors import TooMany
from domain.identity.accounts.addresses import as_kept
from domain.platform.throttles.token_bucket import Allowance, Bucket, bucket, take
from runtime.clock import Clock
from runtime.database import Database
from runtime.settings import Settings
from web.client_address import client_address

T = TypeVar("T")
Taking = UnitOfWork[tuple[Allowance, T | None]]
Write = Callable[[Taking[T]], Awaitable[tuple[Allowance, T | None]]]
SECOND, MINUTE, QUARTER, HOUR = (timedelta(seconds=seconds) for seconds in (1, 60, 900, 3600))
MOST_KNOWN = 10_000
RATE_LIMIT = "handwork.rate_limit"
"""The key in the scope under which a request holds its ``RateLimit`` headers."""


class Counted(StrEnum):
    """Actions of an account that cost other people time, or a place in a list that they read."""

    JOBS = "jobs"
    APPLICATIONS = "applications"
    INVITATIONS = "invitations"
    MESSAGES = "messages"


@dataclass(slots=True)
class Throttles:
    settings: Settings
    database: Database
    clock: Clock
    _turn: asyncio.Lock = field(default_factory=asyncio.Lock)
    _turns: WeakValueDictionary[str, asyncio.Lock] = field(default_factory=WeakValueDictionary)
    _empty: dict[str, datetime] = field(default_factory=dict)

    def of_address(self, request: Request[Any, Any, Any], route: str) -> Bucket:
        address = client_address(request.scope, self.settings.proxies)
        return bucket(f"{route}.address", address, self.settings.address_tries, MINUTE)

    def of_login(self, email: str) -> Bucket:
        return bucket("login.account", as_kept(email), self.settings.login_tries, QUARTER)

    def of_emails(self, route: str, email: str) -> Bucket:
        return bucket(f"{route}.account", as_kept(email), self.settings.email_tries, HOUR)

    def of_session(self, session_id: str) -> Bucket:
        return bucket("refresh.session", session_id, self.settings.refresh_tries, QUARTER)

    def of_account(self, what: Counted, account_id: str) -> Bucket:
        sizes = {
            Counted.JOBS: self.settings.jobs_an_hour,
            Counted.APPLICATIONS: self.settings.applications_an_hour,
            Counted.INVITATIONS: self.settings.invitations_an_hour,
            Counted.MESSAGES: self.settings.messages_an_hour,
        }
        return bucket(f"{what}.account", account_id, sizes[what], HOUR)

    async def admit(self, request: Request[Any, Any, Any], *buckets: Bucket) -> None:
        """Take a token from each bucket; ``TooMany`` when one of them is empty."""
        await self.admitted(request, lambda _connection: None, *buckets)

    async def admitted(self, request: Request[Any, Any, Any], unit: UnitOfWork[T], *buckets: Bucket) -> T:
        """Run the unit in the transaction that takes the tokens, and return its result after the commit.

        ``TooMany`` when a bucket is empty.
        """
        return await self._taken(request, unit, buckets, self._turn, self.database.write_async, _too_many_attempts)

    async def counted(self, request: Request[Any, Any, Any], of: Bucket, unit: UnitOfWork[T], write: Write[T]) -> T:
        """Run the unit as ``admitted`` does, by a ``write`` that checks the caller; a failed unit is not counted."""
        return await self._taken(request, unit, (of,), self._turn_of(of.key), write, _too_many_requests)

    async def _taken(
        self,
        request: Request[Any, Any, Any],
        unit: UnitOfWork[T],
        buckets: tuple[Bucket, ...],
        turn: AbstractAsyncContextManager[Any],
        write: Write[T],
        refusal: Callable[[int], TooMany],
    ) -> T:
        now = self.clock()
        for each in buckets:
            if (until := self._empty.get(each.key, now)) > now:
                _tell(request, each.size, each.per, 0, until - now)
                raise refusal(ceil((until - now) / SECOND))
            self._empty.pop(each.key, None)

        def taking(connection: Connection) -> tuple[Allowance, T | None]:
            allowance = take(connection, now, buckets)
            return allowance, None if allowance.refused_for else unit(connection)

        async with turn:  # of two concurrent writes to one row PostgreSQL would make one begin again
            allowance, value = await write(taking)
        _tell(request, allowance.limit, allowance.per, allowance.remaining, allowance.full_in)
        if allowance.refused_for:
            if len(self._empty) >= MOST_KNOWN:
                self._empty.clear()
            self._empty[allowance.key] = now + allowance.refused_for
            raise refusal(ceil(allowance.refused_for / SECOND))
        return value  # type: ignore[return-value]  # what the unit gave, if it was run

    def _turn_of(self, key: str) -> AbstractAsyncContextManager[Any]:
        """Return the lock for a bucket's row; none for SQLite, whose writer runs units one after the other."""
        if self.settings.database.startswith("sqlite:"):
            return nullcontext()
        return self._turns.setdefault(key, asyncio.Lock())


def _too_many_attempts(wait: int) -> TooMany:
    return TooMany("too_many_attempts", f"Too many attempts; try again in {wait} s.", wait)


def _too_many_requests(wait: int) -> TooMany:
    return TooMany("too_many_requests", f"That is enough of it for now; try again in {wait} s.", wait)


def _tell(request: Request[Any, Any, Any], limit: int, per: timedelta, remaining: int, full_in: timedelta) -> None:
    """Store the ``RateLimit`` headers in the scope, from which ``RequestLog`` adds them to every answer."""
    values = {
        b"ratelimit-limit": b"%d" % limit,
        b"ratelimit-remaining": b"%d" % remaining,
        b"ratelimit-reset": b"%d" % ceil(full_in / SECOND),
        b"ratelimit-policy": b"%d;w=%d" % (limit, per // SECOND),
    }
    request.scope[RATE_LIMIT] = list(values.items())  # type: ignore[literal-required]  # our own key
