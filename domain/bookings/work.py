"""The tasks of bookings.

Tasks that move money go by the queue ``payments``, which broadcasts never fill; reminders go by ``notifications``.
"""

from datetime import datetime
from typing import ClassVar

from domain.platform.outbox.work import Work


class Expire(Work, frozen=True, kw_only=True):
    """Expire a booking that the client has not paid.  ``look`` is the number of earlier attempts."""

    task: ClassVar[str] = "bookings.expire"
    queue: ClassVar[str] = "payments"
    booking_id: str
    look: int = 0


class ApproveByItself(Work, frozen=True, kw_only=True):
    """Approve a booking automatically, because the client has not answered the worker's ``round``-th completion."""

    task: ClassVar[str] = "bookings.approve"
    queue: ClassVar[str] = "payments"
    booking_id: str
    round: int


class WarnOfApproval(Work, frozen=True, kw_only=True):
    """Notify the client that a booking will soon be approved automatically."""

    task: ClassVar[str] = "bookings.approval_due"
    queue: ClassVar[str] = "notifications"
    booking_id: str
    round: int


class Remind(Work, frozen=True, kw_only=True):
    """Remind both parties that the start is near, if the booking still starts at ``starts_at``."""

    task: ClassVar[str] = "bookings.remind"
    queue: ClassVar[str] = "notifications"
    booking_id: str
    starts_at: datetime


def expire_key(booking_id: str, look: int) -> str:
    return f"expire:{booking_id}:{look}"
