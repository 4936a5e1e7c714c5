"""Serve refunds: they succeed at once for most cards; for some test cards they succeed later, or come back."""

from __future__ import annotations

from sandbox.stripe import balance
from sandbox.stripe.call import Call, new_id, tell
from sandbox.stripe.cards import CARDS, Refunding
from sandbox.stripe.errors import invalid, missing, refused
from sandbox.stripe.forms import read
from sandbox.stripe.objects import Charge, PaymentIntent
from sandbox.stripe.outgoing_objects import Refund
from sandbox.stripe.params import CreateRefund

FAILED = "lost_or_stolen_card"


def create(call: Call) -> object:
    asked = read(call.form, CreateRefund)
    charge = _charge(call, asked)
    left = charge.amount_captured - charge.amount_refunded
    amount = left if asked.amount is None else asked.amount
    if left == 0:
        raise refused(f"Charge {charge.id} has already been refunded.", "charge_already_refunded")
    if not 0 < amount <= left:
        raise refused(f"Refund amount ({amount}) is greater than unrefunded amount on charge ({left}).")
    way = _way(call, charge)
    refund = Refund(
        id=new_id("re"),
        created=call.now,
        amount=amount,
        charge=charge.id,
        currency=charge.currency,
        metadata=asked.metadata,
        payment_intent=charge.payment_intent,
        payment_method=charge.payment_method,
        reason=asked.reason,
        status="pending" if way is Refunding.PENDING else "succeeded",
    )
    refund.balance_transaction = balance.write(call, -amount, charge.currency, "refund", refund.id).id
    charge.amount_refunded += amount
    charge.refunded = charge.amount_refunded == charge.amount_captured
    call.documents.add(refund)
    call.documents.save(charge)
    tell(call, "refund.created", refund)
    tell(call, "charge.refunded", charge)
    if way is not Refunding.AT_ONCE:
        call.later("refund", refund.id)
    call.documents.expand(refund, asked.expand)
    return refund


def _charge(call: Call, asked: CreateRefund) -> Charge:
    if (asked.charge is None) == (asked.payment_intent is None):
        raise invalid("One of the following params should be provided for this request: payment_intent or charge.")
    charge_id = asked.charge
    if asked.payment_intent is not None:
        intent = call.documents.find(PaymentIntent, asked.payment_intent)
        if intent is None:
            raise missing("payment_intent", asked.payment_intent, "payment_intent", 404)
        charge_id = intent.latest_charge
    charge = call.documents.find(Charge, charge_id or "")
    if charge is None or not charge.captured:
        raise refused("This PaymentIntent does not have a successful charge to refund.")
    return charge


def _way(call: Call, charge: Charge) -> Refunding:
    return CARDS[call.documents.label_of(charge.payment_method)].refunding


def settle(call: Call) -> Refund:
    """Settle a refund as the bank does, and return it: a pending one succeeds, and a succeeded one comes back."""
    refund = call.documents.get(Refund, call.path_id)
    if refund.status == "failed":
        return refund
    if refund.status == "pending":
        refund.status = "succeeded"
        call.documents.save(refund)
        tell(call, "refund.updated", refund)
        return refund
    return fail(call)


def fail(call: Call) -> Refund:
    """Fail a refund, which returns its money to the platform's balance; ``StripeError`` when it has already failed."""
    refund = call.documents.get(Refund, call.path_id)
    if refund.status == "failed":
        raise invalid(f"Nothing to do: this refund has a status of {refund.status}.")
    back = balance.write(call, refund.amount, refund.currency, "refund_failure", refund.id)
    refund.status, refund.failure_reason = "failed", FAILED
    refund.failure_balance_transaction = back.id
    call.documents.save(refund)
    charge = call.documents.get(Charge, refund.charge)
    charge.amount_refunded -= refund.amount
    charge.refunded = False
    call.documents.save(charge)
    tell(call, "refund.updated", refund)
    tell(call, "refund.failed", refund)
    return refund
