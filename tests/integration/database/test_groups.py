"""How the SQLite writer keeps the units of one group apart, and what that costs them."""

from __future__ import annotations

from concurrent.futures import Future

from domain.database import Connection, UnitOfWork
from domain.errors import Conflict
from runtime.database import Database
from tests.integration.database import notes
from tests.integration.database.test_faults import submit_together


def together(database: Database, *units: UnitOfWork[object]) -> list[Future[object]]:
    """The units as one group that has ended."""
    futures = submit_together(database, *units)
    for future in futures:
        future.exception(10)
    return futures


def test_a_unit_that_refuses_before_it_writes_disturbs_nobody(opened: Database) -> None:
    runs: list[str] = []

    def counted(connection: Connection) -> str:
        runs.append("counted")
        return notes.put(connection, f"n{len(runs)}")

    def refuses(connection: Connection) -> None:
        notes.all_ids(connection)
        raise Conflict("no", "No.")

    kept, refused = together(opened, counted, refuses)
    assert kept.result() == "n1"
    assert isinstance(refused.exception(), Conflict)
    assert runs == ["counted"]


def test_a_unit_that_fails_after_it_wrote_makes_its_group_run_again_once(opened: Database) -> None:
    runs: list[str] = []

    def counted(connection: Connection) -> str:
        runs.append("counted")
        return notes.put(connection, "kept" if len(runs) < 3 else "later")

    def fails(connection: Connection) -> None:
        runs.append("fails")
        notes.put(connection, "failed")
        raise Conflict("no", "No.")

    together(opened, counted, fails)
    assert runs == ["counted", "fails", "counted", "fails"]
    assert opened.read(notes.all_ids) == ["later"]
    runs.clear()  # the next groups have savepoints from the start
    together(opened, counted, fails)
    assert runs == ["counted", "fails"]
    assert opened.read(notes.all_ids) == ["kept", "later"]
