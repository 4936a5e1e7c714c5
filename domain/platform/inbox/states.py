"""The outcomes of a provider's event."""

from enum import StrEnum


class EventOutcome(StrEnum):
    APPLIED = "applied"
    REPEATED = "repeated"
    """It told us what we knew."""
    IGNORED = "ignored"
    """Its object is not ours, or its kind means nothing to us."""
    ALARM = "alarm"
    """It is about our money, and we did not apply it: an operator must look at it."""
