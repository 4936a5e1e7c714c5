"""When a prefork pool gets a second child, and when it loses it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from celery.worker.state import reserved_requests

from workers.autoscale import PatientAutoscaler


class Pool:
    num_processes = 1

    def grow(self, n: int) -> None:
        self.num_processes += n

    def shrink(self, n: int) -> None:
        self.num_processes -= n

    def maintain_pool(self) -> None:
        pass


class Request:
    """A task in the worker, waiting or running, until ``ends``."""

    def __init__(self, scaler: PatientAutoscaler) -> None:
        reserved_requests.add(self)
        scaler.maybe_scale(self)

    def ends(self) -> None:
        reserved_requests.discard(self)


@pytest.fixture
def pool() -> Pool:
    return Pool()


@pytest.fixture
def scaler(pool: Pool) -> Iterator[PatientAutoscaler]:
    made = PatientAutoscaler(pool, 2, 1)
    made.keepalive = 0.0  # a child may go at once
    yield made
    reserved_requests.clear()


def test_tasks_that_meet_and_end_start_no_child(scaler: PatientAutoscaler, pool: Pool) -> None:
    for _ in range(3):
        scaler.maybe_scale()
        met = [Request(scaler) for _ in range(5)]
        scaler.maybe_scale()
        for request in met:
            request.ends()
    assert pool.num_processes == 1


def test_a_task_that_waits_from_look_to_look_gets_a_child_and_no_third(scaler: PatientAutoscaler, pool: Pool) -> None:
    tasks = [Request(scaler) for _ in range(5)]
    looks = []
    for _ in range(4):
        scaler.maybe_scale()
        looks.append(pool.num_processes)
    assert looks == [1, 2, 2, 2]
    assert len(tasks) == 5


def test_no_child_is_ended_while_the_worker_has_a_task(scaler: PatientAutoscaler, pool: Pool) -> None:
    long, short = Request(scaler), Request(scaler)
    scaler.maybe_scale()
    scaler.maybe_scale()
    short.ends()
    scaler.maybe_scale()
    assert pool.num_processes == 2
    long.ends()
    scaler.maybe_scale()
    assert pool.num_processes == 1
