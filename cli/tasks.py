"""``handwork tasks``: show durable tasks, retry them, cancel them."""

from __future__ import annotations

import re
from functools import partial

import click
import msgspec

from cli.operator import EXIT_CODES, OperatorGroup, operator_cause, platform_database
from cli.terminal import open_console, open_table, stacked, visible
from domain.cause import Cause
from domain.database import Connection
from domain.platform.outbox import control, read
from domain.platform.outbox.states import TaskState

TASK_ID = re.compile("tsk_[0-9a-f]{25}")
ERROR = 80
"""The most characters of an error in the list; ``tasks show`` prints all of it."""
STATES = [state.value for state in TaskState]


@click.group(cls=OperatorGroup, epilog=EXIT_CODES)
def tasks() -> None:
    """Durable tasks: every piece of work behind the requests is a row, and here are the rows.

    States: pending (waits for its time or for room), sent (a message is out), running (a worker holds
    its lease), done, dead (out of attempts; kept until you retry or cancel it), cancelled.
    """


@tasks.command("list")
@click.option("--state", type=click.Choice(STATES), help="Only rows in this state.")
@click.option("--task", "name", help="Only this task, such as payments.submit.")
@click.option("--correlation", metavar="ID", help="Only what this request led to (cor_…), its retries included.")
@click.option("--limit", type=click.IntRange(1, 1000), default=50, show_default=True)
@click.option("--before", metavar="ID", help="The last id of the page before.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object a line.")
def list_tasks(
    state: str | None, name: str | None, correlation: str | None, limit: int, before: str | None, as_json: bool
) -> None:
    """List tasks, the newest first."""
    if before is not None and not TASK_ID.fullmatch(before):
        raise click.BadParameter("is no id of a task, such as the last one of a page: tsk_…", param_hint="--before")
    with platform_database() as database:
        rows = database.read(
            lambda c: read.tasks(c, state=state, task=name, cause=correlation, before=before, most=limit)
        )
    if as_json:
        for row in rows:
            click.echo(msgspec.json.encode(row).decode())
        return
    table = open_table("id", "task", "state", "n", "run at")
    for row in rows:
        what = stacked(row.task, visible((row.error or "")[:ERROR]))
        table.add_row(row.id, what, row.state, str(row.attempts), f"{row.run_at:%m-%d %H:%M}")
    open_console().print(table if rows else "No such tasks.")
    if len(rows) == limit:
        click.echo(f"More: --before {rows[-1].id}")


@tasks.command()
@click.argument("id")
def show(id: str) -> None:
    """Show one task with every attempt at it."""
    with platform_database() as database:
        row, attempts = database.read(lambda c: read.task(c, id))
    for field, value in msgspec.structs.asdict(row).items():
        click.echo(f"{field:>15}  {visible(str(value)) if value is not None else '-'}")
    table = open_table("n", "worker", "started", "finished", "outcome", "provider id", "detail")
    for a in attempts:
        finished = f"{a.finished_at:%H:%M:%S.%f}" if a.finished_at else "-"
        table.add_row(
            str(a.n),
            a.worker,
            f"{a.started_at:%m-%d %H:%M:%S.%f}",
            finished,
            a.outcome or "open",
            a.provider_id or "",
            visible((a.detail or "")[:ERROR]),
        )
    open_console().print(table)


@tasks.command()
@click.argument("ids", metavar="ID...", nargs=-1, required=True)
def retry(ids: tuple[str, ...]) -> None:
    """Run dead, cancelled or waiting tasks now.

    What has an hour of its own (an approval, an end, a reminder) looks at the clock itself: before that hour it does
    nothing and goes on waiting.
    """
    cause = operator_cause()
    with platform_database() as database:
        for row_id in ids:
            database.write(partial(_retry, cause=cause, row_id=row_id))
            click.echo(f"{row_id}: pending")


@tasks.command()
@click.argument("ids", metavar="ID...", nargs=-1, required=True)
@click.option("--why", required=True, help="The reason; it stays with the task.")
def cancel(ids: tuple[str, ...], why: str) -> None:
    """End tasks that have not begun to run; none of the queues payments and webhooks, where somebody waits for it."""
    cause = operator_cause()
    with platform_database() as database:
        for row_id in ids:
            database.write(partial(_cancel, cause=cause, row_id=row_id, why=why))
            click.echo(f"{row_id}: cancelled")


def _retry(connection: Connection, cause: Cause, row_id: str) -> None:
    control.retry(connection, cause, row_id)


def _cancel(connection: Connection, cause: Cause, row_id: str, why: str) -> None:
    control.cancel(connection, cause, row_id, why=why)
