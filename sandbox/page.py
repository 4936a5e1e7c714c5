"""Render the page at ``/``, and the pages for a card's holder and for a worker's onboarding."""

from __future__ import annotations

from html import escape
from urllib.parse import quote

from sandbox.effects import Effects
from sandbox.faults import Fault
from sandbox.pages.faults import HEADS as FAULT_HEADS
from sandbox.pages.faults import fault_row
from sandbox.pages.layout import HEAD, table
from sandbox.pages.objects import PAYMENT_HEADS, newest, payment_row
from sandbox.store import Store
from sandbox.stripe.accounts import FAILURES, Bank
from sandbox.stripe.cards import CARDS, Card
from sandbox.stripe.objects import API_VERSION
from sandbox.stripe.routes import OPERATIONS

NEWEST = 20
MODELLED = (
    "PaymentIntents: create, confirm (secret key, or publishable key and client_secret), retrieve, list, cancel",
    "charges, balance transactions with a fee of 2.9 % + 30, balance, events, customers, payment methods of test cards",
    "refunds; connected accounts with onboarding, transfers to them, their payouts and their webhooks",
    "idempotency keys for 24 hours: replay, conflict, other parameters, stored failures",
    "webhooks: signed, delivered again with a growing pause for three days, kept over restarts",
)
NOT_MODELLED = (
    "disputes, reversals of transfers, payouts of the platform, SetupIntents, subscriptions, Checkout",
    "manual capture, payment methods other than cards, currency conversion, Radar",
    "rate limits of its own, API versions other than the one above, live mode",
    "updating objects, search, creating webhook endpoints through the API",
)


def render(store: Store, effects: Effects, faults: list[Fault]) -> str:
    payments = [payment for _, payment in newest(store, "payment_intent", limit=NEWEST)]
    waiting = [payment for _, payment in newest(store, "payment_intent") if payment["status"] == "requires_action"]
    parts = [
        "<h1>Stripe and SendGrid, here</h1>",
        f"<p>API {API_VERSION}. No money moves and no mail leaves; what the sandbox says it did is kept in its file.",
        f"<p>{effects.charges} charges, {effects.declined} declined, {effects.events} events, {effects.keys} keys; ",
        f"deliveries: {escape(', '.join(f'{name} {n}' for name, n in effects.deliveries.items()))}.",
        f"<h2>Waiting for their card's holder</h2>{table(PAYMENT_HEADS, map(payment_row, waiting))}" if waiting else "",
        f"<h2>The newest {NEWEST} <a href='/payments'>payments</a></h2>",
        table(PAYMENT_HEADS, map(payment_row, payments)),
        f"<h2>The newest {NEWEST} webhooks</h2>",
        table(("event", "type", "state", "attempts", "last answer"), _deliveries(store)),
        "<h2><a href='/faults'>Faults</a> at work</h2>",
        table(FAULT_HEADS, map(fault_row, faults)),
        "<h2>Cards</h2>",
        table(("payment_method", "what it does"), [(name, _card(card)) for name, card in CARDS.items()]),
        "<h2>Operations</h2>",
        table(("name", "request"), [(o.name, f"{o.method} {o.url}") for o in OPERATIONS]),
        "<h2>Modelled</h2>",
        _list(MODELLED),
        "<h2>Not modelled</h2>",
        _list(NOT_MODELLED),
        "<p>Controls: <code>GET /sandbox/effects</code>, <code>GET /sandbox/effects/paid-out</code>,",
        " <code>GET|POST|DELETE /sandbox/faults</code>,",
        " <code>POST /sandbox/reset</code>, <code>GET /sandbox/health</code>; see docs/reference/sandbox.md.",
    ]
    return "".join(parts)


def consent(intent_id: str, return_url: str) -> str:
    """Return the page of a bank, with two buttons: yes or no."""
    buttons = "".join(
        f'<button name="succeed" value="{value}">{text}</button> '
        for value, text in (("true", "Complete authentication"), ("false", "Fail authentication"))
    )
    path = f"authenticate/{quote(intent_id, safe='')}"
    return _asking("Your bank asks", f"Is {intent_id} yours?", path, return_url, buttons)


def onboarding(account_id: str, return_url: str) -> str:
    """Return the page that a worker sees: after one click the account is ready."""
    banks = "".join(
        f'<option value="{bank.value}">{bank.value}: {escape(FAILURES.get(bank, "takes payouts"))}' for bank in Bank
    )
    fields = f'<select name="bank">{banks}</select> <button>Complete onboarding</button>'
    path = f"onboarding/{quote(account_id, safe='')}"
    return _asking("Where does your money go?", account_id, path, return_url, fields)


def _asking(title: str, question: str, path: str, return_url: str, fields: str) -> str:
    hidden = f'<input type="hidden" name="return_url" value="{escape(return_url)}">'
    form = f'<form method="post" action="/sandbox/stripe/{path}/answer">{hidden}{fields}</form>'
    return f"{HEAD}<h1>{title}</h1><p>{escape(question)}{form}"


def _deliveries(store: Store) -> list[tuple[object, ...]]:
    return store.run(
        "SELECT d.event, e.label, d.state, d.attempts, coalesce(d.answer, '') FROM delivery d"
        " JOIN document e ON e.id = d.event ORDER BY d.id DESC LIMIT ?",
        NEWEST,
    )


def _card(card: Card) -> str:
    if card.settles_later:
        return "stays processing until POST /sandbox/stripe/authenticate/{pi}; the sandbox's own"
    told = f"declined: {card.decline.reason or card.decline.code}" if card.decline else "succeeds"
    return f"asks for authentication, then {told}" if card.authenticate else told


def _list(lines: tuple[str, ...]) -> str:
    return f"<ul>{''.join(f'<li>{escape(line)}' for line in lines)}</ul>"
