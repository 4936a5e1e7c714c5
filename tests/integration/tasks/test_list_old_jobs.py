"""Jobs of the release before: those that were there at the upgrade, and those that it posts meanwhile."""

from __future__ import annotations

from pathlib import Path

import pytest

from domain.jobs.index import put_terms
from domain.jobs.query import Asked, understood
from domain.jobs.read import page
from domain.jobs.search import search
from domain.jobs.work import ListOld
from domain.outbox.enqueue import enqueue
from gateways.testing import FakeCards
from runtime.database import Database, open_database, open_engine
from runtime.migrate import upgrade
from tests.clock import Clock
from tests.engines import engine
from tests.postgres import PostgresServer
from tests.story import cause_of
from tests.work_off import work_off

BEFORE = "0007"
BEFORE_PARTS = "0026"
PERSON = (
    "INSERT INTO account (id, email, password_hash, role, name, state, epoch, created_at) "
    "VALUES ('acc_1', 'alice@example.com', '-', 'client', 'Alice', 'active', 0, 1)"
)
JOB = (
    "INSERT INTO job (id, client_id, title, description, category, city, budget_minor, currency, status, created_at) "
    "VALUES ('{id}', 'acc_1', 'Fix a tap', 'It drips.', 'plumbing', 'Berlin', 9000, 'usd', '{status}', {at})"
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
