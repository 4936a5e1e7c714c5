"""Say what was measured: tables for people, JSON for the next run, a plot for a page."""

from __future__ import annotations

import importlib.metadata
import os
import platform
import subprocess
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from importlib import import_module
from pathlib import Path
from typing import Any

import msgspec
import pysqlite3
from rich.console import Console
from rich.table import Table

from bench.figures import short
from bench.servers import PROJECT
from bench.targets import Exit, Target, Verdict, exit_code, judge

RESULTS = Path(__file__).with_name("results")
_FIGURES = ("bench/results", "docs/reference/performance.md")  # one run of all suites writes them one after another
_WEB = ("litestar", "uvicorn", "fastapi", "msgspec")
_DATA = ("sqlalchemy", "aiosqlite", "asyncpg", "psycopg")
_LIBRARIES = (*_WEB, *_DATA, "celery", "kombu", "redis")


class Machine(msgspec.Struct, frozen=True):
    """Where the figures come from; they mean little elsewhere, the ratios mean more."""

    processor: str
    cores: int
    memory_mb: int
    kernel: str
    python: str
    sqlite: str
    libraries: dict[str, str]
    commit: str
    load_before: float


ROUNDS_THAT_COUNT = 5


class Report(msgspec.Struct, frozen=True, kw_only=True):
    """One suite's run.  ``figures`` are what targets are judged by; ``rounds`` is everything raw."""

    suite: str
    at: datetime
    machine: Machine
    options: dict[str, Any]
    figures: dict[str, float]
    verdicts: list[Verdict]
    rounds: Any
    notes: list[str] = []


class Found(msgspec.Struct, frozen=True):
    """The findings of a suite, which is judged by ``targets``; ``rounds`` is everything raw."""

    figures: dict[str, float]
    targets: Sequence[Target]
    tables: Sequence[Table]
    rounds: Any
    notes: Sequence[str] = ()


class Record(msgspec.Struct, frozen=True):
    """A run of a suite that was begun: where it is, and what was measured before."""

    suite: str
    folder: Path
    machine: Machine
    before: Report | None

    def end(self, found: Found, options: dict[str, Any]) -> Exit:
        """Judge, print and keep it.  ``options``: with which anybody can repeat it."""
        few = options.get("rounds", ROUNDS_THAT_COUNT) < ROUNDS_THAT_COUNT
        made = Report(
            suite=self.suite,
            at=datetime.now(UTC),
            machine=self.machine,
            options=options,
            figures=found.figures,
            verdicts=judge(found.targets, found.figures),
            rounds=found.rounds,
            notes=[*found.notes, *([f"fewer than {ROUNDS_THAT_COUNT} rounds: a try, not a result"] if few else [])],
        )
        self.folder.mkdir(parents=True, exist_ok=True)
        draw = import_module("bench.plot").draw  # matplotlib: --help works without the development lock
        draw(self.folder / f"{self.suite}.svg", self.suite, found.figures, found.targets, found.rounds)
        _publish(made, found.tables, self.folder, self.before)
        return exit_code(made.verdicts)


def begin(suite: str, folder: Path) -> Record:
    """Return the record of a suite, with the load of the machine before the suite adds its own."""
    return Record(suite, folder, _this_machine(), last(suite, folder=folder))


def table(title: str, words: Sequence[str], numbers: Sequence[str] = ()) -> Table:
    """A table without rows: columns of words, then columns of numbers."""
    made = Table(title=title, title_justify="left")
    for column in words:
        made.add_column(column)
    for column in numbers:
        made.add_column(column, justify="right")
    return made


def _this_machine() -> Machine:
    return Machine(
        processor=_processor(),
        cores=os.cpu_count() or 1,
        memory_mb=os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") // 2**20,
        kernel=platform.release(),
        python=platform.python_version(),
        sqlite=pysqlite3.sqlite_version,
        libraries={name: importlib.metadata.version(name) for name in _LIBRARIES},
        commit=_commit(),
        load_before=os.getloadavg()[0],
    )


def _verdicts(verdicts: Sequence[Verdict]) -> Table:
    made = table("Targets", ["figure", "measured", "wanted", ""])
    for v in verdicts:
        value = "not measured" if v.value is None else short(v.value)
        made.add_row(v.figure, value, v.wanted, "[green]met" if v.met else "[red]not met")
    return made


def _publish(report: Report, tables: Sequence[Table], folder: Path, before: Report | None) -> None:
    console = Console(width=None if os.isatty(1) else 140)
    for each in [*tables, _verdicts(report.verdicts)]:
        if each.row_count:
            console.print(each)
    if before is not None and report.figures.keys() & before.figures.keys():
        console.print(_compared(report.figures, before))
    for note in report.notes:
        console.print(note, markup=False)
    kept = folder / f"{report.suite}.json"
    kept.write_bytes(msgspec.json.format(msgspec.json.encode(report), indent=1) + b"\n")
    console.print(f"written: {kept}, and a plot beside it")


def last(suite: str, *, folder: Path = RESULTS) -> Report | None:
    """The run that is on file, to compare with; None when there is none or its form is an older one."""
    path = folder / f"{suite}.json"
    try:
        return msgspec.json.decode(path.read_bytes(), type=Report)
    except (FileNotFoundError, msgspec.MsgspecError):
        return None


def _compared(figures: Mapping[str, float], before: Report) -> Table:
    title = f"Against the run of {before.at:%Y-%m-%d %H:%M} ({before.machine.commit})"
    made = table(title, ["figure"], ["then", "now", "change"])
    for name in sorted(figures.keys() & before.figures.keys()):
        then, value = before.figures[name], figures[name]
        made.add_row(name, short(then), short(value), f"{(value / then - 1) * 100:+.0f} %" if then else "")
    return made


def _processor() -> str:
    for line in Path("/proc/cpuinfo").read_text().splitlines():
        if line.startswith("model name"):
            return line.partition(":")[2].strip()
    return platform.machine()


def _commit() -> str:
    """Short hash, with ``+`` when the tree has other changes than figures; ``unknown`` without git or a checkout."""
    try:
        head = _git("rev-parse", "--short", "HEAD")
        changes = _git("status", "--porcelain", "--untracked-files=no", "--", ".", *(f":!{path}" for path in _FIGURES))
    except (OSError, subprocess.SubprocessError):
        return "unknown"
    return f"{head}+" if changes else head


def _git(*words: str) -> str:
    found = subprocess.run(["git", *words], cwd=PROJECT, capture_output=True, text=True, check=True, timeout=10)
    return found.stdout.strip()
