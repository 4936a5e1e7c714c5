"""How the SQLite writer keeps the units of one group apart, and what that costs them."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import Future

import pytest

from domain.database import Connection
from domain.errors import Conflict
from runtime.database import Database
from tests.integration.database import notes


@pytest.fixture
def database(opened: Database) -> Database:
    return opened


def together(database: Database, *units: Callable[[Connection], object]) -> list[Future[object]]:
    """The units as one group, behind one that waits until all of them are there."""
    gate = threading.Event()
    first = database.submit(lambda _: gate.wait(10))
    futures = [database.submit(unit) for unit in units]
    gate.set()
    assert first.result(10)
    for future in futures:
        future.exception(10)
    return futures


def test_a_unit_that_refuses_before_it_writes_disturbs_nobody(database: Database) -> None:
    runs: list[str] = []

    def counted(connection: Connection) -> str:
        runs.append("counted")
        return notes.put(connection, f"n{len(runs)}")

    def refuses(connection: Connection) -> None:
        notes.all_ids(connection)
        raise Conflict("no", "No.")

    kept, refused = together(database, counted, refuses)
    assert kept.result() == "n1"
    assert isinstance(refused.exception(), Conflict)
    assert runs == ["counted"]


def test_a_unit_that_fails_after_it_wrote_makes_its_group_run_again_once(database: Database) -> None:
    runs: list[str] = []

    def counted(connection: Connection) -> str:
        runs.append("counted")
        return notes.put(connection, "kept" if len(runs) < 3 else "later")

    def fails(connection: Connection) -> None:
        runs.append("fails")
        notes.put(connection, "failed")
        raise Conflict("no", "No.")

    together(database, counted, fails)
    assert runs == ["counted", "fails", "counted", "fails"]
    assert database.read(notes.all_ids) == ["later"]
    runs.clear()  # the next groups have savepoints from the start
    together(database, counted, fails)
    assert runs == ["counted", "fails"]
    assert database.read(notes.all_ids) == ["kept", "later"]
