"""Serve connected accounts, their onboarding links, and the steps of their owner."""

from __future__ import annotations

from enum import StrEnum
from urllib.parse import quote

import msgspec

from sandbox.stripe.call import Call, new_id, tell
from sandbox.stripe.errors import invalid, missing
from sandbox.stripe.forms import read
from sandbox.stripe.outgoing_objects import Account, AccountLink, Requirements
from sandbox.stripe.params import CreateAccount, CreateLink

LINK_LIVES_S = 300
CURRENCIES = {"US": "usd", "GB": "gbp", "CH": "chf", "SE": "sek", "PL": "pln", "JP": "jpy", "HU": "huf", "KW": "kwd"}
WANTED = ["external_account", "individual.verification.document", "tos_acceptance.date"]


class Bank(StrEnum):
    """The account numbers of Stripe's test banks; the bank decides how a payout ends."""

    GOOD = "000123456789"
    NO_ACCOUNT = "000111111116"
    CLOSED = "000111111113"
    INSUFFICIENT_FUNDS = "000222222227"


FAILURES = {Bank.NO_ACCOUNT: "no_account", Bank.CLOSED: "account_closed", Bank.INSUFFICIENT_FUNDS: "insufficient_funds"}


def create(call: Call) -> object:
    asked = read(call.form, CreateAccount)
    dashboard = asked.controller.stripe_dashboard.type
    account = Account(
        id=new_id("acct"),
        created=call.now,
        business_type=asked.business_type,
        capabilities={"transfers": "inactive"},
        controller={**msgspec.to_builtins(asked.controller), "is_controller": True, "type": "application"},
        country=asked.country,
        default_currency=CURRENCIES.get(asked.country, "eur"),
        email=asked.email,
        metadata=asked.metadata,
        requirements=_wanting(WANTED, "requirements.past_due"),
        settings=_settings(asked.settings.payouts.schedule.interval),
        type={"express": "express", "full": "standard", "none": "custom"}[dashboard],
    )
    call.documents.add(account, Bank.GOOD)
    return account


def create_link(call: Call) -> object:
    asked = read(call.form, CreateLink)
    if call.documents.find(Account, asked.account) is None:
        raise missing("account", asked.account, "account", 400)
    for name in ("refresh_url", "return_url"):
        if not getattr(asked, name).startswith(("http://", "https://")):
            raise invalid("Not a valid URL", name, "url_invalid")
    back = quote(asked.return_url, safe="")
    page = f"{call.base}/sandbox/stripe/onboarding/{asked.account}?return_url={back}"
    return AccountLink(created=call.now, expires_at=call.now + LINK_LIVES_S, url=page)


def onboard(call: Call, bank: Bank) -> Account:
    """Complete an account's onboarding with this bank, or change the bank of a ready account; return the account."""
    account = call.documents.get(Account, call.path_id)
    account.details_submitted = account.payouts_enabled = True
    account.capabilities = {"transfers": "active"}
    account.requirements = _wanting([], None)
    call.documents.save(account)
    call.documents.store.run("UPDATE document SET label = ? WHERE id = ?", bank.value, account.id)
    tell(call, "account.updated", account, account.id)
    return account


def restrict(call: Call) -> Account:
    """Disable an account's payouts, as if Stripe required another document; return the account."""
    account = call.documents.get(Account, call.path_id)
    account.payouts_enabled = False
    account.capabilities = {"transfers": "inactive"}
    account.requirements = _wanting(["individual.verification.document"], "requirements.past_due")
    call.documents.save(account)
    tell(call, "account.updated", account, account.id)
    return account


def bank_of(call: Call, account_id: str) -> Bank:
    return Bank(call.documents.label_of(account_id))


def _wanting(due: list[str], disabled_reason: str | None) -> Requirements:
    return Requirements(currently_due=due, eventually_due=due, past_due=due, disabled_reason=disabled_reason)


def _settings(interval: str) -> dict[str, object]:
    nothing = {"statement_descriptor": None, "statement_descriptor_kana": None, "statement_descriptor_kanji": None}
    return {
        "branding": {"icon": None, "logo": None, "primary_color": None, "secondary_color": None},
        "card_payments": {"statement_descriptor_prefix": None},
        "dashboard": {"display_name": None, "timezone": "Etc/UTC"},
        "payments": nothing,
        "payouts": {
            "debit_negative_balances": True,
            "schedule": {"delay_days": 2, "interval": interval},
            "statement_descriptor": None,
        },
    }
