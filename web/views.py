"""What the API shows of each noun.  These are the contract: a field is added, never renamed."""

from __future__ import annotations

from datetime import datetime

import msgspec

from domain.accounts.read import Account
from domain.payments.read import Payment


class AccountView(msgspec.Struct, frozen=True):
    """An account as its owner sees it."""

    id: str
    email: str
    name: str
    role: str
    created_at: datetime

    @classmethod
    def of(cls, account: Account) -> AccountView:
        return cls(account.id, account.email, account.name, account.role, account.created_at)


class PaymentView(msgspec.Struct, frozen=True):
    """A payment as its client sees it.  ``client_secret`` is there while the client has to confirm."""

    id: str
    booking_id: str
    provider: str
    amount_minor: int
    currency: str
    status: str
    client_secret: str | None
    next_action_url: str | None
    error_code: str | None
    error_message: str | None
    created_at: datetime
    settled_at: datetime | None

    @classmethod
    def of(cls, payment: Payment) -> PaymentView:
        return cls(
            payment.id,
            payment.booking_id,
            payment.provider,
            payment.amount_minor,
            payment.currency,
            payment.status,
            payment.client_secret,
            payment.next_action_url,
            payment.error_code,
            payment.error_message,
            payment.created_at,
            payment.settled_at,
        )
