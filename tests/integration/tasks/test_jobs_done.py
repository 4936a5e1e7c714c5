"""The count of a worker's finished bookings: those of before the upgrade, and those that either release approves."""

from __future__ import annotations

from pathlib import Path

import pytest

from runtime.migrate import upgrade
from tests.integration.tasks.test_list_old_jobs import JOB, PERSON, WORKER, rows_of, run
from tests.postgres import PostgresServer

BEFORE = "0028"
BOOKED = (
    "INSERT INTO application (id, job_id, worker_id, message, price_minor, status, created_at) "
    "VALUES ('app_{n}', 'job_{n}', 'acc_w{worker}', 'Me.', 9000, 'hired', 1)",
    "INSERT INTO booking (id, job_id, application_id, client_id, worker_id, status, price_minor, client_fee_minor, "
    "worker_fee_minor, total_minor, currency, created_at) VALUES ('bkg_{n}', 'job_{n}', 'app_{n}', 'acc_1', "
    "'acc_w{worker}', '{status}', 9000, 0, 900, 9000, 'usd', 1)",
)
MOVE = "UPDATE booking SET status = '{status}' WHERE id = '{booking}'"
DONE = "SELECT account_id, jobs_done FROM rating WHERE jobs_done <> 0 ORDER BY account_id"


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """A database at the release before, in which two workers have finished three bookings."""
    if request.param == "sqlite":
        made = f"sqlite:///{tmp_path / 'old.db'}"
    else:
        server: PostgresServer = request.getfixturevalue("postgres_server")
        made = server.create(f"done{tmp_path.name}".replace("-", "_").lower()[:60])
    upgrade(made, BEFORE)
    run(made, PERSON, *(WORKER.format(n=n) for n in (1, 2)))
    run(made, "INSERT INTO rating (account_id, stars, reviews) VALUES ('acc_w1', 9, 2)")
    for n, (worker, status) in enumerate([(1, "approved"), (1, "approved"), (2, "approved"), (2, "completed")]):
        run(made, JOB.format(id=f"job_{n}", status="closed", at=1))
        run(made, *(statement.format(n=n, worker=worker, status=status) for statement in BOOKED))
    return made


def move(url: str, booking: str, status: str) -> None:
    """As any release does it."""
    run(url, MOVE.format(status=status, booking=booking))


def test_what_was_approved_before_is_counted_and_so_is_what_comes(url: str) -> None:
    upgrade(url)
    assert rows_of(url, DONE) == [("acc_w1", 2), ("acc_w2", 1)]
    assert rows_of(url, "SELECT stars, reviews FROM rating WHERE account_id = 'acc_w1'") == [(9, 2)]
    move(url, "bkg_3", "approved")
    move(url, "bkg_3", "approved")  # nothing changes
    assert rows_of(url, DONE) == [("acc_w1", 2), ("acc_w2", 2)]


def test_an_approval_that_a_dispute_takes_back_counts_no_more(url: str) -> None:
    upgrade(url)
    for status, done in (("disputed", 0), ("approved", 1), ("disputed", 0), ("cancelled", 0)):
        move(url, "bkg_2", status)
        assert dict(rows_of(url, DONE)).get("acc_w2", 0) == done, status
