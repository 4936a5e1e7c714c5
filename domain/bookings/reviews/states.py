"""The life of a review, and of a report about one."""

from enum import StrEnum


class ReviewState(StrEnum):
    PENDING = "pending"
    """Written, and seen by its author alone: blind until both have written or the time is up."""
    PUBLISHED = "published"
    """Everybody sees it, and it counts."""
    HIDDEN = "hidden"
    """An admin took it down: its author alone sees it, and it does not count."""


TRANSITIONS: dict[ReviewState, frozenset[ReviewState]] = {
    ReviewState.PENDING: frozenset({ReviewState.PUBLISHED}),
    ReviewState.PUBLISHED: frozenset({ReviewState.HIDDEN}),
    ReviewState.HIDDEN: frozenset({ReviewState.PUBLISHED}),
}


class ReportState(StrEnum):
    OPEN = "open"
    """Waits for an admin."""
    UPHELD = "upheld"
    """The review was hidden."""
    DISMISSED = "dismissed"
    """The review may stay."""


REPORT_TRANSITIONS: dict[ReportState, frozenset[ReportState]] = {
    ReportState.OPEN: frozenset({ReportState.UPHELD, ReportState.DISMISSED}),
    ReportState.UPHELD: frozenset(),
    ReportState.DISMISSED: frozenset(),
}
