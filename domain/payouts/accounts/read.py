"""Read payout accounts."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import msgspec
from sqlalchemy import bindparam, literal_column, select

from domain.database import Connection
from domain.errors import NotFound
from domain.payouts.accounts.states import PayoutAccountStatus
from domain.payouts.accounts.tables import payout_account
from domain.schema import one_of

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


_columns = [payout_account.c[name] for name in PayoutAccount.__struct_fields__]
_by_id = select(*_columns).where(payout_account.c.id == bindparam("of_id"))
_of_account = select(*_columns).where(payout_account.c.account_id == bindparam("of_account"))
_waiting = select(payout_account.c.id).where(
    one_of(payout_account.c.id, "ids"),
    payout_account.c.link_url.is_(None),
    payout_account.c.status.in_([literal_column(f"'{status.value}'") for status in WAITING]),
)


def by_id(connection: Connection, payout_account_id: str) -> PayoutAccount:
    found = find(connection, payout_account_id)
    if found is None:
        raise NotFound("payout account")
    return found


def find(connection: Connection, payout_account_id: str) -> PayoutAccount | None:
    row = connection.run(_by_id, of_id=payout_account_id).first()
    return PayoutAccount(*row) if row else None


def of_account(connection: Connection, account_id: str) -> PayoutAccount | None:
    """Return the worker's only payout account; None when there is none."""
    row = connection.run(_of_account, of_account=account_id).first()
    return PayoutAccount(*row) if row else None


def waiting_among(connection: Connection, ids: Sequence[str]) -> set[str]:
    """Return those of ``ids`` that wait for the provider: for its next event or look-up, or for the onboarding link."""
    return {row[0] for row in connection.run(_waiting, ids=list(ids)).all()}
