"""Serve transfers, which move money from the platform's balance to a connected account's."""

from __future__ import annotations

import msgspec

from sandbox.stripe import amounts, balance
from sandbox.stripe.call import Call, new_id, tell
from sandbox.stripe.errors import invalid, missing, refused
from sandbox.stripe.forms import read
from sandbox.stripe.objects import BalanceTransaction, Charge, ListOf
from sandbox.stripe.outgoing_objects import Account, Transfer
from sandbox.stripe.params import CreateTransfer


def create(call: Call) -> object:
    asked = read(call.form, CreateTransfer)
    currency = asked.currency.lower()
    amounts.check_out(asked.amount, currency)
    account = call.documents.find(Account, asked.destination)
    if account is None:
        raise missing("destination", asked.destination, "destination", 400)
    if account.capabilities.get("transfers") != "active":
        message = "Your destination account needs to have the following capability enabled: transfers."
        raise refused(message, "insufficient_capabilities_for_transfer")
    available_on, group = _source(call, asked, currency)
    transfer_id = new_id("tr")
    none = ListOf(data=[], url=f"/v1/transfers/{transfer_id}/reversals")
    transfer = Transfer(
        id=transfer_id,
        created=call.now,
        amount=asked.amount,
        currency=currency,
        description=asked.description,
        destination=account.id,
        destination_payment=new_id("py"),
        metadata=asked.metadata,
        reversals={**msgspec.to_builtins(none), "total_count": 0},
        source_transaction=asked.source_transaction,
        transfer_group=asked.transfer_group or group,
    )
    taken = balance.write(call, -asked.amount, currency, "transfer", transfer.id, available_on=available_on)
    balance.write(
        call, asked.amount, currency, "payment", transfer.destination_payment,
        account=account.id, available_on=available_on,
    )  # fmt: skip
    transfer.balance_transaction = taken.id
    call.documents.add(transfer)
    tell(call, "transfer.created", transfer)
    call.documents.expand(transfer, asked.expand)
    return transfer


def _source(call: Call, asked: CreateTransfer, currency: str) -> tuple[int, str | None]:
    """Return when the transfer's money becomes available, and the transfer group of its source charge."""
    if asked.source_transaction is None:
        there = balance.available(call, currency)
        if asked.amount > there:
            raise balance.insufficient(asked.amount, there, currency)
        return call.now, None
    charge = call.documents.find(Charge, asked.source_transaction)
    if charge is None or not charge.captured:
        raise missing("charge", asked.source_transaction, "source_transaction", 400)
    if charge.currency != currency:
        raise invalid("The currency of source_transaction's balance transaction must be the same.", "currency")
    rows = call.documents.store.run(
        "SELECT coalesce(sum(body ->> '$.amount'), 0) FROM document"
        " WHERE kind = 'transfer' AND body ->> '$.source_transaction' = ?",
        charge.id,
    )
    if rows[0][0] + asked.amount > charge.amount:
        message = "Transfers using this transaction as a source must not exceed the source amount."
        raise refused(message, param="amount")
    transaction = call.documents.find(BalanceTransaction, charge.balance_transaction or "")
    return (transaction.available_on if transaction else call.now + call.settles_after_s), charge.transfer_group
