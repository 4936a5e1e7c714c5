"""The tasks of accounts."""

from __future__ import annotations

from datetime import timedelta

from domain.cause import Cause
from domain.database import Connection
from domain.identity.accounts.work import PayHeld
from domain.payouts.resume import resume
from tasks.declare import database_task


def _pay_held(connection: Connection, cause: Cause, work: PayHeld) -> None:
    resume(connection, cause, work.account_id)


pay_held = database_task(PayHeld, _pay_held, max_runtime=timedelta(seconds=30))
