"""``handwork queue``: pause, resume and slow down queues; the relay obeys within a second."""

from __future__ import annotations

from datetime import datetime

import click

from cli.manual import manual
from cli.operator import change, look
from cli.terminal import duration, print_table, visible
from domain.platform.outbox import control, read
from domain.platform.queues import QUEUES
from runtime.clock import system_clock

QUEUE = click.argument("queue", type=click.Choice(QUEUES))


@click.group()
def queue() -> None:
    """List the queues, and pause, resume or slow them down.

    The relay follows a change within a second. A paused queue keeps its tasks.
    """


@queue.command("list", epilog=manual("queue list"))
def list_queues() -> None:
    """List the queues, their numbers of tasks, and your rules.

    due: could run now. oldest: how long the first of those has been due. later: scheduled for a later time, such as a
    reminder. sent: published to the broker, and no Celery worker has claimed it. running: a Celery worker holds its
    lease. dead: no attempts are left. rule: the operator who paused the queue and the reason, or the rate.
    """
    now = system_clock()
    counts, waiting, rules = look(
        lambda c: (read.counts(c), {row.queue: row for row in read.waiting(c, now)}, control.controls(c))
    )
    rows = []
    for name in QUEUES:
        by_status = {row.status: str(row.rows) for row in counts if row.queue == name}
        under_way = (by_status.get(status, "0") for status in ("sent", "running", "dead"))
        rows.append((name, *_waiting(waiting.get(name), now), *under_way, _words(rules.get(name))))
    print_table(("queue", "due", "oldest", "later", "sent", "running", "dead", "rule"), rows)


def _waiting(found: read.Waiting | None, now: datetime) -> tuple[str, str, str]:
    if found is None:
        return "0", "", "0"
    oldest = duration((now - found.oldest).total_seconds()) if found.due else ""
    return str(found.due), oldest, str(found.later)


@queue.command(epilog=manual('queue pause notifications --why "SendGrid is down"'))
@QUEUE
@click.option("--why", required=True, help="The reason; `queue list` shows it to other operators.")
def pause(queue: str, why: str) -> None:
    """Pause a queue: the relay sends none of its tasks.

    Celery workers finish the tasks that are in the broker. The other tasks wait until `queue resume`.
    """
    if not why.strip():
        raise click.UsageError("--why: say the reason.")
    change(lambda c, cause: control.set_paused(c, cause, queue, paused=True, reason=why))
    click.echo(f"{queue}: paused")


@queue.command(epilog=manual("queue resume notifications"))
@QUEUE
def resume(queue: str) -> None:
    """Resume a paused queue: the relay sends its tasks again."""
    change(lambda c, cause: control.set_paused(c, cause, queue, paused=False, reason=None))
    click.echo(f"{queue}: resumed")


@queue.command(epilog=manual("queue rate notifications 0.5", "queue rate notifications --none"))
@QUEUE
@click.argument("per_second", type=float, required=False)
@click.option("--none", "no_limit", is_flag=True, help="Remove the limit.")
def rate(queue: str, per_second: float | None, no_limit: bool) -> None:
    """Limit the rate of a queue.

    The relay sends at most PER_SECOND of its tasks a second. PER_SECOND may be a fraction: 0.5 is one task every two
    seconds. Prints the new limit.
    """
    if (per_second is None) != no_limit:
        raise click.UsageError("Give either PER_SECOND or --none.")
    if per_second is not None and not control.LEAST_RATE <= per_second <= control.MOST_RATE:  # nan is neither
        raise click.UsageError(f"PER_SECOND is from {control.LEAST_RATE:g} to {control.MOST_RATE:,.0f}.")
    change(lambda c, cause: control.set_rate(c, cause, queue, rate_per_s=per_second))
    click.echo(f"{queue}: {'no limit' if no_limit else f'{per_second:g} a second'}")


def _words(rule: control.QueueControl | None) -> str:
    if rule is None:
        return ""
    paused = f"paused by {rule.actor}: {visible(rule.reason or '')}" if rule.paused else ""
    rate_words = f"{rule.rate_per_s:g}/s" if rule.rate_per_s is not None else ""
    return " ".join(filter(None, (paused, rate_words)))
