"""``handwork tasks``: show durable tasks, retry them, cancel them."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import partial

import click
import msgspec

from cli.listing import Page, paged
from cli.manual import manual
from cli.operator import change_each, look
from cli.terminal import print_rows, stacked, visible
from domain.cause import Cause
from domain.database import Connection
from domain.platform.outbox import control, read
from domain.platform.outbox.states import TaskStatus

TASK_ID = re.compile("tsk_[0-9a-f]{25}")
ERROR = 80
"""The most characters of an error in the list; ``tasks show`` prints all of it."""
STATUSES = [status.value for status in TaskStatus]
EXAMPLE = "tsk_0199c5f2a4b57c1e8d3f6a9b0"
IDS = click.argument("ids", metavar="ID...", nargs=-1, required=True)


COLUMNS: dict[str, Callable[[read.Task], str]] = {
    "id": lambda row: row.id,
    "task": lambda row: stacked(row.task, visible((row.error or "")[:ERROR])),
    "status": lambda row: row.status,
    "n": lambda row: str(row.attempts),
    "run at": lambda row: f"{row.run_at:%m-%d %H:%M}",
}
ATTEMPT_COLUMNS: dict[str, Callable[[read.AttemptRow], str]] = {
    "n": lambda attempt: str(attempt.n),
    "worker": lambda attempt: attempt.worker,
    "started": lambda attempt: f"{attempt.started_at:%m-%d %H:%M:%S.%f}",
    "finished": lambda attempt: f"{attempt.finished_at:%H:%M:%S.%f}" if attempt.finished_at else "-",
    "outcome": lambda attempt: attempt.outcome or "open",
    "provider id": lambda attempt: attempt.provider_id or "",
    "detail": lambda attempt: visible((attempt.detail or "")[:ERROR]),
}


@click.group()
def tasks() -> None:
    """List, show, retry and cancel tasks.

    A task is a row for a piece of work behind a request.

    Statuses: pending (waits for its time, or for room in the broker), sent (a message is in the broker), running (a
    Celery worker holds its lease), done, dead (no attempts are left; the row stays until you retry or cancel it),
    cancelled.
    """


@tasks.command("list", epilog=manual("tasks list --status dead", "tasks list --task payments.submit --json"))
@click.option("--status", type=click.Choice(STATUSES), help="List only tasks in this status.")
@click.option("--task", "name", metavar="NAME", help="List only this kind of task, such as payments.submit.")
@click.option("--correlation", metavar="ID", help="List only the tasks of this request (cor_…), and their retries.")
@paged
def list_tasks(status: str | None, name: str | None, correlation: str | None, page: Page) -> None:
    """List tasks, the newest first.

    Prints each task's id, kind, error, status, number of attempts (n), and the time of its next attempt in UTC.
    """
    if page.before is not None and not TASK_ID.fullmatch(page.before):
        raise click.BadParameter("is no id of a task, such as the last one of a page: tsk_…", param_hint="--before")
    rows = look(
        lambda c: read.tasks(c, status=status, task=name, cause=correlation, before=page.before, most=page.most)
    )
    page.print(rows, partial(print_rows, COLUMNS, nothing="No such tasks."), lambda row: row.id)


@tasks.command(epilog=manual(f"tasks show {EXAMPLE}"))
@click.argument("id")
def show(id: str) -> None:
    """Show one task and every attempt at it.

    Prints the fields of the task, then a line for each attempt: its number (n), the Celery worker that made it, when it
    started and finished, its outcome, and the provider's id and words.
    """
    row, attempts = look(lambda c: read.task(c, id))
    for field, value in msgspec.structs.asdict(row).items():
        click.echo(f"{field:>15}  {visible(str(value)) if value is not None else '-'}")
    print_rows(ATTEMPT_COLUMNS, attempts)


@tasks.command(epilog=manual(f"tasks retry {EXAMPLE}"))
@IDS
def retry(ids: tuple[str, ...]) -> None:
    """Run dead, cancelled or pending tasks now.

    Prints a line for each task. A task with a due time of its own (an approval, an expiry, a reminder) checks that time
    when it runs: before the time it does nothing, and is pending again.
    """

    def pending(connection: Connection, cause: Cause, row_id: str) -> str:
        control.retry(connection, cause, row_id)
        return "pending"

    change_each(ids, pending)


@tasks.command(epilog=manual(f'tasks cancel {EXAMPLE} --why "the client asked for it"'))
@IDS
@click.option("--why", required=True, help="The reason; the task stores it.")
def cancel(ids: tuple[str, ...], why: str) -> None:
    """Cancel tasks that no Celery worker has started.

    Prints a line for each task. Tasks of the queues payments and webhooks are refused, because a person or a provider
    waits for their result.
    """

    def cancelled(connection: Connection, cause: Cause, row_id: str) -> str:
        control.cancel(connection, cause, row_id, why=why)
        return "cancelled"

    change_each(ids, cancelled)
