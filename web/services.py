"""The services of handlers: made once, at start, in ``web.app``; each request has them as ``request.services``.

Litestar's own injection would put together and take down for each request what never changes.
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
"""In the scope of each request; ``request.services`` are these."""
