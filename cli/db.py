"""``handwork db``: migrate the platform's database, show its revision, and back it up."""

from __future__ import annotations

import click

from cli.manual import manual
from cli.operator import settings_of_a_platform
from runtime.clock import system_clock
from runtime.database import DatabaseProblem, upkeep
from runtime.migrate import Standing, revisions, standing, upgrade
from runtime.settings import load

WORDS = {
    Standing.SAME: "",
    Standing.BEHIND: " (to be migrated)",
    Standing.NEWER: " (a later release was here; this one works on its schema)",
    Standing.TOO_NEW: " (a later release was here, and this one does not work on its schema)",
}


@click.group()
def db() -> None:
    """Migrate the database, show its schema revision, and back it up."""


@db.command(epilog=manual("db migrate", codes={0: "the schema is this release's", 1: "it could not be migrated"}))
def migrate() -> None:
    """Migrate the database to this release's schema.

    Prints the revision before and after. It does nothing when the database has that schema already.
    """
    url = load().database
    before, head = revisions(url)
    upgrade(url)
    after, _ = revisions(url)
    if before != after:
        click.echo(f"schema: {before or 'empty'} -> {after}")
    elif after == head:
        click.echo(f"schema: {head}, nothing to do")
    else:
        click.echo(f"schema: {after}, of a later release; this one is {head} and works on it: nothing to do")


@db.command(
    "status",
    epilog=manual("db status", codes={0: "they are the same", 1: "there is no such database", 3: "they differ"}),
)
def db_status() -> None:
    """Show the schema revisions of the database and of this release."""
    url = load().database
    current, head = revisions(url)
    found = standing(url)
    click.echo(f"database: {current or 'empty'}, this release: {head}{WORDS[found]}")
    if found is not Standing.SAME:
        raise SystemExit(3)


@db.command(
    epilog=manual(
        "db backup",
        codes={
            0: "the copy is verified, or the database is PostgreSQL and nothing was copied",
            1: "there is no verified copy, and no file has its name",
        },
    )
)
def backup() -> None:
    """Copy the SQLite database into BACKUP_DIR, and verify the copy.

    It opens and checks the copy, and prints the path of the copy. For PostgreSQL use pg_dump: this command copies
    nothing there.
    """
    settings = settings_of_a_platform()
    target = settings.backups / f"handwork-{system_clock():%Y%m%dT%H%M%S%fZ}.db"
    try:
        made = upkeep.backup(settings.database, target)
    except DatabaseProblem as error:
        raise click.ClickException(f"no good backup: {error}") from error
    click.echo(f"verified: {made}" if made else "PostgreSQL: use pg_dump; nothing was copied")
