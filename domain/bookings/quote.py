"""Quote a hire: price, fees, tax and the worker's share.  A hire stores exactly these amounts."""

from __future__ import annotations

from datetime import datetime

import msgspec

from domain.bookings.worker_share import worker_share
from domain.cause import Cause
from domain.currencies import basis_points, check_amount
from domain.currencies import currency as currency_of
from domain.database import Connection
from domain.dates import Dates
from domain.errors import Conflict, NotFound
from domain.marketplace.applications import read as applications
from domain.marketplace.applications import steps as application_steps
from domain.marketplace.applications.read import Application
from domain.marketplace.jobs import read as jobs
from domain.marketplace.jobs import steps as job_steps
from domain.marketplace.jobs.client import check_client
from domain.marketplace.jobs.read import Job
from domain.marketplace.jobs.states import JobStatus
from domain.marketplace.offers import read as offers
from domain.marketplace.offers.read import Offer
from domain.marketplace.offers.states import OfferStatus


class Fees(msgspec.Struct, frozen=True):
    """Rates in basis points: the fee that the client pays on top of the price (``client_bp``), the fee out of the
    price (``worker_bp``), and the tax on the client's fee (``tax_bp``).

    The platform owes tax only for its service to the client.  Workers declare the tax on their price themselves.
    """

    client_bp: int
    worker_bp: int
    tax_bp: int = 0


class Quote(msgspec.Struct, frozen=True):
    """The amounts and dates of a hire.  The client pays ``total_minor``: the price, the client's fee and the tax on the
    fee.  The worker gets ``worker_share_minor``: the price less the worker's fee.  The dates are None when the start
    has passed."""

    application_id: str
    price_minor: int
    client_fee_minor: int
    tax_minor: int
    total_minor: int
    worker_fee_minor: int
    worker_share_minor: int
    currency: str
    starts_at: datetime | None
    ends_at: datetime | None


class Terms(msgspec.Struct, frozen=True):
    """Everything that a hire needs.  ``to_accept`` is the worker's open offer, which the hire accepts."""

    quote: Quote
    application: Application
    job: Job
    to_accept: Offer | None


def quote(connection: Connection, cause: Cause, application_id: str, fees: Fees) -> Quote:
    """Return the quote for an application; errors as in ``terms``."""
    return terms(connection, cause, application_id, fees).quote


def terms(connection: Connection, cause: Cause, application_id: str, fees: Fees) -> Terms:
    """Return the terms on which the actor can hire the worker of an application now.

    ``NotFound`` when the job is not the actor's; ``Conflict`` when the job is not open, the client is suspended, the
    application is not live, the client's own offer is unanswered, or the price is not on the currency's step;
    ``Invalid`` when the total is out of range.
    """
    wanted = applications.by_id(connection, application_id)
    job = jobs.by_id(connection, wanted.job_id)
    if job.client_id != cause.actor:
        raise NotFound("application")
    if job.status == JobStatus.ASSIGNED:
        raise Conflict("already_hired", "The job is assigned. Cancel its booking before hiring another worker.")
    job_steps.require(job_steps.HIRE, job.status)
    check_client(connection, job.client_id)
    application_steps.require(application_steps.HIRE, wanted.status)
    standing = offers.standing(connection, wanted.id)
    to_accept = standing if standing is not None and standing.status == OfferStatus.OPEN else None
    if to_accept is not None and to_accept.author_id == cause.actor:
        raise Conflict(
            "offer_unanswered", "Your offer waits for the worker's answer. Wait for it, or make another offer."
        )
    agreed = to_accept or wanted
    dates = _ahead(cause, agreed.starts_at, agreed.ends_at)
    return Terms(priced(wanted.id, agreed.price_minor, job.currency, fees, dates), wanted, job, to_accept)


def priced(application_id: str, price: int, currency: str, fees: Fees, dates: Dates) -> Quote:
    """Return a quote for a price.

    ``Conflict`` when the price is not on the currency's step; ``Invalid`` when the total is out of range.

    Each part is on that step, so that a provider can charge the total and pay out the worker's share.  The platform
    keeps the rounding differences.
    """
    step = currency_of(currency).step
    if price % step:
        raise Conflict("price_not_payable", f"A price in {currency} is a multiple of {step}: agree on another.")
    client_fee = basis_points(price, fees.client_bp, step)
    worker_fee = basis_points(price, fees.worker_bp, step)
    tax = basis_points(client_fee, fees.tax_bp, step)
    total = price + client_fee + tax
    check_amount(total, currency, "total_minor")
    return Quote(
        application_id=application_id,
        price_minor=price,
        client_fee_minor=client_fee,
        tax_minor=tax,
        total_minor=total,
        worker_fee_minor=worker_fee,
        worker_share_minor=worker_share(price, worker_fee),
        currency=currency,
        starts_at=dates.starts_at,
        ends_at=dates.ends_at,
    )


def _ahead(cause: Cause, starts_at: datetime | None, ends_at: datetime | None) -> Dates:
    """Return the dates, or none when the start has passed: a no-show needs a start that lies ahead at hire, and the two
    parties can agree on another later."""
    return Dates() if starts_at is None or starts_at <= cause.now else Dates(starts_at, ends_at)
