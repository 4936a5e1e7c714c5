"""``handwork restart``: restart with new settings or other numbers, or, process by process, with a new release."""

from __future__ import annotations

import re
from collections import Counter

import click

from cli.bring_up import bring_up, signals
from cli.here import this_home
from cli.manual import USAGE, manual
from cli.stack.errors import StackError
from cli.stack.programs import programs, varied
from cli.stack.stack import Stack
from cli.terminal import say
from domain.platform.queues import CELERY_WORKERS

COPIES = click.IntRange(1, 16)
_COPY = re.compile(r"-\d+$")


@click.command(
    epilog=manual(
        "restart --web 2",
        "restart --rolling",
        codes={0: "the platform runs again", 1: "nothing runs here, or a process did not come back", 2: USAGE},
    )
)
@click.option("--rolling", is_flag=True, help="Restart one process after another, with the settings of the last start.")
@click.option("--web", type=COPIES, help="Web processes; without it as many as now.")
@click.option("--workers", type=COPIES, help="Processes of each Celery worker; without it as many as now.")
def restart(rolling: bool, web: int | None, workers: int | None) -> None:
    """Restart all processes at once, or one after another.

    Without --rolling all processes end and start again, in the background, with the present settings of .env and the
    environment. The web refuses requests for some seconds. A wrong setting is reported before a process ends.

    With --rolling no request is refused and no task is lost: it migrates the database, then each process finishes the
    work in hand, ends, and starts with the present code; the next one follows when it is ready. The Celery workers come
    first and the web last. Broker and sandbox keep running. Ctrl-C stops before the next process.

    Prints each process when it is ready.
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
            stack.roll(lambda name: say(f"ready: {name}"), patience)
        except _Interrupted:
            raise click.ClickException("interrupted; what was not named runs as before") from None
    say("All are restarted.")


def _all(stack: Stack) -> None:
    stack.preflight()  # reports a fault while all processes still run
    say("Draining; this takes some seconds.")
    try:
        stack.stop()
    except StackError as error:
        say(str(error), "yellow")
    with signals() as seen:
        bring_up(stack, seen)
