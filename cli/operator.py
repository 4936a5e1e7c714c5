"""What commands that act on the running platform share: its database, who acts, and refusals in words."""

from __future__ import annotations

import getpass
from collections.abc import Iterator
from contextlib import contextmanager

import click

from domain.cause import Cause
from domain.errors import DomainError
from runtime.clock import system_clock
from runtime.database import Database, open_database
from runtime.ids import new_id
from runtime.settings import SettingsError, load

EXIT_REFUSED = 3


def operator_cause() -> Cause:
    """Every act of an operator is on record under the name of the system's user."""
    return Cause(system_clock(), f"operator:{getpass.getuser()}", new_id("cor"), new_id)


@contextmanager
def platform_database() -> Iterator[Database]:
    """The platform's database; refusals become one line on stderr and exit code 3."""
    try:
        settings = load()
    except SettingsError as error:
        raise click.ClickException(str(error)) from error
    database = open_database(settings.database)
    try:
        yield database
    except DomainError as refusal:
        click.echo(f"{refusal.code}: {refusal.message}", err=True)
        raise SystemExit(EXIT_REFUSED) from refusal
    finally:
        database.close()
