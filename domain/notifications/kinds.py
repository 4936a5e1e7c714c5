"""The kinds of things that a person is told of; what each says is in the catalogue of templates."""

from enum import StrEnum


class Kind(StrEnum):
    """``noun.event``; the subject of a notification is an id of that noun unless its line says otherwise."""

    ACCOUNT_VERIFY_EMAIL = "account.verify_email"
    """By e-mail only: prove that the address is yours.  Subject: the id of the one-time link."""
    ACCOUNT_RESET_PASSWORD = "account.reset_password"  # noqa: S105 - the name of a kind
    """By e-mail only: choose a new password.  Subject: the id of the one-time link."""
    ACCOUNT_PASSWORD_CHANGED = "account.password_changed"  # noqa: S105 - the name of a kind
    ACCOUNT_EMAIL_TAKEN = "account.email_taken"
    """By e-mail only, to who has the account: somebody tried to register with the address."""

    JOB_INVITED = "job.invited"
    """To a worker: a client asks for an application."""
    JOB_CANCELLED = "job.cancelled"
    """To whoever had applied."""
    JOB_EXPIRED = "job.expired"

    APPLICATION_RECEIVED = "application.received"
    APPLICATION_WITHDRAWN = "application.withdrawn"
    APPLICATION_SHORTLISTED = "application.shortlisted"
    APPLICATION_DECLINED = "application.declined"
    APPLICATION_COUNTERED = "application.countered"
    """The other side proposes another price or other dates."""
    APPLICATION_AGREED = "application.agreed"
    """The other side accepts the last proposal."""

    BOOKING_HIRED = "booking.hired"
    BOOKING_FUNDED = "booking.funded"
    BOOKING_EXPIRED = "booking.expired"
    BOOKING_REMINDER = "booking.reminder"
    """The agreed time is near."""
    BOOKING_STARTED = "booking.started"
    BOOKING_COMPLETED = "booking.completed"
    BOOKING_CHANGES_REQUESTED = "booking.changes_requested"
    BOOKING_APPROVAL_DUE = "booking.approval_due"
    """To the client: it will be approved by itself soon."""
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
    """To the worker: money waits, and there is no account to pay it to.  Subject: the booking."""
    PAYOUT_ACCOUNT_READY = "payout.account_ready"
    """Subject: the payout account."""
    PAYOUT_PAID = "payout.paid"
    PAYOUT_FAILED = "payout.failed"

    MESSAGE_RECEIVED = "message.received"
    REVIEW_RECEIVED = "review.received"
    """The other side has written; blind until both have, or the time is up."""
    REVIEW_PUBLISHED = "review.published"
