"""Reads on PostgreSQL: one way to the server and back where one statement is all that is asked.

A statement alone sees one moment of the database by itself; only several need a transaction for that, and its BEGIN
and its end are two more ways to the server, each longer than most reads.
"""

from __future__ import annotations

from types import CodeType
from typing import Any, TypeVar

import psycopg
from sqlalchemy.sql.base import Executable

from domain.database import Rows, UnitOfWork
from runtime.database.connection import DriverConnection
from runtime.database.postgres_session import POSTGRES_PLANS, Session

BEGIN = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY"
T = TypeVar("T")


class MoreThanOne(Exception):
    """The unit has another statement: it is to be run again, in a transaction."""


class _ReadConnection(DriverConnection):
    """``alone``: no transaction holds what follows together."""

    __slots__ = ("alone", "ran")

    def __init__(self, cursor: Any) -> None:
        super().__init__(cursor, POSTGRES_PLANS, psycopg.Error)
        self.alone = False
        self.ran = False

    def run(self, statement: Executable, /, **params: object) -> Rows:
        if self.alone and self.ran:
            self.failure = MoreThanOne()
            raise self.failure
        self.ran = True
        return super().run(statement, **params)


class ReadSession(Session):
    """Tries a unit without a transaction, and learns which ones have more than one statement."""

    _together: set[CodeType] = set()  # noqa: RUF012 - what is learnt is true for every session of the process

    def _set_up(self, driver: psycopg.Connection[Any]) -> None:
        driver.autocommit = True
        driver.execute("SET default_transaction_read_only = on")

    def _connection_over(self, cursor: Any) -> DriverConnection:
        self._reading = _ReadConnection(cursor)
        return self._reading

    def _run_once(self, unit: UnitOfWork[T], _begin: str) -> T:  # it conflicts with nobody
        code = getattr(unit, "__code__", None)  # of a lambda or a function: the same for each that is made there
        if isinstance(code, CodeType) and code not in self._together:
            try:
                return self._read(unit, alone=True)
            except MoreThanOne:
                self._together.add(code)
        return self._read(unit, alone=False)

    def _read(self, unit: UnitOfWork[T], *, alone: bool) -> T:
        driver = self._driver or self._open()
        reading = self._reading
        reading.failure, reading.alone, reading.ran = None, alone, False
        try:
            if not alone:
                self._begin(driver, BEGIN)
            value = unit(reading)
        finally:
            self._leave(driver)
        if reading.failure is not None:
            raise reading.failure
        return value
