"""The states of a booking (one hired worker, one job, one price), and the transitions between them."""

from enum import StrEnum


class BookingState(StrEnum):
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


TRANSITIONS: dict[BookingState, frozenset[BookingState]] = {
    BookingState.AWAITING_PAYMENT: frozenset({BookingState.FUNDED, BookingState.CANCELLED, BookingState.EXPIRED}),
    BookingState.FUNDED: frozenset({BookingState.IN_PROGRESS, BookingState.CANCELLED, BookingState.DISPUTED}),
    BookingState.IN_PROGRESS: frozenset({BookingState.COMPLETED, BookingState.CANCELLED, BookingState.DISPUTED}),
    BookingState.COMPLETED: frozenset({BookingState.APPROVED, BookingState.DISPUTED, BookingState.IN_PROGRESS}),
    BookingState.APPROVED: frozenset({BookingState.DISPUTED}),
    BookingState.DISPUTED: frozenset({BookingState.APPROVED, BookingState.CANCELLED}),
    BookingState.CANCELLED: frozenset(),
    BookingState.EXPIRED: frozenset(),
}
