"""Stripe's objects with the fields of API 2026-10-28.endive; amounts are in minor units, times in seconds since 1970.

A field that the sandbox does not model has the null or empty value that Stripe documents.
"""

from __future__ import annotations

from typing import Any

import msgspec

from sandbox.stripe.errors import ErrorBody

API_VERSION = "2026-10-28.endive"
EVENT_TYPES = frozenset(
    {
        "account.updated",
        "charge.failed",
        "charge.refunded",
        "charge.succeeded",
        "charge.updated",
        "customer.created",
        "payment_intent.canceled",
        "payment_intent.created",
        "payment_intent.payment_failed",
        "payment_intent.processing",
        "payment_intent.requires_action",
        "payment_intent.succeeded",
        "payout.created",
        "payout.failed",
        "payout.paid",
        "payout.updated",
        "refund.created",
        "refund.failed",
        "refund.updated",
        "transfer.created",
    }
)


class Thing(msgspec.Struct, kw_only=True):
    """An object that is stored as a document."""

    id: str
    created: int
    object: str


class Money(Thing, kw_only=True):
    """An object that stands for an amount of money."""

    amount: int
    currency: str
    description: str | None = None
    metadata: dict[str, str] = {}


class Incoming(Money, kw_only=True):
    """The fields that a charge and its intent share."""

    livemode: bool = False
    application: None = None
    application_fee_amount: None = None
    customer: Any = None
    on_behalf_of: None = None
    receipt_email: str | None = None
    review: None = None
    shipping: None = None
    source: None = None
    statement_descriptor: None = None
    statement_descriptor_suffix: None = None
    status: str
    transfer_data: None = None
    transfer_group: str | None = None


class Address(msgspec.Struct):
    city: str | None = None
    country: str | None = None
    line1: str | None = None
    line2: str | None = None
    postal_code: str | None = None
    state: str | None = None


class BillingDetails(msgspec.Struct):
    address: Address = msgspec.field(default_factory=Address)
    email: str | None = None
    name: str | None = None
    phone: str | None = None
    tax_id: str | None = None


class CardChecks(msgspec.Struct):
    address_line1_check: str | None = None
    address_postal_code_check: str | None = None
    cvc_check: str | None = "pass"


class CardDetails(msgspec.Struct, kw_only=True):
    brand: str
    checks: CardChecks = msgspec.field(default_factory=CardChecks)
    country: str = "US"
    exp_month: int = 12
    exp_year: int = 2034
    fingerprint: str
    funding: str = "credit"
    last4: str
    wallet: None = None


class ChargedCard(CardDetails, kw_only=True):
    """The card of a charge, with the outcome of the charge."""

    amount_authorized: int
    three_d_secure: dict[str, str | None] | None = None


class PaymentMethod(Thing, kw_only=True):
    object: str = "payment_method"
    livemode: bool = False
    type: str = "card"
    card: CardDetails
    customer: str | None = None
    billing_details: BillingDetails = msgspec.field(default_factory=BillingDetails)
    metadata: dict[str, str] = {}
    allow_redisplay: str = "unspecified"


class PaymentMethodDetails(msgspec.Struct):
    card: ChargedCard
    type: str = "card"


class BalanceTransaction(Thing, kw_only=True):
    """A change of a balance: ``amount`` = ``net`` + ``fee``."""

    object: str = "balance_transaction"
    amount: int
    available_on: int
    balance_type: str = "payments"
    currency: str
    description: str | None = None
    exchange_rate: None = None
    fee: int
    fee_details: list[dict[str, str | int | None]]
    net: int
    reporting_category: str
    source: Any
    status: str = "pending"
    type: str


class Outcome(msgspec.Struct, kw_only=True):
    advice_code: str | None = None
    network_advice_code: None = None
    network_decline_code: None = None
    network_status: str
    reason: str | None = None
    risk_level: str = "normal"
    risk_score: int = 20
    seller_message: str
    type: str


class Charge(Incoming, kw_only=True):
    object: str = "charge"
    amount_captured: int = 0
    amount_refunded: int = 0
    application_fee: None = None
    balance_transaction: Any = None
    billing_details: BillingDetails = msgspec.field(default_factory=BillingDetails)
    calculated_statement_descriptor: str = "SANDBOX"
    captured: bool = False
    disputed: bool = False
    failure_balance_transaction: None = None
    failure_code: str | None = None
    failure_message: str | None = None
    fraud_details: dict[str, str] = {}
    outcome: Outcome
    paid: bool = False
    payment_intent: Any
    payment_method: str
    payment_method_details: PaymentMethodDetails
    receipt_number: None = None
    receipt_url: None = None
    refunded: bool = False
    source_transfer: None = None


class PaymentIntent(Incoming, kw_only=True):
    object: str = "payment_intent"
    allowed_payment_method_types: list[str] | None = None
    amount_capturable: int = 0
    amount_details: dict[str, Any] = msgspec.field(default_factory=lambda: {"tip": {}})
    amount_received: int = 0
    automatic_payment_methods: dict[str, Any] | None = None
    canceled_at: int | None = None
    cancellation_reason: str | None = None
    capture_method: str
    client_secret: str
    confirmation_method: str = "automatic"
    customer_account: None = None
    excluded_payment_method_types: None = None
    last_payment_error: ErrorBody | None = None
    latest_charge: Any = None
    next_action: dict[str, Any] | None = None
    payment_method: Any = None
    payment_method_configuration_details: None = None
    payment_method_options: dict[str, Any] = {}
    payment_method_types: list[str] = msgspec.field(default_factory=lambda: ["card"])
    processing: None = None
    setup_future_usage: None = None


class Customer(Thing, kw_only=True):
    object: str = "customer"
    livemode: bool = False
    address: None = None
    balance: int = 0
    currency: None = None
    default_source: None = None
    delinquent: bool = False
    description: str | None = None
    discount: None = None
    email: str | None = None
    invoice_prefix: str | None = None
    invoice_settings: dict[str, Any] = msgspec.field(
        default_factory=lambda: {"custom_fields": None, "default_payment_method": None, "footer": None}
    )
    metadata: dict[str, str] = {}
    name: str | None = None
    phone: str | None = None
    preferred_locales: list[str] = []
    shipping: None = None
    tax_exempt: str = "none"
    test_clock: None = None


class EventRequest(msgspec.Struct):
    id: str | None
    idempotency_key: str | None


class EventData(msgspec.Struct):
    object: Any


class Event(Thing, kw_only=True):
    object: str = "event"
    account: str | None = None
    livemode: bool = False
    api_version: str = API_VERSION
    data: EventData
    pending_webhooks: int
    request: EventRequest
    type: str


class ListOf(msgspec.Struct, kw_only=True):
    object: str = "list"
    data: list[Any]
    has_more: bool = False
    url: str
