"""The queued tasks of payments."""

from typing import ClassVar

from domain.platform.outbox.work import Work


class Submit(Work, frozen=True, kw_only=True):
    """Submit the payment to the provider."""

    task: ClassVar[str] = "payments.submit"
    queue: ClassVar[str] = "payments"
    payment_id: str


class Withdraw(Work, frozen=True, kw_only=True):
    """Cancel a payment at the provider, so that nobody can confirm it later."""

    task: ClassVar[str] = "payments.withdraw"
    queue: ClassVar[str] = "payments"
    payment_id: str
    provider_id: str | None = None
    """The provider's id of another of its payments than the one that we follow."""


class Ask(Work, frozen=True, kw_only=True):
    """Look up the outcome of one payment, and its fee, at the provider."""

    task: ClassVar[str] = "payments.ask"
    queue: ClassVar[str] = "lookups"
    payment_id: str
    provider_id: str | None = None
    """The provider's id of a second charge whose fee is unknown."""


class RefundLate(Work, frozen=True, kw_only=True):
    """Refund a capture that funds no booking: it came too late, or differs from the order."""

    task: ClassVar[str] = "refunds.late_capture"
    queue: ClassVar[str] = "payments"
    payment_id: str


class RefundSecond(Work, frozen=True, kw_only=True):
    """Refund what the provider took for a payment that was captured already."""

    task: ClassVar[str] = "refunds.second_charge"
    queue: ClassVar[str] = "payments"
    payment_id: str
    charged_as: str
    """The second charge's id at the provider."""


def submit_key(payment_id: str) -> str:
    """Return the unique key of a payment's one submission."""
    return f"submit:{payment_id}"
