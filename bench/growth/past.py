"""A marketplace's past: bookings that were paid, done, approved and paid out, with what is kept of them.

Written by SQLite out of the bookings, since a million lives are fourteen million rows.
"""

from __future__ import annotations

from itertools import pairwise

from bench.ours import listed, seed_people
from bench.seed.bulk import fill, opened
from bench.seed.rows import PRICE_MINOR, Size, applications, bookings, jobs, made_id
from domain.bookings.tables import booking
from domain.ledger import chart
from domain.marketplace.applications.tables import application
from domain.marketplace.jobs.tables import job

JOBS = 20_000
_FEE = PRICE_MINOR // 10
_SHARE = PRICE_MINOR - _FEE
_PROVIDER_FEE = PRICE_MINOR * 29 // 1000 + 30
_DAY = 86_400_000_000  # µs

# What the names below stand for: the digits of a booking's id, and the ids of what came of it.
_N, _PAY, _PYT = "substr(b.id, 5)", "'pay_' || substr(b.id, 5)", "'pyt_' || substr(b.id, 5)"
_HELD, _PAYABLE, _CONNECTED = "'held:' || b.id", "'worker_payable:' || b.worker_id", "'connected:' || b.worker_id"
_APART, _CLEARING = f"'payout_pending:' || {_PYT}", f"'{chart.clearing('stripe')}'"
_TRANSFERS = (
    (_CLEARING, _HELD, PRICE_MINOR, "capture", _PAY, f"'capture:' || {_PAY}"),
    (f"'{chart.PROVIDER_FEE}'", _CLEARING, _PROVIDER_FEE, "provider_fee", _PAY, f"'provider_fee:' || {_PAY}"),
    (_HELD, _PAYABLE, _SHARE, "release_worker", "b.id", "'release:' || b.id || ':worker'"),
    (_HELD, f"'{chart.PLATFORM_FEE}'", _FEE, "release_fee", "b.id", "'release:' || b.id || ':fee'"),
    (_PAYABLE, _APART, _SHARE, "payout_reserved", _PYT, f"'payout_reserved:' || {_PYT} || ':1'"),
    (_CONNECTED, _CLEARING, _SHARE, "payout_moved", _PYT, f"'payout_moved:' || {_PYT}"),
    (_APART, _CONNECTED, _SHARE, "payout", _PYT, f"'payout:' || {_PYT} || ':1'"),
)
"""The seven of a life, from the capture to the worker's bank: what ``domain`` posts."""
_STATUSES = ("awaiting_payment", "funded", "in_progress", "completed", "approved")
_CALLS = ("payments.submit", "payouts.transfer", "payouts.pay")
_PAST = "FROM booking b WHERE b.status = 'approved'"


def seed(url: str, size: Size, past: int) -> None:
    """Bookings that wait to be paid and then ``past`` ones, into a migrated database that nobody else has open."""
    waiting, size = size.bookings, Size(size.jobs, size.bookings + past)
    with opened(url) as connection:
        seed_people(connection, size)
        fill(connection, job, (listed(row) for row in jobs(size)))
        fill(connection, application, applications(size))
        lived = {"status": "approved"}
        fill(connection, booking, (row | lived if n >= waiting else row for n, row in enumerate(bookings(size))))
        for statement in (*_nouns(), *_postings(), *_records()):
            connection.exec_driver_sql(statement)


def payment_id(booking: int) -> str:
    """Return the id of the payment of the past booking with this number."""
    return made_id("pay", booking)


def _nouns() -> list[str]:
    return [
        "INSERT INTO payment (id, booking_id, client_id, provider, payment_method, amount_minor, currency, status, "
        "provider_id, charge_id, generation, submitted_at, created_at, settled_at) "
        f"SELECT {_PAY}, b.id, b.client_id, 'stripe', 'pm_card_visa', b.total_minor, b.currency, 'captured', "
        f"'pi_' || {_N}, 'ch_' || {_N}, 1, b.created_at, b.created_at, b.created_at {_PAST}",
        "INSERT INTO payout (id, booking_id, worker_id, provider, amount_minor, currency, status, charge_id, "
        "transfer_id, provider_id, generation, created_at, settled_at) "
        f"SELECT {_PYT}, b.id, b.worker_id, 'stripe', {_SHARE}, b.currency, 'paid', 'ch_' || {_N}, 'tr_' || {_N}, "
        f"'po_' || {_N}, 1, b.created_at, b.created_at + {4 * _DAY} {_PAST}",
        # Finished bookings are counted by a trigger when bookings are approved one by one.
        f"INSERT INTO rating (account_id, stars, reviews, jobs_done) SELECT b.worker_id, 0, 0, count(*) {_PAST} "
        "GROUP BY b.worker_id ON CONFLICT (account_id) DO UPDATE SET jobs_done = excluded.jobs_done",
    ]


def _postings() -> list[str]:
    """Ids in the order of time, so that they lie in the table as if they had been posted one after another."""
    posted = " UNION ALL ".join(
        f"SELECT 'trf_' || substr(b.id, 6) || '{k}' AS id, {debit}, {credit}, {amount}, b.currency, '{code}', b.id, "
        f"{cause}, {key}, b.created_at {_PAST}"
        for k, (debit, credit, amount, code, cause, key) in enumerate(_TRANSFERS)
    )
    columns = "id, debit_account, credit_account, amount_minor, currency, code, booking_id, cause_id, unique_key"
    return [
        f"INSERT INTO transfer ({columns}, created_at) {posted} ORDER BY id",
        f"INSERT INTO balance (account, currency, amount_minor) SELECT {_HELD}, b.currency, 0 {_PAST}",
        f"INSERT INTO balance (account, currency, amount_minor) SELECT DISTINCT {_PAYABLE}, b.currency, 0 {_PAST}",
    ]


def _records() -> list[str]:
    """History, attempts at the provider, and the keys under which the clients paid."""
    changes = [("b.id", before, after) for before, after in pairwise(("", *_STATUSES))]
    changes += [(_PAY, "", "accepted"), (_PAY, "accepted", "captured")]
    lived = [
        f"SELECT {subject}, 'his_' || substr(b.id, 6) || '{k}', nullif('{before}', ''), '{after}', "
        f"b.client_id, 'cor_' || {_N}, b.created_at {_PAST}"
        for k, (subject, before, after) in enumerate(changes)
    ]
    called = [
        f"SELECT 'tsk_' || substr(b.id, 6) || '{k}', 1, '{task}', 'host:1:payments', '{task}:' || b.id, b.created_at, "
        f"b.created_at, 'done', 'pi_' || {_N} {_PAST}"
        for k, task in enumerate(_CALLS)
    ]
    history = "INSERT INTO history (subject_id, id, from_status, to_status, actor, correlation_id, at) "
    attempts = (
        "INSERT INTO attempt (outbox_id, n, task, worker, request_key, started_at, finished_at, outcome, provider_id) "
    )
    return [
        *(history + each for each in lived),
        *(attempts + each for each in called),
        "INSERT INTO idempotency_key (scope, key, body_hash, status, resource_id, created_at) "
        f"SELECT b.client_id || ' POST /payments', 'past-' || {_N}, hex(b.id), 202, {_PAY}, b.created_at {_PAST}",
    ]
