"""Record a payout account's status from the provider: only this module applies such a status.

An account that becomes ready sends its waiting payouts.
"""

from __future__ import annotations

from sqlalchemy import bindparam, update

from domain.cause import Cause
from domain.database import Connection
from domain.notifications.kinds import Kind
from domain.notifications.notify import notify
from domain.payouts.accounts import read
from domain.payouts.accounts.move import try_move
from domain.payouts.accounts.ports import AccountAtProvider, OnboardingLink
from domain.payouts.accounts.read import PayoutAccount
from domain.payouts.accounts.states import PayoutAccountStatus
from domain.payouts.accounts.tables import payout_account
from domain.payouts.accounts.work import Link
from domain.payouts.schedule import schedule_waiting
from domain.platform.outbox.enqueue import enqueue
from domain.schema import Instant

_note = (
    update(payout_account)
    .where(payout_account.c.id == bindparam("of_id"))
    .values(
        provider_id=bindparam("at_provider"),
        requirements=bindparam("wanted"),
        disabled_reason=bindparam("disabled"),
        asked_at=bindparam("now", type_=Instant()),
    )
)
_keep_link = (
    update(payout_account)
    .where(payout_account.c.id == bindparam("of_id"))
    .values(link_url=bindparam("url"), link_expires_at=bindparam("until", type_=Instant()))
)


def record_status(connection: Connection, cause: Cause, payout_account_id: str, told: AccountAtProvider) -> bool:
    """Record the account as the provider describes it; return True when the account's status changed."""
    found = read.by_id(connection, payout_account_id)
    before, after = found.status, _status_of(found, told)
    connection.run(
        _note,
        of_id=found.id,
        at_provider=told.provider_id,
        wanted=",".join(told.requirements) or None,
        disabled=told.disabled_reason,
        now=cause.now,
    )
    if not try_move(connection, cause, found.id, before, after):
        return False
    if before == PayoutAccountStatus.REQUESTED and after is PayoutAccountStatus.ONBOARDING:
        enqueue(connection, cause, Link(payout_account_id=found.id), unique_key=f"link:{found.id}:first")
    if after is PayoutAccountStatus.READY:
        notify(connection, cause, found.account_id, Kind.PAYOUT_ACCOUNT_READY, found.id, occasion=_when(cause))
        schedule_waiting(connection, cause, read.by_id(connection, found.id))
    return True


def record_refusal(connection: Connection, cause: Cause, payout_account_id: str, message: str) -> None:
    """Record that the provider refuses to open the account; the worker may retry with another country."""
    before, after = PayoutAccountStatus.REQUESTED, PayoutAccountStatus.REFUSED
    try_move(connection, cause, payout_account_id, before, after, error_message=message)


def record_link(connection: Connection, payout_account_id: str, link: OnboardingLink) -> None:
    connection.run(_keep_link, of_id=payout_account_id, url=link.url, until=link.expires_at)


def _status_of(found: PayoutAccount, told: AccountAtProvider) -> PayoutAccountStatus:
    if told.is_refused:
        return PayoutAccountStatus.REFUSED
    if told.is_ready:
        return PayoutAccountStatus.READY
    was_ready = found.status in (PayoutAccountStatus.READY, PayoutAccountStatus.RESTRICTED)
    return PayoutAccountStatus.RESTRICTED if was_ready else PayoutAccountStatus.ONBOARDING


def _when(cause: Cause) -> str:
    return f"{cause.now:%Y%m%d%H%M%S}"
