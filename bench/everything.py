"""``bench all``: every suite after the other, at one commit, and the page of what they found."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path

import click

from bench import page
from bench.report import RESULTS
from bench.servers import PROJECT
from bench.targets import Exit

SUITES: tuple[tuple[str, ...], ...] = (
    ("web",),
    ("web", "--database", "postgresql"),
    ("connections",),
    ("scale",),
    ("starvation",),
    ("growth",),
    ("payments",),
    ("backup",),
    ("queue",),
    ("memory",),
    ("profile",),
    ("profile", "--route", "mixed", "--only", "web"),
)


@click.command(name="all")
@click.option("--into", type=click.Path(path_type=Path), default=RESULTS, help="Folder of the results.")
def command(into: Path) -> Exit:
    """Every suite, with its own defaults, one after another: about an hour.

    A suite that falls short, or cannot run, does not keep the others from being measured. At the end
    docs/reference/performance.md is made of them, when they are in the project's own folder.

    Exit codes: 0 all targets met, 1 some not met, 2 some suite could not run.
    """
    codes = {" ".join(suite): _run(n, suite, into) for n, suite in enumerate(SUITES, start=1)}
    for name, code in codes.items():
        click.echo(f"{name}: {_WORDS[code]}")
    if into == RESULTS:
        page.write()
    return max(codes.values())


_WORDS = {Exit.MET: "all met", Exit.NOT_MET: "some not met", Exit.COULD_NOT_RUN: "could not run"}


def _run(n: int, suite: Sequence[str], into: Path) -> Exit:
    """A process of its own, so that none finds what another left in memory."""
    click.echo(f"{n} of {len(SUITES)}: {' '.join(suite)}, {time.strftime('%H:%M')}")
    done = subprocess.run([sys.executable, "-m", "bench", *suite, "--into", str(into)], cwd=PROJECT, check=False)
    return Exit(done.returncode) if done.returncode in set(Exit) else Exit.COULD_NOT_RUN
