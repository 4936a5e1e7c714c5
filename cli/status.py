"""``handwork status``: show the processes and addresses of a stack."""

from __future__ import annotations

import os
from collections.abc import Sequence

import click
import msgspec

from cli.health import troubles
from cli.here import this_home
from cli.stack.doubts import doubts
from cli.stack.errors import StackError
from cli.stack.readiness import READY, STARTING, UNKNOWN
from cli.stack.stack import Stack
from cli.stack.supervised import ProcessInfo
from cli.terminal import duration, open_console, open_table
from cli.watching import blind_flower, counted_alarms, unserved_queues
from runtime.setting_sources import SettingsError
from runtime.storage import room_for

console = open_console()
SOME_DO_NOT_RUN, NONE_RUNS, SOME_ARE_STARTING = 3, 4, 5


@click.command()
@click.option("--json", "as_json", is_flag=True, help="One JSON object a process and line.")
def status(as_json: bool) -> None:
    """Show the processes of the platform and its addresses; say when its disk is full, when a queue is paused, when no
    worker consumes a queue or Flower shows no worker, when its settings have changed since it was started, when other
    users can read .env, and how many events about our money were not applied in the last days.

    restarts: how often a process exited unexpectedly since the stack started. `status` names a process that restarts
    again and again.

    A process is READY when it works: its page answers, or it has written its heartbeat. STARTING: it runs, and is not
    ready yet. UNKNOWN: the database does not answer, so nobody knows.

    Exit codes: 0 all are ready, 3 some do not run, 4 none does, 5 all run and some are not ready yet.
    """
    stack = Stack(this_home())
    if not stack.is_running():
        if not as_json:
            console.print(f"Nothing runs in {stack.home}.", soft_wrap=True)
        raise SystemExit(NONE_RUNS)
    processes = stack.observe()
    if as_json:
        for process in processes:
            click.echo(msgspec.json.encode(process).decode())
    else:
        print_processes(processes)
        print_addresses(stack)
        print_troubles(stack)
        print_room(stack)
        print_doubts(stack, processes)
        print_changed(stack)
        for doubt in doubts(os.environ):
            console.print(doubt, style="yellow", soft_wrap=True)
    raise SystemExit(exit_code(processes))


def exit_code(processes: Sequence[ProcessInfo]) -> int:
    states = {process.state for process in processes}
    if not states or states - {READY, STARTING, UNKNOWN}:
        return SOME_DO_NOT_RUN
    return 0 if states == {READY} else SOME_ARE_STARTING


def print_processes(processes: Sequence[ProcessInfo]) -> None:
    if not processes:
        console.print("It is starting or draining.")
        return
    table = open_table("process", "state", "pid", "up", "restarts", "last words")
    for p in sorted(processes, key=lambda p: p.name):
        up = duration(p.uptime_s) if p.pid else "-"
        table.add_row(p.name, p.state, str(p.pid or "-"), up, str(p.restarts), "" if p.pid else p.said)
    console.print(table)


def print_addresses(stack: Stack) -> None:
    values = stack.values
    web = values["WEB_PUBLIC_URL"]
    user, _, password = values["FLOWER_BASIC_AUTH"].partition(":")
    table = open_table("what", "where", "log in")
    table.add_row("API", web, "POST /auth/register")
    table.add_row("API viewer", f"{web}/schema", "")
    table.add_row("Health", f"{web}/health", "")
    table.add_row("Flower", f"http://127.0.0.1:{values['FLOWER_PORT']}", f"{user} / {password}")
    table.add_row("Metrics", f"http://127.0.0.1:{values['EXPORTER_PORT']}/metrics", "")
    if "SANDBOX_URL" in values:
        table.add_row("Sandbox", values["SANDBOX_URL"], "")
    if "SENDGRID_API_BASE" in values:
        table.add_row("Inbox", f"{values['SANDBOX_URL']}/sandbox/inbox", "")
    console.print(table)


def print_troubles(stack: Stack) -> None:
    for sentence in troubles(stack.values["WEB_PUBLIC_URL"]):
        console.print(sentence, style="red", soft_wrap=True)


def print_room(stack: Stack) -> None:
    """Print a warning when the disk has little room."""
    room = room_for(stack.home)
    if room.state == "full":
        console.print(f"The disk is full, and writes are refused: {room}.", style="red", soft_wrap=True)
    elif room.state == "low":
        console.print(f"The disk is nearly full: {room}.", style="yellow", soft_wrap=True)


def print_doubts(stack: Stack, processes: Sequence[ProcessInfo]) -> None:
    """Print what is wrong although the processes run."""
    found = unserved_queues(stack)
    if any(p.name == "flower" and p.state == READY for p in processes):
        found += filter(None, [blind_flower(stack)])
    recent, words = counted_alarms(stack)
    if recent:
        found.append(words)
    for doubt in found:
        console.print(doubt, style="red", soft_wrap=True)


def print_changed(stack: Stack) -> None:
    """Print the names of settings that the processes do not run with; the values may be secrets."""
    try:
        changed = stack.changed_settings()
    except (SettingsError, StackError, OSError):  # the commands that need the file report it
        return
    if changed:
        console.print(
            f"Changed since it was started: {', '.join(changed)}. What runs has the former values; "
            "to take up the new ones: ./handwork restart",
            style="yellow",
            soft_wrap=True,
        )
