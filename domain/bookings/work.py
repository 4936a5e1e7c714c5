"""The durable work of this noun.

What moves money goes by the queue of payments, which broadcasts never fill; reminders go with the notifications.
"""

from datetime import datetime
from typing import ClassVar

from domain.platform.outbox.work import Work


class Expire(Work, frozen=True, kw_only=True):
    """Give up a booking that nobody paid.  ``look``: how often we looked before."""

    task: ClassVar[str] = "bookings.expire"
    queue: ClassVar[str] = "payments"
    booking_id: str
    look: int = 0


class ApproveByItself(Work, frozen=True, kw_only=True):
    """The client said nothing for so long after the worker's ``round``-th completion."""

    task: ClassVar[str] = "bookings.approve"
    queue: ClassVar[str] = "payments"
    booking_id: str
    round: int


class WarnOfApproval(Work, frozen=True, kw_only=True):
    """Tell the client that it will be approved by itself soon."""

    task: ClassVar[str] = "bookings.approval_due"
    queue: ClassVar[str] = "notifications"
    booking_id: str
    round: int


class Remind(Work, frozen=True, kw_only=True):
    """Tell both that the agreed start is near; of use while it is still the agreed one."""

    task: ClassVar[str] = "bookings.remind"
    queue: ClassVar[str] = "notifications"
    booking_id: str
    starts_at: datetime


def expire_key(booking_id: str, look: int) -> str:
    return f"expire:{booking_id}:{look}"
