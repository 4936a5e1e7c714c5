"""The states of a review and of a report about one, and the transitions between them."""

from enum import StrEnum


class ReviewState(StrEnum):
    PENDING = "pending"
    """Only its author sees it: reviews are blind until both parties have written, or for 7 days after the end."""
    PUBLISHED = "published"
    """Everybody sees the review, and its stars count."""
    HIDDEN = "hidden"
    """An admin has hidden the review: only its author sees it, and its stars do not count."""


TRANSITIONS: dict[ReviewState, frozenset[ReviewState]] = {
    ReviewState.PENDING: frozenset({ReviewState.PUBLISHED}),
    ReviewState.PUBLISHED: frozenset({ReviewState.HIDDEN}),
    ReviewState.HIDDEN: frozenset({ReviewState.PUBLISHED}),
}


class ReportState(StrEnum):
    OPEN = "open"
    """No admin has decided yet."""
    UPHELD = "upheld"
    """An admin hid the review."""
    DISMISSED = "dismissed"
    """An admin decided that the review may stay."""


REPORT_TRANSITIONS: dict[ReportState, frozenset[ReportState]] = {
    ReportState.OPEN: frozenset({ReportState.UPHELD, ReportState.DISMISSED}),
    ReportState.UPHELD: frozenset(),
    ReportState.DISMISSED: frozenset(),
}
