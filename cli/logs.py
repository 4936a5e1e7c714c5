"""``handwork logs``: what the processes say."""

from __future__ import annotations

import os
import re
import time
from collections import deque
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import click

from cli.here import this_home

LINES = 50
POLL_S = 0.2


@click.command()
@click.argument("names", metavar="[NAME]...", nargs=-1)
@click.option("--follow", "-f", is_flag=True, help="Go on as lines are written, until Ctrl-C.")
@click.option("--lines", "-n", type=click.IntRange(0, 1_000_000), default=LINES, show_default=True)
def logs(names: tuple[str, ...], follow: bool, lines: int) -> None:
    """Show the last lines of processes (web, relay, worker-payments, …), or of all.

    Where there are several of one, its name is all of them: web is web-0, web-1, …

    Exit codes: 0 they were shown, 1 there is no such log.
    """
    folder = this_home() / "logs"
    known = {path.stem: path for path in sorted(folder.glob("*.log"))}
    if not known:
        raise click.ClickException(f"there are no logs in {folder}: it never ran here")
    if unknown := [name for name in names if not _of(name, known)]:
        raise click.ClickException(f"no log of {', '.join(unknown)}; there are: {', '.join(known)}")
    chosen = [known[found] for found in dict.fromkeys(one for name in names or known for one in _of(name, known))]
    width = max(len(path.stem) for path in chosen) if len(chosen) > 1 else 0
    tails = [Tail(path, f"{path.stem:>{width}} | " if width else "") for path in chosen]
    for tail in tails:
        tail.show_last(lines)
    while follow:
        time.sleep(POLL_S)
        for tail in tails:
            tail.show_new()


def _of(name: str, known: Iterable[str]) -> list[str]:
    """The log of a process; of each of its copies (web-0, web-1), and of what ran before there were any."""
    copy = re.compile(rf"{re.escape(name)}(-\d+)?")
    return [one for one in known if copy.fullmatch(one)]


@dataclass
class Tail:
    """One log; it is followed into the file that a rotation puts in its place."""

    path: Path
    prefix: str
    inode: int = 0
    position: int = 0
    rest: bytes = b""

    def show_last(self, lines: int) -> None:
        with self.path.open("rb") as file:
            last = deque(file, maxlen=lines)
            self.inode, self.position = os.fstat(file.fileno()).st_ino, file.tell()
        for line in last:
            self._show(line)

    def show_new(self) -> None:
        with suppress(FileNotFoundError):  # between the two steps of a rotation
            if self.path.stat().st_ino != self.inode:
                self._read(self.path.with_name(f"{self.path.name}.1"))
                self.inode, self.position = self.path.stat().st_ino, 0
            self._read(self.path)

    def _read(self, path: Path) -> None:
        """What is new in it, if it is the file that we know."""
        with path.open("rb") as file:
            if os.fstat(file.fileno()).st_ino != self.inode:
                return
            file.seek(min(self.position, os.fstat(file.fileno()).st_size))
            *whole, self.rest = (self.rest + file.read()).split(b"\n")
            self.position = file.tell()
        for line in whole:
            self._show(line)

    def _show(self, line: bytes) -> None:
        click.echo(self.prefix + line.decode(errors="replace").rstrip("\n"))
