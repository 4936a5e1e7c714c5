"""Read payout accounts."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import msgspec
from sqlalchemy import bindparam, literal_column, select

from domain.database import Connection
from domain.payouts.accounts.states import PayoutAccountStatus
from domain.payouts.accounts.tables import payout_account
from domain.schema import one_of
from domain.schema.reader import Reader

WAITING = (PayoutAccountStatus.REQUESTED, PayoutAccountStatus.ONBOARDING, PayoutAccountStatus.RESTRICTED)


class PayoutAccount(msgspec.Struct, frozen=True):
    id: str
    account_id: str
    provider: str
    country: str
    status: str
    provider_id: str | None
    requirements: str | None
    disabled_reason: str | None
    error_message: str | None
    link_url: str | None
    link_expires_at: datetime | None
    generation: int
    submitted_at: datetime | None
    absent_since: datetime | None
    created_at: datetime
    asked_at: datetime

    @property
    def is_ready(self) -> bool:
        return self.status == PayoutAccountStatus.READY

    @property
    def is_waiting(self) -> bool:
        """Return whether the account waits for the provider: for its status, or for an onboarding page."""
        return self.link_url is None and self.status in WAITING

    def has_link(self, now: datetime) -> bool:
        """Return whether the onboarding link is still valid."""
        return self.link_url is not None and self.link_expires_at is not None and self.link_expires_at > now


_reader = Reader(payout_account, PayoutAccount)
by_id, find = _reader.by_id, _reader.find
_of_account = _reader.select.where(payout_account.c.account_id == bindparam("of_account"))
_waiting = select(payout_account.c.id).where(
    one_of(payout_account.c.id, "ids"),
    payout_account.c.link_url.is_(None),
    payout_account.c.status.in_([literal_column(f"'{status.value}'") for status in WAITING]),
)


def of_account(connection: Connection, account_id: str) -> PayoutAccount | None:
    """Return the worker's only payout account; None when there is none."""
    return _reader.first(connection, _of_account, of_account=account_id)


def waiting_among(connection: Connection, ids: Sequence[str]) -> set[str]:
    """Return those of ``ids`` that wait for the provider: for its next event or look-up, or for the onboarding link."""
    return {row[0] for row in connection.run(_waiting, ids=list(ids)).all()}
