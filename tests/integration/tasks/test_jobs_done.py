"""The count of a worker's finished bookings, which the database makes: whoever approves one is counted."""

from __future__ import annotations

import pytest

from tests.sql import rows_of, run_sql

PEOPLE = (
    "INSERT INTO account (id, email, password_hash, role, name, status, epoch, created_at) VALUES "
    "('acc_1', 'a@example.com', '-', 'client', 'A', 'active', 0, 1), "
    "('acc_w1', 'w1@example.com', '-', 'worker', 'W', 'active', 0, 1), "
    "('acc_w2', 'w2@example.com', '-', 'worker', 'W', 'active', 0, 1)"
)
BOOKED = (
    "INSERT INTO job (id, client_id, title, description, category, city, budget_minor, currency, status, created_at) "
    "VALUES ('job_{n}', 'acc_1', 'Fix a tap', 'It drips.', 'plumbing', 'Ghent', 15000, 'usd', 'closed', 1)",
    "INSERT INTO application (id, job_id, worker_id, message, price_minor, status, created_at) "
    "VALUES ('app_{n}', 'job_{n}', 'acc_w{worker}', 'Me.', 9000, 'hired', 1)",
    "INSERT INTO booking (id, job_id, application_id, client_id, worker_id, status, price_minor, client_fee_minor, "
    "worker_fee_minor, total_minor, currency, created_at) VALUES ('bkg_{n}', 'job_{n}', 'app_{n}', 'acc_1', "
    "'acc_w{worker}', 'completed', 9000, 0, 900, 9000, 'usd', 1)",
)
MOVE = "UPDATE booking SET status = '{status}' WHERE id = '{booking}'"
DONE = "SELECT account_id, jobs_done FROM rating WHERE jobs_done <> 0 ORDER BY account_id"


@pytest.fixture
def url(database_url: str) -> str:
    """Two workers have completed two bookings each."""
    run_sql(database_url, PEOPLE)
    for n, worker in enumerate((1, 1, 2, 2)):
        run_sql(database_url, *(statement.format(n=n, worker=worker) for statement in BOOKED))
    return database_url


def move(url: str, booking: str, status: str) -> None:
    """As any release does it."""
    run_sql(url, MOVE.format(status=status, booking=booking))


def test_each_approval_is_counted_once_beside_the_stars(url: str) -> None:
    run_sql(url, "INSERT INTO rating (account_id, stars, reviews) VALUES ('acc_w1', 9, 2)")
    for booking in ("bkg_0", "bkg_1", "bkg_2"):
        move(url, booking, "approved")
        move(url, booking, "approved")  # nothing changes
    assert rows_of(url, DONE) == [("acc_w1", 2), ("acc_w2", 1)]
    assert rows_of(url, "SELECT stars, reviews FROM rating WHERE account_id = 'acc_w1'") == [(9, 2)]


def test_an_approval_that_a_dispute_takes_back_counts_no_more(url: str) -> None:
    move(url, "bkg_2", "approved")
    for status, done in (("disputed", 0), ("approved", 1), ("disputed", 0), ("cancelled", 0)):
        move(url, "bkg_2", status)
        assert dict(rows_of(url, DONE)).get("acc_w2", 0) == done, status
