"""The durable work of this noun."""

from typing import ClassVar

from domain.outbox.work import Work


class Submit(Work, frozen=True, kw_only=True):
    """Ask the provider to send the money back."""

    task: ClassVar[str] = "refunds.submit"
    queue: ClassVar[str] = "payments"
    refund_id: str


class Ask(Work, frozen=True, kw_only=True):
    """Ask the provider what became of one refund."""

    task: ClassVar[str] = "refunds.ask"
    queue: ClassVar[str] = "lookups"
    refund_id: str


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


class Sweep(Work, frozen=True, kw_only=True):
    """Ask about refunds that are stuck, and refund what was captured for nothing."""

    task: ClassVar[str] = "refunds.sweep"
    queue: ClassVar[str] = "maintenance"


def submit_key(refund_id: str, generation: int) -> str:
    """The unique key of a refund's submission, one for each key of the provider's."""
    return f"refund:{refund_id}:{generation}"


AGAIN = "again:"


def again_key(refund_id: str) -> str:
    """The unique key of the refund that follows one that failed."""
    return f"{AGAIN}{refund_id}"
