"""Prepare the calls to the provider: which order, under which key."""

from __future__ import annotations

from sqlalchemy import bindparam, update

from domain.cause import Cause
from domain.database import Connection
from domain.errors import NotFound
from domain.identity.accounts import read as accounts
from domain.payouts.accounts import read
from domain.payouts.accounts.ports import AccountOrder, LinkOrder
from domain.payouts.accounts.read import PayoutAccount
from domain.payouts.accounts.states import PayoutAccountStatus
from domain.payouts.accounts.tables import payout_account
from domain.payouts.accounts.work import Ask, Link, Open
from domain.schema import Instant

_begin = (
    update(payout_account)
    .where(payout_account.c.id == bindparam("of_id"), payout_account.c.submitted_at.is_(None))
    .values(submitted_at=bindparam("now", type_=Instant()))
)


def begin(connection: Connection, cause: Cause, work: Open) -> AccountOrder | None:
    """Return the order to submit, in the transaction of the claim; None when the account exists."""
    found = read.by_id(connection, work.payout_account_id)
    if found.status != PayoutAccountStatus.REQUESTED:
        return None
    connection.run(_begin, of_id=found.id, now=cause.now)
    return _order_of(connection, cause, found)


def to_ask(connection: Connection, cause: Cause, work: Ask) -> AccountOrder | None:
    """Return the order to look up; None when it was never submitted."""
    found = read.by_id(connection, work.payout_account_id)
    return _order_of(connection, cause, found) if found.submitted_at is not None else None


def to_link(connection: Connection, _cause: Cause, work: Link) -> LinkOrder | None:
    """Return the account to fetch an onboarding page for; None when the provider has none open for its worker."""
    found = read.by_id(connection, work.payout_account_id)
    if found.status == PayoutAccountStatus.REFUSED or found.provider_id is None:
        return None
    return LinkOrder(provider=found.provider, provider_id=found.provider_id)


def _order_of(connection: Connection, cause: Cause, found: PayoutAccount) -> AccountOrder:
    worker = accounts.by_id(connection, found.account_id)
    if worker is None:
        raise NotFound("account")
    return AccountOrder(
        provider=found.provider,
        payout_account_id=found.id,
        worker_id=found.account_id,
        email=worker.email,
        country=found.country,
        request_key=f"{found.id}:{found.generation}",
        created_at=found.submitted_at or cause.now,
        provider_id=found.provider_id,
    )
