"""Read and change the running platform's database as its operator."""

from __future__ import annotations

import os
import pwd
from collections.abc import Callable, Iterable
from contextlib import closing
from typing import TypeVar

import click

from cli.here import this_home
from domain.cause import Cause
from domain.database import Connection
from runtime.clock import system_clock
from runtime.database import Database, open_database
from runtime.ids import new_id
from runtime.migrate import revisions
from runtime.settings import Settings, load

T = TypeVar("T")


def look(unit: Callable[[Connection], T]) -> T:
    """Return what ``unit`` reads from the platform's database."""
    with platform_database() as database:
        return database.read(unit)


def change(unit: Callable[[Connection, Cause], T]) -> T:
    """Run a use case in a transaction, in the operator's name, and return its result."""
    cause = operator_cause()
    with platform_database() as database:
        return database.write(lambda c: unit(c, cause))


def change_each(ids: Iterable[str], unit: Callable[[Connection, Cause, str], str]) -> None:
    """Run a use case for each id, in transactions of their own, and print its words behind the id."""
    cause = operator_cause()
    with platform_database() as database:

        def words(row_id: str) -> str:
            return database.write(lambda c: unit(c, cause, row_id))

        for row_id in ids:
            click.echo(f"{row_id}: {words(row_id)}")


def operator_cause() -> Cause:
    """Return the cause of an operator's change: it records the process's real user, whatever ``LOGNAME`` says."""
    return Cause(system_clock(), f"operator:{_user()}", new_id("cor"), new_id)


def _user() -> str:
    try:
        return pwd.getpwuid(os.getuid()).pw_name
    except KeyError:  # the user's number has no name
        return str(os.getuid())


def platform_database() -> closing[Database]:
    """Return the platform's database, which the caller's ``with`` closes."""
    return closing(open_database(settings_of_a_platform().database))


def settings_of_a_platform() -> Settings:
    """Return the settings after a check that the database exists: a command must not create an empty one."""
    this_home()
    settings = load()
    current, _ = revisions(settings.database)
    if current is None:
        raise click.ClickException("there is no database yet: ./handwork up makes it, or ./handwork db migrate")
    return settings
