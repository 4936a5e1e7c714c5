"""The durable work of this noun."""

from typing import ClassVar

from domain.platform.outbox.work import Work


class Open(Work, frozen=True, kw_only=True):
    """Have the provider make the account."""

    task: ClassVar[str] = "payout_accounts.open"
    queue: ClassVar[str] = "payments"
    payout_account_id: str


class Link(Work, frozen=True, kw_only=True):
    """Fetch a page where the worker tells the provider what it asks for."""

    task: ClassVar[str] = "payout_accounts.link"
    queue: ClassVar[str] = "payments"
    payout_account_id: str


class Ask(Work, frozen=True, kw_only=True):
    """Ask the provider how an account is now."""

    task: ClassVar[str] = "payout_accounts.ask"
    queue: ClassVar[str] = "lookups"
    payout_account_id: str


class Poll(Work, frozen=True, kw_only=True):
    """Ask about the accounts that are not ready: their events may not have reached us."""

    task: ClassVar[str] = "payout_accounts.poll"
    queue: ClassVar[str] = "maintenance"
