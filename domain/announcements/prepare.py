"""Prepare a delivery: its address, its text, and whether to send it at all."""

from __future__ import annotations

from datetime import datetime

import msgspec

from domain.announcements import recipient
from domain.announcements.compose import Notice, compose
from domain.announcements.deliveries.channel import Channel
from domain.announcements.deliveries.move import try_move
from domain.announcements.deliveries.read import Delivery, find, why_suppressed
from domain.announcements.deliveries.states import DeliveryStatus
from domain.announcements.deliveries.work import Send
from domain.announcements.recipient import Recipient
from domain.cause import Cause
from domain.database import Connection


class DeliveryOrder(msgspec.Struct, frozen=True, kw_only=True):
    """The input of the channel's message.

    ``to``: the address.  ``notice``: the event, in the reader's language.  ``fresh``: no call to the carrier is known.
    """

    delivery_id: str
    subject_id: str
    to: str
    reader: Recipient
    notice: Notice
    submitted_at: datetime
    fresh: bool


def prepare(connection: Connection, cause: Cause, work: Send, channel: Channel) -> DeliveryOrder | None:
    """Return the order to send; None when it was sent, or must not be sent.

    Runs in the transaction of the claim, so nothing is sent without a recorded attempt.
    """
    found = find(connection, work.delivery_id)
    if found is None or found.status not in {DeliveryStatus.QUEUED, DeliveryStatus.SUBMITTING}:
        return None
    reader = recipient.find(connection, found.account_id)
    notice = _notice_of(connection, cause, found, reader)
    to = None if reader is None else channel.address_of(reader)
    if reader is None or notice is None or to is None:
        try_move(connection, found.id, found.status, DeliveryStatus.OBSOLETE)
        return None
    if found.status == DeliveryStatus.SUBMITTING and found.submitted_at is not None and found.address is not None:
        return _order(found, found.address, reader, notice, found.submitted_at, fresh=False)
    reason = why_suppressed(connection, channel.name, to)
    if reason is not None:
        try_move(connection, found.id, found.status, DeliveryStatus.SUPPRESSED, address=to, detail=reason)
        return None
    after = DeliveryStatus.SUBMITTING
    try_move(connection, found.id, found.status, after, address=to, submitted_at=cause.now)
    return _order(found, to, reader, notice, cause.now, fresh=True)


def _notice_of(connection: Connection, cause: Cause, found: Delivery, reader: Recipient | None) -> Notice | None:
    if reader is None or not reader.is_here:
        return None
    return compose(connection, found.kind, found.subject_id, reader, cause.now)


def _order(
    found: Delivery, to: str, reader: Recipient, notice: Notice, submitted_at: datetime, *, fresh: bool
) -> DeliveryOrder:
    return DeliveryOrder(
        delivery_id=found.id,
        subject_id=found.subject_id,
        to=to,
        reader=reader,
        notice=notice,
        submitted_at=submitted_at,
        fresh=fresh,
    )
