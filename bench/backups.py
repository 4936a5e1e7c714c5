"""``bench backup``: what writes notice of the nightly copy."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path

from bench import options
from bench.figures import spread
from bench.growth.past import JOBS, seed
from bench.ours import alone
from bench.report import Found
from bench.rounds import Rounds
from bench.seed.rows import Size
from bench.suite import Run, suite
from bench.targets import CouldNotRun, Target
from runtime.database.upkeep import backup

ALONE, BESIDE = "alone", "beside backups"
ROUTE = "payments"
LONGEST_MS = 250
TARGETS = (
    Target(f"backup: slowest write beside it, {ROUTE}, ms", at_most=LONGEST_MS),
    Target("backup: database MB", at_least=500),
)
_PAYMENTS_AT_MOST = 5_000  # a second
_PER_PAST, _PER_WAITING = 8_000, 1_350  # bytes


@dataclass(slots=True)
class Copies:
    """One copy after another is made and verified.  ``took``: seconds of each whole one."""

    url: str
    target: Path
    took: list[float] = field(default_factory=list)

    @contextmanager
    def made(self) -> Iterator[None]:
        ended = threading.Event()
        copying = threading.Thread(target=self._copy_until, args=(ended,), name="backup")
        copying.start()
        try:
            yield
        finally:
            ended.set()
            copying.join()

    def _copy_until(self, ended: threading.Event) -> None:
        while not ended.is_set():
            began = time.perf_counter()
            backup(self.url, self.target)
            self.took.append(time.perf_counter() - began)


@suite(
    "backup",
    options.option("--megabytes", 500, "How large the database is at least."),
    *(options.rounds(), options.seconds(8), options.connections(), options.SEED),
)
def command(run: Run, megabytes: int) -> Found:
    """POST /payments alone, and while the backup copies and verifies the file, interleaved.

    The copy reads one snapshot and takes no lock, so that no write waits for it; disk and processors are shared.
    """
    waiting = 2 * run.rounds * run.seconds * _PAYMENTS_AT_MOST
    past = max(0, megabytes * 1_000_000 - waiting * _PER_WAITING) // _PER_PAST
    contender = alone(run.stack, run.folder, Size(JOBS, waiting), ALONE, seeded=partial(seed, past=past))
    copies = Copies(contender.world.databases.url("ours"), run.folder / "copies" / "copy.db")
    done = run.measure([contender, replace(contender, name=BESIDE, meanwhile=copies.made)], [ROUTE])
    if not copies.took:
        raise CouldNotRun("no backup ended")
    figures = figures_of(done) | {
        "backup: database MB": copies.target.stat().st_size / 1e6,
        "backup: seconds of one, under load": spread(copies.took).median,
    }
    table = done.table([ROUTE], [ALONE, BESIDE], "requests/s", "p99 ms", "slowest ms")
    return Found(figures, TARGETS, [table], done)


def figures_of(done: Rounds) -> dict[str, float]:
    figures: dict[str, float] = {}
    for name in (ALONE, BESIDE):
        figures[f"backup: {ROUTE}/s {name}"] = done.median(name, ROUTE)
        figures[f"backup: p99 ms {name}"] = done.median(name, ROUTE, "p99 ms")
    figures[f"backup: {ROUTE}/s beside it ÷ alone"] = done.ratio(BESIDE, ALONE, ROUTE).median
    for name, where in ((ALONE, "alone"), (BESIDE, "beside it")):
        figures[f"backup: slowest write {where}, {ROUTE}, ms"] = done.slowest(name, ROUTE)
    return figures
