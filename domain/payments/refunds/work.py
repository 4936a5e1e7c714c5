"""The durable work of this noun."""

from typing import ClassVar

from domain.platform.outbox.work import Work


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
