"""``handwork sessions``: end all sessions."""

from __future__ import annotations

import click

from cli.manual import manual
from cli.operator import change
from domain.identity.sessions.end import end_all


@click.group()
def sessions() -> None:
    """End the sessions of all accounts."""


@sessions.command("end-all", epilog=manual("sessions end-all", "sessions end-all --yes"))
@click.confirmation_option(prompt="End every session of every person?", help="Do not ask for confirmation.")
def end_everybodys() -> None:
    """Log every account out.

    All processes refuse the access and refresh tokens of the ended sessions from then on. Service tokens stay valid.
    Prints the number of the new epoch: tokens of an earlier one are refused.
    """
    click.echo(f"all sessions have ended; this is epoch {change(end_all)}")
