"""When a second thread helps the one that writes to PostgreSQL."""

from __future__ import annotations

from concurrent.futures import Future
from typing import Any, cast

from runtime.database.postgres.session import Session
from runtime.database.postgres.writers import FAR_PATIENCE_S, LONGEST_PATIENCE_S, PATIENCE_S, Writers
from runtime.database.work import Task


class Quarrelsome:
    """Stands in for a session: each unit runs at once; those called ``meet`` meet a conflict first."""

    unreachable = None
    is_outcome_unknown = False

    def __init__(self, quickest_s: float = 0.0001) -> None:
        self.conflicts = 0
        self.quickest_s = quickest_s

    def run(self, unit: Any, **_: Any) -> Any:
        return unit(self)

    def command(self, sql: str) -> None:
        pass

    def check(self) -> None:
        pass

    wrote = False

    def close(self) -> None:
        pass


def write(writers: Writers, unit: Any) -> None:
    """Return once the thread has also learned from the unit: it takes the next one only then."""
    for each in (unit, lambda _session: None):
        future: Future[Any] = Future()
        writers.put(Task(each, future))
        future.result(10)


def meet(session: Quarrelsome) -> None:
    session.conflicts += 1


def test_a_conflict_makes_the_others_wait_longer_and_quiet_groups_shorter() -> None:
    session = Quarrelsome()
    writers = Writers(lambda: cast(Session, session), most=1)
    write(writers, lambda _session: None)
    assert writers.patience_s == PATIENCE_S
    write(writers, meet)
    assert writers.patience_s > 1.9 * PATIENCE_S
    for _ in range(10):
        write(writers, meet)
    assert 0.9 * LONGEST_PATIENCE_S < writers.patience_s <= LONGEST_PATIENCE_S
    for _ in range(200):
        write(writers, lambda _session: None)
    assert writers.patience_s == PATIENCE_S
    writers.close()


def test_a_second_thread_helps_sooner_where_the_server_is_far_away() -> None:
    session = Quarrelsome(quickest_s=0.002)
    writers = Writers(lambda: cast(Session, session), most=1)
    for _ in range(200):
        write(writers, lambda _session: None)
    assert writers.patience_s == FAR_PATIENCE_S
    writers.close()
