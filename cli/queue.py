"""``handwork queue``: pause, resume and slow down queues; the relay obeys within a second."""

from __future__ import annotations

from datetime import datetime

import click

from cli.operator import EXIT_CODES, OperatorGroup, operator_cause, platform_database
from cli.terminal import duration, open_console, open_table, visible
from domain.platform.outbox import control, read
from domain.platform.queues import QUEUES
from runtime.clock import system_clock

QUEUE = click.argument("queue", type=click.Choice(QUEUES))


@click.group(cls=OperatorGroup, epilog=EXIT_CODES)
def queue() -> None:
    """Queues: what waits in each, and what the relay may send.

    A paused queue keeps its rows; nothing is lost.
    """


@queue.command("list")
def list_queues() -> None:
    """Show what waits in each queue and since when, what is under way, and the queue's rules.

    due: could run now. oldest: how long the first of those has been due. later: scheduled for a later time, such as a
    reminder. sent: published to the broker, and no Celery worker has claimed it. running: a Celery worker holds its
    lease. dead: no attempts are left.
    """
    now = system_clock()
    with platform_database() as database:
        counts, waiting, rules = database.read(
            lambda c: (read.counts(c), {row.queue: row for row in read.waiting(c, now)}, control.controls(c))
        )
    table = open_table("queue", "due", "oldest", "later", "sent", "running", "dead", "rule")
    for name in QUEUES:
        by_state = {row.state: str(row.rows) for row in counts if row.queue == name}
        under_way = (by_state.get(state, "0") for state in ("sent", "running", "dead"))
        table.add_row(name, *_waiting(waiting.get(name), now), *under_way, _words(rules.get(name)))
    open_console().print(table)


def _waiting(found: read.Waiting | None, now: datetime) -> tuple[str, str, str]:
    if found is None:
        return "0", "", "0"
    oldest = duration((now - found.oldest).total_seconds()) if found.due else ""
    return str(found.due), oldest, str(found.later)


@queue.command()
@QUEUE
@click.option("--why", required=True, help="The reason; others will read it.")
def pause(queue: str, why: str) -> None:
    """Stop sending this queue's tasks; what runs is finished."""
    if not why.strip():
        raise click.UsageError("--why: say the reason.")
    cause = operator_cause()
    with platform_database() as database:
        database.write(lambda c: control.set_paused(c, cause, queue, paused=True, reason=why))
    click.echo(f"{queue}: paused")


@queue.command()
@QUEUE
def resume(queue: str) -> None:
    """Resume a paused queue: the relay sends its tasks again."""
    cause = operator_cause()
    with platform_database() as database:
        database.write(lambda c: control.set_paused(c, cause, queue, paused=False, reason=None))
    click.echo(f"{queue}: resumed")


@queue.command()
@QUEUE
@click.argument("per_second", type=float, required=False)
@click.option("--none", "no_limit", is_flag=True, help="Take the limit away.")
def rate(queue: str, per_second: float | None, no_limit: bool) -> None:
    """Send at most PER_SECOND of this queue's tasks a second (0.5 is one every two seconds)."""
    if (per_second is None) != no_limit:
        raise click.UsageError("Give either PER_SECOND or --none.")
    if per_second is not None and not control.LEAST_RATE <= per_second <= control.MOST_RATE:  # nan is neither
        raise click.UsageError(f"PER_SECOND is from {control.LEAST_RATE:g} to {control.MOST_RATE:,.0f}.")
    cause = operator_cause()
    with platform_database() as database:
        database.write(lambda c: control.set_rate(c, cause, queue, rate_per_s=per_second))
    click.echo(f"{queue}: {'no limit' if no_limit else f'{per_second:g} a second'}")


def _words(rule: control.QueueControl | None) -> str:
    if rule is None:
        return ""
    paused = f"paused by {rule.actor}: {visible(rule.reason or '')}" if rule.paused else ""
    rate_words = f"{rule.rate_per_s:g}/s" if rule.rate_per_s is not None else ""
    return " ".join(filter(None, (paused, rate_words)))
