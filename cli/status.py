"""``handwork status``: show the processes and addresses of a stack."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence

import click

from cli.here import this_home
from cli.manual import manual
from cli.stack.doubts import doubts
from cli.stack.errors import StackError
from cli.stack.readiness import READY, STARTING, UNKNOWN
from cli.stack.stack import Stack
from cli.stack.supervised import ProcessInfo
from cli.terminal import duration, print_json, print_table, say
from cli.watching import blind_flower, counted_alarms, troubles, unserved_queues
from runtime.setting_sources import SettingsError
from runtime.storage import room_for

SOME_DO_NOT_RUN, NONE_RUNS, SOME_ARE_STARTING = 3, 4, 5


@click.command(
    epilog=manual(
        "status",
        "status --json",
        codes={
            0: "all processes are ready",
            SOME_DO_NOT_RUN: "some do not run",
            NONE_RUNS: "none runs",
            SOME_ARE_STARTING: "all run, and some are not ready yet",
        },
    )
)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object a line for each process, and no more.")
def status(as_json: bool) -> None:
    """Show the processes, the addresses, and what is wrong.

    Prints a line for each process. READY: its page answers, or it has written its heartbeat. STARTING: it runs, and is
    not ready yet. UNKNOWN: the database does not answer, so the heartbeat cannot be read. restarts: how often it exited
    unexpectedly since the platform started.

    Then it prints the addresses and logins, and a warning for each of these: a full disk, a paused queue, a queue that
    no worker consumes, a process that restarts again and again, a Flower that shows no worker, settings that changed
    since the start, a .env that other users can read, and provider events about our money that were not applied.
    """
    stack = Stack(this_home())
    if not stack.is_running():
        if not as_json:
            say(f"Nothing runs in {stack.home}.")
        raise SystemExit(NONE_RUNS)
    processes = stack.observe()
    if as_json:
        print_json(*processes)
    else:
        print_processes(processes)
        print_addresses(stack)
        for sentence, style in _warnings(stack, processes):
            say(sentence, style)
    raise SystemExit(exit_code(processes))


def exit_code(processes: Sequence[ProcessInfo]) -> int:
    states = {process.state for process in processes}
    if not states or states - {READY, STARTING, UNKNOWN}:
        return SOME_DO_NOT_RUN
    return 0 if states == {READY} else SOME_ARE_STARTING


def print_processes(processes: Sequence[ProcessInfo]) -> None:
    rows = (
        (p.name, p.state, str(p.pid), duration(p.uptime_s), str(p.restarts), "")
        if p.pid
        else (p.name, p.state, "-", "-", str(p.restarts), p.said)
        for p in sorted(processes, key=lambda p: p.name)
    )
    print_table(("process", "state", "pid", "up", "restarts", "last words"), rows, "It is starting or draining.")


def print_addresses(stack: Stack) -> None:
    values = stack.values
    web = values["WEB_PUBLIC_URL"]
    user, _, password = values["FLOWER_BASIC_AUTH"].partition(":")
    rows = [
        ("API", web, "POST /auth/register"),
        ("API viewer", f"{web}/schema", ""),
        ("Health", f"{web}/health", ""),
        ("Flower", f"http://127.0.0.1:{values['FLOWER_PORT']}", f"{user} / {password}"),
        ("Metrics", f"http://127.0.0.1:{values['EXPORTER_PORT']}/metrics", ""),
    ]
    if "SANDBOX_URL" in values:
        rows.append(("Sandbox", values["SANDBOX_URL"], ""))
    if "SENDGRID_API_BASE" in values:
        rows.append(("Inbox", f"{values['SANDBOX_URL']}/sandbox/inbox", ""))
    print_table(("what", "where", "log in"), rows)


def _warnings(stack: Stack, processes: Sequence[ProcessInfo]) -> Iterator[tuple[str, str]]:
    """Yield a sentence and its colour for each thing that is wrong although the processes run."""
    flower_is_ready = any(p.name == "flower" and p.state == READY for p in processes)
    room = room_for(stack.home)
    recent, alarms = counted_alarms(stack)
    wrong = [
        *troubles(stack.values["WEB_PUBLIC_URL"]),
        f"The disk is full, and writes are refused: {room}." if room.status == "full" else "",
        *unserved_queues(stack),
        blind_flower(stack) if flower_is_ready else "",
        alarms if recent else "",
    ]
    doubtful = [
        f"The disk is nearly full: {room}." if room.status == "low" else "",
        _changed(stack),
        *doubts(os.environ),
    ]
    yield from ((sentence, "red") for sentence in wrong if sentence)
    yield from ((sentence, "yellow") for sentence in doubtful if sentence)


def _changed(stack: Stack) -> str:
    """Return a sentence with the names of settings that the processes do not run with; the values may be secrets."""
    try:
        changed = stack.changed_settings()
    except (SettingsError, StackError, OSError):  # commands that need the settings file report what is wrong with it
        return ""
    if not changed:
        return ""
    return (
        f"Changed since it was started: {', '.join(changed)}. What runs has the former values; "
        "to take up the new ones: ./handwork restart"
    )
