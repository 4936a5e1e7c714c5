"""One runner for all suites.

A suite is a row: a name, its options, and a function whose docstring is its help.  The runner gives the function a
folder that is gone afterwards, a stack of what is to be ended, and the pace (rounds, seconds, connections, order).  The
function starts its contenders, has them measured on its routes (``Run.measure``: everybody in turn, in another order
each round), and gives back what it found: figures by name, the targets for them, tables, and everything raw.  The
runner judges, prints, keeps and draws that under the suite's name.  So a suite says whom it measures, on what, and what
must come of it; it has no loop, no options and no report of its own.
"""

from __future__ import annotations

import inspect
import os
import tempfile
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import click
import msgspec

from bench import report
from bench.contenders import ROUTES, Contender
from bench.options import INTO
from bench.report import Found
from bench.rounds import Round, Rounds, check_valid, in_turn
from bench.targets import Exit

_PLAIN = (None, "sqlite", "payments")
"""The databases and loads that a result's name leaves out."""


class Run(msgspec.Struct, frozen=True):
    """One run of a suite; the pace is that of its options."""

    suite: str
    into: Path
    folder: Path
    stack: ExitStack
    rounds: int = 1
    seconds: int = 1
    connections: int = 1
    seed: int = 1

    def measure(self, contenders: Sequence[Contender], routes: Sequence[str] = ROUTES) -> Rounds:
        """One second of warming up for everybody, then the rounds; ``CouldNotRun`` when they say nothing.

        What filling the databases left for the disk is written before the first round, so that none can wait for it.
        """
        for contender in contenders:
            for route in routes:
                contender.load(route, connections=self.connections, seconds=1)
        os.sync()
        done = Rounds()
        for n, route, contender in in_turn(contenders, routes, rounds=self.rounds, seed=self.seed):
            result = contender.load(route, connections=self.connections, seconds=self.seconds)
            done.append(Round(n, contender.name, route, result))
            click.echo(f"round {n}: {contender.name} {route} {result.per_second:,.0f}/s, p99 {result.p99_ms:,.1f} ms")
        check_valid(done, strict=[each.name for each in contenders if not each.may_fail])
        return done


def suite(name: str, *options: click.Option) -> Callable[[Callable[..., Found]], click.Command]:
    """Make a command of a function that takes a :class:`Run` and, by name, the options that are not of the pace."""

    def made(measured: Callable[..., Found]) -> click.Command:
        def callback(into: Path, **given: Any) -> Exit:
            record = report.begin(kept_as(name, given.get("database", given.get("route"))), into)
            pace = {each: given[each] for each in Run.__struct_fields__ if each in given}
            own = {each: value for each, value in given.items() if each not in pace}
            with tempfile.TemporaryDirectory(prefix=f"bench-{name}-") as folder, ExitStack() as stack:
                found = measured(Run(record.suite, into, Path(folder), stack, **pace), **own)
            return record.end(found, given)

        return click.Command(name, params=[*options, INTO], callback=callback, help=inspect.getdoc(measured))

    return made


def kept_as(name: str, variant: str | None) -> str:
    """Return the name of a result: of the suite, and of the database or the load when it is another."""
    return name if variant in _PLAIN else f"{name}-{variant}"
