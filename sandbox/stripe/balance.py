"""Balances of the platform and of each connected account: each is the sum of its balance transactions."""

from __future__ import annotations

from sandbox.stripe.call import Call, new_id
from sandbox.stripe.errors import StripeError, refused
from sandbox.stripe.forms import read
from sandbox.stripe.objects import BalanceTransaction
from sandbox.stripe.params import Params

_SUMS = (
    "SELECT body ->> '$.currency', coalesce(sum(body ->> '$.net') FILTER (WHERE body ->> '$.available_on' <= ?), 0),"
    " coalesce(sum(body ->> '$.net') FILTER (WHERE body ->> '$.available_on' > ?), 0)"
    " FROM document WHERE kind = 'balance_transaction' AND account IS ? GROUP BY 1 ORDER BY 1"
)


def balance(call: Call) -> object:
    read(call.form, Params)
    rows = call.documents.store.run(_SUMS, call.now, call.now, call.account)
    available = [_amount(there, currency) for currency, there, _ in rows]
    pending = [_amount(coming, currency) for currency, _, coming in rows]
    return {"object": "balance", "available": available, "livemode": False, "pending": pending}


def available(call: Call, currency: str) -> int:
    """Return the amount that is available in the call's account now, in minor units."""
    rows = call.documents.store.run(_SUMS, call.now, call.now, call.account)
    return next((int(there) for found, there, _ in rows if found == currency), 0)


def write(
    call: Call,
    amount: int,
    currency: str,
    what: str,
    source: str,
    *,
    account: str | None = None,
    available_on: int | None = None,
    fee: int = 0,
    description: str | None = None,
) -> BalanceTransaction:
    """Add ``amount`` less ``fee`` to a balance, and return the balance transaction; the amount may be negative.

    The balance is that of ``account``, or the platform's for None.
    """
    details = {"amount": fee, "application": None, "currency": currency, "description": "Stripe processing fees"}
    transaction = BalanceTransaction(
        id=new_id("txn"),
        created=call.now,
        amount=amount,
        available_on=call.now if available_on is None else available_on,
        currency=currency,
        description=description,
        fee=fee,
        fee_details=[{**details, "type": "stripe_fee"}] if fee else [],
        net=amount - fee,
        reporting_category=what,
        source=source,
        type=what,
    )
    call.documents.of(account).add(transaction)
    return transaction


def insufficient(amount: int, there: int, currency: str) -> StripeError:
    """Return the error of a low balance, stored under the key: Stripe repeats it even after the balance has grown."""
    message = f"You have insufficient available funds in your {currency} balance: {there}, not {amount}."
    return refused(message, "balance_insufficient")


def _amount(amount: int, currency: str) -> dict[str, object]:
    return {"amount": amount, "currency": currency, "source_types": {"card": amount}}
