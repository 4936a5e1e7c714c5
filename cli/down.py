"""``handwork down`` ends the platform, and ``reset`` also deletes its data."""

from __future__ import annotations

import shutil
from pathlib import Path

import click

from cli.here import this_home
from cli.stack.errors import StackError
from cli.stack.stack import Stack
from cli.terminal import open_console

console = open_console()
OURS = ("handwork.db*", "stack.env", "run", "logs", "broker", "sandbox", "backups", "metrics")
"""All files and folders that a stack creates in its data folder; ``reset`` deletes no others."""


@click.command()
def down() -> None:
    """Drain and end the platform; does nothing when it does not run.

    Exit codes: 0 it does not run any more, 1 it had to be killed.
    """
    _end(Stack(this_home()))


@click.command()
@click.option("--yes", is_flag=True, help="Do not ask.")
def reset(yes: bool) -> None:
    """End the platform and delete all its data: database, backups, broker, sandbox, logs, secrets.

    Exit codes: 0 it is gone, 1 you said no, or it had to be killed.
    """
    stack = Stack(this_home())
    found = _data(stack.home)
    if not found:
        console.print(f"There is nothing of ours in {stack.home}.", soft_wrap=True)
        return
    if not yes:
        click.confirm(f"Delete {', '.join(p.name for p in found)} in {stack.home}?", abort=True)
    _end(stack)
    for path in _data(stack.home):
        if path.is_dir() and not path.is_symlink():
            shutil.rmtree(path)
        else:
            path.unlink()
    left = sorted(p.name for p in stack.home.iterdir())
    console.print(f"Deleted. Left alone, not ours: {', '.join(left)}" if left else "Deleted.")


def _end(stack: Stack) -> None:
    try:
        console.print("Ended." if stack.stop() else f"Nothing runs in {stack.home}.", soft_wrap=True)
    except StackError as error:
        raise click.ClickException(str(error)) from error


def _data(home: Path) -> list[Path]:
    return sorted(path for pattern in OURS for path in home.glob(pattern)) if home.is_dir() else []
