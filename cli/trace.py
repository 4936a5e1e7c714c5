"""``handwork trace``: show the history of one request or one object."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path

import click
import msgspec

from cli.here import this_home
from cli.log_files import lines_with
from cli.operator import EXIT_CODES, EXIT_REFUSED, platform_database
from cli.terminal import open_console, open_table, visible
from domain.oversight.story.assemble import assemble
from domain.oversight.story.entries import Entry


class _Logged(msgspec.Struct, frozen=True):
    """A line of the web's request log."""

    timestamp: datetime
    method: str
    path: str
    status: int
    duration_ms: float
    correlation_id: str
    account: str = ""


@click.command(epilog=EXIT_CODES.removesuffix(".") + " (nothing is known of the id).")
@click.argument("id")
@click.option("--json", "as_json", is_flag=True, help="One JSON object a line.")
def trace(id: str, as_json: bool) -> None:
    """Tell the story of one request, or of one thing, in order of time.

    ID is a correlation id (cor_…: every answer carries it as X-Correlation-Id, and so do log lines and tasks), the id
    of a job, booking, payment, payout, refund, application or account, of a task, notification or delivery, or the
    provider's id of a payment, payout or event.

    Kinds of lines: request, webhook (received, and what became of it), state (a change), ledger (a transfer), task (a
    row was queued), attempt (a run of a row), call (a request to a provider: status, latency and the provider's
    request id), notification, delivery. A webhook appears in the story of its subject.

    Everything is read from rows, but for a request's path, status and latency: these are in the web's log, and the
    story says so when the log is not on this machine. Tasks that were done more than a day ago are gone; attempts at
    payments, refunds and payouts are kept for 400 days.
    """
    if not id.strip():
        raise click.UsageError("ID is empty; give a correlation id, or the id of a payment, booking, …")
    with platform_database() as database:
        story = database.read(lambda c: assemble(c, id))
    logged = _requests(this_home() / "logs", story.causes)
    told = [entry for entry in story.entries if entry.kind != "request" or entry.correlation_id not in logged]
    entries = sorted([*told, *(entry for lines in logged.values() for entry in lines)], key=lambda e: e.place)
    if not entries:
        click.echo(f"Nothing is known of {visible(id)}: no row has it, and no request log on this machine.", err=True)
        raise SystemExit(EXIT_REFUSED)
    if as_json:
        for entry in entries:
            click.echo(msgspec.json.encode(entry).decode())
        return
    table = open_table("at (UTC)", "kind", "id", "what")
    for entry in entries:
        table.add_row(f"{entry.at:%m-%d %H:%M:%S.%f}"[:-3], entry.kind, entry.subject or "-", visible(entry.what))
    open_console().print(table)
    if unlogged := [entry for entry in told if entry.kind == "request"]:
        click.echo(f"{len(unlogged)} of the requests are in no request log on this machine; rows tell the rest.")


def _requests(folder: Path, causes: set[str]) -> dict[str, list[Entry]]:
    """Return the requests with these correlation ids from the web's logs, each at the time of its start."""
    found: dict[str, list[Entry]] = {}
    for line in lines_with(folder, "web", causes):
        try:
            logged = msgspec.json.decode(line, type=_Logged)
        except msgspec.MsgspecError:  # a line about the request, not the request's own
            continue
        if logged.correlation_id not in causes:  # the id is in its path
            continue
        who = f", by {logged.account}" if logged.account else ""
        entry = Entry(
            at=logged.timestamp - timedelta(milliseconds=logged.duration_ms),
            kind="request",
            subject=logged.correlation_id,
            what=f"{logged.method} {logged.path}: {logged.status} in {logged.duration_ms:.1f} ms{who}",
            correlation_id=logged.correlation_id,
            outcome=str(logged.status),
            ms=logged.duration_ms,
        )
        found.setdefault(logged.correlation_id, []).append(entry)
    return found
