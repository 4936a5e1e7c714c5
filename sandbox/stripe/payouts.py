"""Serve payouts of a connected account to its bank, which accepts or refuses them."""

from __future__ import annotations

from sandbox.stripe import amounts, balance
from sandbox.stripe.accounts import FAILURES, bank_of
from sandbox.stripe.call import Call, new_id, tell
from sandbox.stripe.errors import invalid, refused
from sandbox.stripe.forms import read
from sandbox.stripe.outgoing_objects import Account, Payout
from sandbox.stripe.params import CreatePayout

DAY_S = 24 * 3600
OPEN = frozenset({"pending", "in_transit"})


def create(call: Call) -> object:
    asked = read(call.form, CreatePayout)
    currency = asked.currency.lower()
    amounts.check_out(asked.amount, currency)
    if call.account is None:
        raise invalid("The sandbox pays out connected accounts only: send Stripe-Account.")
    account = call.documents.of(None).get(Account, call.account)
    if not account.payouts_enabled:
        raise refused("Payouts have been disabled on your account.", "payouts_not_allowed")
    there = balance.available(call, currency)
    if asked.amount > there:
        raise balance.insufficient(asked.amount, there, currency)
    payout = Payout(
        id=new_id("po"),
        created=call.now,
        amount=asked.amount,
        arrival_date=call.now + DAY_S,
        currency=currency,
        description=asked.description,
        destination=f"ba_{account.id}",
        metadata=asked.metadata,
        statement_descriptor=asked.statement_descriptor,
        status="pending",
    )
    taken = balance.write(call, -asked.amount, currency, "payout", payout.id, account=call.account)
    payout.balance_transaction = taken.id
    call.documents.add(payout)
    tell(call, "payout.created", payout)
    call.later("payout", payout.id)
    call.documents.expand(payout, asked.expand)
    return payout


def arrive(call: Call) -> Payout:
    """Move a payout one step on, and return it: first to ``in_transit``, then to the bank, which may refuse it."""
    payout = call.documents.get(Payout, call.path_id)
    if payout.status == "pending":
        payout.status = "in_transit"
        call.documents.save(payout)
        tell(call, "payout.updated", payout)
        call.later("payout", payout.id)
        return payout
    failure = FAILURES.get(bank_of(call, call.account or ""))
    return payout if payout.status not in OPEN else settle(call, failure)


def settle(call: Call, failure_code: str | None) -> Payout:
    """End a payout as paid, or as failed with a ``failure_code``, and return it.

    The bank may return a paid payout later.  ``StripeError`` when the payout has already ended otherwise.
    """
    payout = call.documents.get(Payout, call.path_id)
    if payout.status not in OPEN and not (payout.status == "paid" and failure_code is not None):
        raise invalid(f"Nothing to do: this payout has a status of {payout.status}.")
    if failure_code is None:
        payout.status = "paid"
        call.documents.save(payout)
        tell(call, "payout.paid", payout)
        return payout
    back = balance.write(call, payout.amount, payout.currency, "payout_failure", payout.id, account=call.account)
    payout.status, payout.failure_code = "failed", failure_code
    payout.failure_message = "The bank could not take this payout."
    payout.failure_balance_transaction = back.id
    call.documents.save(payout)
    tell(call, "payout.failed", payout)
    return payout
