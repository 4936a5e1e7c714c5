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
from cli.manual import USAGE, manual
from cli.restart import COPIES, copies_of, restart
from cli.stack.programs import programs, varied
from cli.stack.readiness import READY
from cli.stack.stack import Stack
from cli.status import print_addresses, print_processes, status
from cli.terminal import say
from domain.platform.queues import CELERY_WORKERS

LOOK_S = 0.5


@click.group(
    invoke_without_command=True,
    epilog=manual(
        "up",
        "up --detach --web 2",
        codes={
            0: "every process is ready (--detach, or it ran already), or it ended when you asked",
            1: "it could not start, it ended unexpectedly, or it ran already and is not ready",
            2: USAGE,
        },
    ),
)
@click.option("--detach", "-d", is_flag=True, help="Leave it running in the background; end it with: handwork down")
@click.option("--web", type=COPIES, default=1, help="Web processes; they share one port.")
@click.option("--workers", type=COPIES, default=1, help="Processes of each Celery worker.")
@click.pass_context
def up(context: click.Context, detach: bool, web: int, workers: int) -> None:
    """Start the whole platform on this machine.

    The processes are broker, provider sandbox, web, Celery workers, relay, beat, Flower and exporter. They need only
    this folder: they use SQLite, a broker that pip installed, and a sandbox in place of the providers. The
    environment and .env override that: STRIPE_SECRET_KEY and SENDGRID_API_KEY select the real providers,
    BROKER_URL and DATABASE_URL your own servers. When a usual port is busy, `up` chooses another. Data, logs and
    generated secrets are in .handwork/, or in $HANDWORK_HOME.

    Prints each process when it is ready, then the addresses, the logins, and the ports that are not the usual ones.
    Without --detach, Ctrl-C ends all processes in order, and a second Ctrl-C kills them. The commands below are the
    same as `handwork status` and so on.
    """
    if context.invoked_subcommand is not None:
        return
    copies = {"web": web, **dict.fromkeys(CELERY_WORKERS, workers)}
    stack = Stack(this_home(), build=varied(programs, copies=copies), detach=detach)
    if _runs_already(stack):
        processes = stack.observe()
        say(f"It is running already in {stack.home}.")
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
            say(
                f"It runs with --{option} {running[program]}, and not {wanted[program]}: what runs is left alone. "
                f"This changes it, and refuses requests for some seconds: "
                f"./handwork restart --{option} {wanted[program]}",
                "yellow",
            )


def _runs_already(stack: Stack) -> bool:
    """Return whether a stack runs, after a wait for one that another command starts, or that drains."""
    told = False
    while stack.is_running():
        if stack.status() and not stack.is_starting():
            return True
        if not told:
            say("A stack is starting or draining here; waiting for it.")
            told = True
        time.sleep(LOOK_S)
    return False


def _follow(stack: Stack, seen: list[int]) -> None:
    """Wait for a signal or the end of the stack; print which processes supervisor restarted."""
    say("Ctrl-C ends it. Logs: ./handwork logs -f")
    pids = stack.pids()
    while not seen and stack.supervisord.ended() is None:
        time.sleep(LOOK_S)
        now = stack.pids()
        for name in sorted(now.keys() & pids.keys()):
            if now[name] != pids[name]:
                say(f"{name} ended and was started again: pid {pids[name]}, now {now[name]}")
        pids |= now
    if stack.supervisord.ended() is not None:
        _explain_end(stack)
        return
    say("Draining; this takes some seconds. Again to kill.")
    _drain(stack, seen)
    say("Ended.")


def _explain_end(stack: Stack) -> None:
    code = stack.supervisord.ended()
    stack.stop()  # ends orphaned processes
    if code == 0:
        say("Ended from elsewhere.")
        return
    raise click.ClickException(f"supervisord ended by itself ({code}); its log: {stack.home / 'logs/supervisord.log'}")


def _drain(stack: Stack, seen: list[int]) -> None:
    """Drain the stack and wait for its end; a second signal kills the remaining processes."""
    stack.supervisord.drain()
    while stack.supervisord.ended() is None:
        if sum(number != signal.SIGHUP for number in seen[1:]):  # a closed terminal is no request to kill
            say("Killing.")
            stack.kill()
            sys.exit(1)
        time.sleep(0.05)
    stack.stop()
