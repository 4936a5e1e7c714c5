"""The catalogue of kinds: the channels of each, the noun that supplies its facts, and the target of its link."""

from __future__ import annotations

from collections.abc import Mapping

import msgspec

from domain.announcements.channels import EMAIL
from domain.announcements.deliveries.channel import Channel
from domain.announcements.facts import Reader
from domain.announcements.subjects import (
    accounts,
    applications,
    bookings,
    jobs,
    links,
    messages,
    money,
    payout_accounts,
    reviews,
)
from domain.notifications.kinds import Kind


class Entry(msgspec.Struct, frozen=True, kw_only=True):
    """One kind of notification.

    ``in_app``: whether the notification appears in the app's list.  ``channels``: the other channels that deliver it.
    ``path``: the target of its link, when that is not the subject.  ``greets``: whether an e-mail greets its reader by
    name.
    """

    read: Reader
    in_app: bool = True
    channels: tuple[Channel, ...] = (EMAIL,)
    path: str | None = None
    greets: bool = True


_ONE_TIME = Entry(read=links.read, in_app=False, greets=False)
"""One-time links.  They greet without a name: their addresses are unverified, and a name can be any text."""
_JOB = Entry(read=jobs.read)
_APPLICATION = Entry(read=applications.read)
_APPLICATION_QUIETLY = Entry(read=applications.read, channels=())
_BOOKING = Entry(read=bookings.read)
_PAYMENT = Entry(read=money.read_payment)
_REFUND = Entry(read=money.read_refund)
_PAYOUT = Entry(read=money.read_payout)

CATALOGUE: Mapping[Kind, Entry] = {
    Kind.ACCOUNT_VERIFY_EMAIL: _ONE_TIME,
    Kind.ACCOUNT_RESET_PASSWORD: _ONE_TIME,
    Kind.ACCOUNT_PASSWORD_CHANGED: Entry(read=accounts.read),
    Kind.ACCOUNT_EMAIL_TAKEN: Entry(read=accounts.read, in_app=False, path="/login"),
    Kind.JOB_INVITED: _JOB,
    Kind.JOB_CANCELLED: _JOB,
    Kind.JOB_EXPIRED: _JOB,
    Kind.APPLICATION_RECEIVED: _APPLICATION,
    Kind.APPLICATION_WITHDRAWN: _APPLICATION_QUIETLY,
    Kind.APPLICATION_SHORTLISTED: _APPLICATION_QUIETLY,
    Kind.APPLICATION_DECLINED: _APPLICATION,
    Kind.APPLICATION_COUNTERED: _APPLICATION,
    Kind.APPLICATION_AGREED: _APPLICATION,
    Kind.BOOKING_HIRED: _BOOKING,
    Kind.BOOKING_FUNDED: _BOOKING,
    Kind.BOOKING_EXPIRED: _BOOKING,
    Kind.BOOKING_REMINDER: _BOOKING,
    Kind.BOOKING_STARTED: Entry(read=bookings.read, channels=()),
    Kind.BOOKING_COMPLETED: _BOOKING,
    Kind.BOOKING_CHANGES_REQUESTED: _BOOKING,
    Kind.BOOKING_APPROVAL_DUE: _BOOKING,
    Kind.BOOKING_APPROVED: _BOOKING,
    Kind.BOOKING_RESCHEDULE_PROPOSED: _BOOKING,
    Kind.BOOKING_RESCHEDULED: _BOOKING,
    Kind.BOOKING_RESCHEDULE_REFUSED: _BOOKING,
    Kind.BOOKING_NO_SHOW: _BOOKING,
    Kind.BOOKING_CANCELLED: _BOOKING,
    Kind.PAYMENT_CAPTURED: _PAYMENT,
    Kind.PAYMENT_DECLINED: _PAYMENT,
    Kind.REFUND_SENT: _REFUND,
    Kind.REFUND_FAILED: _REFUND,
    Kind.PAYOUT_ACCOUNT_READY: Entry(read=payout_accounts.read, path="/earnings"),
    Kind.PAYOUT_PAID: _PAYOUT,
    Kind.PAYOUT_FAILED: _PAYOUT,
    Kind.PAYOUT_ACCOUNT_NEEDED: Entry(read=bookings.read, path="/payout-account"),
    Kind.MESSAGE_RECEIVED: Entry(read=messages.read),
    Kind.REVIEW_RECEIVED: Entry(read=reviews.read),
    Kind.REVIEW_PUBLISHED: Entry(read=reviews.read, channels=()),
}
