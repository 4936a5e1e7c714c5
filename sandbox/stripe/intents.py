"""PaymentIntents: create, confirm, cancel, retrieve, and what the card's holder does with their bank."""

from __future__ import annotations

import secrets
from urllib.parse import quote

import msgspec

from sandbox.stripe import amounts
from sandbox.stripe.call import Call, new_id, tell
from sandbox.stripe.cards import UNAUTHENTICATED
from sandbox.stripe.charging import card_of, fail, payment_method, refuse, take
from sandbox.stripe.errors import ErrorBody, invalid, missing, unexpected_state
from sandbox.stripe.forms import read
from sandbox.stripe.objects import Customer, PaymentIntent, PaymentMethod
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
"""What a publishable key is shown."""


def create(call: Call) -> object:
    asked = read(call.form, CreateIntent)
    currency = asked.currency.lower()
    amounts.check(asked.amount, currency)
    _check_create(call, asked)
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
        _attempt(call, intent, method, asked)
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
    _check_return_url(intent.automatic_payment_methods is not None, None, asked.return_url)
    if asked.receipt_email is not None:
        intent.receipt_email = asked.receipt_email
    _attempt(call, intent, method, asked)
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


def finish(call: Call, *, succeed: bool) -> PaymentIntent:
    """What happens away from the API: the holder consents or not; a bank debit goes through or not.

    409-like ``unexpected_state`` unless the intent waits for just that.
    """
    intent = call.documents.get(PaymentIntent, call.path_id)
    if intent.status not in {"requires_action", "processing"} or intent.payment_method is None:
        raise unexpected_state(f"Nothing to finish: this PaymentIntent has a status of {intent.status}.", intent)
    method = call.documents.get(PaymentMethod, intent.payment_method)
    card = card_of(call, method)
    if succeed and card.decline is not None:
        refuse(call, intent, method, card.decline)
    elif succeed:
        take(call, intent, method, authenticated=intent.status == "requires_action")
    else:
        fail(call, intent, _unfinished(intent.status, method))
    return intent


def _unfinished(status: str, method: PaymentMethod) -> ErrorBody:
    if status == "processing":
        return ErrorBody("card_error", "The payment failed.", code="processing_error", payment_method=method)
    message = (
        "We are unable to authenticate your payment method. Please choose a different payment method and try again."
    )
    code = "payment_intent_authentication_failure"
    return ErrorBody("invalid_request_error", message, code=code, payment_method=method)


def _attempt(call: Call, intent: PaymentIntent, method: PaymentMethod, asked: CreateIntent | ConfirmIntent) -> None:
    card = card_of(call, method)
    if card.authenticate and (asked.off_session != "false" or asked.error_on_requires_action):
        raise refuse(call, intent, method, UNAUTHENTICATED)
    if card.decline is not None and not card.authenticate:
        raise refuse(call, intent, method, card.decline)
    intent.payment_method = method.id
    intent.last_payment_error = None
    if card.authenticate:
        intent.status = "requires_action"
        intent.next_action = _next_action(call, intent, asked)
    elif card.settles_later:
        intent.status = "processing"
    else:
        take(call, intent, method, authenticated=False)
        return
    call.documents.save(intent)
    tell(call, f"payment_intent.{intent.status}", intent)


def _next_action(call: Call, intent: PaymentIntent, asked: CreateIntent | ConfirmIntent) -> dict[str, object]:
    page = f"{call.base}/sandbox/stripe/authenticate/{intent.id}"
    if asked.return_url is not None and not asked.use_stripe_sdk:
        page += f"?return_url={quote(asked.return_url, safe='')}"
        return {"type": "redirect_to_url", "redirect_to_url": {"url": page, "return_url": asked.return_url}}
    return {
        "type": "use_stripe_sdk",
        "use_stripe_sdk": {"type": "three_d_secure_redirect", "stripe_js": page, "source": new_id("src")},
    }


def _found(call: Call, client_secret: str | None) -> PaymentIntent:
    intent = call.documents.get(PaymentIntent, call.path_id)
    if client_secret is None and not call.publishable:
        return intent
    if client_secret is None:
        raise invalid("Missing required param: client_secret.", "client_secret", "parameter_missing")
    if not secrets.compare_digest(client_secret.encode(), intent.client_secret.encode()):
        raise missing("payment_intent", intent.id, "intent")
    return intent


def _check_create(call: Call, asked: CreateIntent) -> None:
    types = asked.allowed_payment_method_types
    automatic = asked.automatic_payment_methods
    if types is not None and automatic is not None:
        raise invalid(
            "You may only specify one of these parameters: automatic_payment_methods, allowed_payment_method_types.",
            "automatic_payment_methods",
        )
    if types is not None and "card" not in types:
        raise invalid("The sandbox models cards only: allow `card`.", "allowed_payment_method_types")
    if asked.customer is not None and call.documents.find(Customer, asked.customer) is None:
        raise missing("customer", asked.customer, "customer", 400)
    if not asked.confirm:
        given = {
            "off_session": asked.off_session != "false",
            "error_on_requires_action": asked.error_on_requires_action,
            "return_url": asked.return_url is not None,
        }
        for name in (name for name, present in given.items() if present):
            raise invalid(f"`{name}` can only be used when `confirm` is true.", name)
    else:
        redirects = automatic.allow_redirects if automatic else "always"
        _check_return_url(types is None, redirects, asked.return_url)
    check_metadata(asked.metadata)


def check_metadata(metadata: dict[str, str]) -> None:
    if len(metadata) > 50:
        raise invalid("You can have up to 50 keys in metadata.", "metadata")
    for key, value in metadata.items():
        if len(key) > 40 or len(value) > 500:
            raise invalid(
                "Metadata keys have up to 40 characters, values up to 500.", f"metadata[{key}]", "metadata_too_long"
            )


def _check_return_url(any_method: bool, redirects: str | None, return_url: str | None) -> None:
    """Methods chosen in the dashboard may redirect, so confirming wants to know where back to."""
    if any_method and redirects == "always" and return_url is None:
        raise invalid(
            "This PaymentIntent is configured to accept payment methods enabled in your Dashboard. Because some of "
            "these payment methods might redirect your customer off of your page, you must provide a `return_url`. If "
            "you don't want to accept redirect-based payment methods, set `automatic_payment_methods[enabled]` to "
            "`true` and `automatic_payment_methods[allow_redirects]` to `never`.",
            "return_url",
        )


def _shown(call: Call, intent_id: str, expand: list[str]) -> object:
    intent = call.documents.get(PaymentIntent, intent_id)
    if call.publishable:
        whole = msgspec.to_builtins(intent)
        return {name: value for name, value in whole.items() if name in FOR_THE_BROWSER}
    call.documents.expand(intent, expand)
    return intent
