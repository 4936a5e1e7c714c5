"""The shared parts of commands that act on the running platform: its database, the operator's name, and refusals."""

from __future__ import annotations

import os
import pwd
from collections.abc import Iterator
from contextlib import contextmanager

import click

from cli.here import this_home
from domain.cause import Cause
from domain.errors import DomainError
from runtime.clock import system_clock
from runtime.database import Database, open_database
from runtime.ids import new_id
from runtime.migrate import revisions
from runtime.settings import Settings, load

EXIT_REFUSED = 3
EXIT_CODES = (
    "Exit codes: 0 done, 1 it could not be done (a wrong setting, no database, a full disk), 2 wrong usage, 3 refused."
)


class OperatorGroup(click.Group):
    """A group whose commands share their exit codes and list them in ``--help``."""

    def add_command(self, cmd: click.Command, name: str | None = None) -> None:
        cmd.epilog = EXIT_CODES
        super().add_command(cmd, name)


def operator_cause() -> Cause:
    """Return the cause of an operator's change: it records the process's real user, whatever ``LOGNAME`` says."""
    return Cause(system_clock(), f"operator:{_user()}", new_id("cor"), new_id)


def _user() -> str:
    try:
        return pwd.getpwuid(os.getuid()).pw_name
    except KeyError:  # the user's number has no name
        return str(os.getuid())


@contextmanager
def platform_database() -> Iterator[Database]:
    """Open the platform's database; a refusal becomes one line on stderr and exit code 3."""
    database = open_database(settings_of_a_platform().database)
    try:
        yield database
    except DomainError as refusal:
        click.echo(f"{refusal.code}: {refusal.message}", err=True)
        raise SystemExit(EXIT_REFUSED) from refusal
    finally:
        database.close()


def settings_of_a_platform() -> Settings:
    """Return the settings after a check that the database exists: a command must not create an empty one."""
    this_home()
    settings = load()
    current, _ = revisions(settings.database)
    if current is None:
        raise click.ClickException("there is no database yet: ./handwork up makes it, or ./handwork db migrate")
    return settings
