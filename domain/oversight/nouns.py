"""Describe the nouns that operators list and show: their columns, and the columns that a search reads."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from sqlalchemy import Column, ColumnElement, String, Table, bindparam, select

from domain.bookings.states import BookingStatus
from domain.bookings.tables import booking
from domain.identity.accounts.states import AccountStatus
from domain.identity.accounts.tables import account
from domain.marketplace.applications.states import ApplicationStatus
from domain.marketplace.applications.tables import application
from domain.marketplace.jobs.states import JobStatus
from domain.marketplace.jobs.tables import job
from domain.payments.refunds.states import RefundStatus
from domain.payments.refunds.tables import refund
from domain.payments.states import PaymentStatus
from domain.payments.tables import payment
from domain.payouts.accounts.states import PayoutAccountStatus
from domain.payouts.accounts.tables import payout_account
from domain.payouts.states import PayoutStatus
from domain.payouts.tables import payout

ID = re.compile("[a-z]{3}_[0-9a-f]{25}")
SECRET = frozenset({"password_hash", "client_secret", "next_action_url", "link_url", "unique_key", "epoch"})
"""Columns that no operator needs, or that would let an operator act as another person."""


TEXT = bindparam("text", type_=String())
LIKE = bindparam("like", type_=String())
"""The text with wildcards around it; in the text, ``/`` escapes a character that would be a wildcard."""


def _holds(column: Column[str]) -> ColumnElement[bool]:
    return column.ilike(LIKE, escape="/")


@dataclass(frozen=True, slots=True)
class Noun:
    """A noun for operators.  ``listed``: the columns of a list beside id and status.

    ``links``: for each prefix of an id, the columns that hold such ids.  ``exact`` and ``like``: the conditions that
    search for a text that is neither an id nor an address.
    """

    name: str
    prefix: str
    table: Table
    statuses: type[StrEnum]
    listed: tuple[str, ...]
    links: Mapping[str, tuple[str, ...]]
    exact: tuple[ColumnElement[bool], ...] = ()
    like: tuple[ColumnElement[bool], ...] = ()


ACCOUNTS = Noun(
    *("accounts", "acc", account, AccountStatus),
    listed=("email", "name", "role"),
    links={"acc": ("id",)},
    exact=(account.c.id.in_(select(payout_account.c.account_id).where(payout_account.c.provider_id == TEXT)),),
    like=(_holds(account.c.email), _holds(account.c.name)),
)
JOBS = Noun(
    *("jobs", "job", job, JobStatus),
    listed=("title", "city", "budget_minor", "currency", "client_id"),
    links={"job": ("id",), "acc": ("client_id",)},
    like=(_holds(job.c.title),),
)
BOOKINGS = Noun(
    *("bookings", "bkg", booking, BookingStatus),
    listed=("job_id", "client_id", "worker_id", "total_minor", "currency"),
    links={"bkg": ("id",), "job": ("job_id",), "app": ("application_id",), "acc": ("client_id", "worker_id")},
    like=(booking.c.job_id.in_(select(job.c.id).where(_holds(job.c.title))),),
)
PAYMENTS = Noun(
    *("payments", "pay", payment, PaymentStatus),
    listed=("booking_id", "amount_minor", "currency", "provider_id", "error_code"),
    links={"pay": ("id",), "bkg": ("booking_id",), "acc": ("client_id",)},
    exact=(payment.c.provider_id == TEXT, payment.c.charge_id == TEXT),
)
PAYOUTS = Noun(
    *("payouts", "pyt", payout, PayoutStatus),
    listed=("booking_id", "worker_id", "amount_minor", "currency", "provider_id", "error_code"),
    links={"pyt": ("id",), "bkg": ("booking_id",), "acc": ("worker_id",)},
    exact=(payout.c.provider_id == TEXT, payout.c.transfer_id == TEXT, payout.c.charge_id == TEXT),
)
REFUNDS = Noun(
    *("refunds", "rfd", refund, RefundStatus),
    listed=("booking_id", "payment_id", "amount_minor", "currency", "provider_id", "error_code"),
    links={"rfd": ("id",), "pay": ("payment_id",), "bkg": ("booking_id",), "acc": ("client_id",)},
    exact=(refund.c.provider_id == TEXT, refund.c.charged_as == TEXT),
)
APPLICATIONS = Noun(
    *("applications", "app", application, ApplicationStatus),
    listed=("job_id", "worker_id", "price_minor"),
    links={"app": ("id",), "job": ("job_id",), "acc": ("worker_id",)},
)
PAYOUT_ACCOUNTS = Noun(
    *("payout accounts", "pac", payout_account, PayoutAccountStatus),
    listed=("account_id", "country", "provider_id"),
    links={"pac": ("id",), "acc": ("account_id",)},
    exact=(payout_account.c.provider_id == TEXT,),
)

LISTED = (ACCOUNTS, JOBS, BOOKINGS, PAYMENTS, PAYOUTS)
"""The nouns that have commands of their own."""
NOUNS = (*LISTED, REFUNDS, APPLICATIONS, PAYOUT_ACCOUNTS)


def noun_of(subject_id: str) -> Noun | None:
    """Return the noun that the id belongs to; None for another kind of id."""
    return next((n for n in NOUNS if ID.fullmatch(subject_id) and subject_id.startswith(f"{n.prefix}_")), None)
