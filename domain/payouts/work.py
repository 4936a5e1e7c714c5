"""The durable work of this noun."""

from typing import ClassVar

from domain.platform.outbox.work import Work


class Transfer(Work, frozen=True, kw_only=True):
    """Move the money to the worker's balance at the provider."""

    task: ClassVar[str] = "payouts.transfer"
    queue: ClassVar[str] = "payments"
    payout_id: str


class Pay(Work, frozen=True, kw_only=True):
    """Send it from there to the worker's bank."""

    task: ClassVar[str] = "payouts.pay"
    queue: ClassVar[str] = "payments"
    payout_id: str


class Ask(Work, frozen=True, kw_only=True):
    """Ask the provider what became of one payout."""

    task: ClassVar[str] = "payouts.ask"
    queue: ClassVar[str] = "lookups"
    payout_id: str


class Poll(Work, frozen=True, kw_only=True):
    """Have open payouts go on, and ask about those that are on their way: their events may not have reached us."""

    task: ClassVar[str] = "payouts.poll"
    queue: ClassVar[str] = "maintenance"


class PollPaid(Work, frozen=True, kw_only=True):
    """Ask about those that were paid lately: a bank may send one back, and its event may not have reached us."""

    task: ClassVar[str] = "payouts.poll_paid"
    queue: ClassVar[str] = "maintenance"


def next_key(payout_id: str, generation: int) -> str:
    """The unique key of a payout's next step, one for each key of the provider's."""
    return f"payout:{payout_id}:{generation}"


def pay_key(payout_id: str, generation: int) -> str:
    return f"pay:{payout_id}:{generation}"
