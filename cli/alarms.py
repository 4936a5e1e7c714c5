"""``handwork alarms``: list the provider's events about our money that the platform did not apply."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import click

from cli.listing import Page, paged
from cli.manual import manual
from cli.operator import look
from cli.terminal import print_rows, stacked, visible
from domain.platform.inbox.alarms import Alarm
from domain.platform.inbox.alarms import page as page_of

COLUMNS: dict[str, Callable[[Alarm], str]] = {
    "received": lambda row: f"{row.received_at:%Y-%m-%d %H:%M:%S}",
    "provider": lambda row: row.provider,
    "event, subject": lambda row: stacked(visible(row.event_id), visible(row.subject_id or "")),
    "why": lambda row: visible(row.why),
}


@click.group()
def alarms() -> None:
    """List events about our money that the platform did not apply.

    Such an event of a provider does not match the payment, refund or payout that we ordered, so it changed nothing of
    ours. Find it in the provider's dashboard; docs/operating/runbook.md says what each reason means.
    """


@alarms.command("list", epilog=manual("alarms list", "alarms list --limit 10 --json"))
@paged
def list_alarms(page: Page) -> None:
    """List alarms, the newest first.

    Prints when the event arrived, its provider, its id, the id of our payment, refund or payout that it names, and why
    the platform did not apply it.
    """
    rows = look(lambda c: page_of(c, before=page.before, most=page.most))
    page.print(rows, partial(print_rows, COLUMNS, nothing="No alarms."), lambda row: row.event_id)
