"""The queued tasks of payouts."""

from typing import ClassVar

from domain.platform.outbox.work import Work


class Transfer(Work, frozen=True, kw_only=True):
    """Move the money to the worker's balance at the provider."""

    task: ClassVar[str] = "payouts.transfer"
    queue: ClassVar[str] = "payments"
    payout_id: str


class Pay(Work, frozen=True, kw_only=True):
    """Send the money from the worker's balance to the worker's bank."""

    task: ClassVar[str] = "payouts.pay"
    queue: ClassVar[str] = "payments"
    payout_id: str


class Ask(Work, frozen=True, kw_only=True):
    """Look up the outcome of one payout at the provider."""

    task: ClassVar[str] = "payouts.ask"
    queue: ClassVar[str] = "lookups"
    payout_id: str


class Poll(Work, frozen=True, kw_only=True):
    """Continue open payouts, and look up those that are on their way: an event may not have reached us."""

    task: ClassVar[str] = "payouts.poll"
    queue: ClassVar[str] = "maintenance"


class PollPaid(Work, frozen=True, kw_only=True):
    """Look up recently paid payouts: a bank may return one, and its event may not reach us."""

    task: ClassVar[str] = "payouts.poll_paid"
    queue: ClassVar[str] = "maintenance"


def next_key(payout_id: str, generation: int) -> str:
    """Return the unique key of a payout's next step: one for each request key at the provider."""
    return f"payout:{payout_id}:{generation}"


def pay_key(payout_id: str, generation: int) -> str:
    return f"pay:{payout_id}:{generation}"
