"""The durable work of this noun."""

from typing import ClassVar

from domain.platform.outbox.work import Work


class Submit(Work, frozen=True, kw_only=True):
    """Ask the provider for the money."""

    task: ClassVar[str] = "payments.submit"
    queue: ClassVar[str] = "payments"
    payment_id: str


class Withdraw(Work, frozen=True, kw_only=True):
    """Cancel at the provider what we gave up, so that nobody can confirm it later."""

    task: ClassVar[str] = "payments.withdraw"
    queue: ClassVar[str] = "payments"
    payment_id: str
    provider_id: str | None = None
    """The provider's id of another of its payments than the one that we follow."""


class Ask(Work, frozen=True, kw_only=True):
    """Ask the provider what became of one payment, and of its fee."""

    task: ClassVar[str] = "payments.ask"
    queue: ClassVar[str] = "lookups"
    payment_id: str
    provider_id: str | None = None
    """The provider's id of a second charge, whose fee is not known."""


class RefundLate(Work, frozen=True, kw_only=True):
    """Send back a capture that funds no booking: it came too late, or is not what was ordered."""

    task: ClassVar[str] = "refunds.late_capture"
    queue: ClassVar[str] = "payments"
    payment_id: str


class RefundSecond(Work, frozen=True, kw_only=True):
    """Send back what the provider took of a payment that was captured already."""

    task: ClassVar[str] = "refunds.second_charge"
    queue: ClassVar[str] = "payments"
    payment_id: str
    charged_as: str
    """The second charge's id at the provider."""


def submit_key(payment_id: str) -> str:
    """The unique key of a payment's one submission."""
    return f"submit:{payment_id}"
