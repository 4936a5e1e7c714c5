"""How long a task waits: a rate limit is no failure, and an unknown outcome is another kind of trouble."""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import timedelta
from itertools import pairwise

import pytest

from domain.platform.outbox.read import Task
from domain.platform.outbox.states import TaskStatus
from gateways.testing import FakeCards, Fault
from runtime.database import Database
from tasks.app import app  # noqa: F401 - importing it declares every task
from tasks.declare import REGISTRY
from tasks.execution import Engine
from tasks.retry import LIMITED_CAP, LIMITED_FIRST, PATIENT
from tests.clock import Clock
from tests.engines import engine
from tests.story import accepted, hired, task_of

SUBMIT = REGISTRY["payments.submit"]


class Longest(random.Random):
    """Chance picks the longest delay each time, so that a bound shows."""

    def random(self) -> float:
        return 0.999


@pytest.fixture
def worker(database: Database, clock: Clock, cards: FakeCards) -> Iterator[Engine]:
    accepted(database, clock, hired(database, clock))
    with engine(database, clock, cards, chance=Longest()) as made:
        yield made


def submission(worker: Engine) -> Task:
    return task_of(worker.database, SUBMIT.name)


def waits(worker: Engine, clock: Clock, cards: FakeCards, *faults: Fault) -> list[timedelta]:
    """How long the task waits after each of these answers of the provider, one attempt after another."""
    found = []
    for fault in faults:
        cards.fail_next(fault)
        assert worker.run(SUBMIT, [submission(worker).id]) == 1
        due = submission(worker).run_at
        found.append(due - clock())
        clock.now = due
    return found


def test_rate_limits_do_not_raise_the_back_off(worker: Engine, clock: Clock, cards: FakeCards) -> None:
    for wait in waits(worker, clock, cards, *[Fault.CROWDED] * 8):
        assert LIMITED_FIRST <= wait <= LIMITED_CAP
    assert waits(worker, clock, cards, Fault.RATE_LIMITED) == [timedelta(seconds=1)], "as Retry-After says"
    (wait,) = waits(worker, clock, cards, Fault.UNREACHABLE)
    assert wait <= PATIENT.first
    assert worker.run(SUBMIT, [submission(worker).id]) == 1
    assert submission(worker).status == TaskStatus.DONE


def test_unknown_outcomes_and_failures_back_off_apart(worker: Engine, clock: Clock, cards: FakeCards) -> None:
    *_, last = waits(worker, clock, cards, *[Fault.LOST_BEFORE] * 6)
    assert last > 16 * PATIENT.first
    (failed,) = waits(worker, clock, cards, Fault.UNREACHABLE)
    assert failed <= PATIENT.first


def test_a_rate_limit_between_failures_changes_nothing(worker: Engine, clock: Clock, cards: FakeCards) -> None:
    pattern = [Fault.UNREACHABLE, Fault.CROWDED] * 5
    failures = waits(worker, clock, cards, *pattern)[::2]
    assert all(later > 1.9 * earlier for earlier, later in pairwise(failures))


def test_rate_limits_never_bury_a_task(worker: Engine, clock: Clock, cards: FakeCards) -> None:
    waits(worker, clock, cards, *[Fault.CROWDED] * (PATIENT.attempts + 1))
    assert submission(worker).status == TaskStatus.PENDING
    assert worker.run(SUBMIT, [submission(worker).id]) == 1
    assert submission(worker).status == TaskStatus.DONE
