"""``handwork logs``: show the logs of the processes."""

from __future__ import annotations

import os
import time
from collections import deque
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import click

from cli.here import this_home
from cli.log_files import copies_of, rotated
from cli.log_times import moment, written_at
from cli.manual import USAGE, manual
from runtime.clock import system_clock

LINES = 50
POLL_S = 0.2


@click.command(
    epilog=manual(
        "logs web relay --follow",
        "logs worker-payments --since 10m",
        codes={0: "the lines were printed", 1: "there is no such log", 2: USAGE},
    )
)
@click.argument("names", metavar="[NAME]...", nargs=-1)
@click.option("--follow", "-f", is_flag=True, help="Print new lines until Ctrl-C.")
@click.option(
    *("--lines", "-n"),
    type=click.IntRange(0, 1_000_000),
    help=f"Print at most so many lines of each log; without it {LINES}, or all with --since.",
)
@click.option(
    "--since", metavar="WHEN", help="Print lines from this time on: 10m, 2h, 1d, 07:30 or 2026-11-30T07:30 (UTC)."
)
def logs(names: tuple[str, ...], follow: bool, lines: int | None, since: str | None) -> None:
    """Print the last log lines of processes.

    NAME is a process, such as web, relay or worker-payments; without it the lines are from all. Each line has its
    process in front when there are several. A name without a number selects all copies of a process: web is web-0,
    web-1, … --since also reads the older files of a log. `handwork trace` finds one request in all logs.
    """
    begin = _moment(since) if since is not None else None
    folder = this_home() / "logs"
    known = {path.stem: path for path in sorted(folder.glob("*.log"))}
    if not known:
        raise click.ClickException(f"there are no logs in {folder}: it never ran here")
    if unknown := [name for name in names if not copies_of(name, known)]:
        raise click.ClickException(f"no log of {', '.join(unknown)}; there are: {', '.join(known)}")
    chosen = [known[found] for found in dict.fromkeys(one for name in names or known for one in copies_of(name, known))]
    width = max(len(path.stem) for path in chosen) if len(chosen) > 1 else 0
    tails = [Tail(path, f"{path.stem:>{width}} | " if width else "") for path in chosen]
    for tail in tails:
        tail.show_last(lines if lines is not None or begin else LINES, begin)
    while follow:
        time.sleep(POLL_S)
        for tail in tails:
            tail.show_new()


def _moment(since: str) -> datetime:
    try:
        return moment(since, system_clock())
    except (ValueError, OverflowError) as error:
        wanted = "must be like 10m, 2h, 1d, 07:30 or 2026-11-30T07:30"
        raise click.BadParameter(f"{since!r} {wanted}", param_hint="--since") from error


@dataclass
class Tail:
    """One log.  After a rotation it continues with the new file."""

    path: Path
    prefix: str
    inode: int = 0
    position: int = 0
    rest: bytes = b""

    def show_last(self, lines: int | None, since: datetime | None) -> None:
        """Print the last lines.

        ``lines``: the most lines.  ``since``: skip all lines before the first with this time or a later one.  A line
        without a time belongs to the line before it."""
        last: deque[bytes] = deque(maxlen=lines)
        wanted = since is None
        for path in rotated(self.path) if since is not None else [self.path]:
            with suppress(FileNotFoundError), path.open("rb") as file:  # a rotation may have moved an older one
                for line in file:
                    if since is not None and (at := written_at(line)) is not None:
                        wanted = at >= since
                    if wanted:
                        last.append(line)
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
        """Print the new lines of the file, if it is still the same file."""
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
