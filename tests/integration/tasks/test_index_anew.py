"""Jobs whose terms were made otherwise are found by today's terms once a task has made them anew."""

from __future__ import annotations

from domain.cause import Cause
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
from tests.scene import Scene

JOBS = AT_ONCE + 1
TAP = NewJob("Fix a tap", "It drips.", "plumbing", "Berlin", 10_000, "usd")


def post_with_whole_words(connection: Connection, cause: Cause) -> None:
    for _ in range(JOBS):
        made = post(connection, cause, TAP)
        _, place = with_place(connection, made.id)
        assert place is not None
        forget(connection, place)
        connection.run(put_terms, place=place, terms="fix a tap it drips s:open")


def found(scene: Scene, words: str) -> int:
    asked = understood(Asked(q=words))
    return len(scene.look(search, asked, after=None, most=2 * JOBS).items)


def test_all_jobs_are_found_by_parts_of_their_words_afterwards(scene: Scene) -> None:
    alice = scene.do("anonymous", register, email="a@b.co", password_hash="-", role=Role.CLIENT, name="Alice")
    scene.do(alice.id, post_with_whole_words)
    assert (found(scene, "drips"), found(scene, "dri")) == (JOBS, 0)
    scene.queue(IndexAnew())
    scene.work()
    assert found(scene, "dri") == found(scene, "drips tap") == JOBS
