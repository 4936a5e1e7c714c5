"""The queued tasks of refunds."""

from typing import ClassVar

from domain.platform.outbox.work import Work


class Submit(Work, frozen=True, kw_only=True):
    """Ask the provider to send the money back."""

    task: ClassVar[str] = "refunds.submit"
    queue: ClassVar[str] = "payments"
    refund_id: str


class Ask(Work, frozen=True, kw_only=True):
    """Look up the outcome of one refund at the provider."""

    task: ClassVar[str] = "refunds.ask"
    queue: ClassVar[str] = "lookups"
    refund_id: str


class Sweep(Work, frozen=True, kw_only=True):
    """Look up refunds that are stuck, and refund captures that fund no booking."""

    task: ClassVar[str] = "refunds.sweep"
    queue: ClassVar[str] = "maintenance"


def submit_key(refund_id: str, generation: int) -> str:
    """Return the unique key of a refund's submission: one for each request key at the provider."""
    return f"refund:{refund_id}:{generation}"


AGAIN = "again:"


def again_key(refund_id: str) -> str:
    """Return the unique key of the refund that retries a failed one."""
    return f"{AGAIN}{refund_id}"
