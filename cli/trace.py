"""``handwork trace``: show the history of one request or one object."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path

import click
import msgspec

from cli.here import this_home
from cli.listing import AS_JSON
from cli.log_files import lines_with
from cli.manual import OPERATOR, manual
from cli.operator import look
from cli.refusals import EXIT_REFUSED
from cli.terminal import print_json, print_table, visible
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


@click.command(
    epilog=manual(
        "trace cor_0199c5f2a4b57c1e8d3f6a9b0",
        "trace pay_0199c5f2a4b57c1e8d3f6a9b0 --json",
        codes={**OPERATOR, EXIT_REFUSED: "no record has the id"},
    )
)
@click.argument("id")
@AS_JSON
def trace(id: str, as_json: bool) -> None:
    """Show the history of one request or one object, in order of time.

    ID is a correlation id (cor_…: each answer has it as X-Correlation-Id, and so have log lines and tasks); the id of a
    job, booking, payment, payout, refund, application, account, task, notification or delivery; or the provider's id of
    a payment, payout or event.

    Prints a line for each entry: when, its kind, the id of its subject, and what happened. Kinds: request, webhook (its
    arrival and its outcome), status (a change of status), ledger (a transfer), task (a task was queued), attempt (a run
    of a task), call (a request to a provider, with its status, latency and the provider's request id), notification,
    delivery. A webhook is part of its subject's history.

    The database has all of this, except a request's path, status and latency: these are in the web's log, and the
    command says so when the log is not on this machine. The database keeps finished tasks for a day, and the attempts
    at payments, refunds and payouts for 400 days.
    """
    if not id.strip():
        raise click.UsageError("ID is empty; give a correlation id, or the id of a payment, booking, …")
    story = look(lambda c: assemble(c, id))
    logged = _requests(this_home() / "logs", story.causes)
    told = [entry for entry in story.entries if entry.kind != "request" or entry.correlation_id not in logged]
    entries = sorted([*told, *(entry for lines in logged.values() for entry in lines)], key=lambda e: e.place)
    if not entries:
        click.echo(f"Nothing is known of {visible(id)}: no row has it, and no request log on this machine.", err=True)
        raise SystemExit(EXIT_REFUSED)
    if as_json:
        print_json(*entries)
        return
    rows = ((f"{e.at:%m-%d %H:%M:%S.%f}"[:-3], e.kind, e.subject or "-", visible(e.what)) for e in entries)
    print_table(("at (UTC)", "kind", "id", "what"), rows)
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
