"""Find accounts that are not ready and have had no update for a while."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import literal_column

from domain import lookups
from domain.cause import Cause
from domain.database import Connection
from domain.payouts.accounts.states import PayoutAccountStatus
from domain.payouts.accounts.tables import payout_account
from domain.payouts.accounts.work import Ask

_unready = lookups.overdue(
    payout_account,
    [
        payout_account.c.status != literal_column(f"'{PayoutAccountStatus.READY.value}'"),
        payout_account.c.provider_id.is_not(None),
    ],
    at_work=("ask:",),
)
_note_asked = lookups.note_asked(payout_account)


def ask_about_unready(connection: Connection, cause: Cause, *, before: datetime) -> int:
    """Queue a look-up for each account that is due for one (``lookups.overdue``); return their number."""
    rows = connection.run(_unready, now=cause.now, before=before).all()
    return lookups.ask(connection, cause, rows, _note_asked, lambda account: Ask(payout_account_id=account))


def ask(connection: Connection, cause: Cause, payout_account_id: str, occasion: str) -> bool:
    """Queue a look-up now for ``occasion``; return False when one was queued for this occasion already."""
    work = Ask(payout_account_id=payout_account_id)
    return lookups.ask_now(connection, cause, payout_account_id, work, occasion)
