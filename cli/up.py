"""``handwork up``: the whole platform in one command."""

from __future__ import annotations

import os
import signal
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

import click
from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

from cli.down import down, reset
from cli.here import this_home
from cli.logs import logs
from cli.stack.choices import Choices
from cli.stack.errors import StackError
from cli.stack.misspelt import misspelt
from cli.stack.programs import CELERY_WORKERS, programs, varied
from cli.stack.stack import Stack
from cli.status import print_addresses, print_processes, status
from cli.terminal import open_console
from runtime.setting_sources import SettingsError, dotenv_source

console = open_console()
LOOK_S = 0.5
SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


@click.group(invoke_without_command=True)
@click.option("--detach", "-d", is_flag=True, help="Leave it running in the background; end it with: handwork down")
@click.option("--web", type=click.IntRange(1, 16), default=1, show_default=True, help="Web processes on the one port.")
@click.option("--workers", type=click.IntRange(1, 16), default=1, show_default=True, help="Processes of each worker.")
@click.pass_context
def up(context: click.Context, detach: bool, web: int, workers: int) -> None:
    """Start the whole platform: broker, provider sandbox, web, Celery workers, relay, beat, Flower, exporter.

    Needs nothing but this folder: SQLite, a broker that pip installed, and sandboxes of the providers.
    Settings in the environment and in .env win; with your own STRIPE_SECRET_KEY there it talks to Stripe, and
    with your own BROKER_URL or DATABASE_URL to yours. Ports that are busy are avoided, and named.
    Data, logs and generated secrets are under .handwork/ (or $HANDWORK_HOME).

    Ctrl-C drains and ends everything; a second one kills it. The other words are also commands of their own.

    Exit codes: 0 it runs (--detach, or it ran already) or was ended as asked, 1 it could not start or ended by
    itself, 2 wrong usage.
    """
    if context.invoked_subcommand is not None:
        return
    copies = {"web": web, **dict.fromkeys(CELERY_WORKERS, workers)}
    stack = Stack(this_home(), build=varied(programs, copies=copies), detach=detach)
    if _runs_already(stack):
        console.print(f"It is running already in {stack.home}.", soft_wrap=True)
        print_processes(stack)
        print_addresses(stack)
        return
    with _signals() as seen:
        _start(stack, seen)
        if not detach:
            _follow(stack, seen)


for command in (status, logs, down, reset):
    up.add_command(command)


def _runs_already(stack: Stack) -> bool:
    """One that is on its way up or down is waited for: it may be what a killed ``up`` left draining."""
    told = False
    while stack.is_running():
        if stack.status():
            return True
        if not told:
            console.print("A stack is starting or draining here; waiting for it.")
            told = True
        time.sleep(LOOK_S)
    return False


def _start(stack: Stack, seen: list[int]) -> None:
    try:
        choices = _with_progress(stack, seen)
    except _Interrupted:
        console.print("Interrupted while starting; ended what had begun.")
        sys.exit(1)
    except (StackError, SettingsError) as error:
        raise click.ClickException(str(error)) from error
    for sentence in (*choices.moved, *misspelt(dotenv_source(os.environ))):
        console.print(sentence, style="yellow", soft_wrap=True)
    print_addresses(stack)
    if not choices.sandboxes_stripe:
        console.print("Payments go to Stripe with the key that you gave. Next: ./handwork status")
    else:
        console.print("Next: ./handwork demo")
    console.print(f"Data and logs: {stack.home}", soft_wrap=True)


class _Interrupted(Exception):
    """A signal came while the stack was starting."""


def _with_progress(stack: Stack, seen: list[int]) -> Choices:
    columns = (SpinnerColumn("line"), TextColumn("{task.description}"), TimeElapsedColumn())
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
def _signals() -> Iterator[list[int]]:
    """The signals to end that came; the first is a request, and nothing is cut short by it."""
    seen: list[int] = []

    def note(number: int, _frame: FrameType | None) -> None:
        seen.append(number)

    before = {n: signal.signal(n, note) for n in SIGNALS}
    try:
        yield seen
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _follow(stack: Stack, seen: list[int]) -> None:
    """Stay until a signal, or until it ends; say which processes had to be started again."""
    console.print("Ctrl-C ends it. Logs: ./handwork logs -f")
    pids = stack.pids()
    while not seen and stack.ended() is None:
        time.sleep(LOOK_S)
        now = stack.pids()
        for name in sorted(now.keys() & pids.keys()):
            if now[name] != pids[name]:
                console.print(f"{name} ended and was started again: pid {pids[name]}, now {now[name]}")
        pids |= now
    if stack.ended() is not None:
        _explain_end(stack)
        return
    console.print("Draining; this takes some seconds. Again to kill.")
    _drain(stack, seen)
    console.print("Ended.")


def _explain_end(stack: Stack) -> None:
    code = stack.ended()
    stack.stop()  # whatever is left of it
    if code == 0:
        console.print("Ended from elsewhere.")
        return
    raise click.ClickException(f"supervisord ended by itself ({code}); its log: {stack.home / 'logs/supervisord.log'}")


def _drain(stack: Stack, seen: list[int]) -> None:
    """Wait for the end of it; a second signal kills what has not ended."""
    stack.drain()
    while stack.ended() is None:
        if sum(number != signal.SIGHUP for number in seen[1:]):  # a terminal that goes away asks for nothing more
            console.print("Killing.")
            stack.kill()
            sys.exit(1)
        time.sleep(0.05)
    stack.stop()
