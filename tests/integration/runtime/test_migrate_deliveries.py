"""E-mails that were queued, sent or bounced before deliveries had a channel."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import select

from domain.announcements.deliveries.read import why_suppressed
from domain.announcements.deliveries.tables import delivery
from gateways.testing import FakeCards, FakeMails
from runtime.database import open_database, open_engine
from runtime.migrate import upgrade
from tests.clock import Clock
from tests.engines import engine
from tests.postgres import PostgresServer
from tests.work_off import work_off

BEFORE = "0001"
ROWS = (
    "INSERT INTO account (id, email, password_hash, role, name, status, epoch, created_at) "
    "VALUES ('acc_1', 'alice@example.com', '-', 'client', 'Alice', 'active', 0, 1)",
    "INSERT INTO email (id, account_id, kind, subject_id, occasion, status, address, provider_id, created_at, "
    "correlation_id) VALUES "
    "('eml_1', 'acc_1', 'account.password_changed', 'acc_1', '', 'queued', NULL, NULL, 1, 'cor_1'), "
    "('eml_2', 'acc_1', 'account.password_changed', 'acc_1', '2', 'bounced', 'old@example.com', 'x1', 2, 'cor_2')",
    "INSERT INTO email_suppression (address, account_id, email_id, reason, created_at) "
    "VALUES ('old@example.com', 'acc_1', 'eml_2', 'bounced', 3)",
    "INSERT INTO outbox (id, task, args, queue, status, run_at, attempts, lease_token, correlation_id, created_at) "
    """VALUES ('tsk_1', 'notifications.email', '{"v":1,"email_id":"eml_1"}', 'notifications', 'pending', 0, 0, 0, """
    "'cor_1', 1)",
)


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'old.db'}"
        return
    server: PostgresServer = request.getfixturevalue("postgres_server")
    yield server.create("deliveries")
    server.drop("deliveries")


def test_they_are_deliveries_by_email_and_what_waits_is_sent(url: str) -> None:
    upgrade(url, BEFORE)
    old = open_engine(url)
    with old.begin() as connection:
        for statement in ROWS:
            connection.exec_driver_sql(statement)
    old.dispose()
    upgrade(url)
    database, clock, mails = open_database(url), Clock(), FakeMails()
    with engine(database, clock, FakeCards(clock), mails=mails) as worker:
        work_off(worker)
    rows = database.read(lambda c: c.run(select(delivery.c.id, delivery.c.channel, delivery.c.status)).all())
    assert sorted(rows) == [("eml_1", "email", "accepted"), ("eml_2", "email", "bounced")]
    assert [(mail.delivery_id, mail.to) for mail in mails.taken] == [("eml_1", "alice@example.com")]
    assert database.read(lambda c: why_suppressed(c, "email", "old@example.com")) == "bounced"
    database.close()
