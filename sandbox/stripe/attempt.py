"""Decide the outcome of a confirmed intent, at once or after the card's holder has answered."""

from __future__ import annotations

from urllib.parse import quote

from sandbox.stripe.call import Call, new_id, tell
from sandbox.stripe.cards import UNAUTHENTICATED
from sandbox.stripe.charging import card_of, fail, refuse, take
from sandbox.stripe.errors import ErrorBody, unexpected_state
from sandbox.stripe.objects import PaymentIntent, PaymentMethod
from sandbox.stripe.params import Confirming


def finish(call: Call, *, succeed: bool) -> PaymentIntent:
    """Settle an intent outside the API, and return it: the holder consents or not, or a bank debit succeeds or fails.

    ``unexpected_state`` unless the intent waits for that.
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


def attempt(call: Call, intent: PaymentIntent, method: PaymentMethod, asked: Confirming) -> None:
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


def _next_action(call: Call, intent: PaymentIntent, asked: Confirming) -> dict[str, object]:
    page = f"{call.base}/sandbox/stripe/authenticate/{intent.id}"
    if asked.return_url is not None and not asked.use_stripe_sdk:
        page += f"?return_url={quote(asked.return_url, safe='')}"
        return {"type": "redirect_to_url", "redirect_to_url": {"url": page, "return_url": asked.return_url}}
    return {
        "type": "use_stripe_sdk",
        "use_stripe_sdk": {"type": "three_d_secure_redirect", "stripe_js": page, "source": new_id("src")},
    }
