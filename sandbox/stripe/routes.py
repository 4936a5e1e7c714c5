"""Find the operation of a method and a path."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from sandbox.stripe import account, accounts, balance, intents, payouts, refunds, transfers
from sandbox.stripe.call import Call
from sandbox.stripe.lists import events, list_of, one_of
from sandbox.stripe.objects import BalanceTransaction, Charge, Customer, Event, PaymentIntent, PaymentMethod
from sandbox.stripe.outgoing_objects import Account, Payout, Refund, Transfer
from sandbox.stripe.params import ListCharges, ListIntents, ListPayouts, ListRefunds, ListTransactions, ListTransfers


@dataclass(frozen=True, slots=True)
class Operation:
    """An operation of the API.

    ``name``: its name in faults; ``browser``: a publishable key is enough; ``connected``: a caller may run it for a
    connected account, with ``Stripe-Account``."""

    name: str
    method: str
    url: str
    path: re.Pattern[str]
    run: Callable[[Call], object]
    browser: bool = False
    connected: bool = False


def _operation(
    name: str, method: str, path: str, run: Callable[[Call], object], *, browser: bool = False, connected: bool = False
) -> Operation:
    pattern = re.compile("/v1/" + path.replace("{id}", r"(?P<id>[\w-]{1,255})") + "/?")
    return Operation(name, method, f"/v1/{path}", pattern, run, browser, connected)


def _create(noun: str, run: Callable[[Call], object], *, connected: bool = False) -> Operation:
    return _operation(f"{noun}.create", "POST", noun, run, connected=connected)


def _retrieve(noun: str, run: Callable[[Call], object], **who: bool) -> Operation:
    return _operation(f"{noun}.retrieve", "GET", f"{noun}/{{id}}", run, **who)


def _list(noun: str, run: Callable[[Call], object], *, connected: bool = False) -> Operation:
    return _operation(f"{noun}.list", "GET", noun, run, connected=connected)


OPERATIONS = (
    _create("payment_intents", intents.create),
    _retrieve("payment_intents", intents.retrieve, browser=True),
    _operation("payment_intents.confirm", "POST", "payment_intents/{id}/confirm", intents.confirm, browser=True),
    _operation("payment_intents.cancel", "POST", "payment_intents/{id}/cancel", intents.cancel),
    _list("payment_intents", list_of(PaymentIntent, ListIntents)),
    _list("charges", list_of(Charge, ListCharges)),
    _retrieve("charges", one_of(Charge)),
    _list("events", events, connected=True),
    _retrieve("events", one_of(Event), connected=True),
    _list("balance_transactions", list_of(BalanceTransaction, ListTransactions), connected=True),
    _retrieve("balance_transactions", one_of(BalanceTransaction), connected=True),
    _operation("balance.retrieve", "GET", "balance", balance.balance, connected=True),
    _create("refunds", refunds.create),
    _retrieve("refunds", one_of(Refund)),
    _list("refunds", list_of(Refund, ListRefunds)),
    _create("accounts", accounts.create),
    _retrieve("accounts", one_of(Account)),
    _list("accounts", list_of(Account)),
    _create("account_links", accounts.create_link),
    _create("transfers", transfers.create),
    _retrieve("transfers", one_of(Transfer)),
    _list("transfers", list_of(Transfer, ListTransfers)),
    _create("payouts", payouts.create, connected=True),
    _retrieve("payouts", one_of(Payout), connected=True),
    _list("payouts", list_of(Payout, ListPayouts), connected=True),
    _retrieve("payment_methods", one_of(PaymentMethod)),
    _create("customers", account.create_customer),
    _retrieve("customers", one_of(Customer)),
    _list("webhook_endpoints", account.webhook_endpoints),
)


def find(method: str, path: str) -> tuple[Operation, str] | None:
    """Return the operation, and the id in its path or ""; None for an unknown path."""
    for operation in OPERATIONS:
        if operation.method == method and (match := operation.path.fullmatch(path)):
            return operation, match.groupdict().get("id", "")
    return None
