"""``handwork alarms``: list the provider's events about our money that the platform did not apply."""

from __future__ import annotations

from collections.abc import Iterable

import click

from cli.listing import Page, paged
from cli.manual import manual
from cli.operator import look
from cli.terminal import print_table, stacked, visible
from domain.platform.inbox import alarms as inbox_alarms


@click.group()
def alarms() -> None:
    """List the provider's events about our money that the platform did not apply.

    Such an event does not match the payment, refund or payout that we ordered, so it changed nothing of ours. Find it
    in the provider's dashboard; docs/operating/runbook.md says what each reason means.
    """


@alarms.command("list", epilog=manual("alarms list", "alarms list --limit 10 --json"))
@paged
def list_alarms(page: Page) -> None:
    """List alarms, the newest first.

    Prints when the event arrived, its provider, its id, the id of our payment, refund or payout that it names, and why
    the platform did not apply it.
    """
    rows = look(lambda c: inbox_alarms.page(c, before=page.before, most=page.most))
    page.print(rows, _print, lambda row: row.event_id)


def _print(rows: Iterable[inbox_alarms.Alarm]) -> None:
    cells = (
        (
            f"{row.received_at:%Y-%m-%d %H:%M:%S}",
            row.provider,
            stacked(visible(row.event_id), visible(row.subject_id or "")),
            visible(row.why),
        )
        for row in rows
    )
    print_table(("received", "provider", "event, subject", "why"), cells, "No alarms.")
