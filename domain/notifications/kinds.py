"""The kinds of notifications; the catalogue of templates has the text of each."""

from enum import StrEnum


class Kind(StrEnum):
    """A kind is ``noun.event``.  A notification's subject is an id of that noun unless its line states another one."""

    ACCOUNT_VERIFY_EMAIL = "account.verify_email"
    """By e-mail only: the reader verifies the address.  Subject: the id of the one-time link."""
    ACCOUNT_RESET_PASSWORD = "account.reset_password"  # noqa: S105 - the name of a kind
    """By e-mail only: the reader chooses a new password.  Subject: the id of the one-time link."""
    ACCOUNT_PASSWORD_CHANGED = "account.password_changed"  # noqa: S105 - the name of a kind
    ACCOUNT_EMAIL_TAKEN = "account.email_taken"
    """By e-mail only, to the owner of the account: another person tried to register with the address."""

    JOB_INVITED = "job.invited"
    """To a worker: a client asks for an application."""
    JOB_CANCELLED = "job.cancelled"
    """To each worker who had applied."""
    JOB_EXPIRED = "job.expired"

    APPLICATION_RECEIVED = "application.received"
    APPLICATION_WITHDRAWN = "application.withdrawn"
    APPLICATION_SHORTLISTED = "application.shortlisted"
    APPLICATION_DECLINED = "application.declined"
    APPLICATION_COUNTERED = "application.countered"
    """The other party proposes another price or other dates."""
    APPLICATION_AGREED = "application.agreed"
    """The other party accepts the last proposal."""

    BOOKING_HIRED = "booking.hired"
    BOOKING_FUNDED = "booking.funded"
    BOOKING_EXPIRED = "booking.expired"
    BOOKING_REMINDER = "booking.reminder"
    """The agreed time is near."""
    BOOKING_STARTED = "booking.started"
    BOOKING_COMPLETED = "booking.completed"
    BOOKING_CHANGES_REQUESTED = "booking.changes_requested"
    BOOKING_APPROVAL_DUE = "booking.approval_due"
    """To the client: the booking will be approved automatically soon."""
    BOOKING_APPROVED = "booking.approved"
    BOOKING_RESCHEDULE_PROPOSED = "booking.reschedule_proposed"
    BOOKING_RESCHEDULED = "booking.rescheduled"
    BOOKING_RESCHEDULE_REFUSED = "booking.reschedule_refused"
    BOOKING_NO_SHOW = "booking.no_show"
    BOOKING_CANCELLED = "booking.cancelled"

    PAYMENT_CAPTURED = "payment.captured"
    PAYMENT_DECLINED = "payment.declined"

    REFUND_SENT = "refund.sent"
    REFUND_FAILED = "refund.failed"

    PAYOUT_ACCOUNT_NEEDED = "payout.account_needed"
    """To the worker: money waits, and the worker has no ready payout account.  Subject: the booking."""
    PAYOUT_ACCOUNT_READY = "payout.account_ready"
    """Subject: the payout account."""
    PAYOUT_PAID = "payout.paid"
    PAYOUT_FAILED = "payout.failed"

    MESSAGE_RECEIVED = "message.received"
    REVIEW_RECEIVED = "review.received"
    """The other party wrote a review; its text is hidden until both have written, or the time is up."""
    REVIEW_PUBLISHED = "review.published"
