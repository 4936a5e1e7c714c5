"""The life of a booking: one hired worker, one job, one price."""

from enum import StrEnum


class BookingState(StrEnum):
    AWAITING_PAYMENT = "awaiting_payment"
    """Hired; the client has not paid."""
    FUNDED = "funded"
    """The price was captured and is held."""
    IN_PROGRESS = "in_progress"
    COMPLETED = "completed"
    """The worker says that it is done."""
    APPROVED = "approved"
    """The client agrees, or 72 hours passed: the worker is to be paid."""
    DISPUTED = "disputed"
    CANCELLED = "cancelled"
    EXPIRED = "expired"
    """Nobody paid within 24 hours."""


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
