"""Record a payout account's status from the provider: only this module applies such a status.

An account that becomes ready sends its waiting payouts.
"""

from __future__ import annotations

from sqlalchemy import bindparam, update

from domain.cause import Cause
from domain.database import Connection
from domain.history.record import record
from domain.notifications.kinds import Kind
from domain.notifications.notify import notify
from domain.payouts.accounts import read
from domain.payouts.accounts.ports import AccountStatus, OnboardingLink
from domain.payouts.accounts.read import PayoutAccount
from domain.payouts.accounts.states import TRANSITIONS, PayoutAccountState
from domain.payouts.accounts.tables import payout_account
from domain.payouts.accounts.work import Link
from domain.payouts.schedule import schedule_waiting
from domain.platform.outbox.enqueue import enqueue
from domain.schema import Instant

_note = (
    update(payout_account)
    .where(payout_account.c.id == bindparam("of_id"), payout_account.c.status == bindparam("before"))
    .values(
        status=bindparam("after"),
        provider_id=bindparam("at_provider"),
        requirements=bindparam("wanted"),
        disabled_reason=bindparam("disabled"),
        asked_at=bindparam("now", type_=Instant()),
    )
)
_refuse = (
    update(payout_account)
    .where(payout_account.c.id == bindparam("of_id"), payout_account.c.status == PayoutAccountState.REQUESTED.value)
    .values(status=PayoutAccountState.REFUSED.value, error_message=bindparam("because"))
)
_keep_link = (
    update(payout_account)
    .where(payout_account.c.id == bindparam("of_id"))
    .values(link_url=bindparam("url"), link_expires_at=bindparam("until", type_=Instant()))
)


def record_status(connection: Connection, cause: Cause, payout_account_id: str, status: AccountStatus) -> bool:
    """Record the status; return True when it changed the account's state."""
    found = read.by_id(connection, payout_account_id)
    before, after = PayoutAccountState(found.status), _state_of(found, status)
    moves = after in TRANSITIONS[before]
    noted = connection.run(
        _note,
        of_id=found.id,
        before=before.value,
        after=after.value if moves else before.value,
        at_provider=status.provider_id,
        wanted=",".join(status.requirements) or None,
        disabled=status.disabled_reason,
        now=cause.now,
    )
    if not moves or not noted.changed:
        return False
    record(connection, cause, found.id, before, after)
    if before is PayoutAccountState.REQUESTED and after is PayoutAccountState.ONBOARDING:
        enqueue(connection, cause, Link(payout_account_id=found.id), unique_key=f"link:{found.id}:first")
    if after is PayoutAccountState.READY:
        notify(connection, cause, found.account_id, Kind.PAYOUT_ACCOUNT_READY, found.id, occasion=_when(cause))
        schedule_waiting(connection, cause, read.by_id(connection, found.id))
    return True


def record_refusal(connection: Connection, cause: Cause, payout_account_id: str, message: str) -> None:
    """Record that the provider refuses to open the account; the worker may retry with another country."""
    if connection.run(_refuse, of_id=payout_account_id, because=message).changed:
        record(connection, cause, payout_account_id, PayoutAccountState.REQUESTED, PayoutAccountState.REFUSED)


def record_link(connection: Connection, payout_account_id: str, link: OnboardingLink) -> None:
    connection.run(_keep_link, of_id=payout_account_id, url=link.url, until=link.expires_at)


def _state_of(found: PayoutAccount, status: AccountStatus) -> PayoutAccountState:
    if status.is_refused:
        return PayoutAccountState.REFUSED
    if status.is_ready:
        return PayoutAccountState.READY
    was_ready = found.status in (PayoutAccountState.READY, PayoutAccountState.RESTRICTED)
    return PayoutAccountState.RESTRICTED if was_ready else PayoutAccountState.ONBOARDING


def _when(cause: Cause) -> str:
    return f"{cause.now:%Y%m%d%H%M%S}"
