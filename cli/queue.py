"""``handwork queue``: pause, resume and slow down queues; the relay obeys within a second."""

from __future__ import annotations

import click
from rich.table import Table

from cli.operator import operator_cause, platform_database
from cli.terminal import open_console
from domain.outbox import control, read
from domain.outbox.work import QUEUES

QUEUE = click.argument("queue", type=click.Choice(QUEUES))


@click.group()
def queue() -> None:
    """Queues: what waits in each, and what the relay may send.

    A paused queue keeps its rows; nothing is lost. Exit codes: 0 done, 2 wrong usage, 3 refused.
    """


@queue.command("list")
def list_queues() -> None:
    """Show each queue's rows by state, and its rules."""
    with platform_database() as database:
        counts, rules = database.read(lambda c: (read.counts(c), control.controls(c)))
    table = Table("queue", "pending", "sent", "running", "dead", "rule")
    for name in QUEUES:
        by_state = {row.state: str(row.rows) for row in counts if row.queue == name}
        table.add_row(
            name, *(by_state.get(s, "0") for s in ("pending", "sent", "running", "dead")), _words(rules.get(name))
        )
    open_console().print(table)


@queue.command()
@QUEUE
@click.option("--why", required=True, help="The reason; others will read it.")
def pause(queue: str, why: str) -> None:
    """Stop sending this queue's tasks; what runs is finished."""
    cause = operator_cause()
    with platform_database() as database:
        database.write(lambda c: control.set_paused(c, cause, queue, paused=True, reason=why))
    click.echo(f"{queue}: paused")


@queue.command()
@QUEUE
def resume(queue: str) -> None:
    """Send this queue's tasks again."""
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
    paused = f"paused by {rule.actor}: {rule.reason}" if rule.paused else ""
    rate_words = f"{rule.rate_per_s:g}/s" if rule.rate_per_s is not None else ""
    return " ".join(filter(None, (paused, rate_words)))
