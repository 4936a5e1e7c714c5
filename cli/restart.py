"""``handwork restart``: restart with new settings or other numbers, or, process by process, with a new release."""

from __future__ import annotations

import re
from collections import Counter

import click

from cli.bring_up import bring_up, signals
from cli.here import this_home
from cli.stack.errors import StackError
from cli.stack.programs import programs, varied
from cli.stack.stack import Stack
from cli.terminal import open_console
from domain.platform.queues import CELERY_WORKERS

console = open_console()
_COPY = re.compile(r"-\d+$")


@click.command()
@click.option("--rolling", is_flag=True, help="One process after another, with the settings that it was started with.")
@click.option("--web", type=click.IntRange(1, 16), help="Web processes; else as many as now.")
@click.option("--workers", type=click.IntRange(1, 16), help="Processes of each worker; else as many as now.")
def restart(rolling: bool, web: int | None, workers: int | None) -> None:
    """Restart the platform: all of it, or one process after another.

    Without --rolling it ends and starts again, in the background, with the settings that .env and the environment have
    now; requests are refused for some seconds in between. Settings that are wrong are told of before anything ends.

    With --rolling no request is refused and no task is lost: the database is migrated, then each process finishes what
    it has in hand, ends, and is started with the code that is there now; the next follows when it is ready. The workers
    come first and the web last. Broker and sandbox are left alone. Ctrl-C stops before the next process.

    Exit codes: 0 it runs again, 1 nothing runs here, or something did not come back, 2 wrong usage.
    """
    if rolling and (web or workers):
        raise click.UsageError("--rolling keeps the numbers; restart without it to change them")
    home = this_home()
    copies = copies_of(Stack(home))
    if not copies:
        raise click.ClickException(f"nothing runs in {home}, or it starts or drains; see: handwork status")
    wanted = copies | ({"web": web} if web else {}) | (dict.fromkeys(CELERY_WORKERS, workers) if workers else {})
    stack = Stack(home, build=varied(programs, copies=wanted), detach=True)
    if rolling:
        _roll(stack)
    else:
        _all(stack)


def copies_of(stack: Stack) -> dict[str, int]:
    """Return how many processes of each program run; empty when the stack does not."""
    return dict(Counter(_COPY.sub("", process.name) for process in stack.status()))


class _Interrupted(Exception):
    """A signal came between the restarts of two processes."""


def _roll(stack: Stack) -> None:
    with signals() as seen:

        def patience() -> None:
            if seen:
                raise _Interrupted

        try:
            stack.roll(lambda name: console.print(f"ready: {name}"), patience)
        except _Interrupted:
            raise click.ClickException("interrupted; what was not named runs as before") from None
    console.print("All are restarted.")


def _all(stack: Stack) -> None:
    stack.preflight()  # reports a fault while all processes still run
    console.print("Draining; this takes some seconds.")
    try:
        stack.stop()
    except StackError as error:
        console.print(str(error), style="yellow", soft_wrap=True)
    with signals() as seen:
        bring_up(stack, seen)
