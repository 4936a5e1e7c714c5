"""Every statement once, so that SQLAlchemy's cache always hits."""

from __future__ import annotations

from sqlalchemy import bindparam, insert, literal, literal_column, select, text
from sqlalchemy.dialects import postgresql, sqlite

from bench.peers import words
from bench.peers.models import Account, Booking, History, IdempotencyKey, InboxEvent, Job, Payment
from bench.peers.schemas import FullJobOut, ListedJobOut, PaymentOut
from bench.peers.settings import load

JOB_FIELDS = tuple(ListedJobOut.model_fields)
FULL_JOB_FIELDS = tuple(FullJobOut.model_fields)
PAYMENT_FIELDS = tuple(PaymentOut.model_fields)
upsert = sqlite.insert if load().is_sqlite else postgresql.insert

_jobs, _payments = Job.__table__, Payment.__table__
page = (
    select(*(Account.name if name == "client_name" else _jobs.c[name] for name in JOB_FIELDS))
    .join(Account, Account.id == _jobs.c.client_id)
    .where(_jobs.c.status == bindparam("status"), _jobs.c.id < bindparam("cursor"))
    .order_by(_jobs.c.id.desc())
    .limit(bindparam("limit"))
)
search = (
    page.where(_jobs.c.category == bindparam("category"), _jobs.c.budget_minor >= bindparam("least"))
    .where(_jobs.c.currency == literal_column("'usd'"))
    .where(text(words.FOUND["sqlite" if load().is_sqlite else "postgresql"]))
)
account_name = select(Account.name).where(Account.id == bindparam("id"))
booking = select(Booking.client_id, Booking.status).where(Booking.id == bindparam("id"))
payment = select(*(_payments.c[name] for name in PAYMENT_FIELDS)).where(_payments.c.id == bindparam("id"))
earlier = select(IdempotencyKey.body_hash, IdempotencyKey.resource_id).where(
    IdempotencyKey.scope == bindparam("scope"), IdempotencyKey.key == bindparam("key")
)
add_key = upsert(IdempotencyKey.__table__).on_conflict_do_nothing()
_CHOSEN = ("id", "provider", "payment_method", "created_at")
_bookings = Booking.__table__
add_payment = (
    insert(_payments)
    .from_select(
        ["booking_id", "client_id", "amount_minor", "currency", "status", *_CHOSEN],
        select(
            _bookings.c.id,
            _bookings.c.client_id,
            _bookings.c.total_minor,
            _bookings.c.currency,
            literal("accepted"),
            *(bindparam(name, type_=_payments.c[name].type) for name in _CHOSEN),
        ).where(
            _bookings.c.id == bindparam("booking_id"),
            _bookings.c.client_id == bindparam("account_id"),
            _bookings.c.status == literal_column("'awaiting_payment'"),
        ),
        include_defaults=False,
    )
    .returning(_payments.c.amount_minor, _payments.c.currency)
)
add_job = insert(_jobs)
add_words = text(words.ADD) if load().is_sqlite else None
add_history = insert(History.__table__)
add_event = upsert(InboxEvent.__table__).on_conflict_do_nothing()
