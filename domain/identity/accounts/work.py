"""The tasks of accounts."""

from typing import ClassVar

from domain.platform.outbox.work import Work


class PayHeld(Work, frozen=True, kw_only=True):
    """Pay out the payouts that were held while a worker's account was suspended."""

    task: ClassVar[str] = "accounts.pay_held"
    queue: ClassVar[str] = "maintenance"
    account_id: str
