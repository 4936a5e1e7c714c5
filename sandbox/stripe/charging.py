"""Charge an intent: write the charge, its balance transaction, the effect and the events."""

from __future__ import annotations

import hashlib

import msgspec

from sandbox.stripe import balance
from sandbox.stripe.amounts import fee
from sandbox.stripe.call import Call, new_id, tell
from sandbox.stripe.cards import BY_NUMBER, CARDS, Card, Decline
from sandbox.stripe.errors import ErrorBody, StripeError, declined, invalid, missing
from sandbox.stripe.objects import (
    CardDetails,
    Charge,
    ChargedCard,
    Outcome,
    PaymentIntent,
    PaymentMethod,
    PaymentMethodDetails,
)
from sandbox.stripe.params import NewMethod


def payment_method(call: Call, name: str | None, new: NewMethod | None) -> PaymentMethod | None:
    """Return the payment method that a request names or describes; None when it does neither.

    A ``pm_card_…`` creates a new method.  400 when there is no such card or method.
    """
    if new is not None:
        name = BY_NUMBER.get(new.card.number.replace(" ", ""))
        if name is None:
            raise invalid("Your card number is incorrect: use a test card.", "payment_method_data[card][number]")
    if name is None:
        return None
    card = CARDS.get(name)
    if card is None:
        found = call.documents.find(PaymentMethod, name)
        if found is None:
            raise missing("PaymentMethod", name, "payment_method", 400)
        return found
    fingerprint = hashlib.sha256(card.number.encode()).hexdigest()[:16]
    details = CardDetails(brand=card.brand, fingerprint=fingerprint, last4=card.number[-4:])
    method = PaymentMethod(id=new_id("pm"), created=call.now, card=details, metadata={})
    call.documents.add(method, name)
    return method


def card_of(call: Call, method: PaymentMethod) -> Card:
    return CARDS[call.documents.label_of(method.id)]


def take(call: Call, intent: PaymentIntent, method: PaymentMethod, *, authenticated: bool) -> None:
    """Charge the card successfully; the intent succeeds too.

    With ``automatic_async`` the charge has its fee only in the later ``charge.updated``.
    """
    charge = _charge(intent, method, call.now, None, authenticated=authenticated)
    transaction = balance.write(
        call, charge.amount, charge.currency, "charge", charge.id,
        available_on=call.now + call.settles_after_s, fee=fee(charge.amount), description=charge.description,
    )  # fmt: skip
    later = intent.capture_method == "automatic_async"
    charge.balance_transaction = None if later else transaction.id
    intent.status = "succeeded"
    intent.amount_received = intent.amount
    intent.latest_charge = charge.id
    intent.last_payment_error = intent.next_action = None
    intent.payment_method = method.id
    _write(call, charge)
    call.documents.save(intent)
    tell(call, "charge.succeeded", charge)
    tell(call, "payment_intent.succeeded", intent)
    if later:
        settled = msgspec.structs.replace(charge, balance_transaction=transaction.id)
        call.documents.save(settled)
        tell(call, "charge.updated", settled)


def refuse(call: Call, intent: PaymentIntent, method: PaymentMethod, decline: Decline) -> StripeError:
    """Write a declined charge, and return the error for the caller to raise."""
    charge = _charge(intent, method, call.now, decline, authenticated=False)
    _write(call, charge)
    intent.latest_charge = charge.id
    problem = ErrorBody(
        "card_error",
        decline.message,
        code=decline.code,
        decline_code=decline.reason,
        advice_code=decline.advice,
        charge=charge.id,
        doc_url=f"https://stripe.com/docs/error-codes/{decline.code.replace('_', '-')}",
        payment_method=method,
    )
    fail(call, intent, problem, charge)
    return declined(problem, intent)


def fail(call: Call, intent: PaymentIntent, problem: ErrorBody, charge: Charge | None = None) -> None:
    """Return the intent to ``requires_payment_method``, with the problem in ``last_payment_error``."""
    intent.status = "requires_payment_method"
    intent.last_payment_error = problem
    intent.payment_method = intent.next_action = None
    call.documents.save(intent)
    if charge is not None:
        tell(call, "charge.failed", charge)
    tell(call, "payment_intent.payment_failed", intent)


def _write(call: Call, charge: Charge) -> None:
    call.documents.add(charge, charge.status)
    call.documents.store.run(
        "INSERT INTO effect (charge, payment, amount, currency, succeeded, intent, key) VALUES (?, ?, ?, ?, ?, ?, ?)",
        charge.id, charge.metadata.get("payment_id"), charge.amount, charge.currency, charge.paid,
        charge.payment_intent, call.idempotency_key,
    )  # fmt: skip


def _charge(
    intent: PaymentIntent, method: PaymentMethod, now: int, decline: Decline | None, *, authenticated: bool
) -> Charge:
    paid = decline is None
    card = ChargedCard(**msgspec.structs.asdict(method.card), amount_authorized=intent.amount if paid else 0)
    if authenticated:
        card.three_d_secure = {"result": "authenticated", "version": "2.2.0", "authentication_flow": "challenge"}
    return Charge(
        id=new_id("ch"),
        created=now,
        amount=intent.amount,
        amount_captured=intent.amount if paid else 0,
        captured=paid,
        currency=intent.currency,
        customer=intent.customer,
        description=intent.description,
        failure_code=decline.code if decline else None,
        failure_message=decline.message if decline else None,
        metadata=intent.metadata,
        outcome=_outcome(decline),
        paid=paid,
        payment_intent=intent.id,
        payment_method=method.id,
        payment_method_details=PaymentMethodDetails(card),
        receipt_email=intent.receipt_email,
        status="succeeded" if paid else "failed",
        transfer_group=intent.transfer_group,
    )


def _outcome(decline: Decline | None) -> Outcome:
    if decline is None:
        return Outcome(network_status="approved_by_network", seller_message="Payment complete.", type="authorized")
    return Outcome(
        advice_code=decline.advice,
        network_status="declined_by_network",
        reason=decline.reason,
        seller_message="The bank did not accept this payment.",
        type="issuer_declined",
    )
