"""Find the operation of a method and a path."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from sandbox.stripe import account, accounts, balance, intents, lists, payouts, refunds, transfers
from sandbox.stripe.call import Call


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
    name: str,
    method: str,
    path: str,
    run: Callable[[Call], object],
    *,
    browser: bool = False,
    connected: bool = False,
) -> Operation:
    pattern = re.compile("/v1/" + path.replace("{id}", r"(?P<id>[\w-]{1,255})") + "/?")
    return Operation(name, method, f"/v1/{path}", pattern, run, browser, connected)


OPERATIONS = (
    _operation("payment_intents.create", "POST", "payment_intents", intents.create),
    _operation("payment_intents.retrieve", "GET", "payment_intents/{id}", intents.retrieve, browser=True),
    _operation("payment_intents.confirm", "POST", "payment_intents/{id}/confirm", intents.confirm, browser=True),
    _operation("payment_intents.cancel", "POST", "payment_intents/{id}/cancel", intents.cancel),
    _operation("payment_intents.list", "GET", "payment_intents", lists.intents),
    _operation("charges.list", "GET", "charges", lists.charges),
    _operation("charges.retrieve", "GET", "charges/{id}", lists.charge),
    _operation("events.list", "GET", "events", lists.events, connected=True),
    _operation("events.retrieve", "GET", "events/{id}", lists.event, connected=True),
    _operation("balance_transactions.list", "GET", "balance_transactions", lists.transactions, connected=True),
    _operation("balance_transactions.retrieve", "GET", "balance_transactions/{id}", lists.transaction, connected=True),
    _operation("balance.retrieve", "GET", "balance", balance.balance, connected=True),
    _operation("refunds.create", "POST", "refunds", refunds.create),
    _operation("refunds.retrieve", "GET", "refunds/{id}", lists.refund),
    _operation("refunds.list", "GET", "refunds", lists.refunds),
    _operation("accounts.create", "POST", "accounts", accounts.create),
    _operation("accounts.retrieve", "GET", "accounts/{id}", lists.account),
    _operation("accounts.list", "GET", "accounts", lists.accounts),
    _operation("account_links.create", "POST", "account_links", accounts.create_link),
    _operation("transfers.create", "POST", "transfers", transfers.create),
    _operation("transfers.retrieve", "GET", "transfers/{id}", lists.transfer),
    _operation("transfers.list", "GET", "transfers", lists.transfers),
    _operation("payouts.create", "POST", "payouts", payouts.create, connected=True),
    _operation("payouts.retrieve", "GET", "payouts/{id}", lists.payout, connected=True),
    _operation("payouts.list", "GET", "payouts", lists.payouts, connected=True),
    _operation("payment_methods.retrieve", "GET", "payment_methods/{id}", lists.method),
    _operation("customers.create", "POST", "customers", account.create_customer),
    _operation("customers.retrieve", "GET", "customers/{id}", account.customer),
    _operation("webhook_endpoints.list", "GET", "webhook_endpoints", account.webhook_endpoints),
)


def find(method: str, path: str) -> tuple[Operation, str] | None:
    """Return the operation, and the id in its path or ""; None for an unknown path."""
    for operation in OPERATIONS:
        if operation.method == method and (match := operation.path.fullmatch(path)):
            return operation, match.groupdict().get("id", "")
    return None
