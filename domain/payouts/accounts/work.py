"""The queued tasks of payout accounts."""

from typing import ClassVar

from domain.platform.outbox.work import Work


class Open(Work, frozen=True, kw_only=True):
    """Open the account at the provider."""

    task: ClassVar[str] = "payout_accounts.open"
    queue: ClassVar[str] = "payments"
    payout_account_id: str


class Link(Work, frozen=True, kw_only=True):
    """Fetch a page where the worker answers the provider's questions."""

    task: ClassVar[str] = "payout_accounts.link"
    queue: ClassVar[str] = "payments"
    payout_account_id: str


class Ask(Work, frozen=True, kw_only=True):
    """Look up an account's status at the provider."""

    task: ClassVar[str] = "payout_accounts.ask"
    queue: ClassVar[str] = "lookups"
    payout_account_id: str


class Poll(Work, frozen=True, kw_only=True):
    """Look up the accounts that are not ready, because an event may not have reached us."""

    task: ClassVar[str] = "payout_accounts.poll"
    queue: ClassVar[str] = "maintenance"
