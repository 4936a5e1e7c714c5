"""Read the facts of a payout account: only that it exists."""

from __future__ import annotations

from sqlalchemy import bindparam, select

from domain.announcements.facts import Facts
from domain.announcements.recipient import Recipient
from domain.database import Connection
from domain.payouts.accounts.tables import payout_account

_by_id = select(payout_account.c.id).where(payout_account.c.id == bindparam("of_id"))


def read(connection: Connection, subject_id: str, _reader: Recipient) -> Facts | None:
    return Facts(path="/payout-account") if connection.run(_by_id, of_id=subject_id).first() else None
