"""The outcomes of a provider's event."""

from enum import StrEnum


class EventOutcome(StrEnum):
    APPLIED = "applied"
    REPEATED = "repeated"
    """The event stated what we knew already."""
    IGNORED = "ignored"
    """The event's object is not ours, or we do not use its kind."""
    ALARM = "alarm"
    """The event is about our money, and we did not apply it: an operator must look at it."""
