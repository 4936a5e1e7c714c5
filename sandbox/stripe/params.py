"""The parameters of each operation; the sandbox refuses unknown ones, and converts the form's texts."""

from __future__ import annotations

from typing import Annotated, Literal

import msgspec

Limit = Annotated[int, msgspec.Meta(ge=1, le=100)]


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


class AutomaticMethods(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    enabled: bool
    allow_redirects: Literal["always", "never"] = "always"


class NewCard(msgspec.Struct, forbid_unknown_fields=True, kw_only=True, frozen=True):
    """A card as Stripe.js sends it; the sandbox knows only the test numbers."""

    number: str
    exp_month: int = 12
    exp_year: int = 2034
    cvc: str | None = None


class NewMethod(msgspec.Struct, forbid_unknown_fields=True, kw_only=True, frozen=True):
    type: Literal["card"]
    card: NewCard


class CreateIntent(Params, frozen=True, kw_only=True):
    amount: int
    currency: str
    allowed_payment_method_types: list[str] | None = None
    automatic_payment_methods: AutomaticMethods | None = None
    capture_method: Literal["automatic", "automatic_async"] = "automatic_async"
    confirm: bool = False
    confirmation_method: Literal["automatic"] = "automatic"
    customer: str | None = None
    description: str | None = None
    error_on_requires_action: bool = False
    metadata: dict[str, str] = {}
    off_session: OffSession = "false"
    payment_method: str | None = None
    payment_method_data: NewMethod | None = None
    receipt_email: str | None = None
    return_url: str | None = None
    transfer_group: str | None = None
    use_stripe_sdk: bool = False


class ConfirmIntent(Params, frozen=True, kw_only=True):
    client_secret: str | None = None
    error_on_requires_action: bool = False
    key: str | None = None
    off_session: OffSession = "false"
    payment_method: str | None = None
    payment_method_data: NewMethod | None = None
    receipt_email: str | None = None
    return_url: str | None = None
    use_stripe_sdk: bool = False


class RetrieveIntent(Params, frozen=True, kw_only=True):
    client_secret: str | None = None
    key: str | None = None


class CancelIntent(Params, frozen=True, kw_only=True):
    cancellation_reason: Literal["duplicate", "fraudulent", "requested_by_customer", "abandoned"] | None = None


class Between(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
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
