"""Turn errors that an operator can correct into one sentence on stderr and an exit code, without a traceback."""

from __future__ import annotations

import os
import sys
from typing import Any

import click
import pysqlite3.dbapi2 as sqlite
from sqlalchemy.exc import ArgumentError, DBAPIError

from cli.stack.errors import StackError
from domain.errors import DomainError
from runtime.database import DatabaseProblem, ServerUnavailable
from runtime.setting_sources import SettingsError

EXIT_REFUSED = 3
_OURS = (SettingsError, StackError, DatabaseProblem)
_DRIVERS = (ServerUnavailable, sqlite.Error)


class Sentences(click.Group):
    """The group of all commands."""

    def invoke(self, ctx: click.Context) -> Any:
        try:
            found = super().invoke(ctx)
            sys.stdout.flush()  # finds a full disk here, and not when the interpreter ends
        except DomainError as refusal:
            click.echo(f"{refusal.code}: {refusal.message}", err=True)
            raise SystemExit(EXIT_REFUSED) from refusal
        except (*_OURS, *_DRIVERS, DBAPIError, ArgumentError, OSError) as error:
            _give_up_unwritten()
            raise click.ClickException(sentence(error)) from error
        return found

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        for argument in args:
            try:
                argument.encode()
            except UnicodeEncodeError:
                raise click.UsageError(f"an argument is not UTF-8: {argument!r}") from None
        return super().parse_args(ctx, args)


def _give_up_unwritten() -> None:
    """Drop the output that standard output did not accept, or the interpreter would retry at its end and print a
    traceback."""
    try:
        sys.stdout.flush()
    except OSError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def sentence(error: Exception) -> str:
    """Return an error's first line, without a library's notes for developers."""
    if isinstance(error, DBAPIError) and error.orig is not None:
        return f"the database: {_first_line(error.orig)}"
    if isinstance(error, (*_DRIVERS, ArgumentError)):
        return f"the database: {_first_line(error)}"
    if isinstance(error, OSError) and not isinstance(error, _OURS):
        return f"{error.filename}: {error.strerror}" if error.filename else str(error.strerror or error)
    return str(error)


def _first_line(error: BaseException) -> str:
    return str(error).strip().partition("\n")[0]
