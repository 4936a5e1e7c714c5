"""Start a stack, and print its progress and its addresses; a signal ends the processes that have started."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

import click
from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

from cli.stack.choices import Choices
from cli.stack.doubts import doubts
from cli.stack.errors import StackError
from cli.stack.stack import Stack
from cli.status import print_addresses
from cli.terminal import open_console, say
from runtime.setting_sources import SettingsError

SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


def bring_up(stack: Stack, seen: list[int]) -> None:
    try:
        choices = _with_progress(stack, seen)
    except _Interrupted:
        say("Interrupted while starting; ended what had begun.")
        sys.exit(1)
    except SettingsError as error:
        raise click.ClickException("\n".join([str(error), *doubts(os.environ)])) from error
    except StackError as error:
        raise click.ClickException(str(error)) from error
    for sentence in (*choices.moved, *doubts(os.environ)):
        say(sentence, "yellow")
    print_addresses(stack)
    if not choices.sandboxes_stripe:
        say("Payments go to Stripe with the key that you gave. Next: ./handwork status")
    else:
        say("Next: ./handwork demo")
    say(f"Data and logs: {stack.home}")


class _Interrupted(Exception):
    """A signal came while the stack was starting."""


def _with_progress(stack: Stack, seen: list[int]) -> Choices:
    columns = (SpinnerColumn("line"), TextColumn("{task.description}"), TimeElapsedColumn())
    console = open_console()
    with Progress(*columns, console=console, transient=True) as progress:
        line = progress.add_task("starting")
        ready: list[str] = []

        def say(what: str) -> None:
            ready.append(what)
            if console.is_terminal:
                progress.update(line, description=f"starting; ready: {', '.join(ready)}")
            else:
                console.print(f"ready: {what}")

        def patience() -> None:
            if seen:
                raise _Interrupted

        return stack.start(say, patience)


@contextmanager
def signals() -> Iterator[list[int]]:
    """Yield the list of received signals.  The handler only records them, so the first interrupts nothing."""
    seen: list[int] = []

    def note(number: int, _frame: FrameType | None) -> None:
        seen.append(number)

    before = {n: signal.signal(n, note) for n in SIGNALS}
    try:
        yield seen
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
