"""Jobs whose terms were made otherwise are found by today's terms once a task has made them anew."""

from __future__ import annotations

from domain.database import Connection
from domain.identity.accounts.register import register
from domain.identity.accounts.states import Role
from domain.marketplace.jobs.index import forget, put_terms
from domain.marketplace.jobs.index_anew import AT_ONCE
from domain.marketplace.jobs.post import NewJob, post
from domain.marketplace.jobs.query import Asked, understood
from domain.marketplace.jobs.read import with_place
from domain.marketplace.jobs.search import search
from domain.marketplace.jobs.work import IndexAnew
from domain.platform.outbox.enqueue import enqueue
from gateways.testing import FakeCards
from runtime.database import Database
from tests.clock import Clock
from tests.engines import engine
from tests.story import cause_of
from tests.work_off import work_off

JOBS = AT_ONCE + 1
TAP = NewJob("Fix a tap", "It drips.", "plumbing", "Berlin", 10_000, "usd")


def posted_with_whole_words(connection: Connection, clock: Clock) -> None:
    cause = cause_of(clock, "anonymous")
    alice = register(connection, cause, email="a@example.com", password_hash="-", role=Role.CLIENT, name="Alice")
    for _ in range(JOBS):
        made = post(connection, cause_of(clock, alice.id), TAP)
        _, place = with_place(connection, made.id)
        assert place is not None
        forget(connection, place)
        connection.run(put_terms, place=place, terms="fix a tap it drips s:open")


def found(database: Database, words: str) -> int:
    asked = understood(Asked(q=words))
    return len(database.read(lambda c: search(c, asked, after=None, most=2 * JOBS)).items)


def test_all_jobs_are_found_by_parts_of_their_words_afterwards(database: Database, clock: Clock) -> None:
    database.write(lambda c: posted_with_whole_words(c, clock))
    assert (found(database, "drips"), found(database, "dri")) == (JOBS, 0)
    database.write(lambda c: enqueue(c, cause_of(clock, "system"), IndexAnew()))
    with engine(database, clock, FakeCards(clock)) as worker:
        work_off(worker)
    assert found(database, "dri") == found(database, "drips tap") == JOBS
