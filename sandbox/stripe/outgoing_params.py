"""The parameters of refunds, connected accounts, transfers and payouts; the sandbox refuses unknown ones."""

from __future__ import annotations

from typing import Annotated, Literal

import msgspec

from sandbox.stripe.params import ListParams, Params

Country = Annotated[str, msgspec.Meta(pattern="^[A-Z]{2}$")]


class CreateRefund(Params, frozen=True, kw_only=True):
    amount: int | None = None
    charge: str | None = None
    metadata: dict[str, str] = msgspec.field(default_factory=dict)
    payment_intent: str | None = None
    reason: Literal["duplicate", "fraudulent", "requested_by_customer"] | None = None


class ListRefunds(ListParams, frozen=True, kw_only=True):
    charge: str | None = None
    payment_intent: str | None = None


class _Part(msgspec.Struct, forbid_unknown_fields=True, frozen=True, kw_only=True):
    """A nested parameter."""


class Requested(_Part, frozen=True, kw_only=True):
    requested: bool


class Capabilities(_Part, frozen=True, kw_only=True):
    transfers: Requested


class Fees(_Part, frozen=True, kw_only=True):
    payer: Literal["account", "application"]


class Losses(_Part, frozen=True, kw_only=True):
    payments: Literal["stripe", "application"]


class Dashboard(_Part, frozen=True, kw_only=True):
    type: Literal["express", "full", "none"]


class Controller(_Part, frozen=True, kw_only=True):
    fees: Fees
    losses: Losses
    stripe_dashboard: Dashboard
    requirement_collection: Literal["stripe", "application"] = "stripe"


class Schedule(_Part, frozen=True, kw_only=True):
    interval: Literal["manual", "daily"]


class PayoutSettings(_Part, frozen=True, kw_only=True):
    schedule: Schedule


class Settings(_Part, frozen=True, kw_only=True):
    payouts: PayoutSettings


class CreateAccount(Params, frozen=True, kw_only=True):
    business_type: Literal["individual"] | None = None
    capabilities: Capabilities
    controller: Controller
    country: Country = "US"
    email: str | None = None
    metadata: dict[str, str] = msgspec.field(default_factory=dict)
    settings: Settings


class CreateLink(Params, frozen=True, kw_only=True):
    account: str
    refresh_url: str
    return_url: str
    type: Literal["account_onboarding"]


class CreateTransfer(Params, frozen=True, kw_only=True):
    amount: int
    currency: str
    description: str | None = None
    destination: str
    metadata: dict[str, str] = msgspec.field(default_factory=dict)
    source_transaction: str | None = None
    transfer_group: str | None = None


class ListTransfers(ListParams, frozen=True, kw_only=True):
    destination: str | None = None
    transfer_group: str | None = None


class CreatePayout(Params, frozen=True, kw_only=True):
    amount: int
    currency: str
    description: str | None = None
    metadata: dict[str, str] = msgspec.field(default_factory=dict)
    method: Literal["standard"] = "standard"
    statement_descriptor: str | None = None


class ListPayouts(ListParams, frozen=True, kw_only=True):
    status: Literal["pending", "in_transit", "paid", "failed", "canceled"] | None = None
