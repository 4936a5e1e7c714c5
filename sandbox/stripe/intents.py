"""Create, confirm, cancel and retrieve PaymentIntents."""

from __future__ import annotations

import secrets

import msgspec

from sandbox.stripe import amounts
from sandbox.stripe.attempt import attempt
from sandbox.stripe.call import Call, new_id, tell
from sandbox.stripe.charging import payment_method
from sandbox.stripe.checks import check_create, check_return_url
from sandbox.stripe.errors import invalid, missing, unexpected_state
from sandbox.stripe.forms import read
from sandbox.stripe.objects import PaymentIntent, PaymentMethod
from sandbox.stripe.params import CancelIntent, ConfirmIntent, CreateIntent, RetrieveIntent

CONFIRMABLE = frozenset({"requires_payment_method", "requires_confirmation", "requires_action"})
CANCELLABLE = CONFIRMABLE | {"requires_capture"}
FOR_THE_BROWSER = frozenset(
    {
        "id",
        "object",
        "amount",
        "automatic_payment_methods",
        "canceled_at",
        "cancellation_reason",
        "capture_method",
        "client_secret",
        "confirmation_method",
        "created",
        "currency",
        "description",
        "last_payment_error",
        "livemode",
        "next_action",
        "payment_method",
        "payment_method_types",
        "processing",
        "receipt_email",
        "setup_future_usage",
        "shipping",
        "source",
        "status",
    }
)
"""The fields that a client with the publishable key may see."""


def create(call: Call) -> object:
    asked = read(call.form, CreateIntent)
    currency = asked.currency.lower()
    amounts.check(asked.amount, currency)
    check_create(call, asked)
    method = payment_method(call, asked.payment_method, asked.payment_method_data)
    if asked.confirm and method is None:
        raise invalid(
            "You cannot confirm this PaymentIntent because it's missing a payment method.",
            "payment_method",
            "parameter_missing",
        )
    intent_id = new_id("pi")
    automatic = asked.automatic_payment_methods
    intent = PaymentIntent(
        id=intent_id,
        created=call.now,
        amount=asked.amount,
        currency=currency,
        allowed_payment_method_types=asked.allowed_payment_method_types,
        automatic_payment_methods=msgspec.to_builtins(automatic) if automatic else None,
        capture_method=asked.capture_method,
        client_secret=f"{intent_id}_secret_{secrets.token_hex(12)}",
        customer=asked.customer,
        description=asked.description,
        metadata=asked.metadata,
        payment_method=method.id if method else None,
        payment_method_options={"card": {"request_three_d_secure": "automatic"}},
        receipt_email=asked.receipt_email,
        status="requires_confirmation" if method else "requires_payment_method",
        transfer_group=asked.transfer_group,
    )
    call.documents.add(intent)
    tell(call, "payment_intent.created", intent)
    if asked.confirm and method is not None:
        attempt(call, intent, method, asked)
    return _shown(call, intent.id, asked.expand)


def confirm(call: Call) -> object:
    asked = read(call.form, ConfirmIntent)
    intent = _found(call, asked.client_secret)
    if intent.status not in CONFIRMABLE:
        raise unexpected_state(
            f"You cannot confirm this PaymentIntent because it has a status of {intent.status}.", intent
        )
    method = payment_method(call, asked.payment_method, asked.payment_method_data)
    if method is None and intent.payment_method is not None:
        method = call.documents.find(PaymentMethod, intent.payment_method)
    if method is None:
        raise unexpected_state(
            "You cannot confirm this PaymentIntent because it's missing a payment method. "
            "You can either update the PaymentIntent with a payment method and then confirm it again, "
            "or confirm it again directly with a payment method.",
            intent,
        )
    check_return_url(intent.automatic_payment_methods is not None, None, asked.return_url)
    if asked.receipt_email is not None:
        intent.receipt_email = asked.receipt_email
    attempt(call, intent, method, asked)
    return _shown(call, intent.id, asked.expand)


def retrieve(call: Call) -> object:
    asked = read(call.form, RetrieveIntent)
    intent = _found(call, asked.client_secret)
    return _shown(call, intent.id, asked.expand)


def cancel(call: Call) -> object:
    asked = read(call.form, CancelIntent)
    intent = call.documents.get(PaymentIntent, call.path_id)
    if intent.status not in CANCELLABLE:
        raise unexpected_state(
            f"You cannot cancel this PaymentIntent because it has a status of {intent.status}. "
            "Only a PaymentIntent with one of the following statuses may be canceled: "
            "requires_payment_method, requires_capture, requires_confirmation, requires_action, processing.",
            intent,
        )
    intent.status = "canceled"
    intent.canceled_at = call.now
    intent.cancellation_reason = asked.cancellation_reason
    intent.next_action = None
    call.documents.save(intent)
    tell(call, "payment_intent.canceled", intent)
    return _shown(call, intent.id, asked.expand)


def _found(call: Call, client_secret: str | None) -> PaymentIntent:
    intent = call.documents.get(PaymentIntent, call.path_id)
    if client_secret is None and not call.publishable:
        return intent
    if client_secret is None:
        raise invalid("Missing required param: client_secret.", "client_secret", "parameter_missing")
    if not secrets.compare_digest(client_secret.encode(), intent.client_secret.encode()):
        raise missing("payment_intent", intent.id, "intent")
    return intent


def _shown(call: Call, intent_id: str, expand: list[str]) -> object:
    intent = call.documents.get(PaymentIntent, intent_id)
    if call.publishable:
        whole = msgspec.to_builtins(intent)
        return {name: value for name, value in whole.items() if name in FOR_THE_BROWSER}
    call.documents.expand(intent, expand)
    return intent
