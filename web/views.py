"""The views of each noun.  These are the contract: a field is added, never renamed."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

import msgspec

from domain.identity.accounts.read import Account
from domain.payments.read import Payment


class CheckYourEmail(msgspec.Struct, frozen=True):
    """The same whatever is true of the address; what is true is said in an e-mail to it."""

    status: Literal["check_your_email"] = "check_your_email"


class AccountView(msgspec.Struct, frozen=True):
    """An account as its owner sees it."""

    id: str
    email: str
    name: str
    role: str
    created_at: datetime
    email_verified_at: datetime | None = None

    @classmethod
    def of(cls, account: Account) -> AccountView:
        return cls(account.id, account.email, account.name, account.role, account.created_at, account.email_verified_at)


class AdminAccountView(msgspec.Struct, frozen=True):
    """An account as admins see it."""

    id: str
    email: str
    email_verified_at: datetime | None
    name: str
    role: str
    status: str
    created_at: datetime

    @classmethod
    def of(cls, account: Account) -> AdminAccountView:
        return cls(**{name: getattr(account, name) for name in cls.__struct_fields__})


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
