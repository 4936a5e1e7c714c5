"""``bench profile``: a flame graph of the web, the relay and a Celery worker, while clients pay."""

from __future__ import annotations

import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import click
from rich.table import Table

from bench import report
from bench.contenders import Contender, World
from bench.databases import Files
from bench.options import only as only_of
from bench.ours import ours
from bench.processes import command_of, with_environment
from bench.profiles.samples import by_function, by_layer, read_stacks, without_waiting
from bench.seed.rows import Size
from bench.servers import broker
from bench.targets import CouldNotRun, Exit

WHOM = {"web": "-m web", "relay": "-m workers relay", "worker": "-m workers payments"}
"""A part of each process's command line, by which it is found."""
_PAYMENTS_AT_MOST = 4_000  # a second, beside workers and sandbox
_GRACE_S = 5
_SHOWN = 15


@click.command(name="profile")
@only_of(tuple(WHOM))
@click.option("--route", type=click.Choice(["payments", "mixed"]), default="payments", show_default=True, help="Load.")
@click.option("--seconds", default=20, show_default=True, help="Of each of the two recordings of a process.")
@click.option("--rate", default=200, show_default=True, help="Samples a second.")
@click.option("--connections", default=16, show_default=True, help="Requests in flight.")
@click.option("--into", type=click.Path(path_type=Path), default=report.RESULTS, help="Folder of the results.")
def command(only: list[str], route: str, seconds: int, rate: int, connections: int, into: Path) -> Exit:
    """Where the time goes while clients are answered as fast as can be: web, relay, and the payments' worker.

    The clients pay, or make the mixed load of `bench web`.

    The table leaves out threads that wait for work, for the clock or for their turn at writing; the graph shows them.

    py-spy looks at each process from outside, twice: once for the table, once for the flame graph, which any browser
    opens. It needs root, or a kernel that lets a process trace another. A process is slower while it is looked at.
    """
    record = report.begin(suite_of(route), into)
    into.mkdir(parents=True, exist_ok=True)
    raw = _record_all(only, route, seconds, rate, connections, into)
    stacks = {name: without_waiting(read_stacks(text)) for name, text in raw.items()}
    layers = {name: by_layer(of) for name, of in stacks.items()}
    functions = {name: by_function(of) for name, of in stacks.items()}
    tables = [_table(f"{name}: by layer", of) for name, of in layers.items()]
    tables += [_table(f"{name}: by function, without what it calls", of) for name, of in functions.items()]
    return record.end(
        figures_of(layers),
        (),
        tables,
        options={"route": route, "seconds": seconds, "rate": rate, "connections": connections, "only": only},
        rounds={name: dict(list(of.items())[:_SHOWN]) for name, of in functions.items()},
        notes=[
            f"{name}: [flame graph](../bench/results/{flame_graph(route, name)}): "
            f"{sum(stack.count for stack in stacks[name]):,} samples that did not wait for work"
            for name in only
        ],
    )


def figures_of(layers: Mapping[str, Mapping[str, float]]) -> dict[str, float]:
    """Layers below a hundredth say nothing."""
    return {f"{name}: {layer} %": share for name, of in layers.items() for layer, share in of.items() if share >= 1}


def suite_of(route: str) -> str:
    return "profile" if route == "payments" else f"profile-{route}"


def flame_graph(route: str, name: str) -> str:
    return f"{suite_of(route)}-{name}.flame.svg"


def _record_all(
    only: Sequence[str], route: str, seconds: int, rate: int, connections: int, into: Path
) -> dict[str, str]:
    lasting = 2 * (seconds + _GRACE_S)
    size = Size(10_000, len(only) * lasting * _PAYMENTS_AT_MOST + 20_000)
    with tempfile.TemporaryDirectory(prefix="bench-profile-") as folder, ExitStack() as stack:
        world = World(Path(folder), size, Files(Path(folder)))
        broker_url = stack.enter_context(broker(world.folder))
        contender = stack.enter_context(ours(world, broker_url, with_stack=True))
        loading = stack.enter_context(ThreadPoolExecutor(1))
        raw: dict[str, str] = {}
        for name in only:
            click.echo(f"{name}: {2 * seconds} s under load")
            load = loading.submit(contender.load, route, connections=connections, seconds=lasting)
            pid = _pid_of(name, contender)
            raw[name] = _record(pid, seconds, rate, "raw", world.folder / f"{name}.raw").read_text()
            _record(pid, seconds, rate, "flamegraph", into / flame_graph(route, name))
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


def _check(name: str, result: Any) -> None:
    if result.exhausted or result.bad or not result.good:
        raise CouldNotRun(f"{name}: the load was not as it should be: {result}")


def _table(title: str, shares: Mapping[str, float]) -> Table:
    table = Table(title=title, title_justify="left")
    table.add_column("")
    table.add_column("%", justify="right")
    for name, share in list(shares.items())[:_SHOWN]:
        table.add_row(name, f"{share:.1f}")
    return table
