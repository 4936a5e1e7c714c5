"""``handwork up``: start the whole platform with one command."""

from __future__ import annotations

import signal
import sys
import time

import click
from click.core import ParameterSource

from cli.bring_up import bring_up, signals
from cli.down import down, reset
from cli.here import this_home
from cli.logs import logs
from cli.restart import copies_of, restart
from cli.stack.programs import programs, varied
from cli.stack.readiness import READY
from cli.stack.stack import Stack
from cli.status import print_addresses, print_processes, status
from cli.terminal import open_console
from domain.platform.queues import CELERY_WORKERS

console = open_console()
LOOK_S = 0.5


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

    Exit codes: 0 every process is ready (--detach, or it ran already) or it was ended as asked, 1 it could not start,
    ended by itself, or ran already and is not ready, 2 wrong usage.
    """
    if context.invoked_subcommand is not None:
        return
    copies = {"web": web, **dict.fromkeys(CELERY_WORKERS, workers)}
    stack = Stack(this_home(), build=varied(programs, copies=copies), detach=detach)
    if _runs_already(stack):
        processes = stack.observe()
        console.print(f"It is running already in {stack.home}.", soft_wrap=True)
        print_processes(processes)
        print_addresses(stack)
        _tell_of_numbers(context, stack, copies)
        if late := sorted(process.name for process in processes if process.state != READY):
            raise click.ClickException(f"not ready: {', '.join(late)}; see: handwork logs {late[0]}")
        return
    with signals() as seen:
        bring_up(stack, seen)
        if not detach:
            _follow(stack, seen)


for command in (status, logs, restart, down, reset):
    up.add_command(command)


def _tell_of_numbers(context: click.Context, stack: Stack, wanted: dict[str, int]) -> None:
    """Print the requested numbers of processes that differ from the running ones, which stay unchanged."""
    running = copies_of(stack)
    for option, program in (("web", "web"), ("workers", CELERY_WORKERS[0])):
        was_given = context.get_parameter_source(option) is ParameterSource.COMMANDLINE
        if was_given and running.get(program) not in (None, wanted[program]):
            console.print(
                f"It runs with --{option} {running[program]}, and not {wanted[program]}: what runs is left alone. "
                f"This changes it, and refuses requests for some seconds: "
                f"./handwork restart --{option} {wanted[program]}",
                style="yellow",
                soft_wrap=True,
            )


def _runs_already(stack: Stack) -> bool:
    """Return whether a stack runs, after a wait for one that another command starts, or that drains."""
    told = False
    while stack.is_running():
        if stack.status() and not stack.is_starting():
            return True
        if not told:
            console.print("A stack is starting or draining here; waiting for it.")
            told = True
        time.sleep(LOOK_S)
    return False


def _follow(stack: Stack, seen: list[int]) -> None:
    """Wait for a signal or the end of the stack; print which processes supervisor restarted."""
    console.print("Ctrl-C ends it. Logs: ./handwork logs -f")
    pids = stack.pids()
    while not seen and stack.supervisord.ended() is None:
        time.sleep(LOOK_S)
        now = stack.pids()
        for name in sorted(now.keys() & pids.keys()):
            if now[name] != pids[name]:
                console.print(f"{name} ended and was started again: pid {pids[name]}, now {now[name]}")
        pids |= now
    if stack.supervisord.ended() is not None:
        _explain_end(stack)
        return
    console.print("Draining; this takes some seconds. Again to kill.")
    _drain(stack, seen)
    console.print("Ended.")


def _explain_end(stack: Stack) -> None:
    code = stack.supervisord.ended()
    stack.stop()  # ends orphaned processes
    if code == 0:
        console.print("Ended from elsewhere.")
        return
    raise click.ClickException(f"supervisord ended by itself ({code}); its log: {stack.home / 'logs/supervisord.log'}")


def _drain(stack: Stack, seen: list[int]) -> None:
    """Drain the stack and wait for its end; a second signal kills the remaining processes."""
    stack.drain()
    while stack.supervisord.ended() is None:
        if sum(number != signal.SIGHUP for number in seen[1:]):  # a closed terminal is no request to kill
            console.print("Killing.")
            stack.kill()
            sys.exit(1)
        time.sleep(0.05)
    stack.stop()
