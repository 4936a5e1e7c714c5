"""Make the payout of a released booking: scheduled at once, or on hold until its worker's account is ready."""

from __future__ import annotations

import msgspec
from sqlalchemy import bindparam

from domain.bookings.read import Booking
from domain.cause import Cause
from domain.database import Connection
from domain.history.record import record
from domain.notifications.kinds import Kind
from domain.notifications.notify import notify
from domain.payments import read as payments
from domain.payouts.accounts import read as payout_accounts
from domain.payouts.read import Payout
from domain.payouts.schedule import schedule
from domain.payouts.states import PayoutStatus
from domain.payouts.tables import payout
from domain.schema.upsert import upsert

_insert = upsert(payout).values({name: bindparam(name) for name in Payout.__struct_fields__}).on_conflict_do_nothing()


def create(connection: Connection, cause: Cause, booking: Booking, amount_minor: int) -> None:
    """Make the booking's payout.  A booking has at most one, so a second call changes nothing."""
    paid = payments.funding(connection, booking.id)
    if paid is None:
        raise ValueError(f"{booking.id} is released, and no payment funded it")
    made = Payout(
        id=cause.new_id("pyt"),
        booking_id=booking.id,
        worker_id=booking.worker_id,
        provider=paid.provider,
        amount_minor=amount_minor,
        currency=booking.currency,
        status=PayoutStatus.ON_HOLD.value,
        charge_id=paid.charge_id,
        destination=None,
        transfer_id=None,
        provider_id=None,
        error_code=None,
        error_message=None,
        generation=1,
        submitted_at=None,
        absent_since=None,
        transferred_at=None,
        created_at=cause.now,
        settled_at=None,
    )
    if connection.run(_insert, **msgspec.structs.asdict(made)).changed:
        record(connection, cause, made.id, None, PayoutStatus.ON_HOLD)
        account = payout_accounts.of_account(connection, booking.worker_id)
        if account is not None and account.is_ready:
            schedule(connection, cause, made, account)
        else:
            notify(connection, cause, booking.worker_id, Kind.PAYOUT_ACCOUNT_NEEDED, booking.id)
