"""``handwork down`` ends the platform, and ``reset`` also deletes its data."""

from __future__ import annotations

from pathlib import Path

import click

from cli.here import this_home
from cli.manual import manual
from cli.stack.errors import StackError
from cli.stack.folders import delete
from cli.stack.stack import Stack
from cli.terminal import say

KILLED = 1
OURS = ("handwork.db*", "stack.env", "run", "logs", "broker", "sandbox", "backups", "metrics")
"""All files and folders that a stack creates in its data folder; ``reset`` deletes no others."""


@click.command(epilog=manual("down", codes={0: "the platform does not run any more", KILLED: "it had to be killed"}))
def down() -> None:
    """Drain and end the platform; its data stay.

    Each process finishes the work in hand. The web ends first and the broker last. Waiting tasks stay in the database,
    and go on after the next `up`. It does nothing when the platform does not run.
    """
    _end(Stack(this_home()))


@click.command(
    epilog=manual(
        "reset",
        "reset --yes",
        codes={0: "the data are deleted", KILLED: "you said no, or it had to be killed"},
    )
)
@click.option("--yes", is_flag=True, help="Do not ask for confirmation.")
def reset(yes: bool) -> None:
    """End the platform and delete all its data.

    The data are database, backups, broker, sandbox, logs and secrets. Asks first, and names the files. It deletes only
    what the platform makes, and prints the names of other files that it finds there.
    """
    stack = Stack(this_home())
    found = _data(stack.home)
    if not found:
        say(f"There is nothing of ours in {stack.home}.")
        return
    if not yes:
        click.confirm(f"Delete {', '.join(p.name for p in found)} in {stack.home}?", abort=True)
    _end(stack)
    for path in _data(stack.home):
        delete(path)
    left = sorted(p.name for p in stack.home.iterdir())
    say(f"Deleted. Left alone, not ours: {', '.join(left)}" if left else "Deleted.")


def _end(stack: Stack) -> None:
    try:
        say("Ended." if stack.stop() else f"Nothing runs in {stack.home}.")
    except StackError as error:
        raise click.ClickException(str(error)) from error


def _data(home: Path) -> list[Path]:
    return sorted(path for pattern in OURS for path in home.glob(pattern)) if home.is_dir() else []
