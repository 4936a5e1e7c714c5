"""Stripe's objects for outgoing money: refunds, connected accounts, transfers, payouts."""

from __future__ import annotations

from typing import Any

import msgspec

from sandbox.stripe.objects import Money, Thing


class Refund(Money, kw_only=True):
    object: str = "refund"
    balance_transaction: Any = None
    charge: Any
    customer: str | None = None
    destination_details: dict[str, Any] = msgspec.field(
        default_factory=lambda: {"card": {"reference_status": "pending", "type": "refund"}, "type": "card"}
    )
    failure_balance_transaction: str | None = None
    failure_reason: str | None = None
    payment_intent: Any
    payment_method: str | None = None
    reason: str | None = None
    receipt_number: None = None
    source_transfer_reversal: None = None
    status: str
    transfer_reversal: None = None


class Requirements(msgspec.Struct, kw_only=True):
    alternatives: list[str] = []
    current_deadline: None = None
    currently_due: list[str]
    disabled_reason: str | None
    errors: list[str] = []
    eventually_due: list[str]
    past_due: list[str] = []
    pending_verification: list[str] = []


class Account(Thing, kw_only=True):
    """A connected account.  Its document's label is the number of its bank, which Stripe does not return."""

    object: str = "account"
    business_type: str | None = None
    capabilities: dict[str, str]
    charges_enabled: bool = False
    controller: dict[str, Any]
    country: str
    default_currency: str
    details_submitted: bool = False
    email: str | None = None
    metadata: dict[str, str] = msgspec.field(default_factory=dict)
    payouts_enabled: bool = False
    requirements: Requirements
    settings: dict[str, Any]
    type: str


class AccountLink(msgspec.Struct, kw_only=True):
    object: str = "account_link"
    created: int
    expires_at: int
    url: str


class Transfer(Money, kw_only=True):
    object: str = "transfer"
    livemode: bool = False
    amount_reversed: int = 0
    balance_transaction: Any = None
    destination: str
    destination_payment: str
    reversals: dict[str, Any]
    reversed: bool = False
    source_transaction: str | None = None
    source_type: str = "card"
    transfer_group: str | None = None


class Payout(Money, kw_only=True):
    object: str = "payout"
    livemode: bool = False
    application_fee: None = None
    application_fee_amount: None = None
    arrival_date: int
    automatic: bool = False
    balance_transaction: Any = None
    destination: str
    failure_balance_transaction: str | None = None
    failure_code: str | None = None
    failure_message: str | None = None
    method: str = "standard"
    original_payout: None = None
    payout_method: None = None
    reconciliation_status: str = "not_applicable"
    reversed_by: None = None
    source_type: str = "card"
    statement_descriptor: str | None = None
    status: str
    trace_id: None = None
    type: str = "bank_account"
