"""The statuses of a review and of a report about one, and the transitions between them."""

from enum import StrEnum


class ReviewStatus(StrEnum):
    PENDING = "pending"
    """Only its author sees it: reviews are blind until both parties have written, or for 7 days after the end."""
    PUBLISHED = "published"
    """Everybody sees the review, and its stars count."""
    HIDDEN = "hidden"
    """An admin has hidden the review: only its author sees it, and its stars do not count."""


TRANSITIONS: dict[ReviewStatus, frozenset[ReviewStatus]] = {
    ReviewStatus.PENDING: frozenset({ReviewStatus.PUBLISHED}),
    ReviewStatus.PUBLISHED: frozenset({ReviewStatus.HIDDEN}),
    ReviewStatus.HIDDEN: frozenset({ReviewStatus.PUBLISHED}),
}


class ReportStatus(StrEnum):
    OPEN = "open"
    """No admin has decided yet."""
    UPHELD = "upheld"
    """An admin hid the review."""
    DISMISSED = "dismissed"
    """An admin decided that the review may stay."""


REPORT_TRANSITIONS: dict[ReportStatus, frozenset[ReportStatus]] = {
    ReportStatus.OPEN: frozenset({ReportStatus.UPHELD, ReportStatus.DISMISSED}),
    ReportStatus.UPHELD: frozenset(),
    ReportStatus.DISMISSED: frozenset(),
}
