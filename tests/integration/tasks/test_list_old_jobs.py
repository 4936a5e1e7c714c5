"""Jobs of the release before: those that were there at the upgrade, and those that it posts meanwhile."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from domain.marketplace.applications.recount import AT_ONCE as COUNTED_AT_ONCE
from domain.marketplace.jobs.index import put_terms
from domain.marketplace.jobs.query import Asked, understood
from domain.marketplace.jobs.read import page
from domain.marketplace.jobs.search import search
from domain.marketplace.jobs.work import ListOld
from domain.platform.outbox.enqueue import enqueue
from gateways.testing import FakeCards
from runtime.database import Database, open_database, open_engine
from runtime.migrate import upgrade
from tests.clock import Clock
from tests.engines import engine
from tests.postgres import PostgresServer
from tests.story import cause_of
from tests.work_off import work_off

BEFORE = "0007"
BEFORE_COUNT = "0022"
BEFORE_PARTS = "0026"
PERSON = (
    "INSERT INTO account (id, email, password_hash, role, name, state, epoch, created_at) "
    "VALUES ('acc_1', 'alice@example.com', '-', 'client', 'Alice', 'active', 0, 1)"
)
JOB = (
    "INSERT INTO job (id, client_id, title, description, category, city, budget_minor, currency, status, created_at) "
    "VALUES ('{id}', 'acc_1', 'Fix a tap', 'It drips.', 'plumbing', 'Berlin', 9000, 'usd', '{status}', {at})"
)

WORKER = (
    "INSERT INTO account (id, email, password_hash, role, name, state, epoch, created_at) "
    "VALUES ('acc_w{n}', 'w{n}@example.com', '-', 'worker', 'W', 'active', 0, 1)"
)
APPLICATION = (
    "INSERT INTO application (id, job_id, worker_id, message, price_minor, status, created_at) "
    "VALUES ('app_{job}_{n}', '{job}', 'acc_w{n}', 'Me.', 9000, 'submitted', 1)"
)


@pytest.fixture(params=["sqlite", "postgresql"])
def old_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """A database at the release before."""
    if request.param == "sqlite":
        url = f"sqlite:///{tmp_path / 'old.db'}"
    else:
        server: PostgresServer = request.getfixturevalue("postgres_server")
        url = server.create(f"old{tmp_path.name}".replace("-", "_").lower()[:60])
    upgrade(url, BEFORE)
    return url


def run(url: str, *statements: str) -> None:
    made = open_engine(url)
    with made.begin() as connection:
        for statement in statements:
            connection.exec_driver_sql(statement)
    made.dispose()


def rows_of(url: str, query: str) -> list[tuple[Any, ...]]:
    made = open_engine(url)
    with made.connect() as connection:
        rows = [tuple(row) for row in connection.exec_driver_sql(query).all()]
    made.dispose()
    return rows


def listed(database: Database, status: str = "open") -> list[str]:
    return [job.id for job in database.read(lambda c: page(c, status=status, after=None, most=50)).items]


def found(database: Database, words: str = "tap") -> list[str]:
    asked = understood(Asked(q=words))
    return [job.id for job in database.read(lambda c: search(c, asked, after=None, most=50)).items]


def test_what_was_there_is_listed_at_once_and_found_soon(old_url: str) -> None:
    at = 1_790_000_000_000_000
    jobs = [JOB.format(id=f"job_{n}", status="closed" if n == 4 else "open", at=at + n) for n in range(9)]
    run(old_url, PERSON, *jobs)
    upgrade(old_url)
    database, clock = open_database(old_url), Clock()
    newest = [f"job_{n}" for n in range(8, -1, -1) if n != 4]
    assert listed(database) == newest
    assert listed(database, "closed") == ["job_4"]
    assert found(database) == []
    with engine(database, clock, FakeCards(clock)) as worker:
        work_off(worker)
        assert found(database) == newest

        run(old_url, JOB.format(id="job_9", status="open", at=at + 9), JOB.format(id="job_a", status="draft", at=at))
        assert listed(database) == newest
        database.write(lambda c: enqueue(c, cause_of(clock, "system"), ListOld()))
        work_off(worker)
        assert listed(database) == found(database) == ["job_9", *newest]
        clock.forward(days=31)
        work_off(worker)
        assert listed(database) == []
        assert listed(database, "expired") == ["job_9", *newest], "each was given its days"
    database.close()


def test_jobs_that_were_indexed_by_whole_words_are_found_by_their_parts_soon(old_url: str) -> None:
    upgrade(old_url, BEFORE_PARTS)
    run(old_url, PERSON, JOB.format(id="job_1", status="open", at=1), "UPDATE job SET place = 5, posted_at = 1")
    with open_engine(old_url).begin() as connection:
        connection.execute(put_terms, {"place": 5, "terms": "fix a tap it drips s:open"})
    upgrade(old_url)
    database, clock = open_database(old_url), Clock()
    assert found(database, "drips") == ["job_1"]
    assert found(database, "dri") == []
    with engine(database, clock, FakeCards(clock)) as worker:
        work_off(worker)
    assert found(database, "dri") == found(database, "drips tap") == ["job_1"]
    database.close()


def test_the_upgrade_queues_tasks_that_the_release_before_does_not_know_and_runs_them_twice(old_url: str) -> None:
    """A relay of the release before would run ``jobs.list_old``, which it knows and which would make its own terms."""
    upgrade(old_url, BEFORE_PARTS)
    profile = "INSERT INTO profile (account_id, skills, updated_at) VALUES ('acc_1', '[]', 1)"
    run(old_url, PERSON, JOB.format(id="job_1", status="open", at=1), "DELETE FROM outbox", profile)
    upgrade(old_url)
    queued = rows_of(old_url, "SELECT task, run_at > 0 FROM outbox ORDER BY task, run_at")
    assert queued == [(task, later) for task in ("jobs.index_anew", "profiles.list_old") for later in (False, True)]


def test_a_job_that_the_release_before_posts_behind_the_run_is_indexed_by_the_later_run(old_url: str) -> None:
    upgrade(old_url, BEFORE_PARTS)
    run(old_url, PERSON, JOB.format(id="job_1", status="open", at=1), "UPDATE job SET place = 5, posted_at = 1")
    upgrade(old_url)
    database, clock = open_database(old_url), Clock(datetime.now(UTC))
    with engine(database, clock, FakeCards(clock)) as worker:
        work_off(worker)
        run(
            old_url,
            JOB.format(id="job_2", status="open", at=1),
            "UPDATE job SET place = 6, posted_at = 2 WHERE place IS NULL",
        )
        with open_engine(old_url).begin() as connection:
            connection.execute(put_terms, {"place": 6, "terms": "fix a tap it drips s:open"})
        work_off(worker)
        assert found(database, "dri") == ["job_1"]
        clock.forward(hours=2)
        work_off(worker)
        assert found(database, "dri") == ["job_2", "job_1"]
    database.close()


def test_applications_of_the_release_before_are_counted_soon(old_url: str) -> None:
    """Those that were there at the upgrade by a task, in parts; those that come meanwhile by the trigger, once."""
    upgrade(old_url, BEFORE_COUNT)
    run(
        old_url,
        PERSON,
        *(WORKER.format(n=n) for n in range(3)),
        *(JOB.format(id=f"job_{n:04}", status="open", at=1) for n in range(COUNTED_AT_ONCE + 1)),
        APPLICATION.format(job="job_0000", n=0),
        APPLICATION.format(job="job_0000", n=1),
        APPLICATION.format(job=f"job_{COUNTED_AT_ONCE:04}", n=0),
    )
    upgrade(old_url)
    run(old_url, APPLICATION.format(job="job_0000", n=2))
    database, clock = open_database(old_url), Clock()
    with engine(database, clock, FakeCards(clock)) as worker:
        work_off(worker)
    database.close()
    counted = rows_of(old_url, "SELECT id, applicants FROM job WHERE applicants > 0 ORDER BY id")
    assert counted == [("job_0000", 3), (f"job_{COUNTED_AT_ONCE:04}", 1)]


def test_reviews_that_the_release_before_counts_change_the_average(old_url: str) -> None:
    upgrade(old_url)
    run(old_url, PERSON, "INSERT INTO rating (account_id, stars, reviews) VALUES ('acc_1', 0, 0)")
    assert rows_of(old_url, "SELECT score FROM rating") == [(0,)]
    run(old_url, "UPDATE rating SET stars = stars + 5, reviews = reviews + 1")
    run(old_url, "UPDATE rating SET stars = stars + 4, reviews = reviews + 1")
    assert rows_of(old_url, "SELECT score FROM rating") == [(450,)]
