"""What handlers work with: made once, at start, in ``web.app``."""

from __future__ import annotations

from dataclasses import dataclass

from litestar.di import NamedDependency

from domain.bookings.hire import Fees
from domain.cause import Cause, NewId
from runtime.clock import Clock
from runtime.database import Database
from runtime.passwords import Passwords
from runtime.settings import Settings
from runtime.tokens import Tokens
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

    def cause(self, actor: str, correlation_id: str) -> Cause:
        return Cause(self.clock(), actor, correlation_id, self.new_id)

    @property
    def fees(self) -> Fees:
        return Fees(self.settings.client_fee_bp, self.settings.worker_fee_bp)


Provided = NamedDependency[Services]
"""How a handler asks for them: ``services: Provided``."""
