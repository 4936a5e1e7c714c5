"""The services of handlers: made once, at start, in ``web.app``; each request has them as ``request.services``.

Litestar's own injection would put together and take down for each request what never changes.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, TypeVar

from litestar import Request

from domain.bookings.quote import Fees
from domain.cause import Cause, NewId
from domain.database import Connection, UnitOfWork
from domain.identity.service_tokens import check as service_tokens
from domain.identity.sessions import check as sessions
from runtime.clock import Clock
from runtime.database import Database
from runtime.links import Links
from runtime.passwords import Passwords
from runtime.settings import Settings
from runtime.tokens import Caller, Tokens
from web.throttles import Counted, Throttles
from web.waiters import Waiters

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Services:
    settings: Settings
    database: Database
    clock: Clock
    new_id: NewId
    tokens: Tokens
    passwords: Passwords
    waiters: Waiters
    links: Links
    throttles: Throttles

    def cause(self, actor: str, correlation_id: str) -> Cause:
        return Cause(self.clock(), actor, correlation_id, self.new_id)

    async def read(self, caller: Caller, unit: UnitOfWork[T]) -> T:
        """Read for somebody whose session goes on: on the event loop, and in the pool if that takes too long."""
        return await self.database.read_inline_or_pool(_for(caller, unit))

    async def read_in_pool(self, caller: Caller, unit: UnitOfWork[T]) -> T:
        """As above, of what may take longer."""
        return await self.database.read_async(_for(caller, unit))

    async def write(self, caller: Caller, unit: UnitOfWork[T]) -> T:
        """Write for somebody whose session goes on, and wait for the commit."""
        return await self.database.write_async(_for(caller, unit))

    async def write_counted(
        self, request: Request[Any, Any, Any], caller: Caller, what: Counted, unit: UnitOfWork[T]
    ) -> T:
        """As ``write``, of what an account may do so often in an hour; ``TooMany`` beyond that."""
        of = self.throttles.of_account(what, caller.account_id)
        return await self.throttles.counted(request, of, unit, lambda taking: self.write(caller, taking))

    @property
    def fees(self) -> Fees:
        return Fees(self.settings.client_fee_bp, self.settings.worker_fee_bp, self.settings.tax_bp)


def _for(caller: Caller, unit: UnitOfWork[T]) -> UnitOfWork[T]:
    """Asked in the unit's own transaction, so that nothing is done in the name of a session that has ended
    or by a service token that was revoked."""

    def checked(connection: Connection) -> T:
        if caller.service_hash:
            state = service_tokens.state_of(connection, caller.account_id, caller.service_hash)
            judge = service_tokens.judge
        else:
            state = sessions.state_of(connection, caller.session_id, caller.account_id, caller.role)
            judge = sessions.judge
        if state.arrived:
            judge(state)
            return unit(connection)
        try:  # the question travels with the unit's first statement
            return unit(connection)
        finally:  # an ended session explains more than any error of the unit
            judge(state)

    checked.__wrapped__ = unit  # type: ignore[attr-defined]  # the database learns which units take one round trip
    return checked


KEY = "handwork.services"
"""In the scope of each request; ``request.services`` are these."""
