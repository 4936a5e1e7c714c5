"""``handwork alarms``: list the provider's events about our money that the platform did not apply."""

from __future__ import annotations

import click
import msgspec

from cli.operator import EXIT_CODES, OperatorGroup, platform_database
from cli.terminal import open_console, open_table, stacked, visible
from domain.platform.inbox import alarms as inbox_alarms


@click.group(cls=OperatorGroup, epilog=EXIT_CODES)
def alarms() -> None:
    """Events of a provider about our money that we did not apply, because they do not match what we ordered.

    Nothing of ours changed. Look the event up in the provider's dashboard; docs/operating/runbook.md says what each
    reason means.
    """


@alarms.command("list")
@click.option("--limit", type=click.IntRange(1, 1000), default=50, show_default=True)
@click.option("--before", metavar="EVENT", help="The last event of the page before.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object a line.")
def list_alarms(limit: int, before: str | None, as_json: bool) -> None:
    """List alarms, the newest first. The subject is the id of our payment, refund or payout that the event names."""
    with platform_database() as database:
        rows = database.read(lambda c: inbox_alarms.page(c, before=before, most=limit))
    if as_json:
        for row in rows:
            click.echo(msgspec.json.encode(row).decode())
        return
    table = open_table("received", "provider", "event, subject", "why")
    for row in rows:
        named = stacked(visible(row.event_id), visible(row.subject_id or ""))
        table.add_row(f"{row.received_at:%Y-%m-%d %H:%M:%S}", row.provider, named, visible(row.why))
    open_console().print(table if rows else "No alarms.")
    if len(rows) == limit:
        click.echo(f"More: --before {visible(rows[-1].event_id)}")
