"""What handlers work with: made once, at start, in ``web.app``."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeVar

from litestar.di import NamedDependency

from domain.bookings.hire import Fees
from domain.cause import Cause, NewId
from domain.database import UnitOfWork
from runtime.clock import Clock
from runtime.database import Database
from runtime.passwords import Passwords
from runtime.settings import Settings
from runtime.tokens import Caller, Tokens
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

    def cause(self, actor: str, correlation_id: str) -> Cause:
        return Cause(self.clock(), actor, correlation_id, self.new_id)

    async def read(self, caller: Caller, unit: UnitOfWork[T]) -> T:  # noqa: ARG002 - whose session is asked for next
        """Read for somebody: on the event loop, and in the pool if that takes too long."""
        return await self.database.read_inline_or_pool(unit)

    async def write(self, caller: Caller, unit: UnitOfWork[T]) -> T:  # noqa: ARG002 - as above
        """Write for somebody, and wait for the commit."""
        return await self.database.write_async(unit)

    @property
    def fees(self) -> Fees:
        return Fees(self.settings.client_fee_bp, self.settings.worker_fee_bp)


Provided = NamedDependency[Services]
"""How a handler asks for them: ``services: Provided``."""
