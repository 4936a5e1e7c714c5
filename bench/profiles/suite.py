"""``bench profile``: a flame graph of the web, the relay and a Celery worker, while clients pay."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import click
from rich.table import Table

from bench import options, report
from bench.contenders import Contender
from bench.load.result import LoadResult
from bench.ours import alone
from bench.processes import command_of, with_environment
from bench.profiles.samples import by_function, by_layer, read_stacks, without_waiting
from bench.report import Found
from bench.seed.rows import Size
from bench.suite import Run, kept_as, suite
from bench.targets import CouldNotRun

WHOM = {"web": "-m web", "relay": "-m workers relay", "worker": "-m workers payments"}
"""A part of each process's command line, by which it is found."""
_PAYMENTS_AT_MOST = 4_000  # a second, beside workers and sandbox
_GRACE_S = 5
_SHOWN = 15


@suite(
    "profile",
    options.only(tuple(WHOM)),
    options.choice("--route", ["payments", "mixed"], "payments", "Load."),
    options.option("--seconds", 20, "Of each of the two recordings of a process."),
    options.option("--rate", 200, "Samples a second."),
    options.connections(),
)
def command(run: Run, only: list[str], route: str, rate: int) -> Found:
    """Where the time goes while clients are answered as fast as can be: web, relay, and the payments' worker.

    The clients pay, or make the mixed load of `bench web`.

    The table leaves out threads that wait for work, for the clock or for their turn at writing; the graph shows them.

    py-spy looks at each process from outside, twice: once for the table, once for the flame graph, which any browser
    opens. It needs root, or a kernel that lets a process trace another. A process is slower while it is looked at.
    """
    run.into.mkdir(parents=True, exist_ok=True)
    raw = _record_all(run, only, route, rate)
    stacks = {name: without_waiting(read_stacks(text)) for name, text in raw.items()}
    layers = {name: by_layer(of) for name, of in stacks.items()}
    functions = {name: by_function(of) for name, of in stacks.items()}
    tables = [_table(f"{name}: by layer", of) for name, of in layers.items()]
    tables += [_table(f"{name}: by function, without what it calls", of) for name, of in functions.items()]
    notes = [
        f"{name}: [flame graph](../bench/results/{flame_graph(route, name)}): "
        f"{sum(stack.count for stack in stacks[name]):,} samples that did not wait for work"
        for name in only
    ]
    most = {name: dict(list(of.items())[:_SHOWN]) for name, of in functions.items()}
    return Found(figures_of(layers), (), tables, most, notes)


def figures_of(layers: Mapping[str, Mapping[str, float]]) -> dict[str, float]:
    """Layers below a hundredth say nothing."""
    return {f"{name}: {layer} %": share for name, of in layers.items() for layer, share in of.items() if share >= 1}


def flame_graph(route: str, name: str) -> str:
    return f"{kept_as('profile', route)}-{name}.flame.svg"


def _record_all(run: Run, only: Sequence[str], route: str, rate: int) -> dict[str, str]:
    lasting = 2 * (run.seconds + _GRACE_S)
    size = Size(10_000, len(only) * lasting * _PAYMENTS_AT_MOST + 20_000)
    contender = alone(run.stack, run.folder, size, with_stack=True)
    loading = run.stack.enter_context(ThreadPoolExecutor(1))
    raw: dict[str, str] = {}
    for name in only:
        click.echo(f"{name}: {2 * run.seconds} s under load")
        load = loading.submit(contender.load, route, connections=run.connections, seconds=lasting)
        pid = _pid_of(name, contender)
        raw[name] = _record(pid, run.seconds, rate, "raw", run.folder / f"{name}.raw").read_text()
        _record(pid, run.seconds, rate, "flamegraph", run.into / flame_graph(route, name))
        _check(name, load.result())
    return raw


def _pid_of(name: str, contender: Contender) -> int:
    """``CouldNotRun`` when it is not there, or more than once."""
    home = contender.world.folder / "ours"
    running = with_environment("HANDWORK_HOME", str(home))
    found = [pid for pid in running if WHOM[name] in command_of(pid)]
    if len(found) != 1:
        raise CouldNotRun(f"{len(found)} processes run {WHOM[name]!r} below {home}")
    return found[0]


def _record(pid: int, seconds: int, rate: int, form: str, into: Path) -> Path:
    """``CouldNotRun`` with py-spy's words."""
    spy = Path(sys.executable).with_name("py-spy")
    what = ["--pid", str(pid), "--duration", str(seconds), "--rate", str(rate), "--threads"]
    command = [str(spy), "record", *what, "--format", form, "--output", str(into)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=seconds + 60, check=False)
    if done.returncode or not into.exists():
        raise CouldNotRun(f"py-spy ended with {done.returncode}: {done.stderr[-1000:]}")
    return into


def _check(name: str, result: LoadResult) -> None:
    if result.exhausted or result.bad or not result.good:
        raise CouldNotRun(f"{name}: the load was not as it should be: {result}")


def _table(title: str, shares: Mapping[str, float]) -> Table:
    table = report.table(title, [""], ["%"])
    for name, share in list(shares.items())[:_SHOWN]:
        table.add_row(name, f"{share:.1f}")
    return table
