"""The statuses of a booking (one hired worker, one job, one price), and the transitions between them."""

from enum import StrEnum


class BookingStatus(StrEnum):
    AWAITING_PAYMENT = "awaiting_payment"
    """The worker is hired; the client has not paid."""
    FUNDED = "funded"
    """The platform has captured the payment and holds it."""
    IN_PROGRESS = "in_progress"
    COMPLETED = "completed"
    """The worker says that the work is done."""
    APPROVED = "approved"
    """The client approved, or 72 hours (``approve_after``) passed: the platform pays the worker."""
    DISPUTED = "disputed"
    CANCELLED = "cancelled"
    EXPIRED = "expired"
    """The client did not pay within 24 hours (``pay_within``)."""


TRANSITIONS: dict[BookingStatus, frozenset[BookingStatus]] = {
    BookingStatus.AWAITING_PAYMENT: frozenset({BookingStatus.FUNDED, BookingStatus.CANCELLED, BookingStatus.EXPIRED}),
    BookingStatus.FUNDED: frozenset({BookingStatus.IN_PROGRESS, BookingStatus.CANCELLED, BookingStatus.DISPUTED}),
    BookingStatus.IN_PROGRESS: frozenset({BookingStatus.COMPLETED, BookingStatus.CANCELLED, BookingStatus.DISPUTED}),
    BookingStatus.COMPLETED: frozenset({BookingStatus.APPROVED, BookingStatus.DISPUTED, BookingStatus.IN_PROGRESS}),
    BookingStatus.APPROVED: frozenset({BookingStatus.DISPUTED}),
    BookingStatus.DISPUTED: frozenset({BookingStatus.APPROVED, BookingStatus.CANCELLED}),
    BookingStatus.CANCELLED: frozenset(),
    BookingStatus.EXPIRED: frozenset(),
}
