"""``handwork sessions``: end all sessions."""

from __future__ import annotations

import click

from cli.operator import EXIT_CODES, OperatorGroup, operator_cause, platform_database
from domain.identity.sessions.end import end_all


@click.group(cls=OperatorGroup, epilog=EXIT_CODES)
def sessions() -> None:
    """Sessions: who is logged in."""


@sessions.command("end-all")
@click.confirmation_option(prompt="End every session of every person?", help="Do not ask.")
def end_everybodys() -> None:
    """Log everybody out, at once, in every process. Service tokens stay good."""
    cause = operator_cause()
    with platform_database() as database:
        epoch = database.write(lambda c: end_all(c, cause))
    click.echo(f"all sessions have ended; this is epoch {epoch}")
