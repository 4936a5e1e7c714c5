"""The parameters of each operation; the sandbox refuses unknown ones, and converts the form's texts."""

from __future__ import annotations

from typing import Annotated, Literal

import msgspec

Limit = Annotated[int, msgspec.Meta(ge=1, le=100)]
Country = Annotated[str, msgspec.Meta(pattern="^[A-Z]{2}$")]
OffSession = Literal["true", "false", "one_off", "recurring"]
BEYOND = frozenset(
    {
        "allowed_payment_method_types",
        "capture_method",
        "account_token",
        "amount_details",
        "arrival_date",
        "business_profile",
        "collect",
        "collection_options",
        "company",
        "default_currency",
        "destination",
        "documents",
        "external_account",
        "groups",
        "individual",
        "instructions_email",
        "origin",
        "payout_method",
        "refund_application_fee",
        "reverse_transfer",
        "source_type",
        "tos_acceptance",
        "type",
        "amount_to_confirm",
        "application_fee_amount",
        "confirmation_token",
        "currency",
        "customer",
        "customer_account",
        "delivery_success",
        "excluded_payment_method_types",
        "hooks",
        "mandate",
        "mandate_data",
        "on_behalf_of",
        "payment_details",
        "payment_method_configuration",
        "payment_method_options",
        "payout",
        "radar_options",
        "setup_future_usage",
        "shipping",
        "statement_descriptor",
        "statement_descriptor_suffix",
        "transfer_data",
    }
)
"""Stripe's parameters that the sandbox does not model: it refuses them, unless an operation below names them."""


class Params(msgspec.Struct, forbid_unknown_fields=True, kw_only=True, frozen=True):
    expand: list[str] = []


class Part(msgspec.Struct, forbid_unknown_fields=True, frozen=True, kw_only=True):
    """A nested parameter."""


class AutomaticMethods(Part, frozen=True):
    enabled: bool
    allow_redirects: Literal["always", "never"] = "always"


class NewCard(Part, frozen=True):
    """A card as Stripe.js sends it; the sandbox knows only the test numbers."""

    number: str
    exp_month: int = 12
    exp_year: int = 2034
    cvc: str | None = None


class NewMethod(Part, frozen=True):
    type: Literal["card"]
    card: NewCard


class Confirming(Params, frozen=True, kw_only=True):
    """The parameters of a confirmation, at once or later."""

    error_on_requires_action: bool = False
    off_session: OffSession = "false"
    payment_method: str | None = None
    payment_method_data: NewMethod | None = None
    receipt_email: str | None = None
    return_url: str | None = None
    use_stripe_sdk: bool = False


class CreateIntent(Confirming, frozen=True, kw_only=True):
    amount: int
    currency: str
    allowed_payment_method_types: list[str] | None = None
    automatic_payment_methods: AutomaticMethods | None = None
    capture_method: Literal["automatic", "automatic_async"] = "automatic_async"
    confirm: bool = False
    confirmation_method: Literal["automatic"] = "automatic"
    customer: str | None = None
    description: str | None = None
    metadata: dict[str, str] = {}
    transfer_group: str | None = None


class ConfirmIntent(Confirming, frozen=True, kw_only=True):
    client_secret: str | None = None
    key: str | None = None


class RetrieveIntent(Params, frozen=True, kw_only=True):
    client_secret: str | None = None
    key: str | None = None


class CancelIntent(Params, frozen=True, kw_only=True):
    cancellation_reason: Literal["duplicate", "fraudulent", "requested_by_customer", "abandoned"] | None = None


class Between(Part, frozen=True):
    """A range of times in seconds since 1970."""

    gt: int | None = None
    gte: int | None = None
    lt: int | None = None
    lte: int | None = None


class ListParams(Params, frozen=True, kw_only=True):
    limit: Limit = 10
    starting_after: str | None = None
    ending_before: str | None = None
    created: Between | int | None = None


class ListIntents(ListParams, frozen=True, kw_only=True):
    customer: str | None = None


class ListCharges(ListParams, frozen=True, kw_only=True):
    customer: str | None = None
    payment_intent: str | None = None
    transfer_group: str | None = None


class ListEvents(ListParams, frozen=True, kw_only=True):
    type: str | None = None
    types: list[str] | None = None


class ListTransactions(ListParams, frozen=True, kw_only=True):
    currency: str | None = None
    source: str | None = None
    type: str | None = None


class CreateCustomer(Params, frozen=True, kw_only=True):
    description: str | None = None
    email: str | None = None
    metadata: dict[str, str] = {}
    name: str | None = None
    phone: str | None = None


class CreateRefund(Params, frozen=True, kw_only=True):
    amount: int | None = None
    charge: str | None = None
    metadata: dict[str, str] = {}
    payment_intent: str | None = None
    reason: Literal["duplicate", "fraudulent", "requested_by_customer"] | None = None


class ListRefunds(ListParams, frozen=True, kw_only=True):
    charge: str | None = None
    payment_intent: str | None = None


class Requested(Part, frozen=True, kw_only=True):
    requested: bool


class Capabilities(Part, frozen=True, kw_only=True):
    transfers: Requested


class Fees(Part, frozen=True, kw_only=True):
    payer: Literal["account", "application"]


class Losses(Part, frozen=True, kw_only=True):
    payments: Literal["stripe", "application"]


class Dashboard(Part, frozen=True, kw_only=True):
    type: Literal["express", "full", "none"]


class Controller(Part, frozen=True, kw_only=True):
    fees: Fees
    losses: Losses
    stripe_dashboard: Dashboard
    requirement_collection: Literal["stripe", "application"] = "stripe"


class Schedule(Part, frozen=True, kw_only=True):
    interval: Literal["manual", "daily"]


class PayoutSettings(Part, frozen=True, kw_only=True):
    schedule: Schedule


class Settings(Part, frozen=True, kw_only=True):
    payouts: PayoutSettings


class CreateAccount(Params, frozen=True, kw_only=True):
    business_type: Literal["individual"] | None = None
    capabilities: Capabilities
    controller: Controller
    country: Country = "US"
    email: str | None = None
    metadata: dict[str, str] = {}
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
    metadata: dict[str, str] = {}
    source_transaction: str | None = None
    transfer_group: str | None = None


class ListTransfers(ListParams, frozen=True, kw_only=True):
    destination: str | None = None
    transfer_group: str | None = None


class CreatePayout(Params, frozen=True, kw_only=True):
    amount: int
    currency: str
    description: str | None = None
    metadata: dict[str, str] = {}
    method: Literal["standard"] = "standard"
    statement_descriptor: str | None = None


class ListPayouts(ListParams, frozen=True, kw_only=True):
    status: Literal["pending", "in_transit", "paid", "failed", "canceled"] | None = None
