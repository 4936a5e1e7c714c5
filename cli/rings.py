"""``handwork test``, ``drill`` and ``bench``: run the tests, the drills and the benchmarks."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from itertools import takewhile

import click

from cli.manual import manual
from runtime.settings import PROJECT, VARIABLES

AT_ONCE = 2 * (os.cpu_count() or 1)
"""Test processes where tests wait half of their time, for servers, for children, for the disk."""
RINGS: dict[str, list[str]] = {
    "unit": ["tests/unit", f"--numprocesses={AT_ONCE // 2}", "-p", "no:schemathesis"],
    "integration": ["tests/integration", "tests/contract", f"--numprocesses={AT_ONCE}", "--dist=worksteal"],
    "acceptance": ["tests/acceptance", "--numprocesses=2", "--dist=loadfile"],
}
DRILLS = "tests/drills"
ON_REQUEST = ("launcher", "pythons", "soak")
"""Drills that take minutes and rarely find a fault: they run when the operator names them, or with ``--all``."""
LONGEST_FIRST = ("chaos", "production", "broker", "hosts")
"""Two drills run at a time, because each waits for about half of its time; the long ones must not come last."""
NO_TESTS = 5
_COUNT = re.compile(r"(\d+) (passed|failed|skipped|errors?|xfailed|xpassed)")


def _pytest(arguments: Sequence[str], name: str = "") -> tuple[int, dict[str, int]]:
    """Run pytest, print its output as it comes, and return its exit code and the counts of its last line.

    ``name``: what to begin each printed line with, for runs whose outputs mix."""
    # A developer's own stack and settings must not affect the tests.  Python writes bytecode even if the environment
    # forbids it, or each of the many processes that tests start would compile the same modules.
    ours = VARIABLES | {"PYTHONDONTWRITEBYTECODE"}
    clean = {k: v for k, v in os.environ.items() if k not in ours} | {"HANDWORK_DOTENV": os.devnull}
    with subprocess.Popen(
        [sys.executable, "-m", "pytest", *arguments],
        cwd=PROJECT,
        env={**clean, "PYTHONPATH": str(PROJECT)},
        stdout=subprocess.PIPE,
        text=True,
    ) as running:
        last = ""
        assert running.stdout is not None  # noqa: S101 - it was asked for
        for line in running.stdout:
            click.echo(f"{name:<10} | {line}" if name else line, nl=False)
            last = line if " in " in line and _COUNT.search(line) else last
    counts: dict[str, int] = {}
    for number, word in _COUNT.findall(last):
        key = "failed" if word.startswith("error") else word
        counts[key] = counts.get(key, 0) + int(number)
    return running.returncode, counts


def _sum(results: Sequence[tuple[int, dict[str, int]]]) -> int:
    """Print the last line, which counts over all runs, and return the exit code."""
    total = {word: sum(counts.get(word, 0) for _, counts in results) for word in ("passed", "failed", "skipped")}
    bad = any(code not in (0, NO_TESTS) for code, _ in results) or not total["passed"]
    failed = max(total["failed"], 1) if bad else total["failed"]
    skipped = f", {total['skipped']} skipped" if total["skipped"] else ""
    click.echo(f"{total['passed']} passed, {failed} failed{skipped}")
    return 1 if bad else 0


def _chosen(arguments: Sequence[str]) -> tuple[Sequence[str], Sequence[str]]:
    """Return the rings, and what is left for pytest; ``UsageError`` names a word that is neither."""
    rings = list(takewhile(RINGS.__contains__, arguments))
    rest = arguments[len(rings) :]
    if rest and not rest[0].startswith("-") and not (PROJECT / rest[0].partition("::")[0]).exists():
        raise click.UsageError(f"no ring {rest[0]!r}; there are: {', '.join(RINGS)}")
    return rings or list(RINGS), rest


@click.command(
    context_settings={"ignore_unknown_options": True},
    epilog=manual(
        "test unit",
        "test unit -k ledger",
        codes={0: "all tests passed", 1: "some failed, or none ran", 2: "there is no such ring"},
    ),
)
@click.argument(
    "arguments", metavar="[unit|integration|acceptance]... [PYTEST ARGUMENTS]...", nargs=-1, type=click.UNPROCESSED
)
def test(arguments: tuple[str, ...]) -> None:
    """Run the tests.

    The rings are unit (no I/O), integration (real files, broker, servers) and acceptance (the whole stack). Without the
    name of a ring it runs all three, one after another. It passes the other arguments to pytest. Prints pytest's
    output; the last line counts the tests of all rings.
    """
    rings, rest = _chosen(arguments)
    results = [_pytest([*RINGS[name], *rest]) for name in rings]
    sys.exit(_sum(results))


def _wanted(name: str | None, files: Sequence[str], *, every: bool) -> list[str]:
    wanted = [name] if name else [each for each in files if every or each not in ON_REQUEST]
    return sorted(wanted, key=lambda each: LONGEST_FIRST.index(each) if each in LONGEST_FIRST else len(LONGEST_FIRST))


def _drill(name: str) -> tuple[int, dict[str, int]]:
    return _pytest([f"{DRILLS}/test_{name}.py", "--capture=no", "--timeout=1200", "-p", "no:randomly"], name)


@click.command(
    epilog=manual(
        "drill",
        "drill chaos --seed 7",
        codes={0: "all drills passed", 1: "some failed", 2: "there is no such drill"},
    )
)
@click.argument("name", required=False)
@click.option("--seed", type=int, help="Repeat an earlier run; each drill prints its seed.")
@click.option(
    "--database",
    type=click.Choice(["sqlite", "postgresql"]),
    default="sqlite",
    help="The database of the stacks.",
)
@click.option("--minutes", type=click.FloatRange(1, 1440), help="The length of the soak drill; without it 2.")
@click.option(
    "--all", "every", is_flag=True, help=f"Also run {', '.join(ON_REQUEST)}, which otherwise run only by name."
)
def drill(name: str | None, seed: int | None, database: str, minutes: float | None, every: bool) -> None:
    """Run the fault and load drills, or only the one called NAME.

    A drill (chaos, broker, doubles, …) starts whole stacks, kills their processes, and checks that nothing was lost or
    done twice. Prints each drill's seed and pytest's output; the last line counts the drills.
    """
    files = sorted(p.stem.removeprefix("test_") for p in (PROJECT / DRILLS).glob("test_*.py"))
    if name is not None and name not in files:
        raise click.UsageError(f"no drill {name!r}; there are: {', '.join(files)}")
    if seed is not None:
        os.environ["DRILL_SEED"] = str(seed)
    if minutes is not None:
        os.environ["DRILL_MINUTES"] = str(minutes)
    os.environ["DRILL_DATABASE"] = database
    with ThreadPoolExecutor(min(2, os.cpu_count() or 1)) as pool:
        sys.exit(_sum(list(pool.map(_drill, _wanted(name, files, every=every)))))


@click.command(context_settings={"ignore_unknown_options": True, "help_option_names": []})
@click.argument("arguments", nargs=-1, type=click.UNPROCESSED)
def bench(arguments: tuple[str, ...]) -> None:
    """Run the benchmarks; see: handwork bench --help"""
    found = subprocess.run([sys.executable, "-m", "bench", *arguments], cwd=PROJECT, check=False)
    sys.exit(found.returncode)
