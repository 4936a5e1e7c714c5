"""The services of handlers: made once, at start, in ``web.app``; each request has them as ``request.services``.

Litestar's own injection would build and release the same services for each request.
"""

from __future__ import annotations

from dataclasses import dataclass

from domain.bookings.quote import Fees
from domain.cause import Cause, NewId
from runtime.clock import Clock
from runtime.database import Database
from runtime.links import Links
from runtime.passwords import Passwords
from runtime.settings import Settings
from runtime.tokens import Tokens
from web.throttles import Throttles
from web.waiters import Waiters


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

    @property
    def fees(self) -> Fees:
        return Fees(self.settings.client_fee_bp, self.settings.worker_fee_bp, self.settings.tax_bp)


KEY = "handwork.services"
"""The key in the scope under which each request holds its services."""
